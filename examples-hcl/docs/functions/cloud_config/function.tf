locals {
  user_data = provider::groundup::cloud_config({
    package_update = true
    packages       = ["conntrack", "socat"]
    write_files = [{
      path        = "/etc/modules-load.d/kubernetes.conf"
      content     = "overlay\nbr_netfilter\n"
      permissions = "0644"
    }]
    runcmd = [["modprobe", "--all", "overlay", "br_netfilter"]]
  })
}
