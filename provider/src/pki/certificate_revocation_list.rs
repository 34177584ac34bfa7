//! `groundup_certificate_revocation_list`: the certificates that an authority takes back.

mod revoked;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use pki_core::{
    CertificateRevocationList as Crl, CertificateRevocationListParams, CrlNumber, EarlyRenewal, Period,
    Renewal, Validity,
};
use tfplugin::prelude::*;

use super::issuer::{Issuer, IssuerKey};
use super::pem::IssuerPem;
use super::times::{self, DEFAULT_BACKDATE};
use crate::Client;
use revoked::Revoked;

/// A certificate revocation list (CRL, RFC 5280 §5): the certificates of an authority that are not to be trusted any
/// more.
///
/// It is issued again, in place and under a higher number, when its entries change or when it is due for renewal. Who
/// checks certificates has to be given the list, by a file or at a `crl_distribution_points` URL: Kubernetes checks none,
/// etcd and most proxies do.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct CertificateRevocationList {
    /// Certificate of the authority as PEM. Those of its own issuers may stand beside it.
    #[attr(required)]
    ca_cert_pem: Attr<Parsed<IssuerPem>>,
    #[attr(flatten)]
    issuer_key: IssuerKey,
    /// How long it is valid, such as `720h` or `30d`. After that, who checks certificates wants a newer one, and until
    /// there is one may refuse all.
    #[attr(optional, default = "30d")]
    validity: Attr<Parsed<Period>>,
    /// When it is due for renewal: how long before its end (`7d`), which part of its validity before its end (`33%`), or a
    /// date by RFC 3339 from which on a list issued before it is.
    #[attr(optional, default = "33%")]
    early_renewal: Attr<Parsed<EarlyRenewal>>,
    /// A certificate that is not to be trusted any more.
    #[attr(block)]
    revoked: Attr<Vec<Revoked>>,
    /// The list as PEM.
    #[attr(computed, keep)]
    crl_pem: Attr<String>,
    /// Number of the list, in decimal. Later lists have higher ones, also when the resource was made anew.
    #[attr(computed, keep)]
    number: Attr<String>,
    /// When it was issued, by RFC 3339.
    #[attr(computed, keep)]
    this_update: Attr<String>,
    /// By when there is to be a newer one, by RFC 3339.
    #[attr(computed, keep)]
    next_update: Attr<String>,
    /// When it is due for renewal, by RFC 3339.
    #[attr(computed, keep)]
    renew_at: Attr<String>,
    /// Whether it is due for renewal.
    #[attr(computed, keep)]
    ready_for_renewal: Attr<bool>,
    /// Identifier of the authority's key, in hexadecimal digits.
    #[attr(computed, keep)]
    id: Attr<String>,
}

const DEFAULT_VALIDITY: Period = Period::days(30);
const INVALID: &str = "Invalid Revocation List";

impl CertificateRevocationList {
    fn issuer(&self) -> Issuer<'_> {
        Issuer::new(&self.ca_cert_pem, &self.issuer_key)
    }

    fn blocks(&self) -> &[Revoked] {
        self.revoked.known().map_or(&[], Vec::as_slice)
    }

    fn validity(&self) -> Period {
        self.validity.known().map_or(DEFAULT_VALIDITY, |validity| **validity)
    }

    /// Whether everything that the list is to say is known.
    fn is_known(&self) -> bool {
        !self.revoked.is_unknown()
            && self.blocks().iter().all(Revoked::is_known)
            && !self.validity.is_unknown()
    }

    /// The list in state, however old.
    fn list(&self) -> Option<Crl> {
        self.crl_pem.as_str().and_then(|pem| Crl::from_pem(pem).ok())
    }

    /// Whether a list says just what this one is to say.
    fn is(&self, list: &Crl) -> bool {
        let (blocks, entries) = (self.blocks(), list.revoked());
        blocks.len() == entries.len()
            && entries.iter().all(|entry| blocks.iter().any(|block| block.is(entry)))
    }

    /// The list of `prior`, if it need not give way.
    fn still_good(&self, prior: &Self, now: Timestamp) -> Option<Crl> {
        let issuer = self.issuer().certificate().filter(|_| self.is_known())?;
        prior.list().filter(|list| {
            list.verify(issuer).is_ok()
                && !self.issuer().has_new_version(prior.issuer())
                && self.is(list)
                && self.validity == prior.validity
                && !self.is_due(list, now)
        })
    }

    /// When a list is due for renewal. One without an end is none of this provider's.
    fn renew_at(&self, list: &Crl) -> Timestamp {
        let begin = list.this_update();
        let validity = Validity { not_before: begin, not_after: list.next_update().unwrap_or(begin) };
        times::renew_at(self.renewal().as_ref(), &validity)
    }

    fn renewal(&self) -> Option<Renewal> {
        self.early_renewal.known().map(|early| Renewal::new(*early.get()))
    }

    fn is_due(&self, list: &Crl, now: Timestamp) -> bool {
        self.renew_at(list) <= now
    }

    fn record(&mut self, list: &Crl, is_due: bool) {
        self.crl_pem = list.to_pem().into();
        self.number = list.number().map(ToString::to_string).into();
        self.this_update = list.this_update().to_string().into();
        self.next_update = list.next_update().map(|end| end.to_string()).into();
        self.renew_at = self.renew_at(list).to_string().into();
        self.ready_for_renewal = is_due.into();
        self.describe();
    }

    fn describe(&mut self) {
        let key = self.issuer().certificate().map(|issuer| hex::encode(issuer.public_key().key_identifier()));
        self.id = key.map_or(Attr::Unknown, Attr::Known);
    }

    fn forget(&mut self) {
        self.crl_pem = Attr::Unknown;
        self.number = Attr::Unknown;
        self.this_update = Attr::Unknown;
        self.next_update = Attr::Unknown;
        self.renew_at = Attr::Unknown;
        self.ready_for_renewal = false.into();
    }
}

