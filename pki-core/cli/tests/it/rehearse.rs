//! `rehearse`: with what `bundle` and the tutorial make, and with nothing yet.

use std::fs;

use serde_json::Value;

use crate::support::Folder;

const CLUSTER: &str = "--control-plane m0.example=10.240.0.10 --worker w0.example=10.240.0.20 \
     --service-cidr 10.32.0.0/24 --api-name api.example";

/// Planned and made, a cluster says the same.
#[test]
fn what_bundle_makes_passes_as_it_was_planned() {
    let folder = Folder::new();
    let planned = folder.run(&format!("rehearse {CLUSTER}")).succeeds("");
    assert!(planned.starts_with("CLIENT "), "{planned}");
    assert!(planned.contains("\nAll "), "{planned}");

    folder.run(&format!("bundle pki {CLUSTER}")).succeeds("");
    assert_eq!(folder.run(&format!("rehearse pki {CLUSTER}")).succeeds(""), planned);

    // Without the machines, servers are called by their own names.
    let alone = folder.run("rehearse pki --service-cidr 10.32.0.0/24").succeeds("");
    assert!(alone.contains("\nAll "), "{alone}");
    let json: Value =
        serde_json::from_str(&folder.run(&format!("rehearse pki {CLUSTER} --json")).succeeds("")).unwrap();
    let rows = json["rows"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["result"] == "passed"), "{json:#}");
    assert!(rows.iter().any(|row| {
        row["client"] == "pod" && row["server"] == "apiserver m0.example" && row["name"] == "10.32.0.1"
    }));
}

#[test]
fn the_preset_of_the_tutorial_passes() {
    let folder = Folder::new();
    let cluster = "--tutorial us-east-2 --api-name lb.example --key-algorithm ECDSA-P256";
    let planned = folder.run(&format!("rehearse {cluster}"));
    assert_eq!((planned.code, planned.stderr.as_str()), (Some(0), ""), "{}", planned.stdout);
    assert_eq!(folder.run(&format!("bundle pki {cluster}")).code, Some(0));
    let made = folder.run("rehearse pki --service-cidr 10.32.0.0/24 --api-name lb.example");
    assert_eq!((made.code, made.stderr.as_str()), (Some(0), ""), "{}", made.stdout);
}

/// The certificates of the tutorial lack the address that pods call the API server by, and are for too much.
#[test]
fn the_tutorial_shows_its_holes() {
    let folder = Folder::new();
    folder.write(
        "ca-config.json",
        r#"{"signing": {"profiles": {"kubernetes": {"usages": ["signing", "server auth", "client auth"], "expiry": "8760h"}}}}"#,
    );
    let make = |name: &str, common_name: &str, organization: &str, hosts: &str| {
        let hosts: Vec<&str> = hosts.split(' ').filter(|host| !host.is_empty()).collect();
        folder.write(
            &format!("{name}-csr.json"),
            &format!(
                r#"{{"CN": "{common_name}", "hosts": {hosts:?}, "names": [{{"O": "{organization}"}}]}}"#
            ),
        );
        let sign = "-ca=ca.pem -ca-key=ca-key.pem -config=ca-config.json -profile=kubernetes";
        let options = if name == "ca" { "-initca" } else { sign };
        let done = folder.run(&format!("gencert {options} {name}-csr.json -bare {name}"));
        assert_eq!(done.code, Some(0), "{}", done.stderr);
    };
    make("ca", "Kubernetes", "Kubernetes", "");
    make(
        "master-kubernetes",
        "kubernetes",
        "Kubernetes",
        "127.0.0.1 172.31.0.10 ip-172-31-0-10 kubernetes kubernetes.default kubernetes.default.svc \
         kubernetes.default.svc.cluster kubernetes.default.svc.cluster.local",
    );
    make("kube-scheduler", "system:kube-scheduler", "system:kube-scheduler", "");
    make("kube-proxy", "system:kube-proxy", "system:node-proxier", "");
    make("kube-controller-manager", "system:kube-controller-manager", "system:kube-controller-manager", "");
    make("k8s-worker-0", "system:node:ip-172-31-0-20", "system:nodes", "ip-172-31-0-20 172.31.0.20");
    make("admin", "admin", "system:masters", "");
    make("service-account", "service-accounts", "Kubernetes", "");

    let done = folder.run("rehearse . --service-cidr 10.32.0.0/24");
    assert_eq!((done.code, done.stderr.as_str()), (Some(1), ""), "{}", done.stdout);
    let refused: Vec<&str> = done.stdout.lines().filter(|line| line.contains("REFUSED")).collect();
    assert_eq!(refused.len(), 1, "{}", done.stdout);
    assert!(
        refused[0].ends_with(
            "10.32.0.1    REFUSED: pod refuses apiserver: its certificate lacks the name `10.32.0.1`"
        ),
        "{}",
        refused[0]
    );
    for hole in [
        "\n- apiserver, apiserver-kubelet-client, apiserver-etcd-client, etcd-server, etcd-peer and etcd-client have one key",
        "\n- etcd opens to admin, kubelet ip-172-31-0-20, scheduler, controller-manager, kube-proxy and service-account",
        "\n- the key of service-account signs tokens and is the user `service-accounts` as well",
        "\n- the certificates of admin, scheduler, controller-manager and kube-proxy are for servers as well",
    ] {
        assert!(done.stdout.contains(hole), "{hole}\n{}", done.stdout);
    }
    // A machine that was forgotten, and a service range that was not named.
    let done = folder.run("rehearse . --control-plane ip-172-31-0-11=172.31.0.11");
    assert_eq!(
        done.stderr,
        "warning: without --service-cidr nobody calls the API server by its service address, as pods do\n"
    );
    assert!(done.stdout.contains("its certificate lacks the name `172.31.0.11`"), "{}", done.stdout);
    assert!(!done.stdout.contains("10.32.0.1"), "{}", done.stdout);

    // A key that does not belong to its certificate.
    fs::copy(folder.path("admin-key.pem"), folder.path("kube-proxy-key.pem")).unwrap();
    let done = folder.run("rehearse . --service-cidr 10.32.0.0/24");
    assert_eq!(done.code, Some(1));
    assert!(done.stdout.contains("kube-proxy"), "{}", done.stdout);
    assert!(done.stdout.lines().filter(|line| line.contains("REFUSED")).count() > 1, "{}", done.stdout);
}

#[test]
fn without_a_cluster_there_is_nothing_to_rehearse() {
    let folder = Folder::new();
    folder.run("rehearse . --service-cidr 10.32.0.0/24").fails(
        1,
        "error: . has no certificate that plays a part in a cluster\n\
         help: name the folder that `bundle` made, or that of the tutorial's Step 4 (`ca.pem`, `admin.pem`, …)\n",
    );
    folder
        .run("rehearse nowhere --service-cidr 10.32.0.0/24")
        .fails(1, "error: cannot read nowhere: No such file or directory (os error 2)\n");
    folder.run("rehearse . --service-cidr 10.32.0.0/24 --expiry 90d").fails(
        2,
        "error: the certificates in . are as they are\n\
         help: leave out the folder, or the options that say how certificates are to be made\n",
    );
    folder.run("rehearse").fails(
        2,
        "error: no machine runs the API server\n\
         help: name one or more, such as `--control-plane master-0.example.com=10.240.0.10`\n",
    );
}
