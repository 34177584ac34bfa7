//! The provider's own configuration.

use crate::support::terraform::Terraform;

/// A country that is none, which verifiers accept and linters do not; a name of one label.
const ODD: &str = r#"
resource "groundup_self_signed_certificate" "this" {
  private_key_pem       = groundup_private_key.this.private_key_pem
  validity_period_hours = 24
  allowed_uses          = ["server_auth"]

  subject {
    common_name = "server"
    country     = "UK"
  }
}

resource "groundup_private_key" "this" {
  algorithm = "ED25519"
}
"#;

#[test]
fn strictness_makes_errors_of_warnings() {
    let terraform = Terraform::new();
    terraform.write("main.tf", ODD);
    let strict = |strictness: &str| {
        terraform
            .write("provider.tf", &format!("provider \"groundup\" {{\n  strictness = {strictness:?}\n}}\n"));
    };
    strict("strict");
    let refused = terraform.plan().failed();
    let told: Vec<_> = refused.errors().into_iter().map(|told| (told.line, told.summary)).collect();
    assert_eq!(told, [(9, "Invalid Certificate".to_owned())]);

    strict("compat");
    let accepted = terraform.apply().succeeded();
    let told: Vec<_> = accepted.warnings().into_iter().map(|told| (told.line, told.summary)).collect();
    assert!(
        !told.is_empty() && told.iter().all(|told| *told == (9, "Questionable Certificate".to_owned())),
        "{told:?}"
    );
    terraform.plan().is_empty();

    strict("lax");
    let errors = terraform.plan().failed().errors();
    assert!(errors[0].detail.contains("compat") && errors[0].detail.contains("strict"), "{errors:?}");
}

/// Nothing but AWS's resources asks for a region, and these say how to give it.
#[test]
fn a_region_is_asked_for_when_it_is_needed() {
    let terraform = Terraform::new();
    terraform.write("main.tf", ODD);
    terraform.apply().succeeded();
    terraform.write("vpc.tf", "resource \"groundup_vpc\" \"this\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n");
    let errors = terraform.apply().failed().errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].address == "groundup_vpc.this" && errors[0].detail.contains("AWS_REGION"),
        "{errors:?}"
    );
}
