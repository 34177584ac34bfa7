//! `gencert`: a new key and its certificate.

use pki_core::cfssl::CsrFile;
use pki_core::{CertificateAuthority, CertificateRequest, Error, Finding, PrivateKey, SigningProfile};

use crate::advice;
use crate::console;
use crate::error::Failure;
use crate::input::Input;
use crate::products::{Destination, Products};
use crate::signing::{self, Judgement, Profile, Signer};

/// Make a new key and its certificate: `-initca` for a new authority, else `-ca` and `-ca-key` of the one that signs
///
/// With `-initca -ca-key`, the new authority has the key that is given.
#[derive(Debug, clap::Args)]
pub(crate) struct Gencert {
    /// Request in cfssl's JSON; `-` reads standard input
    #[arg(value_name = "CSRJSON")]
    request: Input,
    /// Make a new authority
    #[arg(long, conflicts_with_all = ["ca", "config", "profile"])]
    initca: bool,
    #[command(flatten)]
    signer: Signer,
    #[command(flatten)]
    profile: Profile,
    /// Names and addresses, separated by commas, instead of the request's `hosts`
    #[arg(long, value_name = "NAMES")]
    hostname: Option<String>,
    /// Common name, instead of the request's `CN`
    #[arg(long, value_name = "NAME")]
    cn: Option<String>,
    #[command(flatten)]
    judgement: Judgement,
    #[command(flatten)]
    destination: Destination,
}

impl Gencert {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let file = signing::read_request_file(&self.request)?;
        let mut file = signing::with_hosts(file, self.hostname.as_deref())?;
        if let Some(name) = &self.cn {
            file.identity.subject.common_name = Some(name.clone()).filter(|name| !name.is_empty());
        }
        if self.initca { self.authority(&file) } else { self.leaf(&file) }
    }

    fn authority(&self, file: &CsrFile) -> Result<(), Failure> {
        let passphrase = self.signer.passphrase_file.as_ref();
        let given = self.signer.ca_key.as_ref().map(|key| signing::read_key(key, passphrase)).transpose()?;
        let (products, findings) = initca(&self.request, file, given, self.judgement)?;
        console::findings(&findings);
        products.emit(&self.destination)
    }

    fn leaf(&self, file: &CsrFile) -> Result<(), Failure> {
        if file.ca.is_some() {
            return Err(Failure::Usage {
                problem: format!("{}: the section `ca` is for authorities", self.request),
                help: "pass -initca to make one, or remove the section",
            });
        }
        let authority = self.signer.read()?;
        let profile = self.profile.read(file.key)?;
        let profile = SigningProfile { strictness: self.judgement.strictness(), ..profile };
        let failed = |errors| Failure::Problems { about: self.request.to_string(), errors };
        // Looking for a key takes longest: first everything that can be wrong.
        let (mut errors, now) = (Vec::new(), signing::now());
        errors.extend(profile.check(&file.identity, file.key).err().unwrap_or_default());
        errors.extend(authority.certificate().check_issuing(&profile, now).err().unwrap_or_default());
        if !errors.is_empty() {
            return Err(failed(errors));
        }
        let mut rng = signing::rng();
        let key = PrivateKey::generate(file.key, &mut rng).map_err(|error| failed(vec![error.into()]))?;
        let request =
            CertificateRequest::create(&key, &file.identity).map_err(|error| failed(vec![error]))?;
        let (certificate, findings) =
            authority.issue(&file.identity, key.public_key(), &profile, now, &mut rng).map_err(failed)?;
        console::findings(&findings);
        advice::give(&certificate);
        Products {
            certificate: Some(certificate.to_pem()),
            request: Some(request.to_pem()),
            key: Some(key.to_pem()),
        }
        .emit(&self.destination)
    }
}

/// Makes an authority, with a new key where none is given.
pub(super) fn initca(
    input: &Input,
    file: &CsrFile,
    given: Option<PrivateKey>,
    judgement: Judgement,
) -> Result<(Products, Vec<Finding>), Failure> {
    let failed = |errors: Vec<Error>| Failure::Problems { about: input.to_string(), errors };
    let profile = SigningProfile { strictness: judgement.strictness(), ..file.root_profile() };
    let algorithm = given.as_ref().map_or(file.key, PrivateKey::algorithm);
    profile.check(&file.identity, algorithm).map_err(failed)?;
    let mut rng = signing::rng();
    let is_new = given.is_none();
    let key = match given {
        Some(key) => key,
        None => PrivateKey::generate(algorithm, &mut rng).map_err(|error| failed(vec![error.into()]))?,
    };
    let request = CertificateRequest::create(&key, &file.identity).map_err(|error| failed(vec![error]))?;
    let (authority, findings) =
        CertificateAuthority::self_signed(key, &file.identity, &profile, signing::now(), &mut rng)
            .map_err(failed)?;
    let products = Products {
        certificate: Some(authority.certificate().to_pem()),
        request: Some(request.to_pem()),
        key: is_new.then(|| authority.key().to_pem()),
    };
    Ok((products, findings))
}
