# A small cluster is made, changed and removed, in the account whose credentials are found.

# Everybody knows this seed: it is for tests alone.
provider "groundup" {
  region   = "us-east-2"
  pki_seed = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
}

variables {
  name                       = "groundup-test"
  admin_cidrs                = ["203.0.113.7/32"]
  ssh_public_key             = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINViP+JHHvPL8kwhWbErRg2BFu9WIW0P99VDRgmU+qkq test"
  master_count               = 1
  worker_count               = 1
  output_directory           = "groundup-test"
  extra_secret_files         = ["nodes/groundup-test-worker-0/registry.token"]
  extra_secret_file_contents = { "nodes/groundup-test-worker-0/registry.token" = "secret" }
}

run "a_cluster" {
  assert {
    condition     = output.nodes["groundup-test-worker-0"].host_name == "ip-172-31-0-20"
    error_message = "The worker is ${output.nodes["groundup-test-worker-0"].host_name}."
  }
  assert {
    condition     = contains(output.certificates["apiserver"].names, trimsuffix(trimprefix(output.api_server, "https://"), ":6443"))
    error_message = "The API server's certificate has the names ${join(", ", output.certificates["apiserver"].names)}."
  }
  assert {
    condition     = output.encryption_write_key == "key1"
    error_message = "What is stored is encrypted with ${output.encryption_write_key}."
  }
  assert {
    condition     = alltrue([for certificate in groundup_certificate.this : certificate.private_key_pem == null])
    error_message = "A private key is in state."
  }
  assert {
    condition     = file("${output.output_directory}/nodes/groundup-test-worker-0/registry.token") == "secret"
    error_message = "The token is not in its file."
  }
}

run "that_learns_to_trust_another_authority" {
  variables {
    authorities = { etcd = { signing_generation = 1, trusted_generations = [1, 2] } }
  }

  assert {
    condition     = length(regexall("BEGIN CERTIFICATE", output.trust_bundles["etcd"])) == 2
    error_message = "Two certificates are to be trusted."
  }
}
