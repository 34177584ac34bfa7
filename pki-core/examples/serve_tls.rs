//! From nothing to a TLS connection: an authority, a server's certificate, and a client that trusts the authority.
//!
//! ```shell
//! cargo run --example serve_tls
//! ```

#![expect(clippy::print_stdout, reason = "a program that a person runs")]

use std::error::Error;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;
use pki_core::{
    AuthorityConstraint, Certificate, CertificateAuthority, DistinguishedName, Identity, KeyAlgorithm,
    Period, PrivateKey, SigningProfile, SubjectAltNames,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, Stream};

fn main() -> Result<(), Box<dyn Error>> {
    let (root, certificate, key) = certificates(Timestamp::now())
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;

    let server = ServerConfig::builder().with_no_client_auth().with_single_cert(
        vec![CertificateDer::from(certificate.as_der().to_vec())],
        PrivateKeyDer::from_pem_slice(key.to_pkcs8_pem().as_bytes())?,
    )?;
    let mut trusted = RootCertStore::empty();
    trusted.add(CertificateDer::from(root.as_der()))?;
    let client = ClientConfig::builder().with_root_certificates(trusted).with_no_client_auth();

    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let serving = thread::spawn(move || serve(&listener, server));

    let mut socket = TcpStream::connect(address)?;
    let mut connection = ClientConnection::new(Arc::new(client), ServerName::try_from("localhost")?)?;
    let mut greeting = String::new();
    Stream::new(&mut connection, &mut socket).read_to_string(&mut greeting)?;
    println!("{greeting}");
    serving.join().map_err(|_| "the server panicked")??;
    Ok(())
}

/// A root and, issued by it, the certificate of a server on this machine.
fn certificates(now: Timestamp) -> Result<(Certificate, Certificate, PrivateKey), Vec<pki_core::Error>> {
    let mut rng = UnwrapErr(SysRng);
    let key = || {
        PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut UnwrapErr(SysRng))
            .map_err(|error| vec![error.into()])
    };

    let identity = Identity { subject: DistinguishedName::common("Example root"), ..Identity::default() };
    let profile = SigningProfile::authority(AuthorityConstraint { path_length: Some(0) });
    let (root, _) = CertificateAuthority::self_signed(key()?, &identity, &profile, now, &mut rng)?;

    let server_key = key()?;
    let server = Identity {
        subject: DistinguishedName::common("Example server"),
        subject_alt_names: SubjectAltNames::parse(["localhost", "127.0.0.1"])?,
    };
    let profile =
        SigningProfile { expiry: Period::days(90), ..SigningProfile::server(server_key.algorithm()) };
    let (certificate, _) = root.issue(&server, server_key.public_key(), &profile, now, &mut rng)?;
    Ok((root.into_parts().0, certificate, server_key))
}

fn serve(listener: &TcpListener, config: ServerConfig) -> Result<(), std::io::Error> {
    let (mut socket, _) = listener.accept()?;
    let mut connection = ServerConnection::new(Arc::new(config)).map_err(std::io::Error::other)?;
    let mut stream = Stream::new(&mut connection, &mut socket);
    stream.write_all(b"hello over TLS")?;
    connection.send_close_notify();
    connection.complete_io(&mut socket)?;
    Ok(())
}
