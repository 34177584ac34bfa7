//! Arguments in the style of cfssl.

use std::ffi::OsString;

/// Writes Go's long options, which have one dash (`-initca`, `-ca=ca.pem`), with two. Single letters stay as they are,
/// and so does everything after `--`.
pub(crate) fn with_two_dashes(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut options_ended = false;
    let rewrite = |argument: OsString| {
        options_ended |= argument == "--";
        let is_long = match argument.as_encoded_bytes() {
            [b'-', first, second, ..] => first.is_ascii_alphabetic() && *second != b'=',
            _ => false,
        };
        if options_ended || !is_long {
            return argument;
        }
        let mut long = OsString::from("-");
        long.push(argument);
        long
    };
    arguments.into_iter().map(rewrite).collect()
}

/// What to do instead of a command or an option that cfssl has and this program has not.
pub(crate) fn unsupported(arguments: &[OsString]) -> Option<String> {
    let mut words =
        arguments.iter().skip(1).map(|word| word.to_string_lossy()).take_while(|word| word != "--");
    let command = words.next()?;
    if let Some((name, advice)) = COMMANDS.iter().find(|(name, _)| command == *name) {
        return Some(format!("cfssl's command `{name}` is not supported: {advice}"));
    }
    // Commands of this program's own have options of their own.
    if !CFSSL.contains(&command.as_ref()) {
        return None;
    }
    words.find_map(|word| {
        let option = word.strip_prefix("--")?.split('=').next()?;
        let (name, advice) = OPTIONS.iter().find(|(name, _)| *name == option)?;
        Some(format!("cfssl's option `-{name}` is not supported: {advice}"))
    })
}

/// The commands that are cfssl's.
const CFSSL: [&str; 5] = ["gencert", "sign", "genkey", "selfsign", "certinfo"];

const COMMANDS: [(&str, &str); 12] = [
    ("serve", SERVER),
    ("ocspsign", OCSP),
    ("ocspserve", OCSP),
    ("ocsprefresh", OCSP),
    ("ocspdump", OCSP),
    ("info", "`inspect` describes the certificate of an authority"),
    ("scan", "there is no connection to servers; `inspect` and `verify` read their certificates from files"),
    ("revoke", "there is no database of certificates"),
    ("crl", "there is no database of certificates"),
    ("gencrl", "Terraform's `groundup_certificate_revocation_list` makes revocation lists"),
    ("gencsr", "`genkey` makes a request with a new key"),
    ("print-defaults", "`gencert --help` and the documentation show both files"),
];

const OPTIONS: [(&str, &str); 12] = [
    ("remote", SERVER),
    ("label", SERVER),
    ("mutual-tls-cert", SERVER),
    ("mutual-tls-key", SERVER),
    ("mutual-tls-client-cert", SERVER),
    ("mutual-tls-client-key", SERVER),
    ("tls-remote-ca", SERVER),
    ("db-config", "there is no database of certificates; leave it out"),
    ("loglevel", "only warnings and errors are printed; leave it out"),
    ("domain", "there is no connection to servers; save the certificate and pass it with `-cert`"),
    ("sn", "there is no database of certificates; pass the certificate with `-cert`"),
    ("crl", "URLs of revocation lists belong into the signing profile (`crl_url`)"),
];

const SERVER: &str = "there is no signing server; sign here with `-ca` and `-ca-key`";
const OCSP: &str = "there is no OCSP responder; certificates that live short need none";

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn long_options_get_their_second_dash() {
        assert_eq!(
            with_two_dashes(words(
                "p gencert -initca -ca=ca.pem --ca-key k.pem -h - -V -x=1 ca-csr.json -- -bare"
            )),
            words("p gencert --initca --ca=ca.pem --ca-key k.pem -h - -V -x=1 ca-csr.json -- -bare")
        );
    }

    #[test]
    fn what_cfssl_has_alone_comes_with_advice() {
        let advice = |line: &str| unsupported(&with_two_dashes(words(line)));
        assert_eq!(
            advice("p serve -address=0.0.0.0").unwrap(),
            "cfssl's command `serve` is not supported: there is no signing server; sign here with `-ca` and `-ca-key`"
        );
        assert_eq!(
            advice("p gencert -remote=ca.example:8888 x-csr.json").unwrap(),
            "cfssl's option `-remote` is not supported: there is no signing server; sign here with `-ca` and `-ca-key`"
        );
        assert_eq!(advice("p gencert -initca x-csr.json"), None);
        assert_eq!(advice("p genkey -- --remote"), None);
        assert_eq!(advice("p verify -crl x.crl"), None);
        assert_eq!(advice("p"), None);
    }
}
