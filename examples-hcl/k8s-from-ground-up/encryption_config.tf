# Step 7. Encryption at rest in etcd. The key is made once and kept in the state: whoever loses it has lost every secret.

resource "groundup_encryption_config" "this" {
  resources = ["secrets"]
  # The tutorial's aescbc can be attacked with padding; and its `kind: EncryptionConfig` is a name of the past.
  provider_type = "secretbox"

  keys = [{ name = "key1" }]

  # A destroy loses the only copy of the key, and with it everything in etcd and its backups: fine for a tutorial.
  allow_key_loss = true
}
