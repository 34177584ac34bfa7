variable "region" {
  description = "AWS region."
  type        = string
  default     = "us-east-2"
}

variable "name" {
  description = "Name of the cluster, and the beginning of the name of everything in it."
  type        = string
  default     = "k8s-multi-az"

  validation {
    condition     = length(var.name) <= 23
    error_message = "A hyphen and eight digits follow, and a target group's name has at most 32 characters."
  }
}

variable "admin_cidrs" {
  description = "Who may reach the nodes with SSH and the API server: the address of your machine, such as [\"203.0.113.7/32\"]."
  type        = set(string)

  validation {
    condition     = !contains(var.admin_cidrs, "0.0.0.0/0")
    error_message = "Name the networks of the cluster's administrators, not the whole world."
  }
}

variable "ssh_public_key" {
  description = "Public key that opens the nodes, as in ~/.ssh/id_ed25519.pub. The private key stays where it was made."
  type        = string
}

variable "zone_count" {
  description = "How many availability zones to use. etcd wants an odd number of masters, of which each zone gets one."
  type        = number
  default     = 3
}

# Not 172.31.0.0/16, the range of every default VPC.
variable "vpc_cidr" {
  description = "Addresses of the VPC. Each zone gets a 256th of them."
  type        = string
  default     = "10.240.0.0/16"
}

variable "pod_cidr" {
  description = "Addresses of the pods, outside of the VPC. Each worker gets a 256th of them."
  type        = string
  default     = "10.200.0.0/16"
}

variable "instance_type" {
  description = "Instance type of the nodes."
  type        = string
  default     = "t3.small"
}
