//! The seed that keys are derived from: where it comes from, and which of two seeds made a key.

use std::fs;
use std::io::Read as _;
use std::path::Path as FilePath;

use pki_core::{KeyAlgorithm, KeyError, PrivateKey, PublicKey, Seed, SymmetricAlgorithm, SymmetricKey};
use tfplugin::prelude::*;
use zeroize::Zeroizing;

use super::config::Config;
use crate::common::derive::Derivation;

const VARIABLE: &str = "GROUNDUP_PKI_SEED";
/// How much of a file is looked at.
const LONGEST: usize = 256;

/// The provider's seed, and the one before it while keys of both are in use.
#[derive(Debug)]
pub(crate) struct Seeds {
    current: Given,
    previous: Given,
}

/// A seed, as far as the configuration gives one. What is wrong with it is told to those who ask for a key: whoever needs
/// none is not held up.
#[derive(Debug)]
enum Given {
    Absent,
    Unknown,
    Seed(Seed),
    Unusable(Error),
}

impl Seeds {
    /// The seeds of the provider block and of the environment.
    pub(super) fn new(config: &Config) -> Self {
        let previous = Given::argument("previous_pki_seed", &config.previous_pki_seed);
        Self { current: Given::current(config), previous }
    }

    /// These seeds, for tests.
    #[cfg(test)]
    pub(crate) fn of(current: &Attr<Secret>, previous: &Attr<Secret>) -> Self {
        Self {
            current: Given::argument("pki_seed", current),
            previous: Given::argument("previous_pki_seed", previous),
        }
    }

    /// The private key of a derivation; `None` while the seed is unknown. Where its public key is known from before, the
    /// key is that of the seed which made it.
    ///
    /// # Errors
    /// Without a seed, or if no seed makes the known public key.
    pub(crate) fn private_key(
        &self,
        algorithm: KeyAlgorithm,
        derivation: &Derivation,
        known: Option<&PublicKey>,
    ) -> Result<Option<PrivateKey>> {
        let derive =
            |seed: &Seed| PrivateKey::derive(algorithm, seed, &derivation.label, derivation.generation);
        let is_known = |key: &PrivateKey| known.is_none_or(|known| key.public_key() == known);
        self.find(derivation, known.is_some(), derive, is_known)
    }

    /// The symmetric key of a derivation; `None` while the seed is unknown. With `known`, the key is the one that it
    /// recognizes, of whichever seed.
    ///
    /// # Errors
    /// Without a seed, or if no seed makes a key that is recognized.
    pub(crate) fn symmetric_key(
        &self,
        algorithm: SymmetricAlgorithm,
        derivation: &Derivation,
        known: Option<&dyn Fn(&SymmetricKey) -> bool>,
    ) -> Result<Option<SymmetricKey>> {
        let derive =
            |seed: &Seed| SymmetricKey::derive(algorithm, seed, &derivation.label, derivation.generation);
        let is_known = |key: &SymmetricKey| known.is_none_or(|known| known(key));
        self.find(derivation, known.is_some(), derive, is_known)
    }

    fn find<K>(
        &self,
        derivation: &Derivation,
        is_old: bool,
        derive: impl Fn(&Seed) -> Result<K, KeyError>,
        is_known: impl Fn(&K) -> bool,
    ) -> Result<Option<K>> {
        let mut unknown = false;
        for given in [Some(&self.current), is_old.then_some(&self.previous)].into_iter().flatten() {
            match given {
                Given::Absent => {}
                Given::Unknown => unknown = true,
                Given::Unusable(error) => return Err(error.clone()),
                Given::Seed(seed) => {
                    let key = derive(seed).during("Unable to Derive Key")?;
                    if is_known(&key) {
                        return Ok(Some(key));
                    }
                }
            }
        }
        if unknown {
            return Ok(None);
        }
        Err(match self.current {
            Given::Absent => missing(derivation),
            _ => differs(derivation),
        })
    }
}

