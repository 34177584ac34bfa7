# Step 1. Credentials come from the usual places: AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a role.
# The region is said once and given to everything that needs it: in the tutorial, the profile, the machines and the
# certificates can each end up with another one.
provider "groundup" {
  region = var.region

  default_tags {
    tags = {
      Cluster = var.name
    }
  }
}

data "groundup_caller_identity" "this" {}
