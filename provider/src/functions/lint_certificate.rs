//! `lint_certificate`: what a careful reader of a certificate objects to.

use pki_core::lint;
use tfplugin::prelude::*;

use crate::pki::{CertificatePem, Finding};

/// The function.
pub(crate) struct LintCertificate;

impl Function for LintCertificate {
    const NAME: &'static str = "lint_certificate";
    const SUMMARY: &'static str = "What a linter dislikes about a certificate";
    const DESCRIPTION: &'static str = "Looks at a certificate by the rules of RFC 5280 and of those who rely on \
        certificates. Gives the findings, the gravest first, each with a code that stays the same; an empty list when \
        there is nothing to object to. Whether the certificate has expired is no question of the linter.";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::new("pem", "One certificate as PEM."),
        Parameter::new(
            "issuer_pem",
            "Certificate of its issuer as PEM, for the rules that concern both; `null` without one.",
        ),
    ];
    type Args = (Parsed<CertificatePem>, Attr<Parsed<CertificatePem>>);
    type Output = Vec<Finding>;

    fn call((pem, issuer): Self::Args) -> std::result::Result<Vec<Finding>, FunctionError> {
        let issuer = issuer.known().map(|issuer| &issuer.get().0);
        Ok(lint::certificate(pem.get().0.as_der(), issuer).iter().map(Finding::from).collect())
    }
}
