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

/// A network, two subnets of which share a zone, and a target group for instances.
const NETWORK: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "172.31.0.0/16"
}

resource "groundup_subnet" "one_zone" {
  for_each          = toset(["172.31.1.0/24", "172.31.2.0/24"])
  vpc_id            = groundup_vpc.this.id
  cidr_block        = each.key
  availability_zone = "us-east-2a"
}

resource "groundup_nlb_target_group" "this" {
  name     = "api"
  port     = 6443
  protocol = "TCP"
  vpc_id   = groundup_vpc.this.id
}
"#;

/// What can be judged by the configuration alone. Behind each wrong line stands what is told about it.
const WRONG_BY_ITSELF: &str = r#"
resource "groundup_vpc" "this" {
  cidr_block = "172.31.0.1/16" #! "172.31.0.1/16" has bits set behind its prefix: the network is `172.31.0.0/16`.
}

data "groundup_ami" "anybody" {
  most_recent = true #! Anybody may publish an image under any name, and the most recent one of anybody would be taken here.
  name_regex  = "noble"
}

resource "groundup_instance" "this" {
  ami                    = "null" #! "null" is not the id of an image: it has the form `ami-` and 8 or 17 hexadecimal digits; a lookup may have found nothing.
  instance_type          = "t3" #! "t3" is no instance type, such as `t3.small`.
  subnet_id              = "vpc-01234567" #! "vpc-01234567" is not the id of a subnet: it has the form `subnet-` and 8 or 17 hexadecimal digits; this is the id of a VPC.
  private_ip             = "10.1.0.256" #! Invalid IPv4 address syntax.
  user_data              = format("%16385s", "") #! User data of 16385 bytes is too long: EC2 takes at most 16384.
  vpc_security_group_ids = ["subnet-01234567"] #! "subnet-01234567" is not the id of a security group: it has the form `sg-` and 8 or 17 hexadecimal digits; this is the id of a subnet.

  metadata_options {
    http_put_response_hop_limit = 65 #! The hop limit is a number from 1 to 64, not 65.
  }

  root_block_device {
    volume_type = "gp3"
    iops        = 2000 #! A volume of type `gp3` has at least 3000 operations a second, not 2000.
    throughput  = 600 #! 2000 operations a second carry at most 500 MiB a second; 600 need `iops = 2400`.
  }
}

resource "groundup_key_pair" "this" {
  key_name   = "k8s"
  public_key = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHwf2HMM5TRXvo2SQJjsNkiDD5KqiiNjrGVv3UUh+mMT5RHxiRtOnlqvjhQtBq0VpmpCV/PwUdhOig4vkbqAcEc=" #! EC2 takes RSA and Ed25519 keys, not ecdsa-sha2-nistp256.
}

resource "groundup_nlb" "this" {
  name    = "k8s-cluster-from-ground-up-balancer" #! A name has 1 to 32 characters; "k8s-cluster-from-ground-up-balancer" has 35.
  subnets = ["subnet-12345678"]
}

resource "groundup_nlb" "protocols" {
  name                             = "internal-k8s" #! A load balancer's name does not begin with `internal-`, as "internal-k8s" does.
  internal                         = false
  dns_record_client_routing_policy = "zone" #! "zone" is not one of "any_availability_zone", "availability_zone_affinity", "partial_availability_zone_affinity".
  subnets                          = ["sg-12345678"] #! "sg-12345678" is not the id of a subnet: it has the form `subnet-` and 8 or 17 hexadecimal digits; this is the id of a security group.
}

