output "vpc_id" {
  description = "The VPC."
  value       = groundup_vpc.this.id
}

output "subnet_ids" {
  description = "The subnets, in the order of subnet_cidrs."
  value       = [for index in range(length(var.subnet_cidrs)) : groundup_subnet.this[tostring(index)].id]
}

output "node_security_group_id" {
  description = "The security group of the nodes."
  value       = groundup_security_group.node.id
}

output "load_balancer_arn" {
  description = "The load balancer of the API servers."
  value       = groundup_nlb.this.arn
}

output "target_group_arn" {
  description = "The target group of the API servers."
  value       = groundup_nlb_target_group.this.arn
}

output "api_server" {
  description = "Where the API servers are reached."
  value       = "https://${groundup_nlb.this.dns_name}:${groundup_nlb_listener.this.port}"
}

output "nodes" {
  description = "Instance, addresses and host name of each node, and of workers the addresses of its pods."
  value = {
    for name, node in merge(local.masters, local.workers) : name => {
      instance_id = groundup_instance.node[name].id
      private_ip  = groundup_instance.node[name].private_ip
      public_ip   = groundup_instance.node[name].public_ip
      host_name   = local.host_names[name]
      pod_cidr    = try(node.pod_cidr, null)
    }
  }
}

output "admin_kubeconfig" {
  description = "The file for KUBECONFIG on this machine."
  value       = groundup_file.kubeconfig["admin.conf"].filename
}

output "output_directory" {
  description = "Folder of the files: nodes/<name> is what belongs below /etc/kubernetes of that node."
  value       = local.output_directory
}

output "trust_bundles" {
  description = "What to trust, as PEM, by authority: kubernetes, etcd and front-proxy."
  value       = { for name, authority in groundup_certificate_authority.this : name => authority.trust_bundle_pem }
}

output "certificates" {
  description = "Subject, names and end of each certificate, and when it is due for renewal."
  value = {
    for name, certificate in groundup_certificate.this : name => {
      subject  = certificate.subject_dn
      names    = certificate.subject_alternative_names
      ends     = certificate.validity_end_time
      renew_at = certificate.renew_at
    }
  }
}

output "encryption_write_key" {
  description = "Name of the key with which API servers encrypt what they store."
  value       = groundup_encryption_config.this.write_key_name
}

output "encryption_config_sha256" {
  description = "Hash of the encryption config, which an API server tells in apiserver_encryption_config_controller_last_config_info once it works with it."
  value       = groundup_encryption_config.this.content_sha256
}

output "trust_matrix" {
  description = "Who can talk to whom, by which names, as a table to read."
  value       = data.groundup_trust_matrix.this.table
}
