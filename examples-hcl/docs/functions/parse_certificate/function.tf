locals {
  # CN=Kubernetes
  subject = provider::groundup::parse_certificate(file("ca.pem")).subject
}
