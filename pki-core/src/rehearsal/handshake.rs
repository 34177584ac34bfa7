//! TLS handshakes in memory.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, aws_lc_rs, verify_tls13_signature, verify_tls13_signature_with_raw_key,
};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::sign::SingleCertAndKey;
use rustls::time_provider::TimeProvider;
use rustls::version::TLS13;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, DistinguishedName, Error,
    ServerConfig, ServerConnection, SignatureScheme,
};

use super::party::Party;
use crate::certificate::Certificate;
use crate::san::SubjectAltName;
use crate::verify::{Purpose, Verifier, VerifyError, server_name};

/// How a handshake ended that did not pass.
pub(super) enum Failure {
    /// The client refuses the server's certificate.
    ByClient(VerifyError),
    /// The server refuses the client's certificate.
    ByServer(VerifyError),
    /// Anything else, in the words of rustls.
    Other(String),
}

/// The stage: what all handshakes have in common.
pub(super) struct Stage {
    provider: Arc<CryptoProvider>,
    time: Timestamp,
}

impl Stage {
    pub(super) fn new(time: Timestamp) -> Self {
        let provider = CryptoProvider {
            kx_groups: vec![aws_lc_rs::kx_group::X25519],
            cipher_suites: vec![aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256],
            ..aws_lc_rs::default_provider()
        };
        Self { provider: Arc::new(provider), time }
    }

    /// One handshake: the client calls the server by a name, with a certificate if it has one. Each side has its trusted
    /// authorities.
    pub(super) fn handshake(
        &self,
        client: Option<&Party>,
        client_trusts: &Arc<[Certificate]>,
        server: &Party,
        server_trusts: &Arc<[Certificate]>,
        name: &SubjectAltName,
    ) -> Result<(), Failure> {
        let other = |error: Error| Failure::Other(error.to_string());
        let called =
            server_name(name).ok_or_else(|| Failure::Other(format!("`{name}` is not the name of a host")))?;
        let of_client = self.judge(Purpose::Server, client_trusts, Some(name), server.stand_in.clone());
        let stand_in = client.and_then(|client| client.stand_in.clone());
        let of_server = self.judge(Purpose::Client, server_trusts, None, stand_in);
        let result = self
            .client(client, of_client.clone())
            .and_then(|config| ClientConnection::new(config, called))
            .and_then(|connection| {
                let server = ServerConnection::new(self.server(server, of_server.clone())?)?;
                complete(connection, server)
            });
        match (of_client.take(), of_server.take()) {
            (Some(refusal), _) => Err(Failure::ByClient(refusal)),
            (None, Some(refusal)) => Err(Failure::ByServer(refusal)),
            (None, None) => result.map_err(other),
        }
    }

    fn client(&self, party: Option<&Party>, judge: Arc<Judge>) -> Result<Arc<ClientConfig>, Error> {
        let config = ClientConfig::builder_with_details(self.provider.clone(), Arc::new(Clock(self.time)))
            .with_protocol_versions(&[&TLS13])?
            .dangerous()
            .with_custom_certificate_verifier(judge);
        let mut config = match party {
            Some(party) => {
                config.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(party.credential.clone())))
            }
            None => config.with_no_client_auth(),
        };
        config.resumption = Resumption::disabled();
        Ok(Arc::new(config))
    }

    fn server(&self, party: &Party, judge: Arc<Judge>) -> Result<Arc<ServerConfig>, Error> {
        let mut config =
            ServerConfig::builder_with_details(self.provider.clone(), Arc::new(Clock(self.time)))
                .with_protocol_versions(&[&TLS13])?
                .with_client_cert_verifier(judge)
                .with_cert_resolver(Arc::new(SingleCertAndKey::from(party.credential.clone())));
        config.send_tls13_tickets = 0;
        Ok(Arc::new(config))
    }

    fn judge(
        &self,
        purpose: Purpose,
        trusts: &Arc<[Certificate]>,
        name: Option<&SubjectAltName>,
        stand_in: Option<SubjectPublicKeyInfoDer<'static>>,
    ) -> Arc<Judge> {
        Arc::new(Judge {
            purpose,
            trusts: trusts.clone(),
            name: name.cloned(),
            time: self.time,
            provider: self.provider.clone(),
            stand_in,
            refusal: Mutex::default(),
        })
    }
}

/// Carries the messages to and fro until both sides are done, or one gives up.
fn complete(mut client: ClientConnection, mut server: ServerConnection) -> Result<(), Error> {
    let general = |error: std::io::Error| Error::General(error.to_string());
    let mut buffer = Vec::new();
    while client.is_handshaking() || server.is_handshaking() || client.wants_write() || server.wants_write() {
        buffer.clear();
        while client.wants_write() {
            client.write_tls(&mut buffer).map_err(general)?;
        }
        let sent = !buffer.is_empty();
        let mut rest = buffer.as_slice();
        while !rest.is_empty() {
            server.read_tls(&mut rest).map_err(general)?;
            server.process_new_packets()?;
        }
        buffer.clear();
        while server.wants_write() {
            server.write_tls(&mut buffer).map_err(general)?;
        }
        if !sent && buffer.is_empty() {
            return Err(Error::General("neither side has anything to say".to_owned()));
        }
        let mut rest = buffer.as_slice();
        while !rest.is_empty() {
            client.read_tls(&mut rest).map_err(general)?;
            client.process_new_packets()?;
        }
    }
    Ok(())
}

/// Verifies the certificate of the other side as this library does, and remembers why it refuses it.
struct Judge {
    purpose: Purpose,
    trusts: Arc<[Certificate]>,
    name: Option<SubjectAltName>,
    time: Timestamp,
    provider: Arc<CryptoProvider>,
    stand_in: Option<SubjectPublicKeyInfoDer<'static>>,
    refusal: Mutex<Option<VerifyError>>,
}

impl Judge {
    fn verify(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
    ) -> Result<(), Error> {
        let malformed = |_| Error::InvalidCertificate(CertificateError::BadEncoding);
        let certificate = Certificate::from_der(certificate).map_err(malformed)?;
        let intermediates: Vec<_> = intermediates
            .iter()
            .map(|der| Certificate::from_der(der))
            .collect::<Result<_, _>>()
            .map_err(malformed)?;
        let verifier =
            Verifier::new(&self.trusts, self.time).intermediates(&intermediates).purpose(self.purpose);
        let verifier = match &self.name {
            Some(name) => verifier.name(name),
            None => verifier,
        };
        verifier.verify(&certificate).map(drop).map_err(|refusal| {
            *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = Some(refusal);
            Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)
        })
    }

    fn take(&self) -> Option<VerifyError> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn verify_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        match &self.stand_in {
            Some(key) => verify_tls13_signature_with_raw_key(message, key, signed, algorithms),
            None => verify_tls13_signature(message, certificate, signed, algorithms),
        }
    }
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.verify(end_entity, intermediates).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.2 is not offered".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl ClientCertVerifier for Judge {
    /// Pods come without a certificate.
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.verify(end_entity, intermediates).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("TLS 1.2 is not offered".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Judge({})", self.purpose)
    }
}

/// The time of the rehearsal, for whatever rustls wants to know it.
#[derive(Debug)]
struct Clock(Timestamp);

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)))
    }
}
