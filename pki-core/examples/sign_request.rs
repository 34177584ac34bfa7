//! A certificate for a request that somebody else made, from the authority whose files are given.
//!
//! ```shell
//! cargo run --example sign_request -- ca.pem ca-key.pem request.csr > certificate.pem
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that a person runs")]

use std::error::Error;
use std::fs;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;
use pki_core::{Certificate, CertificateAuthority, CertificateRequest, Period, PrivateKey, SigningProfile};

fn main() -> Result<(), Box<dyn Error>> {
    let [certificate, key, request] = &std::env::args().skip(1).collect::<Vec<_>>()[..] else {
        return Err("usage: sign_request CA KEY REQUEST".into());
    };
    let pem = sign(
        &fs::read_to_string(certificate)?,
        &fs::read_to_string(key)?,
        &fs::read_to_string(request)?,
        Timestamp::now(),
    )?;
    print!("{pem}");
    Ok(())
}

fn sign(certificate: &str, key: &str, request: &str, now: Timestamp) -> Result<String, Box<dyn Error>> {
    // Refused when the two do not belong together, or when the certificate is not one of an authority.
    let authority =
        CertificateAuthority::new(Certificate::from_pem(certificate)?, PrivateKey::from_pem(key)?)?;
    // Refused when whoever asks does not have the key.
    let request = CertificateRequest::from_pem(request)?;

    // The request says who; the profile, and nothing else, says what for and for how long.
    let profile = SigningProfile {
        expiry: Period::days(90),
        ..SigningProfile::server(request.public_key().algorithm())
    };
    let (certificate, findings) = authority
        .issue_from_request(&request, &profile, now, &mut UnwrapErr(SysRng))
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    for finding in findings {
        eprintln!("warning: {finding}");
    }
    Ok(certificate.to_pem())
}
