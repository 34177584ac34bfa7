locals {
  # kubernetes, kubernetes.default, …, 10.32.0.1, localhost, 127.0.0.1, api.example.com, 172.31.0.10
  names = provider::groundup::apiserver_sans(["10.32.0.0/24"], ["api.example.com", "172.31.0.10"], null)
}
