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
