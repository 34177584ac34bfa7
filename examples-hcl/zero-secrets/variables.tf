# `sensitive` alone would keep it off the screen, but not out of plan files; an ephemeral value is in neither. A saved plan
# needs it again when it is applied.
variable "pki_seed" {
  description = "What all keys follow from: 32 random bytes in base64, as from `openssl rand -base64 32` or `groundup-pki seed`."
  type        = string
  ephemeral   = true
  sensitive   = true
}

variable "previous_pki_seed" {
  description = "The seed before, while keys of it are being replaced."
  type        = string
  default     = null
  ephemeral   = true
  sensitive   = true
}

variable "region" {
  description = "AWS region."
  type        = string
  default     = "us-east-2"
}

variable "name" {
  description = "Name of the cluster. It is part of each key's label: with another name all keys are others."
  type        = string
  default     = "zero-secrets"
}

variable "admin_cidrs" {
  description = "Who may reach the nodes with SSH, and the API server: the address of your machine, such as [\"203.0.113.7/32\"]."
  type        = set(string)
}

variable "ssh_public_key" {
  description = "Public key that opens the nodes, as in ~/.ssh/id_ed25519.pub."
  type        = string
}

# Its path is in state: whoever plans on several machines gives one that is the same on all of them.
variable "output_directory" {
  description = "Folder for the files of the nodes and of this machine."
  type        = string
  default     = "zero-secrets"
}