impl CertificateRevocationList {
    /// What is told of a renewal that makes no sense for such a list.
    fn odd_renewal(&self, now: Timestamp) -> Option<Diagnostic> {
        let lifetime = SignedDuration::from_secs(i64::try_from(self.validity().as_seconds()).ok()? - 1);
        let validity = Validity { not_before: now, not_after: now.checked_add(lifetime).ok()? };
        let renewal = Renewal { backdate: Period::ZERO, ..self.renewal()? };
        Some(times::questionable(&renewal.renew_at(&validity).err()?).at("early_renewal"))
    }

    /// Issues the list after `before`.
    fn issue(&mut self, before: Option<&Crl>, client: &Client) -> Result<()> {
        let (now, authority) = (client.now(), self.issuer().authority(client.seeds())?);
        // Of another authority's list, only the number counts.
        let own = before.filter(|list| list.verify(authority.certificate()).is_ok());
        let entries = own.map_or(&[][..], Crl::revoked);
        let revoked = self.blocks().iter().map(|block| block.entry(entries, now)).collect::<Result<_>>()?;
        let params = CertificateRevocationListParams {
            validity: self.validity(),
            backdate: DEFAULT_BACKDATE,
            ..CertificateRevocationListParams::new(number(before, now)?, revoked)
        };
        let list = authority.issue_revocation_list(&params, own, now).map_err(|errors| {
            Error::many(errors.iter().map(|error| Diagnostic::error(INVALID, sentence(&error.to_string()))))
        })?;
        self.record(&list, false);
        Ok(())
    }
}

/// Seconds since 1970, and always more than the list before: so that a list is newer than one that Terraform has
/// forgotten.
fn number(before: Option<&Crl>, now: Timestamp) -> Result<CrlNumber> {
    let time = CrlNumber::from(u64::try_from(now.as_second()).unwrap_or_default());
    let next = before.and_then(Crl::number).map(CrlNumber::next).transpose().during(INVALID)?;
    Ok(next.map_or(time.clone(), |next| next.max(time)))
}

impl Resource for CertificateRevocationList {
    const TYPE: &'static str = "certificate_revocation_list";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        self.issuer().check(check);
        let mut serials = BTreeSet::new();
        for (index, block) in self.blocks().iter().enumerate() {
            let path = Path::from("revoked").index(index);
            block.check(&path, self.issuer().certificate(), check);
            if let Some(serial) = block.serial()
                && !serials.insert(serial.to_string())
            {
                let detail =
                    format!("The certificate with the serial number {serial} stands on the list already.");
                check.error(path.attr(block.place()), "Revoked Twice", detail);
            }
        }
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        plan.told.extend(plan.planned.odd_renewal(cx.client.now()));
        plan.planned.describe();
        let good = plan.prior.as_ref().and_then(|prior| plan.planned.still_good(prior, cx.client.now()));
        plan.told.extend(plan.planned.issuer().check_key(good.is_none(), cx.client.seeds()));
        match good {
            Some(list) => plan.planned.record(&list, false),
            None => plan.planned.forget(),
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        self.issue(None, &cx.client)?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        if let Some(list) = self.list() {
            let is_due = self.is_due(&list, cx.client.now());
            self.record(&list, is_due);
        }
        Ok(Some(self))
    }

    async fn update(mut self, prior: Self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        if self.crl_pem.known().is_none() {
            match self.still_good(&prior, cx.client.now()) {
                Some(list) => self.record(&list, false),
                None => self.issue(prior.list().as_ref(), &cx.client)?,
            }
        }
        Ok(self)
    }

    async fn delete(self, _cx: &Cx<Client>) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use pki_core::{
        AuthorityConstraint, CertificateAuthority, DistinguishedName, Identity, KeyAlgorithm, PrivateKey,
        SigningProfile,
    };

    use super::*;
    use crate::pki::keys;

    fn list(number: u64, now: Timestamp) -> Crl {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut keys::rng()).unwrap();
        let identity = Identity { subject: DistinguishedName::common("root"), ..Identity::default() };
        let profile = SigningProfile::authority(AuthorityConstraint::default());
        let (root, _) =
            CertificateAuthority::self_signed(key, &identity, &profile, now, &mut keys::rng()).unwrap();
        let params = CertificateRevocationListParams::new(number.into(), Vec::new());
        root.issue_revocation_list(&params, None, now).unwrap()
    }

    #[test]
    fn numbers_rise_with_the_time_and_in_any_case() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let after = |before: Option<u64>| {
            let before = before.map(|number| list(number, now));
            number(before.as_ref(), now).unwrap().to_string()
        };
        assert_eq!(after(None), "1795348800");
        assert_eq!(after(Some(7)), "1795348800");
        assert_eq!(after(Some(1_795_348_800)), "1795348801");
        assert_eq!(after(Some(9_999_999_999)), "10000000000");
    }
}
