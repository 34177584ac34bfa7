//! The life that every resource with a certificate leads: issued, looked at, and issued again in its place.

use std::future::{Future, ready};

use jiff::Timestamp;
use pki_core::{Certificate as X509, Error as PkiError, Finding, Strictness, Validity};
use tfplugin::prelude::*;

use super::issuer::Issuer;
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
    /// What the certificate is to say. A key that is null is one to be made.
    fn specification(&self, strictness: Strictness) -> Specification;

    fn issuer(&self) -> Issuer<'_>;

    fn times(&self) -> Times<'_>;

    fn cert_pem(&self) -> &Attr<String>;

    /// The same object with the passphrases of another: they are in no state, but what is in state needs them.
    #[must_use]
    fn unlocked_by(&self, other: &Self) -> Self;

    /// Whether a remark is worth telling.
    fn is_remarkable(&self, _: &Finding) -> bool {
        true
    }

    /// Tells what is known of the certificate before it is issued.
    fn describe(&mut self, specification: &Specification);

    /// Tells what the certificate says.
    fn record(&mut self, outputs: Outputs);

    /// Makes the key and the request that the plan has left open, unless those from before fit.
    fn settle(
        &mut self,
        _prior: Option<&Self>,
        _strictness: Strictness,
    ) -> impl Future<Output = Result<()>> + Send {
        ready(Ok(()))
    }

    /// Issues the certificate, with everything settled.
    fn issue(&self, specification: &Specification, now: Timestamp) -> Result<Issue>;
}

/// Plans whether a certificate is issued; gives what it will say.
pub(super) fn plan<R: Issued>(plan: &mut Plan<R>, cx: &Cx<Client>) -> Specification {
    let now = cx.client.now();
    let specification = plan.planned.specification(cx.client.strictness());
    let (problems, findings) = specification.check();
    plan.told.extend(problems);
    plan.planned.describe(&specification);
    let good = plan.prior.as_ref().and_then(|prior| still_good(&plan.planned, prior, &specification, now));
    if let Some(certificate) = good {
        record(&mut plan.planned, &certificate, false);
        return specification;
    }
    let remarks = findings.iter().filter(|finding| plan.planned.is_remarkable(finding));
    plan.told.extend(remarks.map(|finding| specification.places.warning(finding)));
    let before = plan.prior.as_ref().and_then(certificate);
    plan.told.extend(before.and_then(|before| plan.planned.times().due(&before, now)));
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
    plan.planned.record(Outputs::UNKNOWN);
    specification
}

pub(super) async fn create<R: Issued>(mut new: R, cx: &Cx<Client>) -> Result<R> {
    new.settle(None, cx.client.strictness()).await?;
    issue(&mut new, cx)?;
    Ok(new)
}

pub(super) fn read<R: Issued>(mut object: R, cx: &Cx<Client>) -> R {
    if let Some(certificate) = certificate(&object) {
        let is_due = object.times().is_due(&certificate, cx.client.now());
        record(&mut object, &certificate, is_due);
    }
    object
}

/// Issues a certificate again, unless what was not known at plan time turned out to be what it was.
pub(super) async fn update<R: Issued>(mut new: R, prior: R, cx: &Cx<Client>) -> Result<R> {
    let strictness = cx.client.strictness();
    new.settle(Some(&prior), strictness).await?;
    if new.cert_pem().known().is_some() {
        return Ok(new);
    }
    let specification = new.specification(strictness);
    match still_good(&new, &prior, &specification, cx.client.now()) {
        Some(certificate) => {
            new.describe(&specification);
            record(&mut new, &certificate, false);
        }
        None => issue(&mut new, cx)?,
    }
    Ok(new)
}

fn issue<R: Issued>(new: &mut R, cx: &Cx<Client>) -> Result<()> {
    let (specification, now) = (new.specification(cx.client.strictness()), cx.client.now());
    let issued = new.issue(&specification, now)?;
    let (certificate, _) = issued.map_err(|errors| all(&errors, &specification.places))?;
    // Everything else has been told by the plan, and this too if the issuer was known.
    if cx.private_get(TOLD_OF_END) != Some(vec![1])
        && let Some(told) = specification.ends_early(&certificate.validity(), now)
    {
        cx.warn_at(told.path.unwrap_or_default(), told.summary, told.detail);
    }
    new.describe(&specification);
    record(new, &certificate, false);
    Ok(())
}

/// The certificate that is there, if it need not give way.
fn still_good<R: Issued>(new: &R, prior: &R, specification: &Specification, now: Timestamp) -> Option<X509> {
    certificate(prior).filter(|certificate| {
        specification.key.as_ref() == Some(certificate.public_key())
            && new.issuer().has_signed(certificate)
            && !specification.differs_from(certificate)
            && specification.profile
                == prior.unlocked_by(new).specification(specification.profile.strictness).profile
            && !new.times().is_due(certificate, now)
    })
}

fn record<R: Issued>(object: &mut R, certificate: &X509, is_due: bool) {
    let outputs = Outputs::of(certificate, object.issuer(), &object.times(), is_due);
    object.record(outputs);
}

fn certificate<R: Issued>(object: &R) -> Option<X509> {
    object.cert_pem().as_str().and_then(|pem| X509::from_pem(pem).ok())
}
