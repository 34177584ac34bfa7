//! `cfssl_csr`: a request file of cfssl as arguments.

use pki_core::SubjectAltName;
use pki_core::cfssl::CsrFile;
use tfplugin::prelude::*;

use super::cfssl::{refuse_unsaid, unreadable, urls};
use crate::pki::Subject;

/// The function.
pub(crate) struct CfsslCsr;

/// What a request file says, by the names of the arguments that say it.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Request {
    /// The subject.
    #[attr(computed)]
    subject: Attr<Subject>,
    /// DNS names.
    #[attr(computed)]
    dns_names: Attr<Vec<String>>,
    /// IP addresses.
    #[attr(computed)]
    ip_addresses: Attr<Vec<String>>,
    /// URIs.
    #[attr(computed)]
    uris: Attr<Vec<String>>,
    /// E-mail addresses.
    #[attr(computed)]
    email_addresses: Attr<Vec<String>>,
    /// Algorithm of the key: `RSA`, `ECDSA` or `ED25519`.
    #[attr(computed)]
    algorithm: Attr<String>,
    /// Size of an RSA key.
    #[attr(computed)]
    rsa_bits: Attr<u32>,
    /// Curve of an ECDSA key.
    #[attr(computed)]
    ecdsa_curve: Attr<String>,
    /// Lifetime of an authority.
    #[attr(computed)]
    validity: Attr<String>,
    /// How many authorities may stand below an authority.
    #[attr(computed)]
    max_path_length: Attr<u8>,
    /// URLs of an authority's revocation list.
    #[attr(computed)]
    crl_distribution_points: Attr<Vec<String>>,
}

impl Function for CfsslCsr {
    const NAME: &'static str = "cfssl_csr";
    const SUMMARY: &'static str = "A request file of cfssl as arguments";
    const DESCRIPTION: &'static str = "Reads a `*-csr.json` of cfssl into an object whose attributes are named like the \
        arguments of `groundup_certificate` and `groundup_certificate_authority`. What the file does not say is null, or \
        an empty list. `validity`, `max_path_length` and `crl_distribution_points` come from what cfssl reads for \
        authorities only.\n\n\
        What cfssl silently ignores or mistakes is an error: unknown fields, hosts that are no names. So is what no \
        argument can say; the resources also take the file itself, as `csr_json`.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::new("json", "Content of the file.")];
    type Args = (String,);
    type Output = Request;

    fn call((json,): Self::Args) -> std::result::Result<Request, FunctionError> {
        let file: CsrFile = json.parse().map_err(|problem| unreadable(0, &problem))?;
        let (subject, ca) = (&file.identity.subject, file.ca.clone().unwrap_or_default());
        let said = [
            ("names: several `O`", subject.organization.len() > 1),
            ("names: several `OU`", subject.organizational_unit.len() > 1),
            ("ca.backdate", ca.backdate.is_some()),
            ("ca.name_constraints", !ca.name_constraints.is_empty()),
        ];
        let said = said.map(|(place, is_said)| (place.to_owned(), is_said));
        refuse_unsaid(&said, "Give the resource the file itself, as `csr_json`.")?;
        let names = |pick: fn(&SubjectAltName) -> bool| {
            let names = file.identity.subject_alt_names.iter().filter(|name| pick(name));
            Attr::Known(names.map(ToString::to_string).collect::<Vec<_>>())
        };
        Ok(Request {
            subject: Subject::of(subject).into(),
            dns_names: names(|name| matches!(name, SubjectAltName::Dns(_))),
            ip_addresses: names(|name| matches!(name, SubjectAltName::Ip(_))),
            uris: names(|name| matches!(name, SubjectAltName::Uri(_))),
            email_addresses: names(|name| matches!(name, SubjectAltName::Email(_))),
            algorithm: file.key.family().into(),
            rsa_bits: file.key.rsa_bits().into(),
            ecdsa_curve: file.key.ecdsa_curve().map(str::to_owned).into(),
            validity: ca.expiry.map(|expiry| expiry.to_string()).into(),
            max_path_length: ca.path_length.into(),
            crl_distribution_points: urls(file.crl_url.as_slice()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(json: &str) -> String {
        let error = CfsslCsr::call((json.to_owned(),)).unwrap_err();
        assert_eq!(error.argument, Some(0));
        error.text
    }

    #[test]
    fn every_part_gets_the_name_of_its_argument() {
        let json = r#"{
            "CN": "kubernetes",
            "hosts": ["127.0.0.1", "kubernetes.default", "ops@example.com", "spiffe://example.com/api"],
            "key": {"algo": "rsa", "size": 2048},
            "names": [{"C": "GB", "L": "England", "O": "Kubernetes", "OU": "OPS", "ST": "London"}],
            "ca": {"expiry": "43800h", "pathlen": 1},
            "crl_url": "http://crl.example.com/ca.crl"
        }"#;
        let request = CfsslCsr::call((json.to_owned(),)).unwrap().encode_fields();
        let list = |text: &str| Value::List(vec![Value::from(text)]);
        for (name, expected) in [
            ("dns_names", list("kubernetes.default")),
            ("ip_addresses", list("127.0.0.1")),
            ("uris", list("spiffe://example.com/api")),
            ("email_addresses", list("ops@example.com")),
            ("algorithm", "RSA".into()),
            ("rsa_bits", 2048.into()),
            ("ecdsa_curve", Value::Null),
            ("validity", "43800h".into()),
            ("max_path_length", 1.into()),
            ("crl_distribution_points", list("http://crl.example.com/ca.crl")),
        ] {
            assert_eq!(request.attribute(name), &expected, "{name}");
        }
        let subject = request.attribute("subject");
        for (name, expected) in [
            ("common_name", "kubernetes"),
            ("country", "GB"),
            ("locality", "England"),
            ("organization", "Kubernetes"),
            ("organizational_unit", "OPS"),
            ("province", "London"),
        ] {
            assert_eq!(subject.attribute(name), &expected.into(), "{name}");
        }
        assert!(subject.attribute("serial_number").is_null());
    }

    #[test]
    fn an_empty_file_is_what_cfssl_makes_of_it() {
        let request = CfsslCsr::call(("{}".to_owned(),)).unwrap();
        assert_eq!((request.algorithm.as_str(), request.ecdsa_curve.as_str()), (Some("ECDSA"), Some("P256")));
        assert_eq!(request.dns_names, Attr::Known(Vec::new()));
        assert!(request.validity.is_null());
    }

    #[test]
    fn what_cfssl_passes_over_is_told() {
        assert_eq!(
            refused(r#"{"host": ["a"]}"#),
            "host: unknown field (did you mean `hosts`?); cfssl silently ignores it."
        );
        assert!(refused(r#"{"hosts": ["bad host"]}"#).ends_with("; cfssl silently makes it a DNS name."));
        assert!(refused("no JSON").starts_with("not valid JSON: "));
    }

    #[test]
    fn what_no_argument_says_is_not_lost() {
        assert_eq!(
            refused(r#"{"names": [{"O": "a"}, {"O": "b"}], "ca": {"backdate": "1h"}}"#),
            "2 problems:\n\
             - names: several `O`: There is no argument that says it. Give the resource the file itself, as \
             `csr_json`.\n\
             - ca.backdate: There is no argument that says it. Give the resource the file itself, as `csr_json`."
        );
    }
}
