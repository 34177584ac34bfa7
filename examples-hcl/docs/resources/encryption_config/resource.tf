# The key is made once and kept. New secrets are written with the first one; older ones stay readable.
resource "groundup_encryption_config" "cluster" {
  resources = ["secrets", "configmaps"]

  key {
    name = "key1"
  }
}

resource "groundup_file" "encryption_config" {
  filename = "encryption-config.yaml"
  content  = groundup_encryption_config.cluster.content
}
