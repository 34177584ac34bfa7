# The cluster, and who may reach it. Keys and their rotation are in rotation.tf.

variable "name" {
  description = "Name of the cluster, the beginning of every name in AWS, and of every key's label: with another name all keys are others."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,25}[a-z0-9])?$", var.name))
    error_message = "Use 1 to 27 lower case letters, digits and hyphens, with a letter first and no hyphen last: AWS allows 32 in the name of a load balancer, and some names go on behind it."
  }
}

variable "tags" {
  description = "Tags of everything in AWS, beside those of the provider's default_tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "admin_cidrs" {
  description = "Who may reach the nodes with SSH, and the API server: the address of your machine, such as [\"203.0.113.7/32\"]."
  type        = set(string)
  nullable    = false

  validation {
    condition     = length(var.admin_cidrs) > 0 && alltrue([for cidr in var.admin_cidrs : can(cidrhost(cidr, 0))])
    error_message = "Name at least one network, in CIDR notation."
  }

  validation {
    condition     = alltrue([for cidr in var.admin_cidrs : try(split("/", cidr)[1] >= 8, true)])
    error_message = "Name the networks of the cluster's administrators, not the whole world."
  }
}

variable "api_cidrs" {
  description = "Who else may reach the API server. Whoever gets there still needs a certificate or a token."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cidr in var.api_cidrs : can(cidrhost(cidr, 0))])
    error_message = "Networks are given in CIDR notation."
  }
}

variable "api_names" {
  description = "Further DNS names of the API server, beside the load balancer's."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "ssh_public_key" {
  description = "Public key that opens the nodes, as in ~/.ssh/id_ed25519.pub. The private key stays where it was made."
  type        = string
  nullable    = false

  validation {
    condition     = !strcontains(var.ssh_public_key, "PRIVATE KEY")
    error_message = "This is a private key. The public one is in the file beside it that ends in .pub."
  }
}

# The default VPC of every region has the same range: take another one if the two are ever to meet.
variable "vpc_cidr" {
  description = "Addresses of the VPC."
  type        = string
  default     = "172.31.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.vpc_cidr, 0))
    error_message = "The range is given in CIDR notation."
  }
}

variable "subnet_cidrs" {
  description = "Addresses of the nodes, parts of the VPC's: a subnet in as many availability zones. With three of them the cluster outlives the loss of a zone. Choose for good: with another number, nodes move."
  type        = list(string)
  default     = ["172.31.0.0/24"]
  nullable    = false

  validation {
    condition     = length(var.subnet_cidrs) > 0 && alltrue([for cidr in var.subnet_cidrs : can(cidrhost(cidr, 20))])
    error_message = "At least one subnet is needed, in CIDR notation, and of at least /27: its tenth address is that of a master, its twentieth that of a worker."
  }
}

variable "pod_cidr" {
  description = "Addresses of the pods, outside of the VPC. Each worker gets a /24 of them, in the order of its number."
  type        = string
  default     = "172.20.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.pod_cidr, 0)) && try(split("/", var.pod_cidr)[1] <= 24, false)
    error_message = "The range is given in CIDR notation, and has at least one /24."
  }

  validation {
    condition     = try(var.worker_count <= pow(2, 24 - split("/", var.pod_cidr)[1]), true)
    error_message = "The range has fewer /24 than there are workers."
  }

  # Two ranges overlap if they are the same as far as the larger one is told.
  validation {
    condition = try(length(distinct([
      for cidr in [var.pod_cidr, var.vpc_cidr] :
      cidrsubnet("${cidrhost(cidr, 0)}/${min(split("/", var.pod_cidr)[1], split("/", var.vpc_cidr)[1])}", 0, 0)
    ])) == 2, true)
    error_message = "The range overlaps vpc_cidr: packets to those pods would not leave the node that sends them."
  }
}

variable "service_cidr" {
  description = "Addresses of the services, which are neither the VPC's nor the pods'. The API server's certificate names the first one."
  type        = string
  default     = "10.32.0.0/24"
  nullable    = false

  validation {
    condition     = can(cidrhost(var.service_cidr, 1))
    error_message = "The range is given in CIDR notation, and has at least two addresses."
  }

  validation {
    condition = alltrue([
      for other in [var.vpc_cidr, var.pod_cidr] : try(length(distinct([
        for cidr in [var.service_cidr, other] :
        cidrsubnet("${cidrhost(cidr, 0)}/${min(split("/", var.service_cidr)[1], split("/", other)[1])}", 0, 0)
      ])) == 2, true)
    ])
    error_message = "The range overlaps vpc_cidr or pod_cidr: what has an address of both would not be reached."
  }
}

variable "master_count" {
  description = "How many masters there are."
  type        = number
  default     = 3
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7], var.master_count)
    error_message = "Use 1, 3, 5 or 7: of an even number, etcd can spare no more members than of one less."
  }
}

variable "worker_count" {
  description = "How many workers there are."
  type        = number
  default     = 3
  nullable    = false

  validation {
    condition     = var.worker_count >= 0 && var.worker_count <= 45 && floor(var.worker_count) == var.worker_count
    error_message = "Use 0 to 45: each is named in the load balancer's security group, which has room for 60 rules."
  }
}

# The tutorial's t2.micro has half of the processors and memory that a control plane asks for.
variable "master_instance_type" {
  description = "Instance type of the masters."
  type        = string
  default     = "t3.small"
  nullable    = false
}

variable "worker_instance_type" {
  description = "Instance type of the workers."
  type        = string
  default     = "t3.small"
  nullable    = false
}

variable "ami_id" {
  description = "Image of new nodes; the newest Ubuntu 24.04 when not given. Nodes that exist keep theirs."
  type        = string
  default     = null
}

variable "root_volume_size" {
  description = "Size of each node's volume in GiB. Volumes are encrypted, and of the type gp3."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.root_volume_size >= 8
    error_message = "The image alone takes 8 GiB."
  }
}

variable "root_volume_kms_key_id" {
  description = "ARN of the KMS key that encrypts the volumes; the account's own key when not given. A change replaces the nodes."
  type        = string
  default     = null
}

variable "output_directory" {
  description = "Folder for the files of the nodes and of this machine; one beside the configuration with the cluster's name when not given."
  type        = string
  default     = null
}

variable "extra_secret_files" {
  description = "Paths below output_directory of further secret files, such as [\"nodes/k8s-master-0/oidc.token\"]. What they hold is said by extra_secret_file_contents."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for path in var.extra_secret_files : !startswith(path, "/") && !contains(split("/", path), "..")])
    error_message = "Paths begin at output_directory and stay below it."
  }
}

# In a variable of its own, because Terraform makes no files out of a value that is ephemeral in part.
variable "extra_secret_file_contents" {
  description = "What those files hold, by their paths. It is in no plan and no state."
  type        = map(string)
  default     = {}
  nullable    = false
  ephemeral   = true
  sensitive   = true

  validation {
    condition     = toset(keys(var.extra_secret_file_contents)) == var.extra_secret_files
    error_message = "There is a content for each path in extra_secret_files, and for no other."
  }
}
