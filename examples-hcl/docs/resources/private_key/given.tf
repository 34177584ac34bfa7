# A key from elsewhere, with its fingerprints and its public half in every form.
resource "groundup_private_key" "given" {
  private_key_pem        = var.private_key_pem
  private_key_passphrase = var.passphrase
}

variable "private_key_pem" {
  description = "The key, encrypted."
  type        = string
  sensitive   = true
}

variable "passphrase" {
  description = "Passphrase of the key."
  type        = string
  sensitive   = true
  ephemeral   = true
}
