//! Whose certificates are trusted.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::config::{Config, expand_home, variable};
use crate::setup_error::SetupError;

/// How connections are made secure: with the certificates of the bundle if one is named, else with the system's.
pub(super) fn tls(config: &Config) -> Result<ClientConfig, SetupError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| SetupError::Tls(error.to_string()))?;
    let trusted = match bundle(config) {
        _ if config.insecure => Trusted::Anybody,
        Some((path, origin)) => {
            return Ok(builder.with_root_certificates(read_bundle(&path, origin)?).with_no_client_auth());
        }
        None => Trusted::BySystem(OnceLock::new()),
    };
    let verifier = Arc::new(Verifier { provider, trusted });
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

/// The bundle of certificates that is named, and where.
fn bundle(config: &Config) -> Option<(PathBuf, &'static str)> {
    let argument = config.custom_ca_bundle.clone().map(|path| (path, "`custom_ca_bundle`"));
    argument.or_else(|| variable("AWS_CA_BUNDLE").map(|path| (path.into(), "AWS_CA_BUNDLE")))
}

/// Checks the bundle that the configuration names, and only that.
///
/// # Errors
///
/// When it cannot be read, or holds something else.
pub fn check_bundle(path: &Path) -> Result<(), SetupError> {
    read_bundle(path, "`custom_ca_bundle`").map(drop)
}

fn read_bundle(path: &Path, origin: &'static str) -> Result<RootCertStore, SetupError> {
    let path = expand_home(path);
    let wrong = |reason: String| SetupError::CaBundle { origin, path: path.clone(), reason };
    let text = std::fs::read(&path).map_err(|error| wrong(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for (index, certificate) in CertificateDer::pem_slice_iter(&text).enumerate() {
        let wrong = |reason: String| wrong(format!("certificate {}: {reason}", index + 1));
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(wrong("it holds no certificate in PEM (`-----BEGIN CERTIFICATE-----`)".into()));
    }
    Ok(roots)
}

/// Verifies servers where rustls does not know beforehand who is trusted.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    trusted: Trusted,
}

#[derive(Debug)]
enum Trusted {
    /// Whoever answers, because the user asks for that.
    Anybody,
    /// Whom the system trusts. Its certificates are many, and read only when a server shows one.
    BySystem(OnceLock<Result<Arc<WebPkiServerVerifier>, String>>),
}

impl Verifier {
    fn by_system(&self) -> Result<Arc<WebPkiServerVerifier>, String> {
        let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(system()), self.provider.clone());
        builder.build().map_err(|error| format!("no certificate of the system can be used: {error}"))
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Trusted::BySystem(verifier) = &self.trusted else { return Ok(ServerCertVerified::assertion()) };
        match verifier.get_or_init(|| self.by_system()) {
            Ok(verifier) => verifier.verify_server_cert(certificate, intermediates, name, ocsp_response, now),
            Err(error) => Err(rustls::Error::General(error.clone())),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn system() -> RootCertStore {
    let found = rustls_native_certs::load_native_certs();
    for error in found.errors {
        tracing::warn!(%error, "some certificates of the system cannot be read");
    }
    let mut roots = RootCertStore::empty();
    let (valid, invalid) = roots.add_parsable_certificates(found.certs);
    tracing::debug!(valid, invalid, "certificates of the system");
    roots
}
