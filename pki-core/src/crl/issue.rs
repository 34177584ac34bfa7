//! Issuing revocation lists.

use der::Encode;
use der::asn1::OctetString;
use jiff::Timestamp;
use x509_cert::Version;
use x509_cert::crl::TbsCertList;
use x509_cert::ext::pkix::AuthorityKeyIdentifier;
use x509_cert::ext::pkix::crl::CrlNumber as EncodedNumber;
use x509_cert::ext::{Extensions, ToExtension};

use super::{CertificateRevocationList, CrlError, CrlNumber, CrlScope, RevokedCertificate, scope};
use crate::authority::CertificateAuthority;
use crate::certificate::Signed;
use crate::http_url::HttpUrl;
use crate::issue::Validity;
use crate::period::Period;
use crate::serial::SerialNumber;
use crate::time;

/// What a revocation list is to say.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CertificateRevocationListParams {
    /// Its number, higher than those of all lists before.
    pub number: CrlNumber,
    /// How long it is valid from now on: the next list must be there by then (`nextUpdate`).
    pub validity: Period,
    /// How long before now it begins, for verifiers whose clock is late.
    pub backdate: Period,
    /// The certificates that are revoked, in any order.
    pub revoked: Vec<RevokedCertificate>,
    /// Which certificates it covers.
    pub scope: CrlScope,
    /// Where it can be had, if certificates name several such places; see
    /// [`SigningProfile`](crate::SigningProfile). With URLs here, certificates must name one of them.
    pub distribution_points: Vec<HttpUrl>,
}

impl CertificateRevocationListParams {
    /// A list of everything that is revoked, valid for a week.
    #[must_use]
    pub fn new(number: CrlNumber, revoked: Vec<RevokedCertificate>) -> Self {
        Self {
            number,
            validity: Period::days(7),
            backdate: Period::minutes(5),
            revoked,
            scope: CrlScope::All,
            distribution_points: Vec::new(),
        }
    }

    /// The list after `previous`: the next number, the same entries and scope.
    ///
    /// # Errors
    ///
    /// Fails when there is no higher number, and when the list is distributed by other means than HTTP. A list without a
    /// number counts as number 0.
    pub fn following(previous: &CertificateRevocationList) -> Result<Self, CrlError> {
        let number = previous.number().cloned().unwrap_or_else(|| CrlNumber::from(0)).next()?;
        let urls = previous.distribution_points().iter().map(|url| url.parse());
        Ok(Self {
            scope: previous.scope(),
            distribution_points: urls.collect::<Result<_, _>>()?,
            ..Self::new(number, previous.revoked().to_vec())
        })
    }

    /// Adds an entry, unless there is one for the same certificate: the first revocation counts.
    pub fn revoke(&mut self, entry: RevokedCertificate) {
        if !self.revoked.iter().any(|earlier| earlier.serial == entry.serial) {
            self.revoked.push(entry);
        }
    }

    /// Takes an entry out, because it was on hold only, or because the certificate has expired since.
    pub fn release(&mut self, serial: &SerialNumber) {
        self.revoked.retain(|entry| entry.serial != *serial);
    }
}

impl CertificateAuthority {
    /// Issues a revocation list (RFC 5280 §5): signed with this authority's key, and naming this key, not its issuer's.
    ///
    /// With the `previous` list at hand its number is compared.
    ///
    /// # Errors
    ///
    /// Everything that is wrong: no right to sign lists, an authority that is not valid now, a number that is not
    /// higher, a list of another authority before, duplicates, revocations in the future, times outside of the
    /// calendar.
    pub fn issue_revocation_list(
        &self,
        params: &CertificateRevocationListParams,
        previous: Option<&CertificateRevocationList>,
        now: Timestamp,
    ) -> Result<CertificateRevocationList, Vec<CrlError>> {
        let mut errors = Vec::new();
        self.check_list_issuer(now, &mut errors);
        if let Some(previous) = previous {
            self.check_previous(params, previous, now, &mut errors);
        }
        check_entries(&params.revoked, now, &mut errors);
        let validity = validity(params, now).map_err(|error| errors.push(error));
        match validity {
            Ok(validity) if errors.is_empty() => {
                self.sign_list(params, validity).map_err(|error| vec![error])
            }
            _ => Err(errors),
        }
    }

    fn check_list_issuer(&self, now: Timestamp, errors: &mut Vec<CrlError>) {
        let certificate = self.certificate();
        if let Err(error) = super::check_may_sign(certificate) {
            errors.push(error);
        }
        if !certificate.is_valid_at(now) {
            errors.push(CrlError::IssuerNotValid {
                issuer: certificate.subject_text(),
                not_before: certificate.not_before(),
                not_after: certificate.not_after(),
            });
        }
    }

