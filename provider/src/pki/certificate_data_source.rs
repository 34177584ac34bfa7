//! Data source `groundup_certificate`: what certificates say.

use jiff::Timestamp;
use pki_core::{Certificate as X509, lint};
use tfplugin::prelude::*;

use super::details::Details;
use super::finding::Finding;
use crate::Client;

/// Reads certificates from PEM text.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Certificate {
    /// One or more certificates as PEM.
    #[attr(required)]
    content: Attr<String>,
    /// The certificates, in their order.
    #[attr(computed)]
    certificates: Attr<Vec<Details>>,
    /// What the linter dislikes about the certificates, in their order. Where the certificate that follows has issued one,
    /// the two are looked at together.
    #[attr(computed)]
    findings: Attr<Vec<Finding>>,
    /// Days until the first of them ends, rounded down; negative when one has ended.
    #[attr(computed)]
    days_left: Attr<i64>,
    /// SHA-256 of the first certificate.
    #[attr(computed)]
    id: Attr<String>,
}

impl DataSource for Certificate {
    const TYPE: &'static str = "certificate";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        if let Some(content) = self.content.as_str() {
            check
                .result(X509::bundle_from_pem(content).map(drop).during("Invalid Certificate").at("content"));
        }
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Self> {
        let certificates =
            X509::bundle_from_pem(self.content.value()?).during("Invalid Certificate").at("content")?;
        let end = certificates.iter().map(X509::not_after).min();
        self.days_left = end.map(|end| days_between(cx.client.now(), end)).into();
        self.id = certificates.first().map(X509::fingerprint_sha256).into();
        self.findings = Attr::Known(findings(&certificates));
        self.certificates = Attr::Known(certificates.iter().map(Details::of).collect());
        Ok(self)
    }
}

fn findings(certificates: &[X509]) -> Vec<Finding> {
    let pairs = certificates.iter().enumerate().map(|(index, certificate)| {
        let next = certificates.get(index + 1).filter(|next| certificate.is_signed_by(next));
        (certificate, next.or_else(|| Some(certificate).filter(|certificate| certificate.is_self_signed())))
    });
    pairs
        .flat_map(|(certificate, issuer)| lint::certificate(certificate.as_der(), issuer))
        .map(|found| Finding::from(&found))
        .collect()
}

fn days_between(now: Timestamp, end: Timestamp) -> i64 {
    const DAY: i64 = 24 * 60 * 60;
    (end.as_second() - now.as_second()).div_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_down_to_and_below_zero() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let days = |end: &str| days_between(now, end.parse().unwrap());
        assert_eq!(days("2026-11-24T12:00:00Z"), 2);
        assert_eq!(days("2026-11-24T11:59:59Z"), 1);
        assert_eq!(days("2026-11-22T12:00:00Z"), 0);
        assert_eq!(days("2026-11-22T11:59:59Z"), -1);
    }
}
