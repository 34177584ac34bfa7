output "api_server" {
  description = "Where the API servers are reached: a name for their certificate and for kubeconfigs."
  value       = "https://${groundup_nlb.this.dns_name}:${groundup_nlb_listener.this.port}"
}

output "target_group_arn" {
  description = "The masters' target group."
  value       = groundup_nlb_target_group.this.arn
}

output "vpc_id" {
  description = "The VPC."
  value       = groundup_vpc.this.id
}

output "subnet_ids" {
  description = "The subnet of each zone."
  value       = { for zone, subnet in groundup_subnet.this : zone => subnet.id }
}

output "nodes" {
  description = "Zone, instance and addresses of each node."
  value = {
    for name, node in local.nodes : name => {
      zone        = node.zone
      instance_id = groundup_instance.node[name].id
      private_ip  = groundup_instance.node[name].private_ip
      public_ip   = groundup_instance.node[name].public_ip
    }
  }
}
