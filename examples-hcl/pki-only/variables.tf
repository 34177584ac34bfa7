variable "name" {
  description = "Name of the cluster."
  type        = string
  default     = "k8s"
}

variable "api_name" {
  description = "DNS name under which the API servers are reached."
  type        = string
  default     = "api.k8s.example.com"
}

variable "masters" {
  description = "Name and address of each master."
  type        = map(string)
  default = {
    "master-0.k8s.example.com" = "10.240.0.10"
    "master-1.k8s.example.com" = "10.240.0.11"
    "master-2.k8s.example.com" = "10.240.0.12"
  }
}

variable "workers" {
  description = "Name and address of each worker."
  type        = map(string)
  default = {
    "worker-0.k8s.example.com" = "10.240.0.20"
    "worker-1.k8s.example.com" = "10.240.0.21"
  }
}

variable "service_cidr" {
  description = "Addresses of the services."
  type        = string
  default     = "10.32.0.0/24"
}

variable "output_directory" {
  description = "Folder for the files, as they belong under /etc/kubernetes."
  type        = string
  default     = "kubernetes"
}
