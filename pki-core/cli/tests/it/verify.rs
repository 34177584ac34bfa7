//! `verify`.

use serde_json::{Value, json};

use crate::support::Folder;

/// A root, an authority below it, and a server and a client below that.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write(
        "config.json",
        r#"{"signing": {"profiles": {
            "ca": {"usages": ["cert sign", "crl sign"], "expiry": "8760h", "ca_constraint": {"is_ca": true}},
            "server": {"usages": ["signing", "server auth"], "expiry": "720h"},
            "client": {"usages": ["signing", "client auth"], "expiry": "720h"}
        }}}"#,
    );
    let steps = [
        ("root", "", "gencert -initca"),
        ("middle", "", "gencert -ca root.pem -ca-key root-key.pem -config config.json -profile ca"),
        (
            "server",
            r#""api.example", "10.32.0.1""#,
            "gencert -ca middle.pem -ca-key middle-key.pem -config config.json -profile server",
        ),
        ("client", "", "gencert -ca middle.pem -ca-key middle-key.pem -config config.json -profile client"),
    ];
    for (name, hosts, command) in steps {
        folder.write(&format!("{name}-csr.json"), &format!(r#"{{"CN": "{name}", "hosts": [{hosts}]}}"#));
        let done = folder.run(&format!("{command} {name}-csr.json -bare {name}"));
        assert_eq!(done.code, Some(0), "{}", done.stderr);
    }
    folder
}

#[test]
fn a_good_certificate_shows_its_path() {
    let folder = folder();
    let text = folder
        .run("verify -ca root.pem -intermediates middle.pem -hostname api.example,10.32.0.1 -purpose server server.pem")
        .succeeds("");
    assert_eq!(text, "server.pem: good\n  CN=server\n  CN=middle\n  CN=root\n");
    // A file may bring what stands between.
    folder.write("chain.pem", &(folder.read("client.pem") + &folder.read("middle.pem")));
    let json = folder.run("verify --ca root.pem --json --purpose client chain.pem").succeeds("");
    assert_eq!(
        serde_json::from_str::<Value>(&json).unwrap(),
        json!([{"file": "chain.pem", "good": true, "path": ["CN=client", "CN=middle", "CN=root"], "problems": []}])
    );
}

#[test]
fn a_refused_certificate_says_why() {
    let folder = folder();
    let refused = |arguments: &str| {
        let done = folder.run(&format!("verify -ca root.pem {arguments}"));
        assert_eq!((done.code, done.stderr.as_str()), (Some(1), ""));
        done.stdout
    };
    assert_eq!(
        refused("server.pem"),
        "server.pem: refused: the certificate `CN=server` was issued by `CN=middle`, which is neither trusted nor \
         among the intermediates; trusted is `CN=root`\n"
    );
    let text = refused("-intermediates middle.pem -purpose client client.pem server.pem");
    assert!(
        text.starts_with(
            "client.pem: good\n  CN=client\n  CN=middle\n  CN=root\n\
             server.pem: refused: the certificate `CN=server` is not for `client auth` but for `server auth`"
        ),
        "{text}"
    );
    // Every name that is wrong is told.
    let text = refused("-intermediates middle.pem -hostname api.example,x.example,192.0.2.1 server.pem");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(
        lines[0].starts_with("server.pem: refused: the certificate `CN=server` is not for `x.example`"),
        "{text}"
    );
    assert!(
        lines[1].starts_with("server.pem: refused: the certificate `CN=server` is not for `192.0.2.1`"),
        "{text}"
    );
    let text = refused("-intermediates middle.pem -time 2099-01-01T00:00:00Z server.pem");
    assert!(text.contains("expired at "), "{text}");
}

#[test]
fn what_cannot_be_verified_is_an_error() {
    let folder = folder();
    folder
        .run("verify -ca root-key.pem server.pem")
        .fails(1, "error: root-key.pem has something else than certificates\n");
    folder.run("verify -ca config.json server.pem").fails(1, "error: config.json has no PEM block\n");
    folder
        .run("verify -ca root.pem -crl root.pem server.pem")
        .fails(1, "error: root.pem has something else than revocation lists\n");
    assert_eq!(folder.run("verify server.pem").code, Some(2));
}
