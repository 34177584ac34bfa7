//! What the provider makes, in the hands of the programs that will use it.

mod cfssl;
mod kubectl;
mod openssl;
mod pki;

use crate::support::terraform::Terraform;

/// The example's files, as they belong under `/etc/kubernetes`.
fn pki_only() -> Terraform {
    let terraform = Terraform::new().with_example("pki-only");
    terraform.apply().succeeded();
    terraform
}
