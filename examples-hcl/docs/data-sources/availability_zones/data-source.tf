# Zones that every account may use: without local zones, which have to be asked for.
data "groundup_availability_zones" "available" {
  state = "available"

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

output "zones" {
  value = data.groundup_availability_zones.available.names
}
