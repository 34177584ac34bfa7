//! Certificates of keys that are given for the moment, and stored nowhere.

use std::collections::BTreeMap;

use pki_core::{Certificate, CertificateRequest, KeyAlgorithm, PrivateKey};
use serde_json::Value;

use crate::support::run::Run;
use crate::support::terraform::Terraform;

const ROOT: &str = "groundup_certificate_authority.root";
const LEAF: &str = "groundup_certificate.leaf";

/// A root with a key of its own, and a leaf whose key is another one on every run.
fn leaf(arguments: &str) -> String {
    format!(
        r#"
resource "groundup_certificate_authority" "root" {{
  subject {{
    common_name = "root"
  }}
}}
ephemeral "groundup_private_key" "fresh" {{}}
resource "groundup_certificate" "leaf" {{
  ca_cert_pem        = groundup_certificate_authority.root.cert_pem
  ca_private_key_pem = groundup_certificate_authority.root.private_key_pem
  private_key_pem_wo = ephemeral.groundup_private_key.fresh.private_key_pem
  role               = "scheduler"
  {arguments}
}}
"#
    )
}

/// The key of that file.
fn from_file(argument: &str) -> String {
    format!("{argument} = file(\"key.pem\")")
}

fn write_key(terraform: &Terraform) -> PrivateKey {
    let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256, &mut rng).unwrap();
    terraform.write("key.pem", &key.to_pem());
    key
}

#[track_caller]
fn apply(terraform: &Terraform, hcl: &str) -> Run {
    terraform.write("main.tf", hcl);
    let run = terraform.apply().succeeded();
    terraform.plan().is_empty();
    run
}

fn public(terraform: &Terraform, address: &str) -> Value {
    terraform.state().attributes(address)["public_key_pem"].clone()
}

/// The summaries, places and details of what a plan complains of.
#[track_caller]
fn refused(terraform: &Terraform, hcl: &str) -> Vec<(String, usize, String)> {
    terraform.write("main.tf", hcl);
    let errors = terraform.plan().failed().errors().into_iter();
    errors.map(|error| (error.summary, error.line, error.detail)).collect()
}

const ANOTHER: &str = "What has to be signed anew needs the private key, and `private_key_pem_wo` is another one than when \
                       this version was given. Raise `private_key_pem_wo_version` to change to the key that is given now, \
                       or give the one from before.";

#[test]
fn a_random_key_is_kept_as_long_as_its_version() {
    let terraform = Terraform::new();
    apply(&terraform, &leaf("private_key_pem_wo_version = 1"));
    let first = public(&terraform, LEAF);
    let object = terraform.state().attributes(LEAF);
    assert_eq!(object["private_key_pem"], Value::Null);
    assert_eq!(object["private_key_pem_wo"], Value::Null);

    // Issued again, which the issuer does for the public half.
    let run = apply(&terraform, &leaf("private_key_pem_wo_version = 1\n  validity = \"30d\""));
    assert_eq!(run.changes(), BTreeMap::from([(LEAF.to_owned(), "update".to_owned())]));
    let renewed = terraform.state().attributes(LEAF);
    assert_eq!(renewed["public_key_pem"], first);
    assert_ne!(renewed["id"], object["id"]);

    // A request for other names has to be signed with the key itself.
    let named = |version: u32| {
        leaf(&format!(
            "private_key_pem_wo_version = {version}\n  validity = \"30d\"\n  dns_names = [\"a.example\"]"
        ))
    };
    let error = ("Another Private Key".to_owned(), 13, ANOTHER.to_owned());
    assert_eq!(refused(&terraform, &named(1)), [error]);

    apply(&terraform, &named(2));
    let object = terraform.state().attributes(LEAF);
    assert_ne!(object["public_key_pem"], first);
    let certificate = Certificate::from_pem(object["cert_pem"].as_str().unwrap()).unwrap();
    assert_eq!(certificate.public_key().to_pem(), object["public_key_pem"].as_str().unwrap());
}

#[test]
fn a_stable_key_is_compared() {
    let terraform = Terraform::new();
    let key = write_key(&terraform);
    let hcl = leaf("").replace(
        "private_key_pem_wo = ephemeral.groundup_private_key.fresh.private_key_pem",
        &from_file("private_key_pem_wo"),
    );
    apply(&terraform, &hcl);
    assert_eq!(public(&terraform, LEAF), key.public_key().to_pem());
    let leaf_only = |text: &str| text.matches("PRIVATE KEY").count();
    assert_eq!(leaf_only(&terraform.state().text), 4, "the root's own key alone, begin and end, twice");
    let other = write_key(&terraform);
    let run = apply(&terraform, &hcl);
    assert_eq!(run.changes(), BTreeMap::from([(LEAF.to_owned(), "update".to_owned())]));
    assert_eq!(public(&terraform, LEAF), other.public_key().to_pem());
}