    fn check_previous(
        &self,
        params: &CertificateRevocationListParams,
        previous: &CertificateRevocationList,
        now: Timestamp,
        errors: &mut Vec<CrlError>,
    ) {
        // Not its signature: the list before may be from before a change of the key.
        if previous.issuer != *self.certificate().encoded_subject() {
            errors.push(CrlError::OtherIssuer {
                list: previous.issuer_text(),
                wanted: self.certificate().subject_text(),
            });
            return;
        }
        if previous.number().is_some_and(|number| params.number <= *number) {
            errors.push(CrlError::NumberNotHigher {
                number: params.number.to_string(),
                previous: previous.number().map(ToString::to_string).unwrap_or_default(),
            });
        }
        if previous.this_update() > now {
            errors.push(CrlError::BeforePrevious { previous: previous.this_update(), now });
        }
    }

    fn sign_list(
        &self,
        params: &CertificateRevocationListParams,
        validity: Validity,
    ) -> Result<CertificateRevocationList, CrlError> {
        let list = self.encode_list(params, validity).map_err(|_| CrlError::Encoding)?;
        let content = list.to_der().map_err(|_| CrlError::Encoding)?;
        let signed = Signed::sign(&content, self.key()).map_err(|_| CrlError::Encoding)?;
        // Reading it back is a last check of the encoding.
        CertificateRevocationList::from_der(&signed.to_der().map_err(|_| CrlError::Encoding)?)
    }

    fn encode_list(
        &self,
        params: &CertificateRevocationListParams,
        validity: Validity,
    ) -> der::Result<TbsCertList> {
        let bound = |at| time::to_x509(at).ok_or(der::ErrorKind::DateTime);
        let issuer = self.certificate().encoded_subject();
        let mut extensions = Extensions::new();
        let identifier = Some(OctetString::new(self.certificate().own_key_identifier())?);
        let authority = AuthorityKeyIdentifier { key_identifier: identifier, ..Default::default() };
        extensions.push((&authority).to_extension(issuer, &extensions)?);
        let number = EncodedNumber(params.number.to_encoded()?);
        extensions.push((&number).to_extension(issuer, &extensions)?);
        extensions.extend(scope::encode(params.scope, &params.distribution_points)?);
        let revoked =
            params.revoked.iter().map(RevokedCertificate::encode).collect::<der::Result<Vec<_>>>()?;
        Ok(TbsCertList {
            version: Version::V2,
            signature: self.key().signature_identifier(),
            issuer: issuer.clone(),
            this_update: bound(validity.not_before)?,
            next_update: Some(bound(validity.not_after)?),
            // An empty list is not allowed (RFC 5280 §5.1.2.6).
            revoked_certificates: (!revoked.is_empty()).then_some(revoked),
            crl_extensions: Some(extensions),
        })
    }
}

fn check_entries(entries: &[RevokedCertificate], now: Timestamp, errors: &mut Vec<CrlError>) {
    let mut serials: Vec<&SerialNumber> = entries.iter().map(|entry| &entry.serial).collect();
    serials.sort();
    let mut duplicates: Vec<&SerialNumber> =
        serials.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    duplicates.dedup();
    errors
        .extend(duplicates.into_iter().map(|serial| CrlError::DuplicateEntry { serial: serial.to_string() }));
    for entry in entries {
        let times = [Some(entry.revoked_at), entry.invalidity_date];
        for time in times.into_iter().flatten().filter(|time| *time > now) {
            errors.push(CrlError::Future { serial: entry.serial.to_string(), time });
        }
    }
}

/// Both bounds, to the second.
fn validity(params: &CertificateRevocationListParams, now: Timestamp) -> Result<Validity, CrlError> {
    if params.validity.is_zero() {
        return Err(CrlError::NoLifetime);
    }
    let seconds =
        |period: Period| i64::try_from(period.as_seconds()).map(jiff::SignedDuration::from_secs).ok();
    let bounds = || {
        let now = Timestamp::from_second(now.as_second()).ok()?;
        let not_before = now.checked_sub(seconds(params.backdate)?).ok()?;
        let not_after = now.checked_add(seconds(params.validity)?).ok()?;
        time::to_x509(not_before).and(time::to_x509(not_after))?;
        Some(Validity { not_before, not_after })
    };
    bounds().ok_or(CrlError::Calendar)
}
