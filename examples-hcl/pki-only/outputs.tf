output "certificates" {
  description = "Subject, names and end of each certificate."
  value = {
    for name, certificate in groundup_certificate.this : name => {
      subject = certificate.subject_dn
      names   = certificate.subject_alternative_names
      ends    = certificate.validity_end_time
    }
  }
}

output "trust_matrix" {
  description = "Who can talk to whom, by which names: see `terraform output -raw trust_matrix`."
  value       = data.groundup_trust_matrix.issued.table
}
