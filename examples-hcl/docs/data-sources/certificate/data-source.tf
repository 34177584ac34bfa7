data "groundup_certificate" "ca" {
  content = file("ca.pem")
}

output "expires" {
  value = data.groundup_certificate.ca.certificates[0].not_after
}
