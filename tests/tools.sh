#!/bin/sh
# Installs the named programs where apt-get can, and says what is missing where it cannot.
set -eu

packages=
for program in "$@"; do
    case $program in
        certtool) package=gnutls-bin ;;
        cfssl) package=golang-cfssl ;;
        kubectl) package=kubernetes-client ;;
        ssh-keygen) package=openssh-client ;;
        python3)
            python3 -c 'import ensurepip, venv' 2>/dev/null && continue
            packages="$packages python3-venv"
            continue
            ;;
        terraform)
            command -v terraform >/dev/null || command -v tofu >/dev/null && continue
            echo "Please install OpenTofu (https://opentofu.org/docs/intro/install/)" >&2
            echo "or Terraform (https://developer.hashicorp.com/terraform/install)." >&2
            exit 1
            ;;
        *) package=$program ;;
    esac
    command -v "$program" >/dev/null || packages="$packages $package"
done
[ -n "$packages" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "Please install what Debian calls:$packages" >&2
    exit 1
fi
root=
[ "$(id -u)" = 0 ] || root=sudo
$root apt-get update --quiet
# shellcheck disable=SC2086 # a list
$root env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends $packages
