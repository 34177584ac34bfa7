//! `parse_certificate`: what a certificate says.

use tfplugin::prelude::*;

use crate::pki::{CertificatePem, Details};

/// The function.
pub(crate) struct ParseCertificate;

impl Function for ParseCertificate {
    const NAME: &'static str = "parse_certificate";
    const SUMMARY: &'static str = "What a certificate says";
    const DESCRIPTION: &'static str = "Reads a certificate from PEM text: subject and issuer, names, usages, validity, \
        key identifiers and fingerprint. Its answer is the same at any time; the data source `groundup_certificate` \
        reads several certificates, and counts the days that are left.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::new("pem", "One certificate as PEM.")];
    type Args = (Parsed<CertificatePem>,);
    type Output = Details;

    fn call((pem,): Self::Args) -> std::result::Result<Details, FunctionError> {
        Ok(Details::of(&pem.get().0))
    }
}