impl Given {
    fn current(config: &Config) -> Self {
        if config.pki_seed.is_set() {
            return Self::argument("pki_seed", &config.pki_seed);
        }
        match &config.pki_seed_file {
            Attr::Unknown => Self::Unknown,
            Attr::Known(path) => Self::file(FilePath::new(path)),
            Attr::Null => match std::env::var_os(VARIABLE) {
                Some(text) if !text.is_empty() => {
                    let text = Zeroizing::new(text.to_string_lossy().into_owned());
                    Self::parse(&text, || format!("The variable `{VARIABLE}`"))
                }
                _ => Self::Absent,
            },
        }
    }

    fn argument(name: &str, argument: &Attr<Secret>) -> Self {
        match argument {
            Attr::Null => Self::Absent,
            Attr::Unknown => Self::Unknown,
            Attr::Known(text) => Self::parse(text.expose(), || format!("The provider's `{name}`")),
        }
    }

    fn file(path: &FilePath) -> Self {
        let name = || format!("The seed file `{}`", path.display());
        match read(path) {
            Ok(text) => Self::parse(&text, name),
            Err(Unreadable::Missing) => Self::Unusable(unusable(format!(
                "{} does not exist. If it is lost, the keys that were derived from it cannot be made again; what exists \
                 can still be destroyed, with `terraform destroy -refresh=false`. For a new cluster, make one with \
                 `(umask 077; openssl rand -base64 32 > {path})` or `groundup-pki seed --out {path}`, and keep a copy of \
                 it where it is safe.",
                name(),
                path = path.display(),
            ))),
            Err(Unreadable::Io(error)) => {
                Self::Unusable(unusable(format!("{} cannot be read: {error}.", name())))
            }
            Err(Unreadable::Open { mode }) => Self::Unusable(unusable(format!(
                "{} can be read by others (mode {mode:04o}): `chmod 600 {}`. If anybody may have read it, every key of \
                 it has to be replaced.",
                name(),
                path.display(),
            ))),
        }
    }

    fn parse(text: &str, name: impl Fn() -> String) -> Self {
        match text.parse() {
            Ok(seed) => Self::Seed(seed),
            Err(error) => Self::Unusable(unusable(format!("{} is no seed: {error}.", name()))),
        }
    }
}

/// Why the text of a seed cannot be had.
enum Unreadable {
    Missing,
    Io(std::io::Error),
    Open { mode: u32 },
}

fn read(path: &FilePath) -> Result<Zeroizing<String>, Unreadable> {
    let io = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Unreadable::Missing,
        _ => Unreadable::Io(error),
    };
    let file = fs::File::open(path).map_err(io)?;
    let metadata = file.metadata().map_err(io)?;
    if metadata.is_dir() {
        return Err(Unreadable::Io(std::io::ErrorKind::IsADirectory.into()));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(Unreadable::Open { mode });
        }
    }
    // Longer than any seed, and of this capacity from the beginning, so that no copy is left behind.
    let mut text = Zeroizing::new(String::with_capacity(LONGEST));
    file.take(LONGEST as u64).read_to_string(&mut text).map_err(io)?;
    Ok(text)
}

/// What is wrong with the text of a seed, which it does not repeat.
pub(super) fn check(text: &Secret) -> std::result::Result<(), String> {
    text.expose().parse::<Seed>().map(drop).map_err(|error| error.to_string())
}

fn unusable(detail: String) -> Error {
    Error::new("Unusable Seed", detail)
}

fn missing(derivation: &Derivation) -> Error {
    let detail = format!(
        "The key {derivation} is derived from a seed, and the provider has none. Give it one by the variable `{VARIABLE}`, \
         or by `pki_seed` or `pki_seed_file` in the provider block; for a new cluster, make one with `openssl rand \
         -base64 32` or `groundup-pki seed`, and keep it where it is safe."
    );
    Error::new("Missing Seed", detail)
}