resource "groundup_nlb_target_group" "this" {
  name                 = "k8s_masters" #! A name has only the letters A-Z and a-z, digits and hyphens; "k8s_masters" has '_'.
  port                 = 0             #! 0 is not between 1 and 65535.
  protocol             = "HTTP"        #! "HTTP" is not one of "TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC".
  vpc_id               = "igw-12345678" #! "igw-12345678" is not the id of a VPC: it has the form `vpc-` and 8 or 17 hexadecimal digits; this is the id of an internet gateway.
  deregistration_delay = 3601 #! 3601 is not between 0 and 3600.

  health_check {
    protocol            = "UDP" #! "UDP" is not one of "TCP", "HTTP", "HTTPS".
    port                = "https" #! "https" is neither a port from 1 to 65535 nor `traffic-port`.
    path                = "readyz" #! A path begins with a slash and has at most 1024 characters, unlike "readyz".
    matcher             = "399-200" #! "399-200" is not a list of status codes from 200 to 599, such as `200`, `200,302` or `200-399`.
    interval            = 301 #! 301 is not between 5 and 300.
    timeout             = 1 #! 1 is not between 2 and 120.
    healthy_threshold   = 11 #! 11 is not between 2 and 10.
    unhealthy_threshold = 1 #! 1 is not between 2 and 10.
  }
}

resource "groundup_nlb_target_group" "beside" {
  name_prefix = "a-name-that-is-much-too-long-" #! A prefix has at most 24 characters, which leaves 8 random ones; "a-name-that-is-much-too-long-" has 29.
  port        = 6443
  protocol    = "TCP"
  vpc_id      = "vpc-12345678"
}

resource "groundup_nlb_target_group_attachment" "this" {
  target_group_arn = "arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/net/k8s/50dc" #! "arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/net/k8s/50dc" is not the ARN of a target group, which looks like `arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/…`; it is the ARN of a load balancer.
  target_id        = "master-0" #! "master-0" is neither an IP address, nor the id of an instance (`i-…`), nor the ARN of a load balancer.
  port             = 70000 #! A whole number from 0 to 65535 is required.
}

resource "groundup_nlb_listener" "this" {
  load_balancer_arn        = "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/k8s/50dc" #! "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/k8s/50dc" is not the ARN of a load balancer,
  port                     = 6443
  protocol                 = "TCP"
  tcp_idle_timeout_seconds = 59 #! 59 is not between 60 and 6000.

  default_action {
    type             = "redirect" #! "redirect" is not one of "forward".
    target_group_arn = "masters" #! "masters" is not an ARN: that of a target group looks like `arn:aws:elasticloadbalancing:REGION:ACCOUNT:targetgroup/…`.
  }
}

resource "groundup_nlb_listener" "tls" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:us-east-2:123456789012:loadbalancer/net/k8s/50dc"
  port              = 6443
  protocol          = "TLS"
  certificate_arn   = "k8s" #! "k8s" is not the ARN of a certificate, which looks like `arn:aws:acm:REGION:ACCOUNT:certificate/…` or `arn:aws:iam::ACCOUNT:server-certificate/…`.

  default_action {
    type = "forward"

    forward {
      target_group {
        arn = "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/k8s/50dc"
      }
    }
  }
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
  keys = [{ name = "key1", secret = base64encode("12345") }] #! Decodes to 5 bytes; the provider takes keys of 32 bytes.
}
"#;

/// What can be judged by what there is.
const WRONG_BESIDE_OTHERS: &str = r#"
resource "groundup_nlb" "this" {
  name    = "api"
  subnets = values(groundup_subnet.one_zone)[*].id #! subnet-
}

resource "groundup_nlb_target_group_attachment" "this" {
  target_group_arn = groundup_nlb_target_group.this.arn
  target_id        = "10.1.0.1" #! "10.1.0.1" is a target of the type `ip`, but the target group takes the type `instance`.
}

resource "groundup_certificate" "this" {
  ca_cert_pem        = groundup_certificate_authority.these["one"].cert_pem
  ca_private_key_pem = groundup_certificate_authority.these["two"].private_key_pem #! The private key does not belong to the certificate of CN=one.
  role               = "scheduler"
}

resource "groundup_encryption_config" "this" {
  keys = [{ name = "key1", secret = base64encode(substr(groundup_vpc.this.id, 0, 5)) }] #! Decodes to 5 bytes; the provider takes keys of 32 bytes.
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
    terraform.write("given.tf", &format!("{AUTHORITIES}{NETWORK}"));
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
