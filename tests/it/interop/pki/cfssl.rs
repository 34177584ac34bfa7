//! The same files through cfssl 1.2.0 and through `groundup-pki`: what is equal, and what differs for a reason.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use pki_core::Certificate;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::provider_binary::groundup_pki;
use crate::support::tool;

const SIGN: &str = "-ca=ca.pem -ca-key=ca-key.pem -config=ca-config.json -profile=kubernetes";
const MINUTE: i64 = 60;

/// A folder with the tutorial's configuration and cfssl's authority.
struct Workshop(TempDir);

impl Workshop {
    fn new() -> Self {
        let workshop = Self(tempfile::tempdir().unwrap());
        let usages = json!(["signing", "key encipherment", "server auth", "client auth"]);
        workshop.write(
            "ca-config.json",
            &json!({"signing": {
                "default": {"usages": ["signing", "client auth"], "expiry": "100h"},
                "profiles": {"kubernetes": {"usages": usages, "expiry": "8760h"}},
            }}),
        );
        workshop.write("ca-csr.json", &request("Kubernetes", "rsa", 2048, &[]));
        workshop.cfssl("gencert -initca ca-csr.json", "ca");
        workshop
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, json: &Value) {
        fs::write(self.path(name), json.to_string()).unwrap();
    }

    fn run(&self, program: &str, arguments: &str) -> Output {
        let program = if program == "cfssl" { tool::find(program) } else { groundup_pki() };
        Command::new(program).args(arguments.split(' ')).current_dir(self.0.path()).output().unwrap()
    }

    fn shell(&self, script: &str) -> String {
        tool::find("cfssljson");
        let script = script.replace("groundup-pki", groundup_pki().to_str().unwrap());
        tool::succeed(
            Command::new("bash").args(["-euo", "pipefail", "-c", &script]).current_dir(self.0.path()),
        )
    }

    /// What cfssl makes of a command.
    fn cfssl(&self, arguments: &str, name: &str) -> Said {
        self.shell(&format!("cfssl {arguments} | cfssljson -bare {name}"));
        self.said(name)
    }

    /// What this project makes of it.
    fn ours(&self, arguments: &str, name: &str) -> Said {
        self.shell(&format!("groundup-pki {arguments} -bare {name}"));
        self.said(name)
    }

    fn openssl(&self, arguments: &str) -> String {
        tool::succeed(
            Command::new(tool::find("openssl")).args(arguments.split(' ')).current_dir(self.0.path()),
        )
    }

    fn said(&self, name: &str) -> Said {
        let text = self.openssl(&format!(
            "x509 -in {name}.pem -noout -text -nameopt RFC2253,show_type -certopt no_serial,no_pubkey,no_sigdump,no_validity"
        ));
        let pem = fs::read_to_string(self.path(&format!("{name}.pem"))).unwrap();
        Said::parse(&text, Certificate::from_pem(&pem).unwrap())
    }
}

/// A request file in the manner of the tutorial.
fn request(common_name: &str, algorithm: &str, size: u32, hosts: &[&str]) -> Value {
    json!({
        "CN": common_name,
        "hosts": hosts,
        "key": {"algo": algorithm, "size": size},
        "names": [{"C": "UK", "L": "England", "O": "Kubernetes", "OU": "DAREY.IO DEVOPS", "ST": "London"}],
    })
}

/// What a certificate says, by OpenSSL, and when it is valid.
struct Said {
    fields: BTreeMap<String, Vec<String>>,
    certificate: Certificate,
}

