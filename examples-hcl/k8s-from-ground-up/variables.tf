variable "region" {
  description = "AWS region."
  type        = string
  default     = "us-east-2"
}

variable "name" {
  description = "Name of the cluster, and the beginning of the name of everything in it."
  type        = string
  default     = "k8s-cluster-from-ground-up"

  validation {
    condition     = length(var.name) <= 32
    error_message = "A load balancer's name has at most 32 characters."
  }
}

# The default VPC of every region has the same range: take another one if the two are ever to meet.
variable "vpc_cidr" {
  description = "Addresses of the VPC."
  type        = string
  default     = "172.31.0.0/16"
}

variable "subnet_cidr" {
  description = "Addresses of the nodes, a part of the VPC's."
  type        = string
  default     = "172.31.0.0/24"
}

variable "master_ips" {
  description = "Private address of each master. etcd wants an odd number of them."
  type        = list(string)
  default     = ["172.31.0.10", "172.31.0.11", "172.31.0.12"]
}

variable "worker_ips" {
  description = "Private address of each worker."
  type        = list(string)
  default     = ["172.31.0.20", "172.31.0.21", "172.31.0.22"]
}

variable "pod_cidr" {
  description = "Addresses of the pods, outside of the VPC. Each worker gets a /24 of them, in the order of worker_ips."
  type        = string
  default     = "172.20.0.0/16"
}

variable "service_cidr" {
  description = "Addresses of the services, which the API server's certificate must name the first of."
  type        = string
  default     = "10.32.0.0/24"
}

variable "api_cidrs" {
  description = "Who may reach the API server through the load balancer."
  type        = set(string)
  default     = ["0.0.0.0/0"]
}

# The tutorial lets the whole world in and tells not to do so in production.
variable "ssh_cidrs" {
  description = "Who may reach the nodes with SSH: the address of your machine, such as [\"203.0.113.7/32\"]."
  type        = set(string)
  default     = ["172.31.0.0/16"]
}

# The tutorial's t2.micro has half of the processors and memory that a control plane asks for.
variable "instance_type" {
  description = "Instance type of the nodes."
  type        = string
  default     = "t3.small"
}

variable "output_directory" {
  description = "Folder for the files of the nodes and of this machine."
  type        = string
  default     = "k8s-cluster-from-ground-up"
}
