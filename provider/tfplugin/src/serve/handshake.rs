//! What the host says in the environment, and the line it is answered with.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// The cookie by which Terraform and OpenTofu make themselves known. It keeps people from starting the binary by
/// mistake and is no secret.
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// The version of the plugin framing around the provider protocol.
const CORE_PROTOCOL: u32 = 1;
/// The only provider protocol spoken here.
const PROVIDER_PROTOCOL: u32 = 6;

/// What the host offers and asks for.
#[derive(Debug)]
pub(super) struct Offer {
    /// The one certificate to accept; without it the host wants no TLS.
    pub(super) client_certificate: Option<CertificateDer<'static>>,
    /// Where to listen.
    pub(super) placement: Placement,
    /// Whether the host knows connection multiplexing and expects an answer about it.
    pub(super) multiplexing: bool,
}

/// Where the host wants the listener.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Placement {
    /// The directory for a unix socket.
    pub(super) directory: Option<PathBuf>,
    /// The group that may use a unix socket, as name or number.
    pub(super) group: Option<String>,
    /// The ports for a TCP listener.
    pub(super) ports: RangeInclusive<u16>,
}

/// Why the process cannot serve whoever started it.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum Refusal {
    #[error(
        "This program is a provider plugin and is not meant to be started by hand.\n\
         Terraform and OpenTofu start it by themselves for configurations that name it; see `--help`."
    )]
    NotAHost,
    #[error(
        "This provider speaks plugin protocol {PROVIDER_PROTOCOL}, but the program that started it offers only: \
         {offered}.\nTerraform 1.0 and OpenTofu 1.6, or later, can use it."
    )]
    Protocol { offered: String },
    #[error("PLUGIN_CLIENT_CERT does not hold a certificate in PEM form")]
    ClientCertificate,
    #[cfg_attr(unix, expect(dead_code, reason = "unix sockets are guarded by their permissions"))]
    #[error("without PLUGIN_CLIENT_CERT any local program could connect, so this provider refuses to serve")]
    NoClientCertificate,
}

impl Offer {
    /// Reads the offer; `variable` gives the value of an environment variable.
    pub(super) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, Refusal> {
        if variable(COOKIE.0).as_deref() != Some(COOKIE.1) {
            return Err(Refusal::NotAHost);
        }
        if let Some(offered) = variable("PLUGIN_PROTOCOL_VERSIONS") {
            agree(&offered)?;
        }
        let filled = |name: &str| variable(name).filter(|value| !value.is_empty());
        let client_certificate = match filled("PLUGIN_CLIENT_CERT") {
            Some(pem) => {
                Some(CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| Refusal::ClientCertificate)?)
            }
            #[cfg(unix)]
            None => None,
            #[cfg(not(unix))]
            None => return Err(Refusal::NoClientCertificate),
        };
        let port =
            |name: &str, default: u16| filled(name).and_then(|port| port.parse().ok()).unwrap_or(default);
        Ok(Self {
            client_certificate,
            placement: Placement {
                directory: filled("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
                group: filled("PLUGIN_UNIX_SOCKET_GROUP"),
                ports: port("PLUGIN_MIN_PORT", 10_000)..=port("PLUGIN_MAX_PORT", 25_000),
            },
            multiplexing: filled("PLUGIN_MULTIPLEX_GRPC").is_some(),
        })
    }

    /// The line that tells the host where to connect and which certificate to expect.
    pub(super) fn answer(
        &self,
        network: &str,
        address: &str,
        certificate: Option<&CertificateDer<'_>>,
    ) -> String {
        // Padding would make the host fail for two certificates of three.
        let certificate = certificate.map(|der| STANDARD_NO_PAD.encode(der)).unwrap_or_default();
        // Old hosts choke on a seventh field.
        let multiplexing = if self.multiplexing { "|false" } else { "" };
        format!("{CORE_PROTOCOL}|{PROVIDER_PROTOCOL}|{network}|{address}|grpc|{certificate}{multiplexing}\n")
    }
}

fn agree(offered: &str) -> Result<(), Refusal> {
    let ours = offered.split(',').any(|version| version.trim().parse() == Ok(PROVIDER_PROTOCOL));
    if ours { Ok(()) } else { Err(Refusal::Protocol { offered: offered.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(more: &[(&str, &str)]) -> Result<Offer, Refusal> {
        Offer::read(|name| {
            more.iter().chain([&COOKIE]).find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn only_a_host_knows_the_cookie() {
        assert_eq!(Offer::read(|_| None).unwrap_err(), Refusal::NotAHost);
        assert_eq!(read(&[(COOKIE.0, "d602bf8f")]).unwrap_err(), Refusal::NotAHost);
        assert!(read(&[]).is_ok());
    }

    #[test]
    fn protocol_six_is_found_in_any_order() {
        for offered in ["6", "5,6", "6,5", "5, 6"] {
            assert!(read(&[("PLUGIN_PROTOCOL_VERSIONS", offered)]).is_ok(), "{offered}");
        }
        let refusal = read(&[("PLUGIN_PROTOCOL_VERSIONS", "4,5")]).unwrap_err();
        assert_eq!(refusal, Refusal::Protocol { offered: "4,5".to_owned() });
    }

    #[test]
    fn placement_has_defaults() {
        let placement = read(&[]).unwrap().placement;
        assert_eq!(placement, Placement { directory: None, group: None, ports: 10_000..=25_000 });

        let placement = read(&[
            ("PLUGIN_UNIX_SOCKET_DIR", "/run/x"),
            ("PLUGIN_MIN_PORT", "4"),
            ("PLUGIN_MAX_PORT", "no"),
        ])
        .unwrap()
        .placement;
        assert_eq!(placement, Placement { directory: Some("/run/x".into()), group: None, ports: 4..=25_000 });
    }

    #[test]
    fn a_damaged_certificate_is_refused() {
        assert_eq!(read(&[("PLUGIN_CLIENT_CERT", "x")]).unwrap_err(), Refusal::ClientCertificate);
    }

    #[test]
    fn answer_has_an_unpadded_certificate_and_a_seventh_field_on_demand() {
        let certificate = CertificateDer::from(vec![1, 2, 3, 4]);
        let answer = read(&[]).unwrap().answer("unix", "/tmp/x", Some(&certificate));
        assert_eq!(answer, "1|6|unix|/tmp/x|grpc|AQIDBA\n");

        let answer = read(&[("PLUGIN_MULTIPLEX_GRPC", "true")]).unwrap().answer("unix", "/tmp/x", None);
        assert_eq!(answer, "1|6|unix|/tmp/x|grpc||false\n");
    }
}
