//! What the program says when something is wrong: what, where, and what to do.

use crate::support::{Folder, request};

const SIGN: &str = "-ca ca.pem -ca-key ca-key.pem -config ca-config.json -profile kubernetes";

#[test]
fn misspelt_words_get_a_suggestion() {
    let folder = Folder::with_authority();
    folder.write("x-csr.json", &request("x"));
    folder.run("gencert -ca ca.pem -ca-key ca-key.pem -config ca-config.json -profile kubernets x-csr.json").fails(
        1,
        "error: ca-config.json: unknown profile `kubernets` (did you mean `kubernetes`?); known is kubernetes\n",
    );
    folder.write("y-csr.json", r#"{"CN": "y", "host": ["a.example"]}"#);
    folder
        .run(&format!("gencert {SIGN} y-csr.json"))
        .fails(1, "error: y-csr.json: host: unknown field (did you mean `hosts`?)\n");
    folder.write(
        "bad-config.json",
        r#"{"signing": {"profiles": {"a": {"usages": ["server atuh"], "expiry": "1h"}}}}"#,
    );
    folder.run("gencert -ca ca.pem -ca-key ca-key.pem -config bad-config.json -profile a x-csr.json").fails(
        1,
        "error: bad-config.json: signing.profiles.a.usages: unknown usage `server atuh` (did you mean `server auth`?)\n",
    );
    for (arguments, problem) in [
        (
            "gencert -inica x-csr.json",
            "error: unexpected argument '--inica' found\n\n  tip: a similar argument exists: '--initca'\n",
        ),
        (
            "gencrt x-csr.json",
            "error: unrecognized subcommand 'gencrt'\n\n  tip: a similar subcommand exists: 'gencert'\n",
        ),
    ] {
        let done = folder.run(arguments);
        assert_eq!(done.code, Some(2), "{}", done.stderr);
        assert!(done.stderr.starts_with(problem), "{}", done.stderr);
    }
}

#[test]
fn what_cfssl_has_alone_comes_with_advice() {
    let folder = Folder::new();
    folder.run("gencert -remote=ca.example x-csr.json").fails(
        2,
        "error: cfssl's option `-remote` is not supported: there is no signing server; sign here with `-ca` and `-ca-key`\n",
    );
    folder.run("ocspserve -port 80").fails(
        2,
        "error: cfssl's command `ocspserve` is not supported: there is no OCSP responder; certificates that live short need none\n",
    );
}

#[test]
fn files_that_do_not_fit_are_named() {
    let folder = Folder::with_authority();
    folder.write("x-csr.json", &request("x"));
    folder
        .run("gencert -ca no.pem -ca-key ca-key.pem x-csr.json")
        .fails(1, "error: cannot read no.pem: No such file or directory (os error 2)\n");
    folder
        .run("gencert -ca . -ca-key ca-key.pem x-csr.json")
        .fails(1, "error: cannot read .: Is a directory (os error 21)\nhelp: name a file in it\n");
    folder
        .run("gencert -ca ca-key.pem -ca-key ca-key.pem x-csr.json")
        .fails(1, "error: ca-key.pem: expected a PEM block `CERTIFICATE`, found `EC PRIVATE KEY`\n");
    folder
        .run("gencert -ca ca.pem -ca-key ca.pem x-csr.json")
        .fails(1, "error: ca.pem: a PEM block `CERTIFICATE` is not a supported private key\n");
    folder.run("gencert -initca x-csr.json -bare x").succeeds("wrote x.pem, x-key.pem, x.csr\n");
    folder
        .run("gencert -ca ca.pem -ca-key x-key.pem x-csr.json")
        .fails(1, "error: ca.pem: the private key does not belong to the certificate of CN=Kubernetes\n");
    folder.write("binary", "\u{0}");
    std::fs::write(folder.path("binary"), [0xff, 0xfe]).unwrap();
    folder.run("certinfo -cert binary").fails(1, "error: binary is not text\n");
    std::fs::write(folder.path("large"), vec![b'x'; (4 << 20) + 1]).unwrap();
    folder.run("certinfo -cert large").fails(1, "error: large is larger than 4 MiB\n");
}

#[test]
fn an_authority_is_needed() {
    let folder = Folder::with_authority();
    folder.write("x-csr.json", &request("x"));
    folder.run("gencert x-csr.json").fails(
        2,
        "error: an authority is needed to sign\n\
         help: name its files with `-ca` and `-ca-key`; `gencert -initca` makes a new one\n",
    );
    folder.write("ca2-csr.json", r#"{"CN": "x", "ca": {"expiry": "1h"}}"#);
    folder.run(&format!("gencert {SIGN} ca2-csr.json")).fails(
        2,
        "error: ca2-csr.json: the section `ca` is for authorities\n\
         help: pass -initca to make one, or remove the section\n",
    );
    let json = folder.run(&format!("gencert {SIGN} x-csr.json -bare x"));
    json.succeeds("wrote x.pem, x-key.pem, x.csr\n");
    folder
        .run("gencert -ca x.pem -ca-key x-key.pem x-csr.json")
        .fails(1, "error: x.pem: the issuer CN=x is not a certificate authority\n");
}

/// Everything that is wrong is said at once, and nothing is written.
#[test]
fn strict_refuses_what_compat_lets_pass() {
    let folder = Folder::with_authority();
    folder.write(
        "x-csr.json",
        r#"{"CN": "x", "hosts": ["master", "a_b.example"], "names": [{"C": "UK", "O": "Kubernetes"}]}"#,
    );
    let country = "country `UK` is not a code of ISO 3166-1 (did you mean `GB`?)";
    let label = "`master` is a DNS name of a single label, which no public resolver knows";
    let before = folder.names();
    let done = folder.run(&format!("gencert {SIGN} -strict x-csr.json -bare x"));
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""));
    let lines: Vec<&str> = done.stderr.lines().collect();
    assert_eq!(lines[..2], [format!("error: x-csr.json: {country}"), format!("error: x-csr.json: {label}")]);
    assert!(lines[2].starts_with("error: x-csr.json: `a_b.example`"), "{}", lines[2]);
    assert_eq!(lines.len(), 3);
    assert_eq!(folder.names(), before);

    let done = folder.run(&format!("gencert {SIGN} -compat x-csr.json -bare x"));
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    let lines: Vec<&str> = done.stderr.lines().collect();
    assert_eq!(lines[0], format!("warning: {country} [country-not-iso-3166]"));
    assert_eq!(lines[1], format!("warning: {label} [single-label-name]"));
    assert!(lines[2].ends_with("[underscore-in-name]"), "{}", lines[2]);
    assert_eq!(lines[3..], ["wrote x.pem, x-key.pem, x.csr"]);
}

#[test]
fn every_command_explains_itself() {
    let folder = Folder::new();
    for command in ["gencert", "sign", "genkey", "selfsign", "certinfo"] {
        let text = folder.run(&format!("{command} -h")).succeeds("");
        assert!(text.contains(&format!("Usage: groundup-pki {command}")), "{text}");
    }
    let version = concat!("groundup-pki ", env!("CARGO_PKG_VERSION"), "\n");
    for arguments in ["--version", "-V", "-version", "version"] {
        assert_eq!(folder.run(arguments).succeeds(""), version);
    }
    let done = folder.run("");
    assert_eq!(done.code, Some(2));
    assert!(done.stderr.contains("Usage: groundup-pki <COMMAND>"), "{}", done.stderr);
}
