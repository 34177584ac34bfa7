# What the inputs refuse, and what follows from them. Nothing is made and AWS is not asked:
#
#   terraform test -filter=tests/inputs.tftest.hcl

provider "groundup" {
  region                      = "us-east-2"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  pki_seed                    = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
}

override_data {
  target = data.groundup_availability_zones.available
  values = {
    id    = "us-east-2"
    names = ["us-east-2a", "us-east-2b", "us-east-2c"]
  }
}

override_data {
  target = data.groundup_ami.ubuntu[0]
  values = { id = "ami-0a1b2c3d4e5f24002" }
}

variables {
  name           = "test"
  admin_cidrs    = ["203.0.113.7/32"]
  ssh_public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINViP+JHHvPL8kwhWbErRg2BFu9WIW0P99VDRgmU+qkq test"
}

run "nodes_have_the_tutorials_addresses" {
  command = plan

  assert {
    condition     = values(local.masters)[*].ip == ["172.31.0.10", "172.31.0.11", "172.31.0.12"]
    error_message = "Masters are at ${join(", ", values(local.masters)[*].ip)}."
  }
  assert {
    condition     = values(local.workers)[*].ip == ["172.31.0.20", "172.31.0.21", "172.31.0.22"]
    error_message = "Workers are at ${join(", ", values(local.workers)[*].ip)}."
  }
  assert {
    condition     = values(local.workers)[*].pod_cidr == ["172.20.0.0/24", "172.20.1.0/24", "172.20.2.0/24"]
    error_message = "Pods are at ${join(", ", values(local.workers)[*].pod_cidr)}."
  }
}

run "nodes_are_spread_over_subnets" {
  command = plan

  variables {
    subnet_cidrs = ["172.31.0.0/24", "172.31.1.0/24", "172.31.2.0/24"]
    worker_count = 4
  }

  assert {
    condition     = values(local.masters)[*].ip == ["172.31.0.10", "172.31.1.10", "172.31.2.10"]
    error_message = "Masters are at ${join(", ", values(local.masters)[*].ip)}."
  }
  assert {
    condition     = values(local.workers)[*].ip == ["172.31.0.20", "172.31.1.20", "172.31.2.20", "172.31.0.21"]
    error_message = "Workers are at ${join(", ", values(local.workers)[*].ip)}."
  }
  assert {
    condition     = values(groundup_subnet.this)[*].availability_zone == ["us-east-2a", "us-east-2b", "us-east-2c"]
    error_message = "Subnets are in ${join(", ", values(groundup_subnet.this)[*].availability_zone)}."
  }
}

run "more_subnets_than_zones" {
  command = plan

  variables {
    subnet_cidrs = ["172.31.0.0/24", "172.31.1.0/24", "172.31.2.0/24", "172.31.3.0/24"]
  }
  expect_failures = [data.groundup_availability_zones.available]
}

run "a_name_that_aws_refuses" {
  command = plan

  variables {
    name = "Test"
  }
  expect_failures = [var.name]
}

run "administrators_everywhere" {
  command = plan

  variables {
    admin_cidrs = ["203.0.113.7/32", "0.0.0.0/1", "128.0.0.0/1"]
  }
  expect_failures = [var.admin_cidrs]
}

run "administrators_nowhere" {
  command = plan

  variables {
    admin_cidrs = []
  }
  expect_failures = [var.admin_cidrs]
}

run "no_range" {
  command = plan

  variables {
    api_cidrs = ["203.0.113.7"]
  }
  expect_failures = [var.api_cidrs]
}

run "a_private_key" {
  command = plan

  variables {
    ssh_public_key = "-----BEGIN OPENSSH PRIVATE KEY-----\n"
  }
  expect_failures = [var.ssh_public_key]
}

run "a_subnet_without_room" {
  command = plan

  variables {
    subnet_cidrs = ["172.31.0.0/28"]
  }
  expect_failures = [var.subnet_cidrs]
}

run "pods_in_the_vpc" {
  command = plan

  variables {
    pod_cidr = "172.16.0.0/12"
  }
  expect_failures = [var.pod_cidr]
}

run "more_workers_than_ranges_for_pods" {
  command = plan

  variables {
    pod_cidr = "172.20.0.0/23"
  }
  expect_failures = [var.pod_cidr]
}

run "services_among_pods" {
  command = plan

  variables {
    service_cidr = "172.20.255.0/24"
  }
  expect_failures = [var.service_cidr]
}

run "an_even_number_of_masters" {
  command = plan

  variables {
    master_count = 2
  }
  expect_failures = [var.master_count]
}

run "more_workers_than_rules" {
  command = plan

  variables {
    worker_count = 46
  }
  expect_failures = [var.worker_count]
}

run "a_volume_without_room" {
  command = plan

  variables {
    root_volume_size = 4
  }
  expect_failures = [var.root_volume_size]
}

run "a_file_elsewhere" {
  command = plan

  variables {
    extra_secret_files         = ["../token"]
    extra_secret_file_contents = { "../token" = "secret" }
  }
  expect_failures = [var.extra_secret_files]
}

run "a_file_without_content" {
  command = plan

  variables {
    extra_secret_files = ["token"]
  }
  expect_failures = [var.extra_secret_file_contents]
}

run "an_unknown_authority" {
  command = plan

  variables {
    authorities = { ca = { signing_generation = 1, trusted_generations = [1] } }
  }
  expect_failures = [var.authorities]
}

run "an_authority_that_nobody_trusts" {
  command = plan

  variables {
    authorities = { etcd = { signing_generation = 2, trusted_generations = [1] } }
  }
  expect_failures = [var.authorities]
}

run "tokens_that_nobody_accepts" {
  command = plan

  variables {
    service_account = { signing_generation = 2, trusted_generations = [1] }
  }
  expect_failures = [var.service_account]
}

run "an_unknown_role" {
  command = plan

  variables {
    certificate_generations = { kubelets = 2 }
  }
  expect_failures = [var.certificate_generations]
}

run "half_a_generation" {
  command = plan

  variables {
    certificate_generations = { kubelet = 1.5 }
  }
  expect_failures = [var.certificate_generations]
}