impl Said {
    /// The fields of the text: a line that ends with a colon, or with a colon and a value.
    fn parse(text: &str, certificate: Certificate) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut extension = None;
        for line in text.lines() {
            let line = line.trim();
            match line.strip_prefix("X509v3 ").and_then(|line| line.split_once(':')) {
                Some((name, critical)) => {
                    let critical = critical.trim();
                    extension = Some(format!("{name} {critical}").trim().to_owned());
                }
                None => match (&extension, line.split_once(": ")) {
                    (Some(name), _) => {
                        // Identifiers of keys differ, for the keys do; that they are there is compared.
                        let is_identifier = name.ends_with("Key Identifier");
                        let values = line.split(", ").map(str::to_owned).filter(|_| !is_identifier);
                        let field = fields.entry(name.clone()).or_default();
                        field.extend(values);
                        field.sort();
                    }
                    (None, Some((name, value))) => {
                        fields.insert(name.to_owned(), vec![value.to_owned()]);
                    }
                    (None, None) => {}
                },
            }
        }
        Self { fields, certificate }
    }

    /// Where the certificates differ: `field: cfssl's values | ours`.
    fn differences(&self, ours: &Self) -> Vec<String> {
        let names = self.fields.keys().chain(ours.fields.keys());
        let mut differences: Vec<String> = names
            .filter(|name| self.fields.get(*name) != ours.fields.get(*name))
            .map(|name| {
                let values = |fields: &BTreeMap<String, Vec<String>>| {
                    fields.get(name).map_or("absent".to_owned(), |values| values.join(", "))
                };
                format!("{name}: {} | {}", values(&self.fields), values(&ours.fields))
            })
            .collect();
        differences.sort();
        differences.dedup();
        differences
    }

    /// Both begin five minutes ago, up to cfssl's rounding to a minute. The end differs: a period counts from now here,
    /// and from the beginning there, so that its certificates live five minutes less than they were asked to.
    fn is_as_long_as(&self, ours: &Self) {
        let (theirs, ours) = (&self.certificate, &ours.certificate);
        let begin = ours.not_before().as_second() - theirs.not_before().as_second();
        assert!(begin.abs() <= MINUTE, "{begin}");
        let end = ours.not_after().as_second() - theirs.not_after().as_second();
        assert!((end - 5 * MINUTE).abs() <= MINUTE, "{end}");
    }
}

#[test]
fn the_same_files_make_the_same_certificates() {
    let workshop = Workshop::new();
    let hosts = [
        "127.0.0.1",
        "172.31.0.10",
        "::1",
        "ip-172-31-0-10",
        "ip-172-31-0-10.us-east-2.compute.internal",
        "kubernetes.default.svc.cluster.local",
        "*.apps.example.com",
        "ops@example.com",
    ];
    workshop.write("server-csr.json", &request("kubernetes", "rsa", 2048, &hosts));
    workshop.write("client-csr.json", &request("system:kube-scheduler", "rsa", 3072, &[]));
    workshop.write("unicode-csr.json", &request("Zoë's Küche", "rsa", 2048, &[]));
    let mut authority = request("Authority", "ecdsa", 384, &[]);
    authority["ca"] = json!({"expiry": "48h", "pathlen": 1});
    workshop.write("authority-csr.json", &authority);

    for (file, command) in [
        ("server", format!("gencert {SIGN}")),
        ("client", format!("gencert {SIGN} -hostname=a.example.com,192.0.2.1")),
        ("client", "gencert -ca=ca.pem -ca-key=ca-key.pem -config=ca-config.json".to_owned()),
        ("client", "gencert -ca=ca.pem -ca-key=ca-key.pem".to_owned()),
        ("unicode", format!("gencert {SIGN}")),
        ("authority", "gencert -initca".to_owned()),
        ("ca", "gencert -initca".to_owned()),
        ("ca", "gencert -initca -ca-key=ca-key.pem".to_owned()),
        ("server", format!("sign {SIGN} server.csr")),
    ] {
        let command =
            if command.starts_with("sign ") { command } else { format!("{command} {file}-csr.json") };
        let theirs = workshop.cfssl(&command, file);
        let ours = workshop.ours(&command, "ours");
        assert_eq!(theirs.differences(&ours), [""; 0], "{command}");
        theirs.is_as_long_as(&ours);
        let of_request = |name: &str| {
            workshop.openssl(&format!("req -in {name}.csr -noout -subject -nameopt RFC2253,show_type"))
        };
        assert_eq!(of_request("ours"), of_request(file), "{command}");
        for name in ["ours.pem", "ours-key.pem", "ours.csr"] {
            // A command that makes no key or request leaves the last one.
            drop(fs::remove_file(workshop.path(name)));
        }
    }
}

