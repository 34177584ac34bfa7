//! What `gencert`, `sign` and `selfsign` have in common: authorities, profiles and strictness.

use jiff::Timestamp;
use pki_core::cfssl::{Config, CsrFile};
use pki_core::{
    Certificate, CertificateAuthority, KeyAlgorithm, PrivateKey, SigningProfile, Strictness, Usages,
};

use crate::console;
use crate::error::Failure;
use crate::input::Input;

/// The authority that signs.
#[derive(Debug, clap::Args)]
pub(crate) struct Signer {
    /// Certificate of the authority that signs
    #[arg(long, value_name = "CERT", requires = "ca_key")]
    pub(crate) ca: Option<Input>,
    /// Private key of that authority
    #[arg(long, value_name = "KEY")]
    pub(crate) ca_key: Option<Input>,
    /// File with the passphrase of that key, if it is encrypted
    #[arg(long, value_name = "FILE", requires = "ca_key")]
    pub(crate) passphrase_file: Option<Input>,
}

impl Signer {
    /// Reads the authority.
    pub(crate) fn read(&self) -> Result<CertificateAuthority, Failure> {
        let (Some(ca), Some(ca_key)) = (&self.ca, &self.ca_key) else {
            return Err(Failure::Usage {
                problem: "an authority is needed to sign".to_owned(),
                help: "name its files with `-ca` and `-ca-key`; `gencert -initca` makes a new one",
            });
        };
        let certificate = Certificate::from_pem(&ca.text()?).map_err(|error| Failure::about(ca, error))?;
        let key = read_key(ca_key, self.passphrase_file.as_ref())?;
        CertificateAuthority::new(certificate, key).map_err(|error| Failure::about(ca, error))
    }
}

/// How certificates are issued.
#[derive(Debug, clap::Args)]
pub(crate) struct Profile {
    /// Signing configuration in cfssl's JSON (`ca-config.json`)
    #[arg(long, value_name = "CONFIG")]
    pub(crate) config: Option<Input>,
    /// Profile of the configuration; without it, the default profile
    #[arg(long, value_name = "NAME", requires = "config")]
    pub(crate) profile: Option<String>,
}

impl Profile {
    /// Reads the profile. Without a configuration it is cfssl's: servers and clients, for a year.
    pub(crate) fn read(&self, algorithm: KeyAlgorithm) -> Result<SigningProfile, Failure> {
        let Some(input) = &self.config else {
            return Ok(SigningProfile::new(Usages::server_and_client(algorithm)));
        };
        let failed = |error| Failure::about(input, pki_core::Error::Cfssl(error));
        let config: Config = input.text()?.parse().map_err(failed)?;
        match self.profile.as_deref() {
            None | Some("") => config.default_profile(),
            Some(name) => config.profile(name),
        }
        .map_err(failed)
    }
}

/// How strictly the input is judged.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Judgement {
    /// Refuse what only a linter dislikes
    #[arg(long, conflicts_with = "compat")]
    strict: bool,
    /// Let it pass with a warning (the default)
    #[arg(long)]
    compat: bool,
}

impl Judgement {
    pub(crate) fn is_strict(self) -> bool {
        self.strict
    }

    pub(crate) fn strictness(self) -> Strictness {
        if self.strict { Strictness::Strict } else { Strictness::Compat }
    }
}

/// Reads a private key, with a warning where others can read it or its passphrase too.
pub(crate) fn read_key(input: &Input, passphrase: Option<&Input>) -> Result<PrivateKey, Failure> {
    let (pem, mut exposed) = input.secret().map(|(pem, exposed)| (pem, Vec::from_iter(exposed)))?;
    let failed = |error| Failure::about(input, error);
    let key = match passphrase {
        None => PrivateKey::from_pem(&pem).map_err(failed)?,
        Some(file) => {
            let (passphrase, exposed_too) = file.secret()?;
            exposed.extend(exposed_too);
            // The line end is the editor's.
            let line = passphrase.strip_suffix('\n').unwrap_or(&passphrase);
            PrivateKey::from_encrypted_pem(&pem, line).map_err(failed)?
        }
    };
    // Only now it is known that this is a secret.
    for warning in exposed {
        console::warning(&warning);
    }
    Ok(key)
}

/// Reads a request file.
pub(crate) fn read_request_file(input: &Input) -> Result<CsrFile, Failure> {
    input.text()?.parse().map_err(|error| Failure::about(input, pki_core::Error::Cfssl(error)))
}

/// Replaces the alternative names where others are given, separated by commas.
pub(crate) fn with_hosts(file: CsrFile, hostname: Option<&str>) -> Result<CsrFile, Failure> {
    match hostname.filter(|names| !names.is_empty()) {
        None => Ok(file),
        Some(names) => file
            .with_hosts(names.split(','))
            .map_err(|errors| Failure::Problems { about: "-hostname".to_owned(), errors }),
    }
}

/// The time at which everything is issued.
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The operating system's random numbers. Without them nothing can be made.
pub(crate) fn rng() -> impl getrandom::rand_core::CryptoRng {
    getrandom::rand_core::UnwrapErr(getrandom::SysRng)
}
