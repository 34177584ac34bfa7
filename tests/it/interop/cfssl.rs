//! The tutorial's files through cfssl and through Terraform say the same.

use std::fmt::Write as _;
use std::process::Command;

use serde_json::json;

use crate::support::terraform::Terraform;
use crate::support::tool;

const CONFIG: &str = r#"{
  "signing": {
    "default": {
      "expiry": "8760h"
    },
    "profiles": {
      "kubernetes": {
        "usages": ["signing", "key encipherment", "server auth", "client auth"],
        "expiry": "8760h"
      }
    }
  }
}
"#;

const MASTER_HOSTS: [&str; 16] = [
    "127.0.0.1",
    "172.31.0.10",
    "172.31.0.11",
    "172.31.0.12",
    "ip-172-31-0-10",
    "ip-172-31-0-11",
    "ip-172-31-0-12",
    "ip-172-31-0-10.us-east-2.compute.internal",
    "ip-172-31-0-11.us-east-2.compute.internal",
    "ip-172-31-0-12.us-east-2.compute.internal",
    "k8s-0123456789abcdef.elb.us-east-2.amazonaws.com",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster",
    "kubernetes.default.svc.cluster.local",
];

/// Name of the file, common name and organization.
const SUBJECTS: [(&str, &str, &str); 8] = [
    ("ca", "Kubernetes", "Kubernetes"),
    ("master-kubernetes", "kubernetes", "Kubernetes"),
    ("kube-scheduler", "system:kube-scheduler", "system:kube-scheduler"),
    ("kube-proxy", "system:kube-proxy", "system:node-proxier"),
    ("kube-controller-manager", "system:kube-controller-manager", "system:kube-controller-manager"),
    ("worker-0", "system:node:ip-172-31-0-20", "system:nodes"),
    ("admin", "admin", "system:masters"),
    ("service-account", "service-accounts", "Kubernetes"),
];

/// The tutorial gives a worker's names on the command line.
const WORKER_HOSTS: &str = "ip-172-31-0-20,203.0.113.7,172.31.0.20";

#[test]
fn certificates_of_the_tutorial_are_equal() {
    let terraform = Terraform::new();
    terraform.write("ca-config.json", CONFIG);
    for (name, common_name, organization) in SUBJECTS {
        let mut request = json!({
            "CN": common_name,
            "key": {"algo": "rsa", "size": 2048},
            "names": [{
                "C": "UK", "L": "England", "O": organization, "OU": "DAREY.IO DEVOPS", "ST": "London",
            }],
        });
        if name == "master-kubernetes" {
            request["hosts"] = json!(MASTER_HOSTS);
        }
        terraform.write(&format!("{name}-csr.json"), &request.to_string());
    }
    let theirs = by_cfssl(&terraform);
    terraform.write("main.tf", &configuration());
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    for ((name, ..), theirs) in SUBJECTS.iter().zip(theirs) {
        let ours = said_by(&terraform, &format!("{name}.pem"));
        assert_eq!(ours, theirs, "{name}");
        let verify = ["verify", "-x509_strict", "-CAfile", "ca.pem", &format!("{name}.pem")];
        tool::succeed(Command::new(tool::find("openssl")).args(verify).current_dir(terraform.folder()));
    }
}

/// What cfssl's certificates say. They are removed: the provider's take their names.
fn by_cfssl(terraform: &Terraform) -> Vec<Vec<String>> {
    for program in ["cfssl", "cfssljson"] {
        tool::find(program);
    }
    let issued = SUBJECTS.iter().map(|(name, ..)| {
        let options = match *name {
            "ca" => "-initca".to_owned(),
            "worker-0" => format!("{WITH_AUTHORITY} -hostname={WORKER_HOSTS}"),
            _ => WITH_AUTHORITY.to_owned(),
        };
        let made = format!("cfssl gencert {options} {name}-csr.json | cfssljson -bare {name}");
        tool::succeed(Command::new("sh").args(["-c", &made]).current_dir(terraform.folder()));
        said_by(terraform, &format!("{name}.pem"))
    });
    let issued = issued.collect();
    for (name, ..) in SUBJECTS {
        for ending in [".pem", "-key.pem", ".csr"] {
            std::fs::remove_file(terraform.path(&format!("{name}{ending}"))).unwrap();
        }
    }
    issued
}

const WITH_AUTHORITY: &str = "-ca=ca.pem -ca-key=ca-key.pem -config=ca-config.json -profile=kubernetes";

/// The same with the provider.
fn configuration() -> String {
    let mut hcl = r#"
        resource "groundup_certificate_authority" "this" {
          csr_json = file("ca-csr.json")
        }
        resource "groundup_file" "ca" {
          filename = "ca.pem"
          content  = groundup_certificate_authority.this.cert_pem
        }"#
    .to_owned();
    for (name, ..) in &SUBJECTS[1..] {
        let hosts = if *name == "worker-0" {
            "dns_names = [\"ip-172-31-0-20\"]\n ip_addresses = [\"203.0.113.7\", \"172.31.0.20\"]"
        } else {
            ""
        };
        let _ = write!(
            hcl,
            r#"
            resource "groundup_certificate" "{name}" {{
              ca_cert_pem        = groundup_certificate_authority.this.cert_pem
              ca_private_key_pem = groundup_certificate_authority.this.private_key_pem
              csr_json           = file("{name}-csr.json")
              profile_json       = file("ca-config.json")
              profile_name       = "kubernetes"
              {hosts}
            }}
            resource "groundup_file" "{name}" {{
              filename = "{name}.pem"
              content  = groundup_certificate.{name}.cert_pem
            }}"#
        );
    }
    hcl
}

/// Subject, issuer, key, names, usages and constraint of a certificate, by OpenSSL.
fn said_by(terraform: &Terraform, file: &str) -> Vec<String> {
    let mut command = Command::new(tool::find("openssl"));
    command
        .args(["x509", "-noout", "-subject", "-issuer", "-nameopt", "RFC2253", "-in", file])
        .args(["-ext", "basicConstraints,keyUsage,extendedKeyUsage,subjectAltName"])
        .current_dir(terraform.folder());
    let text = tool::succeed(&mut command);
    let mut parts: Vec<String> =
        text.lines().flat_map(|line| line.split(", ")).map(|part| part.trim().to_owned()).collect();
    // The order of extensions and names is everybody's own.
    parts.sort();
    parts
}
