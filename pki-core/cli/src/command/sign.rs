//! `sign`: a certificate for a request.

use pki_core::{CertificateRequest, RequestOverrides, SigningProfile, SubjectAltNames};

use crate::advice;
use crate::console;
use crate::error::Failure;
use crate::input::Input;
use crate::products::{Destination, Products};
use crate::signing::{self, Judgement, Profile, Signer};

/// Sign a certificate request
#[derive(Debug, clap::Args)]
pub(crate) struct Sign {
    /// Certificate request in PEM; `-` reads standard input
    #[arg(value_name = "CSR", required_unless_present = "csr")]
    request: Option<Input>,
    /// Subject in cfssl's JSON (`CN`, `names`), instead of the request's
    #[arg(value_name = "SUBJECT")]
    subject: Option<Input>,
    /// The request, instead of the first argument
    #[arg(long, value_name = "CSR", conflicts_with = "request")]
    csr: Option<Input>,
    #[command(flatten)]
    signer: Signer,
    #[command(flatten)]
    profile: Profile,
    /// Names and addresses, separated by commas, instead of the request's
    #[arg(long, value_name = "NAMES")]
    hostname: Option<String>,
    #[command(flatten)]
    judgement: Judgement,
    #[command(flatten)]
    destination: Destination,
}

impl Sign {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Some(input) = self.csr.as_ref().or(self.request.as_ref()) else { return Ok(()) };
        let request =
            CertificateRequest::from_pem(&input.text()?).map_err(|error| Failure::about(input, error))?;
        let authority = self.signer.read()?;
        let profile = self.profile.read(request.public_key().algorithm())?;
        let profile = SigningProfile { strictness: self.judgement.strictness(), ..profile };
        let (now, mut rng) = (signing::now(), signing::rng());
        let overrides = self.overrides()?;
        let issued = authority.issue_from_request_as(&request, &overrides, &profile, now, &mut rng);
        let (certificate, findings) =
            issued.map_err(|errors| Failure::Problems { about: input.to_string(), errors })?;
        console::findings(&findings);
        advice::give(&certificate);
        Products { certificate: Some(certificate.to_pem()), request: Some(request.to_pem()), key: None }
            .emit(&self.destination)
    }

    /// What the certificate says instead of the request.
    fn overrides(&self) -> Result<RequestOverrides, Failure> {
        let mut overrides = RequestOverrides::default();
        if let Some(names) = self.hostname.as_deref().filter(|names| !names.is_empty()) {
            let names = SubjectAltNames::parse(names.split(','))
                .map_err(|errors| Failure::Problems { about: "-hostname".to_owned(), errors })?;
            overrides.subject_alt_names = Some(names);
        }
        if let Some(input) = &self.subject {
            overrides.subject = Some(signing::read_request_file(input)?.identity.subject);
        }
        Ok(overrides)
    }
}
