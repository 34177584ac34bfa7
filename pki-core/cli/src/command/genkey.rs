//! `genkey`: a new key and a request for its certificate.

use pki_core::{CertificateRequest, PrivateKey};

use super::gencert;
use crate::console;
use crate::error::Failure;
use crate::input::Input;
use crate::products::{Destination, Products};
use crate::signing::{self, Judgement};

/// Make a new key and a request for its certificate; with `-initca` a new authority
#[derive(Debug, clap::Args)]
pub(crate) struct Genkey {
    /// Request in cfssl's JSON; `-` reads standard input
    #[arg(value_name = "CSRJSON")]
    request: Input,
    /// Make a new authority, as `gencert -initca` does
    #[arg(long)]
    initca: bool,
    #[command(flatten)]
    judgement: Judgement,
    #[command(flatten)]
    destination: Destination,
}

impl Genkey {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let file = signing::read_request_file(&self.request)?;
        if self.initca {
            let (products, findings) = gencert::initca(&self.request, &file, None, self.judgement)?;
            console::findings(&findings);
            return products.emit(&self.destination);
        }
        let failed = |errors| Failure::Problems { about: self.request.to_string(), errors };
        let findings = file.identity.subject.check(self.judgement.strictness()).map_err(failed)?;
        let key = PrivateKey::generate(file.key, &mut signing::rng())
            .map_err(|error| Failure::about(&self.request, error))?;
        let request = CertificateRequest::create(&key, &file.identity)
            .map_err(|error| Failure::about(&self.request, error))?;
        console::findings(&findings);
        Products { certificate: None, request: Some(request.to_pem()), key: Some(key.to_pem()) }
            .emit(&self.destination)
    }
}
