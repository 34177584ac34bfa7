//! The life that every resource with a certificate leads: issued, looked at, and issued again in its place.

use std::future::Future;

use jiff::Timestamp;
use pki_core::{Certificate as X509, Error as PkiError, Finding, Strictness, Validity};
use tfplugin::prelude::*;

use super::issuer::Issuer;
use super::keys::Key;
use super::outputs::Outputs;
use super::problems::all;
use super::specification::Specification;
use super::times::Times;
use crate::Client;

/// Where it is kept whether the plan has told that the certificate ends with its issuer.
const TOLD_OF_END: &str = "told_of_end";

/// What issuing comes to: a certificate with what is odd about it, or what is wrong.
pub(super) type Issue = std::result::Result<(X509, Vec<Finding>), Vec<PkiError>>;

/// A resource whose object is a certificate.
pub(super) trait Issued: Resource<Client = Client> {
    /// What the certificate of a key is to say.
    fn specification(&self, key: &Key, strictness: Strictness) -> Specification;

    fn issuer(&self) -> Issuer<'_>;

    fn times(&self) -> Times<'_>;

    /// What is told of the certificate.
    fn outputs(&self) -> &Outputs;

    fn outputs_mut(&mut self) -> &mut Outputs;

    /// The certificate that an earlier state has for the key of this object, or had for the one before.
    fn standing(&self, prior: &Self) -> Option<X509> {
        certificate(prior)
    }

    /// Whether a remark is worth telling.
    fn is_remarkable(&self, _: &Finding) -> bool {
        true
    }

    /// Tells what is known of the certificate before it is issued.
    fn describe(&mut self, specification: &Specification);

    /// Tells the key of a certificate that is there.
    fn describe_key(&mut self, key: &Key);

    /// The key. It is made, and so is the request, if the plan has left them open and those from before do not fit.
    fn settle(&mut self, prior: Option<&Self>, client: &Client) -> impl Future<Output = Result<Key>> + Send;

    /// Issues the certificate, with everything settled.
    fn issue(&self, key: &Key, specification: &Specification, client: &Client) -> Result<Issue>;
}

/// Plans whether a certificate is issued for a key; gives what it will say.
pub(super) fn plan<R: Issued>(plan: &mut Plan<R>, key: &Key, cx: &Cx<Client>) -> Specification {
    let now = cx.client.now();
    let specification = plan.planned.specification(key, cx.client.strictness());
    let (problems, findings) = specification.check();
    plan.told.extend(problems);
    plan.planned.describe(&specification);
    let good = plan.prior.as_ref().and_then(|prior| still_good(&plan.planned, prior, &specification, now));
    plan.told.extend(plan.planned.issuer().check_key(good.is_none(), cx.client.seeds()));
    if let Some(certificate) = good {
        record(&mut plan.planned, &certificate, false);
        return specification;
    }
    if plan.planned.issuer().is_itself() {
        plan.told.extend(key.refusal());
    }
    let remarks = findings.iter().filter(|finding| plan.planned.is_remarkable(finding));
    plan.told.extend(remarks.map(|finding| specification.places.warning(finding)));
    let before = plan.prior.as_ref().and_then(|prior| plan.planned.standing(prior));
    plan.told.extend(before.and_then(|before| plan.planned.times().due("The certificate", &before, now)));
    let mut ends_early = None;
    if specification.profile_known {
        let given = match plan.planned.issuer().certificate() {
            Some(issuer) => issuer.check_issuing(&specification.profile, now),
            None => Validity::new(&specification.profile, now).map_err(|error| vec![error.into()]),
        };
        match given {
            Ok(given) => {
                ends_early = specification.ends_early(&given, now);
                plan.told.extend(plan.planned.times().finding(&given));
            }
            Err(errors) => plan.told.extend(errors.iter().map(|error| specification.places.error(error))),
        }
    }
    if specification.identity_known {
        let errors = plan.planned.issuer().check_identity(&specification.identity);
        plan.told.extend(errors.iter().map(|error| specification.places.error(error)));
    }
    cx.private_set(TOLD_OF_END, vec![u8::from(ends_early.is_some())]);
    plan.told.extend(ends_early);
    *plan.planned.outputs_mut() = Outputs::UNKNOWN;
    specification
}

pub(super) async fn create<R: Issued>(mut new: R, cx: &Cx<Client>) -> Result<R> {
    let key = new.settle(None, &cx.client).await?;
    issue(&mut new, &key, cx)?;
    Ok(new)
}

pub(super) fn read<R: Issued>(mut object: R, cx: &Cx<Client>) -> R {
    if let Some(certificate) = certificate(&object) {
        let is_due = object.times().is_due(&certificate, cx.client.now());
        object.describe_key(&Key::Public(certificate.public_key().clone()));
        record(&mut object, &certificate, is_due);
    }
    object
}

/// Issues a certificate again, unless what was not known at plan time turned out to be what it was.
pub(super) async fn update<R: Issued>(mut new: R, prior: R, cx: &Cx<Client>) -> Result<R> {
    let key = new.settle(Some(&prior), &cx.client).await?;
    if new.outputs().cert_pem.known().is_some() {
        return Ok(new);
    }
    let specification = new.specification(&key, cx.client.strictness());
    match still_good(&new, &prior, &specification, cx.client.now()) {
        Some(certificate) => {
            new.describe(&specification);
            record(&mut new, &certificate, false);
        }
        None => issue(&mut new, &key, cx)?,
    }
    Ok(new)
}

fn issue<R: Issued>(new: &mut R, key: &Key, cx: &Cx<Client>) -> Result<()> {
    let (certificate, specification) = certify(new, key, &cx.client)?;
    // Everything else has been told by the plan, and this too if the issuer was known.
    if cx.private_get(TOLD_OF_END) != Some(vec![1])
        && let Some(told) = specification.ends_early(&certificate.validity(), cx.client.now())
    {
        cx.warn_at(told.path.unwrap_or_default(), told.summary, told.detail);
    }
    new.describe(&specification);
    record(new, &certificate, false);
    Ok(())
}

/// Issues the certificate of a key; gives what it says as well.
pub(super) fn certify<R: Issued>(object: &R, key: &Key, client: &Client) -> Result<(X509, Specification)> {
    let specification = object.specification(key, client.strictness());
    let issued = object.issue(key, &specification, client)?;
    let (certificate, _) = issued.map_err(|errors| all(&errors, &specification.places))?;
    Ok((certificate, specification))
}

/// The certificate that is there, if it need not give way.
fn still_good<R: Issued>(new: &R, prior: &R, specification: &Specification, now: Timestamp) -> Option<X509> {
    new.standing(prior).filter(|certificate| is_good(new, prior, certificate, specification, now))
}

/// Whether a certificate from before says what it should, comes from where it should, and is not due.
pub(super) fn is_good<R: Issued>(
    new: &R,
    prior: &R,
    certificate: &X509,
    specification: &Specification,
    now: Timestamp,
) -> bool {
    let key = Key::Public(certificate.public_key().clone());
    specification.key.as_ref() == key.public()
        && new.issuer().has_signed(certificate)
        && !new.issuer().has_new_version(prior.issuer())
        && !specification.differs_from(certificate)
        && specification.profile == prior.specification(&key, specification.profile.strictness).profile
        && !new.times().is_due(certificate, now)
}

fn record<R: Issued>(object: &mut R, certificate: &X509, is_due: bool) {
    let outputs = Outputs::of(certificate, object.issuer(), &object.times(), is_due);
    *object.outputs_mut() = outputs;
}

pub(super) fn certificate<R: Issued>(object: &R) -> Option<X509> {
    object.outputs().certificate()
}
