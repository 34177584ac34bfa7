output "api_server" {
  description = "Where the API servers are reached."
  value       = module.cluster.api_server
}

output "nodes" {
  description = "Instance, addresses and host name of each node."
  value       = module.cluster.nodes
}

# A kubeconfig holds a private key, and outputs of a root module are in state: it leaves through a file.
output "admin_kubeconfig" {
  description = "The file for KUBECONFIG on this machine."
  value       = module.cluster.admin_kubeconfig
}

output "output_directory" {
  description = "Where the files of every machine are."
  value       = module.cluster.output_directory
}

output "certificates" {
  description = "Subject, names and end of each certificate."
  value       = module.cluster.certificates
}

output "trust_matrix" {
  description = "Who can talk to whom, by which names: see `terraform output -raw trust_matrix`."
  value       = module.cluster.trust_matrix
}