/// A root whose key is another one on every run, and what it signs in the same one.
fn rooted(version: u32, validity: &str) -> String {
    format!(
        r#"
ephemeral "groundup_private_key" "fresh" {{}}
resource "groundup_certificate_authority" "root" {{
  private_key_pem_wo         = ephemeral.groundup_private_key.fresh.private_key_pem
  private_key_pem_wo_version = {version}
  validity                   = {validity:?}
  subject {{
    common_name = "root"
  }}
}}
resource "groundup_certificate" "leaf" {{
  ca_cert_pem                   = groundup_certificate_authority.root.cert_pem
  ca_private_key_pem_wo         = ephemeral.groundup_private_key.fresh.private_key_pem
  ca_private_key_pem_wo_version = {version}
  role                          = "scheduler"
}}
"#
    )
}

#[test]
fn an_authority_that_forgets_its_key_signs_once() {
    let terraform = Terraform::new();
    apply(&terraform, &rooted(1, "1y"));
    let [root, leaf] = [ROOT, LEAF].map(|address| terraform.state().attributes(address));
    let certificate = |object: &Value| Certificate::from_pem(object["cert_pem"].as_str().unwrap()).unwrap();
    assert!(certificate(&leaf).is_signed_by(&certificate(&root)));
    assert_eq!(root["private_key_pem"], Value::Null);

    let told = refused(&terraform, &rooted(1, "2y"));
    assert_eq!(told[0], ("Another Private Key".to_owned(), 5, ANOTHER.to_owned()));
    let run = apply(&terraform, &rooted(2, "2y"));
    let both = [ROOT, LEAF].map(|address| (address.to_owned(), "update".to_owned()));
    assert_eq!(run.changes(), BTreeMap::from(both));
    let [root, leaf] = [ROOT, LEAF].map(|address| terraform.state().attributes(address));
    assert!(certificate(&leaf).is_signed_by(&certificate(&root)));
}

#[test]
fn the_issuing_key_is_compared_with_the_certificate() {
    let issued = |arguments: &str| {
        format!(
            r#"
resource "groundup_certificate_authority" "root" {{
  private_key_pem_wo = file("key.pem")
  subject {{
    common_name = "root"
  }}
}}
resource "groundup_certificate" "leaf" {{
  ca_cert_pem           = groundup_certificate_authority.root.cert_pem
  ca_private_key_pem_wo = file("issuing.pem")
  role                  = "scheduler"
  {arguments}
}}
"#
        )
    };
    let terraform = Terraform::new();
    write_key(&terraform);
    terraform.write("issuing.pem", &terraform.read("key.pem"));
    apply(&terraform, &issued("ca_private_key_pem_wo_version = 1"));
    let id = terraform.state().attributes(LEAF)["id"].clone();
    apply(&terraform, &issued("ca_private_key_pem_wo_version = 2"));
    assert_ne!(terraform.state().attributes(LEAF)["id"], id, "another version issues again");

    let own = terraform.read("key.pem");
    write_key(&terraform);
    terraform.write("issuing.pem", &terraform.read("key.pem"));
    terraform.write("key.pem", &own);
    terraform.plan().is_empty();
    let detail = "The private key does not belong to the certificate of CN=root.";
    let error = |line| ("Unusable Certificate Authority".to_owned(), line, detail.to_owned());
    assert_eq!(refused(&terraform, &issued("ca_private_key_pem_wo_version = 3")), [error(10)]);
    assert_eq!(refused(&terraform, &issued("")), [error(10)]);
}

#[test]
fn a_request_is_signed_anew_with_a_new_version() {
    let request = |version: u32, name: &str| {
        format!(
            r#"
ephemeral "groundup_private_key" "fresh" {{}}
resource "groundup_certificate_request" "request" {{
  private_key_pem_wo         = ephemeral.groundup_private_key.fresh.private_key_pem
  private_key_pem_wo_version = {version}
  dns_names                  = [{name:?}]
}}
"#
        )
    };
    let terraform = Terraform::new();
    apply(&terraform, &request(1, "a.example"));
    let error = ("Another Private Key".to_owned(), 5, ANOTHER.to_owned());
    assert_eq!(refused(&terraform, &request(1, "b.example")), [error]);
    let run = apply(&terraform, &request(2, "b.example"));
    let address = "groundup_certificate_request.request";
    assert_eq!(run.changes(), BTreeMap::from([(address.to_owned(), "replace".to_owned())]));
    let object = terraform.state().attributes(address);
    let request = CertificateRequest::from_pem(object["cert_request_pem"].as_str().unwrap()).unwrap();
    assert_eq!(request.public_key().to_pem(), object["public_key_pem"].as_str().unwrap());
}