/// The error of an operation that cannot wait until the seed is known.
pub(crate) fn unknown(derivation: &Derivation) -> Error {
    let detail = format!(
        "The key {derivation} is derived from the provider's seed, and that is not known yet: it comes from something that \
         this run is still to create. Give the seed by the variable `{VARIABLE}` or by a variable of the configuration, or \
         create what it comes from first, with `-target`."
    );
    Error::new("Unknown Seed", detail)
}

fn differs(derivation: &Derivation) -> Error {
    let detail = format!(
        "The key {derivation} that follows from the provider's seed is not the one that is in use: the seed is another one \
         now. Give the provider the seed that the key was made with. If the seed was changed on purpose, give the old one \
         as `previous_pki_seed`, and raise generations until nothing needs it any more."
    );
    Error::new("Derived Key Differs", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const OTHER: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff";

    fn seed(text: &str) -> Attr<Secret> {
        Secret::new(text).into()
    }

    fn derivation() -> Derivation {
        Derivation { label: "prod/ca".parse().unwrap(), generation: std::num::NonZeroU32::MIN }
    }

    fn key(seeds: &Seeds, known: Option<&PublicKey>) -> Result<Option<PrivateKey>> {
        seeds.private_key(KeyAlgorithm::EcdsaP256, &derivation(), known)
    }

    fn summary<T: std::fmt::Debug>(result: Result<T>) -> String {
        result.unwrap_err().diagnostics()[0].summary.clone()
    }

    #[test]
    fn a_known_key_is_of_the_seed_that_made_it() {
        let old = Seeds::of(&seed(ONE), &Attr::Null);
        let made = key(&old, None).unwrap().unwrap().public_key().clone();
        assert_eq!(made.fingerprint_sha256(), "SHA256:9CTDrQ9FFb+PS8GW/C+8J4NDc3DaPvv/65JTQIOACEo");

        let both = Seeds::of(&seed(OTHER), &seed(ONE));
        assert_eq!(*key(&both, Some(&made)).unwrap().unwrap().public_key(), made);
        assert_ne!(*key(&both, None).unwrap().unwrap().public_key(), made, "a new key is of the new seed");

        let new = Seeds::of(&seed(OTHER), &Attr::Null);
        assert_eq!(summary(key(&new, Some(&made))), "Derived Key Differs");
    }

    #[test]
    fn a_seed_that_is_not_there_is_asked_for_and_one_that_is_not_known_awaited() {
        let none = Seeds::of(&Attr::Null, &Attr::Null);
        let told = key(&none, None).unwrap_err();
        assert_eq!(told.diagnostics()[0].summary, "Missing Seed");
        assert!(told.diagnostics()[0].detail.contains("The key `prod/ca` of generation 1 is derived"));
        let made = key(&Seeds::of(&seed(ONE), &Attr::Null), None).unwrap().unwrap();
        assert!(key(&Seeds::of(&Attr::Unknown, &Attr::Null), Some(made.public_key())).unwrap().is_none());
        assert!(key(&Seeds::of(&seed(OTHER), &Attr::Unknown), Some(made.public_key())).unwrap().is_none());
        assert_eq!(summary(key(&Seeds::of(&seed("short"), &Attr::Null), None)), "Unusable Seed");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed");
        let used = || match Given::file(&path) {
            Given::Seed(_) => String::new(),
            Given::Unusable(error) => error.diagnostics()[0].detail.clone(),
            other => format!("{other:?}"),
        };
        assert!(used().contains("does not exist"), "{}", used());
        assert!(!path.exists(), "it is never made here");
        fs::create_dir(&path).unwrap();
        assert!(used().contains("cannot be read: is a directory"), "{}", used());
        fs::remove_dir(&path).unwrap();
        fs::write(&path, format!("{ONE}\n")).unwrap();
        for (mode, good) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o610, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(used().is_empty(), good, "{mode:o}: {}", used());
        }
        assert!(used().contains("(mode 0610): `chmod 600 "), "{}", used());
    }
}
