#!/bin/sh
# Installs the programs that the tests call, where apt-get can, and says what is missing where it cannot.
set -eu

packages=
want() { # program package
    command -v "$1" >/dev/null || packages="$packages $2"
}
want openssl openssl
want kubectl kubernetes-client
want cfssl golang-cfssl
python3 -c 'import ensurepip, venv' 2>/dev/null || packages="$packages python3-venv"

if [ -n "$packages" ]; then
    if ! command -v apt-get >/dev/null; then
        echo "Please install what Debian calls:$packages" >&2
        exit 1
    fi
    root=
    [ "$(id -u)" = 0 ] || root=sudo
    $root apt-get update --quiet
    # shellcheck disable=SC2086 # a list
    $root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends $packages
fi

if ! command -v terraform >/dev/null && ! command -v tofu >/dev/null; then
    echo "Please install OpenTofu (https://opentofu.org/docs/intro/install/) or Terraform" >&2
    echo "(https://developer.hashicorp.com/terraform/install)." >&2
    exit 1
fi