/// Every difference, with its reason.
#[test]
fn what_differs_differs_for_a_reason() {
    let workshop = Workshop::new();
    let mut several = request("several", "rsa", 2048, &[]);
    several["names"].as_array_mut().unwrap().push(json!({"O": "Second", "OU": "Third"}));
    several["serialnumber"] = json!("0815");
    let mut in_authority = request("Authority", "ecdsa", 256, &["ca.example.com", "10.0.0.1"]);
    in_authority["names"] = json!([]);
    workshop.write("authority-csr.json", &in_authority);
    for (request, command, expected) in [
        // A key that cannot encrypt is not allowed to.
        (
            request("ec", "ecdsa", 256, &[]),
            format!("gencert {SIGN}"),
            vec!["Key Usage critical: Digital Signature, Key Encipherment | Digital Signature"],
        ),
        // A name that is given twice counts once, names are written in lower case, a URI is a URI, and a name from
        // abroad is written as DNS has it (cfssl fails at the latter, which the next test shows).
        (
            request(
                "names",
                "rsa",
                2048,
                &["a.example.com", "A.Example.com", "a.example.com", "https://b.example.com/c"],
            ),
            format!("gencert {SIGN}"),
            vec![
                "Subject Alternative Name: DNS:A.Example.com, DNS:a.example.com, DNS:a.example.com, \
                 DNS:https://b.example.com/c | DNS:a.example.com, URI:https://b.example.com/c",
            ],
        ),
        // Each value stands for itself, and not several in one relative name, which other programs read as one.
        (
            several,
            format!("gencert {SIGN}"),
            vec![
                "Subject: serialNumber=PRINTABLESTRING:0815,CN=PRINTABLESTRING:several,\
                 OU=PRINTABLESTRING:DAREY.IO DEVOPS+OU=PRINTABLESTRING:Third,\
                 O=PRINTABLESTRING:Kubernetes+O=PRINTABLESTRING:Second,\
                 L=PRINTABLESTRING:England,ST=PRINTABLESTRING:London,C=PRINTABLESTRING:UK | \
                 serialNumber=PRINTABLESTRING:0815,CN=PRINTABLESTRING:several,\
                 OU=PRINTABLESTRING:Third,OU=PRINTABLESTRING:DAREY.IO DEVOPS,\
                 O=PRINTABLESTRING:Second,O=PRINTABLESTRING:Kubernetes,\
                 L=PRINTABLESTRING:England,ST=PRINTABLESTRING:London,C=PRINTABLESTRING:UK",
            ],
        ),
        // cfssl drops the names of an authority but keeps its addresses.
        (
            in_authority,
            "gencert -initca".to_owned(),
            vec!["Subject Alternative Name: IP Address:10.0.0.1 | DNS:ca.example.com, IP Address:10.0.0.1"],
        ),
    ] {
        workshop.write("x-csr.json", &request);
        let command = format!("{command} x-csr.json");
        let theirs = workshop.cfssl(&command, "theirs");
        let ours = workshop.ours(&format!("{command} -force"), "ours");
        assert_eq!(theirs.differences(&ours), expected, "{command}");
        theirs.is_as_long_as(&ours);
    }
}

/// cfssl forgets the names that it is given for a self-signed certificate. Its period counts from now, as here.
#[test]
fn a_self_signed_certificate_has_names() {
    let workshop = Workshop::new();
    workshop.write("x-csr.json", &request("alone", "rsa", 2048, &["b.example.com"]));
    let command = "selfsign a.example.com x-csr.json";
    let (theirs, ours) = (workshop.cfssl(command, "theirs"), workshop.ours(command, "ours"));
    // Only an authority may leave out the identifier of its issuer's key (RFC 5280 §4.2.1.1).
    assert_eq!(
        theirs.differences(&ours),
        ["Authority Key Identifier: absent | ", "Subject Alternative Name: absent | DNS:a.example.com"]
    );
    let (theirs, ours) = (theirs.certificate, ours.certificate);
    for (theirs, ours) in [(theirs.not_before(), ours.not_before()), (theirs.not_after(), ours.not_after())] {
        let difference = theirs.as_second() - ours.as_second();
        assert!(difference.abs() <= MINUTE, "{difference}");
    }
}

