# Which keys are in use, how long certificates live, and how they are replaced: one step for each apply, as README.md tells.

variable "authorities" {
  description = "By authority (kubernetes, etcd, front-proxy), which generation of its key signs, and which are trusted. Generation 1 does and is when nothing is said."
  type = map(object({
    signing_generation  = number
    trusted_generations = list(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = length(setsubtract(keys(var.authorities), ["kubernetes", "etcd", "front-proxy"])) == 0
    error_message = "The authorities are kubernetes, etcd and front-proxy."
  }

  validation {
    condition     = alltrue([for authority in values(var.authorities) : contains(authority.trusted_generations, authority.signing_generation)])
    error_message = "The generation that signs has to be trusted."
  }
}

variable "service_account" {
  description = "Which generation of the key signs the tokens of service accounts, and which generations' tokens are accepted."
  type = object({
    signing_generation  = number
    trusted_generations = list(number)
  })
  default  = { signing_generation = 1, trusted_generations = [1] }
  nullable = false

  validation {
    condition     = contains(var.service_account.trusted_generations, var.service_account.signing_generation)
    error_message = "Tokens of the generation that signs have to be accepted."
  }

  validation {
    condition     = length(distinct(var.service_account.trusted_generations)) == length(var.service_account.trusted_generations)
    error_message = "Each generation is named once."
  }
}

variable "certificate_generations" {
  description = "Generations of the certificates' keys, by role: apiserver, apiserver-kubelet-client, apiserver-etcd-client, etcd-server, etcd-peer, etcd-client, front-proxy-client, controller-manager, scheduler, kube-proxy, kubelet, admin. 1 when nothing is said."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition = length(setsubtract(keys(var.certificate_generations), [
      "apiserver", "apiserver-kubelet-client", "apiserver-etcd-client", "etcd-server", "etcd-peer", "etcd-client",
      "front-proxy-client", "controller-manager", "scheduler", "kube-proxy", "kubelet", "admin",
    ])) == 0
    error_message = "This is no role of a certificate; the description names them all."
  }

  validation {
    condition     = alltrue([for generation in values(var.certificate_generations) : generation >= 1 && floor(generation) == generation])
    error_message = "Generations are counted from 1."
  }
}

variable "authority_validity" {
  description = "Lifetime of the authorities' certificates."
  type        = string
  default     = "10y"
  nullable    = false
}

variable "authority_early_renewal" {
  description = "How long before its end an apply issues an authority's certificate again, for the same key. It should be longer than certificate_validity."
  type        = string
  default     = "2y"
  nullable    = false
}

variable "certificate_validity" {
  description = "Lifetime of the certificates."
  type        = string
  default     = "1y"
  nullable    = false
}

variable "certificate_early_renewal" {
  description = "How long before its end an apply issues a certificate again, for the same key: a duration (30d), or a part of its lifetime (33%)."
  type        = string
  default     = "33%"
  nullable    = false
}

variable "admin_validity" {
  description = "Lifetime of the administrator's certificate, whose rights nothing can take away before it ends."
  type        = string
  default     = "90d"
  nullable    = false
}

variable "encrypted_resources" {
  description = "Kinds of objects that are encrypted in etcd."
  type        = list(string)
  default     = ["secrets"]
  nullable    = false
}

variable "encryption_keys" {
  description = "Keys of the encryption at rest, by a name and the generation that they are derived from. The first one writes, all of them read."
  type = list(object({
    name       = string
    generation = number
  }))
  default  = [{ name = "key1", generation = 1 }]
  nullable = false
}

variable "rewritten_through" {
  description = "All objects have been written again with the key of this generation, or a later one: keys of earlier ones may go."
  type        = number
  default     = null
}

variable "allow_plaintext_read" {
  description = "Whether what was stored before there was encryption can be read."
  type        = bool
  default     = true
  nullable    = false
}
