# Step 7. Encryption at rest in etcd. The key is made once and kept: whoever loses it has lost every secret.

resource "groundup_encryption_config" "this" {
  resources = ["secrets"]
  # The tutorial's aescbc can be attacked with padding; and its `kind: EncryptionConfig` is a name of the past.
  provider_type = "secretbox"

  key {
    name = "key1"
  }
}
