# The machines of a cluster that outlives the loss of an availability zone: in each of three, a master and a worker, and a
# load balancer over all of them. What runs on the machines is the business of ../k8s-from-ground-up.
provider "groundup" {
  region = var.region

  default_tags {
    tags = {
      Cluster = var.name
    }
  }
}
