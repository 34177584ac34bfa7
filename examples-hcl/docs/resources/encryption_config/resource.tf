# The key is derived from the provider's seed: neither the state nor the plan holds it.
resource "groundup_encryption_config" "cluster" {
  label     = "prod/encryption"
  resources = ["secrets", "configmaps"]
  keys      = [{ name = "key1" }]
}

# In the second step of a rotation: the new key writes, the old one still reads.
resource "groundup_encryption_config" "rotated" {
  label = "staging/encryption"
  keys = [
    { name = "key2", generation = 2 },
    { name = "key1", generation = 1 },
  ]
}

# Without a label the key is random and kept in the state, and so is the file.
resource "groundup_encryption_config" "stored" {
  keys           = [{ name = "key1" }]
  allow_key_loss = true
}

resource "groundup_file" "encryption_config" {
  filename = "encryption-config.yaml"
  content  = groundup_encryption_config.stored.content
}
