//! Mistakes are told before anything is changed: all of them at once, each at its own line.

use std::collections::BTreeMap;

use crate::support::moto::Moto;
use crate::support::run::Run;
use crate::support::terraform::Terraform;

/// Two authorities, of which each has its own key.
const AUTHORITIES: &str = r#"
resource "groundup_certificate_authority" "these" {
  for_each = toset(["one", "two"])

  subject {
    common_name = each.key
  }
}
"#;

/// What can be judged by the configuration alone. Behind each wrong line stands what is told about it.
const WRONG_BY_ITSELF: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "172.31.0.1/16" #! "172.31.0.1/16" has bits set behind its prefix: the network is `172.31.0.0/16`.
}

resource "groundup_nlb" "this" {
  name    = "k8s-cluster-from-ground-up-balancer" #! A name has 1 to 32 characters; "k8s-cluster-from-ground-up-balancer" has 35.
  subnets = ["subnet-12345678"]
}

resource "groundup_certificate_authority" "country" {
  subject {
    common_name = "Kubernetes"
    country     = "GBR" #! Country: `GBR` is not a two-letter country code of ISO 3166-1 (did you mean `GB`?).
  }
}

resource "groundup_certificate" "names" {
  ca_cert_pem        = file("one.pem")
  ca_private_key_pem = file("one-key.pem")
  role               = "apiserver"
  dns_names = [
    "good.example",
    "bad host", #! `bad host` is not a DNS name: it contains ' '.
  ]
}

resource "groundup_certificate" "mismatch" {
  ca_cert_pem        = file("one.pem")
  ca_private_key_pem = file("two-key.pem") #! The private key does not belong to the certificate of CN=one.
  role               = "scheduler"
}

resource "groundup_certificate" "profile" {
  ca_cert_pem        = file("one.pem")
  ca_private_key_pem = file("one-key.pem")
  csr_json           = jsonencode({ CN = "x", key = { algo = "ecdsa", size = 256 } })
  profile_json       = jsonencode({ signing = { profiles = { kubernetes = { usages = ["client auth"], expiry = "1h" } } } })
  profile_name       = "kubernets" #! Unknown profile `kubernets`
}

resource "groundup_certificate" "garbage" {
  ca_cert_pem        = "garbage" #! No PEM block found: expected `-----BEGIN CERTIFICATE-----`.
  ca_private_key_pem = file("one-key.pem")
  role               = "scheduler"
}

resource "groundup_certificate_request" "garbage" {
  private_key_pem = "-----BEGIN GARBAGE-----" #! The PEM block that begins in line 1 has no matching `-----END` line.
}

resource "groundup_kubeconfig" "mismatch" {
  cluster_name              = "k8s"
  server                    = "https://api.example:6443"
  certificate_authority_pem = file("one.pem")
  user                      = "admin"
  client_certificate_pem    = file("one.pem")
  client_key_pem            = file("two-key.pem") #! The key does not belong to the client certificate `CN=one`.
}

resource "groundup_encryption_config" "this" {
  key {
    name   = "key1"
    secret = base64encode("12345") #! Decodes to 5 bytes; the provider takes keys of 32 bytes.
  }
}
"#;

/// What can be judged by what there is.
const WRONG_BESIDE_OTHERS: &str = r#"
resource "groundup_subnet" "this" {
  vpc_id     = groundup_vpc.this.id
  cidr_block = "10.0.0.0/24" #! 10.0.0.0/24 is not part of VPC
}

resource "groundup_certificate" "this" {
  ca_cert_pem        = groundup_certificate_authority.these["one"].cert_pem
  ca_private_key_pem = groundup_certificate_authority.these["two"].private_key_pem #! The private key does not belong to the certificate of CN=one.
  role               = "scheduler"
}

resource "groundup_encryption_config" "this" {
  key {
    name   = "key1"
    secret = base64encode(substr(groundup_vpc.this.id, 0, 5)) #! Decodes to 5 bytes; the provider takes keys of 32 bytes.
  }
}
"#;

#[test]
fn what_is_wrong_by_itself() {
    let terraform = Terraform::new();
    terraform.write("given.tf", AUTHORITIES);
    terraform.apply().succeeded();
    let state = terraform.state();
    for name in ["one", "two"] {
        let authority = state.attributes(&format!("groundup_certificate_authority.these[{name:?}]"));
        terraform.write(&format!("{name}.pem"), authority["cert_pem"].as_str().unwrap());
        terraform.write(&format!("{name}-key.pem"), authority["private_key_pem"].as_str().unwrap());
    }
    terraform.write("wrong.tf", WRONG_BY_ITSELF);
    assert_told(&terraform.plan().failed(), WRONG_BY_ITSELF);
    assert_told(&terraform.apply().failed(), WRONG_BY_ITSELF);
    assert_eq!(terraform.state().text, state.text);
}

#[test]
fn what_is_wrong_beside_others() {
    let moto = Moto::start();
    let terraform = Terraform::new().with_environment(moto.environment());
    let vpc = "resource \"groundup_vpc\" \"this\" {\n  cidr_block = \"172.31.0.0/16\"\n}\n";
    terraform.write("given.tf", &format!("{AUTHORITIES}{vpc}"));
    terraform.apply().succeeded();
    let (state, inventory) = (terraform.state(), moto.inventory());
    terraform.write("wrong.tf", WRONG_BESIDE_OTHERS);
    assert_told(&terraform.plan().failed(), WRONG_BESIDE_OTHERS);
    assert_told(&terraform.apply().failed(), WRONG_BESIDE_OTHERS);
    assert_eq!(terraform.state().text, state.text);
    assert_eq!(moto.inventory(), inventory);
}

/// Just what is expected is told, each at its line.
#[track_caller]
fn assert_told(run: &Run, configuration: &str) {
    let lines = configuration.lines().enumerate();
    let expected: BTreeMap<usize, &str> =
        lines.filter_map(|(index, line)| Some((index + 1, line.split_once(" #! ")?.1))).collect();
    let errors = run.errors();
    let told: BTreeMap<usize, &str> =
        errors.iter().map(|error| (error.line, error.detail.as_str())).collect();
    assert_eq!(told.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{errors:#?}");
    for (line, expected) in expected {
        assert!(
            told[&line].starts_with(expected),
            "line {line}: {expected:?}, but it says {:?}",
            told[&line]
        );
    }
    assert_eq!(errors.len(), told.len(), "one for each: {errors:#?}");
}
