locals {
  findings = provider::groundup::lint_certificate(file("ca.pem"), null)
}

check "certificate" {
  assert {
    condition     = alltrue([for finding in local.findings : finding.severity != "error"])
    error_message = join("\n", local.findings[*].message)
  }
}
