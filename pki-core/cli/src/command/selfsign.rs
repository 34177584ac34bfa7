//! `selfsign`: a new key and a certificate that vouches for itself.

use pki_core::{Certificate, CertificateRequest, Period, PrivateKey, SigningProfile};

use crate::console;
use crate::error::Failure;
use crate::input::Input;
use crate::products::{Destination, Products};
use crate::signing::{self, Judgement, Profile};

/// How long the certificate is valid without a configuration: what cfssl takes.
const EXPIRY: Period = Period::hours(2190);

/// Make a new key and a certificate signed with it, for a server that stands alone (for tests)
#[derive(Debug, clap::Args)]
pub(crate) struct Selfsign {
    /// Names and addresses, separated by commas
    #[arg(value_name = "HOSTNAME")]
    hostname: String,
    /// Request in cfssl's JSON; `-` reads standard input
    #[arg(value_name = "CSRJSON")]
    request: Input,
    #[command(flatten)]
    profile: Profile,
    #[command(flatten)]
    judgement: Judgement,
    #[command(flatten)]
    destination: Destination,
}

impl Selfsign {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let file = signing::read_request_file(&self.request)?;
        let file = signing::with_hosts(file, Some(&self.hostname))?;
        let mut profile = self.profile.read(file.key)?;
        if self.profile.config.is_none() {
            profile.expiry = EXPIRY;
        }
        let profile = SigningProfile { strictness: self.judgement.strictness(), ..profile };
        let failed = |errors| Failure::Problems { about: self.request.to_string(), errors };
        profile.check(&file.identity, file.key).map_err(failed)?;

        let mut rng = signing::rng();
        let key = PrivateKey::generate(file.key, &mut rng).map_err(|error| failed(vec![error.into()]))?;
        let request =
            CertificateRequest::create(&key, &file.identity).map_err(|error| failed(vec![error]))?;
        let (certificate, findings) =
            Certificate::self_signed(&key, &file.identity, &profile, signing::now(), &mut rng)
                .map_err(failed)?;
        console::findings(&findings);
        console::warning(&"nobody vouches for a self-signed certificate; use it for tests only");
        Products {
            certificate: Some(certificate.to_pem()),
            request: Some(request.to_pem()),
            key: Some(key.to_pem()),
        }
        .emit(&self.destination)
    }
}