/// What cfssl makes a certificate of that nobody can use as it was meant.
#[test]
fn what_cfssl_takes_silently_is_refused() {
    let workshop = Workshop::new();
    for host in [
        "",
        "bad host",
        "a..b",
        "10.0.0.1/24",
        "host:8443",
        "[::1]",
        "fe80::1%eth0",
        "010.0.0.1",
        "/abs/path",
        "example.com.",
        "a.*.example.com",
    ] {
        workshop.write("x-csr.json", &request("x", "ecdsa", 256, &[host]));
        let command = format!("gencert {SIGN} x-csr.json");
        assert!(workshop.run("cfssl", &command).status.success(), "{host}");
        let ours = workshop.run("groundup-pki", &command);
        let told = String::from_utf8(ours.stderr).unwrap();
        let about = told.starts_with("error: x-csr.json: hosts[0]: ");
        assert!(ours.status.code() == Some(1) && about && ours.stdout.is_empty(), "{host}: {told}");
    }
    let good = request("x", "ecdsa", 256, &[]);
    let with = |field: &str, value: Value| {
        let mut request = good.clone();
        request[field] = value;
        request
    };
    for (request, command, told) in [
        // A typing error makes cfssl take its default profile, here one for clients.
        (good.clone(), "-profile=kubernets", "unknown profile `kubernets` (did you mean `kubernetes`?)"),
        (
            with("host", json!(["a.example.com"])),
            "-profile=kubernetes",
            "host: unknown field (did you mean `hosts`?)",
        ),
        (with("names", json!([{"C": "Great Britain"}])), "-profile=kubernetes", "country"),
    ] {
        workshop.write("x-csr.json", &request);
        let command =
            format!("gencert -ca=ca.pem -ca-key=ca-key.pem -config=ca-config.json {command} x-csr.json");
        assert!(workshop.run("cfssl", &command).status.success(), "{command}");
        let ours = workshop.run("groundup-pki", &command);
        assert_eq!(ours.status.code(), Some(1), "{command}");
        let stderr = String::from_utf8(ours.stderr).unwrap();
        assert!(stderr.contains(told), "{stderr}");
    }
}

/// Each program takes what the other has made.
#[test]
fn the_programs_work_together() {
    let workshop = Workshop::new();
    workshop.write("x-csr.json", &request("x", "rsa", 2048, &["a.example.com"]));
    // Our JSON through their second program.
    workshop.shell(&format!("groundup-pki gencert {SIGN} x-csr.json 2>/dev/null | cfssljson -bare x"));
    for name in ["x.pem", "x-key.pem", "x.csr"] {
        assert!(workshop.path(name).is_file(), "{name}");
    }
    workshop.openssl("verify -x509_strict -CAfile ca.pem x.pem");
    workshop.openssl("pkey -in x-key.pem -check -noout");
    // Our request under their authority, and theirs under ours.
    workshop.cfssl(&format!("sign {SIGN} x.csr"), "y");
    workshop.openssl("verify -x509_strict -CAfile ca.pem y.pem");
    workshop.shell("groundup-pki gencert -initca ca-csr.json -bare our-ca");
    workshop.shell("cfssl genkey x-csr.json | cfssljson -bare z");
    let sign = SIGN.replace("=ca.pem", "=our-ca.pem").replace("=ca-key.pem", "=our-ca-key.pem");
    workshop.shell(&format!("groundup-pki sign {sign} z.csr -bare z"));
    workshop.shell(&format!("cfssl gencert {sign} x-csr.json | cfssljson -bare w"));
    for name in ["z.pem", "w.pem"] {
        workshop.openssl(&format!("verify -x509_strict -CAfile our-ca.pem {name}"));
    }
    // What they say about a certificate, we say as well.
    let theirs: Value = serde_json::from_str(&workshop.shell("cfssl certinfo -cert x.pem")).unwrap();
    let ours: Value = serde_json::from_str(&workshop.shell("groundup-pki certinfo -cert x.pem")).unwrap();
    for (field, value) in theirs.as_object().unwrap() {
        if field.ends_with("_key_id") {
            // cfssl leaves out the zero before a digit.
            let parts = ours[field].as_str().unwrap().split(':');
            let short: Vec<_> = parts.map(|byte| byte.strip_prefix('0').unwrap_or(byte)).collect();
            assert_eq!(json!(short.join(":")), *value, "{field}");
        } else {
            assert_eq!(ours[field], *value, "{field}");
        }
    }
}
