data "groundup_caller_identity" "me" {}

output "account" {
  value = data.groundup_caller_identity.me.account_id
}
