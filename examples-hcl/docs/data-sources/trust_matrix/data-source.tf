# Before anything exists: who can talk to whom, once there are certificates of these roles and names?
data "groundup_trust_matrix" "planned" {
  api_server_names = ["api.example.com", "172.31.0.10"]
  service_cidrs    = ["10.32.0.0/24"]

  member {
    role = "apiserver"
    subject_alternative_names = provider::groundup::apiserver_sans(
      ["10.32.0.0/24"], ["api.example.com", "172.31.0.10"], null,
    )
  }

  member {
    role                      = "kubelet"
    node                      = "worker-0"
    reached_as                = ["worker-0", "172.31.0.20"]
    subject_alternative_names = ["worker-0", "172.31.0.20"]
  }

  member {
    role = "admin"
  }

  member {
    role = "scheduler"
  }

  member {
    role = "apiserver-kubelet-client"
  }
}

output "trust_matrix" {
  value = data.groundup_trust_matrix.planned.table
}
