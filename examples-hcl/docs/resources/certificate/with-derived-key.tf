# Keys that follow from the provider's seed are stored nowhere: state holds what is public.
resource "groundup_certificate_authority" "etcd" {
  key      = { derive = { label = "prod/etcd-ca" } }
  validity = "10y"

  subject {
    common_name = "etcd"
  }
}

resource "groundup_certificate" "etcd" {
  ca_cert_pem = groundup_certificate_authority.etcd.cert_pem
  ca_key      = { derive = { label = "prod/etcd-ca" } }

  role         = "etcd-server"
  dns_names    = ["etcd.example.com"]
  ip_addresses = ["172.31.0.10"]

  # Raise the generation to have another key. The certificate is issued again with it, in place.
  key = { derive = { label = "prod/etcd", generation = 1 } }
}

# Where the key is needed itself, it is derived once more, and goes where it is not stored either.
ephemeral "groundup_private_key" "etcd" {
  derive         = { label = "prod/etcd", generation = 1 }
  public_key_pem = groundup_certificate.etcd.public_key_pem
}

resource "groundup_file" "etcd" {
  filename   = "${path.module}/etcd.key"
  content_wo = ephemeral.groundup_private_key.etcd.private_key_pem
}
