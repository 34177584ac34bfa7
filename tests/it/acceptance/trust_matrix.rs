//! The rehearsal of a cluster's connections, before there is a cluster.

use serde_json::Value;

use crate::support::terraform::Terraform;

const AUTHORITY: &str = r#"
resource "groundup_certificate_authority" "ca" {
  subject {
    common_name = "Kubernetes"
  }
}
"#;

/// A certificate that exists only in the plan.
fn certificate(name: &str, arguments: &str) -> String {
    format!(
        r#"
resource "groundup_certificate" "{name}" {{
  ca_cert_pem        = groundup_certificate_authority.ca.cert_pem
  ca_private_key_pem = groundup_certificate_authority.ca.private_key_pem
  {arguments}
}}
"#
    )
}

/// The matrix of an API server, a scheduler and a kubelet, by what their certificates are planned to say.
///
/// By way of a local: what names a resource that is about to change, Terraform reads after the change.
const PLANNED: &str = r#"data "groundup_trust_matrix" "planned" {
  api_server_names = ["api.example.com"]
  service_cidrs    = ["10.32.0.0/24"]

  member {
    role                      = "apiserver"
    subject_dn                = local.planned.apiserver.subject_dn
    subject_alternative_names = local.planned.apiserver.subject_alternative_names
    usages                    = local.planned.apiserver.usages
  }

  member {
    role                      = "scheduler"
    subject_dn                = local.planned.scheduler.subject_dn
    subject_alternative_names = local.planned.scheduler.subject_alternative_names
    usages                    = local.planned.scheduler.usages
  }

  member {
    role = "admin"
  }
}

locals {
  planned = {
    for name, certificate in { apiserver = groundup_certificate.apiserver, scheduler = groundup_certificate.scheduler } :
    name => {
      subject_dn                = certificate.subject_dn
      subject_alternative_names = certificate.subject_alternative_names
      usages                    = certificate.usages
    }
  }
}

output "passed" {
  value = data.groundup_trust_matrix.planned.passed
}

output "table" {
  value = data.groundup_trust_matrix.planned.table
}
"#;

const SCHEDULER: &str = "role = \"scheduler\"";

fn apiserver(names: &str) -> String {
    format!("role = \"apiserver\"\n service_cidrs = [\"10.32.0.0/24\"]\n dns_names = [{names}]")
}

#[test]
fn what_is_missing_is_an_error_before_anything_exists() {
    let terraform = Terraform::new();
    terraform.write("matrix.tf", PLANNED);
    let given = |apiserver: &str, scheduler: &str| {
        let certificates =
            [certificate("apiserver", apiserver), certificate("scheduler", scheduler)].concat();
        terraform.write("given.tf", &format!("{AUTHORITY}{certificates}"));
    };
    // Without the load balancer's name, and the scheduler's for servers only.
    given(&apiserver(""), "allowed_uses = [\"server_auth\"]\n role = \"scheduler\"");
    let errors = terraform.plan().failed().errors();
    let told: Vec<_> = errors.iter().map(|error| (error.line, error.detail.as_str())).collect();
    assert_eq!(errors.iter().map(|error| error.line).collect::<Vec<_>>(), [8, 16], "{told:?}");
    assert!(
        told[0].1.contains("admin refuses apiserver: its certificate lacks the name `api.example.com`."),
        "{told:?}"
    );
    assert!(told[1].1.contains("apiserver refuses scheduler"), "{told:?}");
    assert!(errors.iter().all(|error| error.summary == "Connection Fails"));
    assert!(!terraform.path("terraform.tfstate").exists(), "nothing exists");

    given(&apiserver("\"api.example.com\""), SCHEDULER);
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    let state = terraform.state();
    assert_eq!(state.output("passed"), &Value::Bool(true));
    let table = state.output("table").as_str().unwrap();
    assert!(table.starts_with("CLIENT ") && table.contains("handshakes pass."), "{table}");
}

#[test]
fn what_is_there_is_tried_with_its_keys() {
    let terraform = Terraform::new();
    let given = [
        AUTHORITY,
        &certificate("apiserver", &apiserver("\"api.example.com\"")),
        &certificate("scheduler", SCHEDULER),
        &certificate("admin", "role = \"admin\""),
    ];
    terraform.write("given.tf", &given.concat());
    terraform.apply().succeeded();
    let matrix = |keys: [&str; 2], on_failure: &str| {
        format!(
            r#"data "groundup_trust_matrix" "issued" {{
  on_failure = {on_failure:?}
  authority {{
    cert_pem = groundup_certificate_authority.ca.cert_pem
  }}
  member {{
    role            = "apiserver"
    cert_pem        = groundup_certificate.apiserver.cert_pem
    private_key_pem = groundup_certificate.{}.private_key_pem
  }}
  member {{
    role            = "scheduler"
    cert_pem        = groundup_certificate.scheduler.cert_pem
    private_key_pem = groundup_certificate.{}.private_key_pem
  }}
}}

output "rows" {{
  value = data.groundup_trust_matrix.issued.rows
}}
"#,
            keys[0], keys[1]
        )
    };
    let outcomes = || {
        let state = terraform.state();
        let rows = state.output("rows").as_array().unwrap().clone();
        assert!(rows.len() > 5, "{rows:?}");
        let mut outcomes: Vec<String> =
            rows.iter().map(|row| format!("{} {}", row["client"], row["outcome"]).replace('"', "")).collect();
        outcomes.dedup();
        outcomes
    };
    terraform.write("matrix.tf", &matrix(["apiserver", "scheduler"], "error"));
    terraform.apply().succeeded();
    terraform.plan().is_empty();
    assert_eq!(outcomes(), ["scheduler passed", "pod passed"]);

    terraform.write("matrix.tf", &matrix(["apiserver", "admin"], "error"));
    let errors = terraform.plan().failed().errors();
    assert_eq!(errors.iter().map(|error| error.line).collect::<Vec<_>>(), [14], "{errors:?}");

    terraform.write("matrix.tf", &matrix(["apiserver", "admin"], "warning"));
    let warnings = terraform.apply().succeeded().warnings();
    assert!(warnings.iter().all(|warning| warning.line == 14) && !warnings.is_empty(), "{warnings:?}");
    assert_eq!(outcomes(), ["scheduler refused", "pod passed"]);
}

#[test]
fn wrong_members_are_told_at_their_lines() {
    let terraform = Terraform::new();
    let wrong = r#"data "groundup_trust_matrix" "wrong" {
  member {
    role = "apiservr"
  }
  member {
    role   = "admin"
    usages = ["client_auth", "clint_auth"]
  }
  member {
    role = "admin"
  }
  member {
    role                      = "etcd-server"
    subject_alternative_names = ["bad host"]
  }
}
"#;
    terraform.write("main.tf", wrong);
    let errors = terraform.plan().failed().errors();
    let mut told: Vec<_> = errors.iter().map(|error| (error.line, error.detail.as_str())).collect();
    told.sort_unstable();
    let usage = "Unknown usage `clint_auth` (did you mean `client_auth`?).";
    assert!(
        told[0].1.starts_with("Unknown role `apiservr` (did you mean `apiserver`?); known are apiserver,"),
        "{told:?}"
    );
    assert_eq!(
        told,
        [
            (3, told[0].1),
            (7, usage),
            (10, "There is another member `admin`: tell them apart by `name`."),
            (14, "`bad host` is not a DNS name: it contains ' '."),
        ]
    );
}
