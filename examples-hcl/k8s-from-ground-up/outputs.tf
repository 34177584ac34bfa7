# What the tutorial keeps in variables of a shell.

output "account_id" {
  description = "The account that everything is in."
  value       = data.groundup_caller_identity.this.account_id
}

output "vpc_id" {
  description = "VPC_ID"
  value       = groundup_vpc.this.id
}

output "dhcp_options_id" {
  description = "DHCP_OPTION_SET_ID"
  value       = groundup_vpc_dhcp_options.this.id
}

output "subnet_id" {
  description = "SUBNET_ID"
  value       = groundup_subnet.this.id
}

output "internet_gateway_id" {
  description = "INTERNET_GATEWAY_ID"
  value       = groundup_internet_gateway.this.id
}

output "route_table_id" {
  description = "ROUTE_TABLE_ID"
  value       = groundup_route_table.this.id
}

output "security_group_id" {
  description = "SECURITY_GROUP_ID"
  value       = groundup_security_group.this.id
}

output "load_balancer_arn" {
  description = "LOAD_BALANCER_ARN"
  value       = groundup_nlb.this.arn
}

output "target_group_arn" {
  description = "TARGET_GROUP_ARN"
  value       = groundup_nlb_target_group.this.arn
}

output "listener_arn" {
  description = "The listener's ARN."
  value       = groundup_nlb_listener.this.arn
}

output "kubernetes_public_address" {
  description = "KUBERNETES_PUBLIC_ADDRESS, which the tutorial later calls KUBERNETES_API_SERVER_ADDRESS."
  value       = groundup_nlb.this.dns_name
}

output "image_id" {
  description = "IMAGE_ID"
  value       = data.groundup_ami.ubuntu.id
}

output "nodes" {
  description = "Instance and addresses of each node."
  value = {
    for name, instance in groundup_instance.node : name => {
      instance_id = instance.id
      private_ip  = instance.private_ip
      public_ip   = instance.public_ip
    }
  }
}

output "etcd_encryption_key" {
  description = "ETCD_ENCRYPTION_KEY"
  value       = groundup_encryption_config.this.keys[0].secret
  sensitive   = true
}

output "ssh" {
  description = "How to get into each node."
  value = {
    for name, instance in groundup_instance.node : name =>
    "ssh -i ${groundup_file.this["ssh/${var.name}.id_rsa"].filename} ubuntu@${instance.public_ip}"
  }
}

output "admin_kubeconfig" {
  description = "The file for KUBECONFIG on this machine."
  value       = groundup_file.this["ca-authority/admin.kubeconfig"].filename
}

output "output_directory" {
  description = "Where the files of every machine are."
  value       = var.output_directory
}

output "trust_matrix" {
  description = "Who can talk to whom, by which names: see `terraform output -raw trust_matrix`."
  value       = data.groundup_trust_matrix.this.table
}
