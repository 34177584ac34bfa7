"""Checks what an apply of the example has made, with programs that everybody uses: openssl and kubectl."""

import base64
import json
import os
import pathlib
import re
import stat
import subprocess
import tempfile
from urllib.parse import urlsplit

import yaml

from api_server import ApiServer


class Failed(Exception):
    """Something is not as it should be."""


def run(*command: object, env: dict | None = None) -> str:
    """Runs a program that has to succeed; gives its output."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, env=env)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


def require(condition: object, complaint: str) -> None:
    if not condition:
        raise Failed(complaint)


def files(cluster: pathlib.Path, name: str, masters: list[str], workers: list[str]) -> int:
    """Every machine has what the tutorial copies to it, and nobody but its owner can read a secret."""
    users = ["kube-proxy", "kube-controller-manager", "kube-scheduler", "admin", *workers]
    expected = {f"ssh/{name}.id_rsa", "ca-authority/encryption-config.yaml"}
    expected |= {f"ca-authority/{user}.kubeconfig" for user in users}
    for leaf in ["ca", "master-kubernetes", "service-account", *users]:
        expected |= {f"ca-authority/{leaf}{ending}" for ending in (".pem", "-key.pem", ".csr")}
    for master in masters:
        for leaf in ("master-kubernetes", "service-account"):
            expected |= {f"nodes/{master}/{leaf}{ending}" for ending in (".pem", "-key.pem")}
        for component in ("kube-scheduler", "kube-controller-manager"):
            expected.add(f"nodes/{master}/{component}.kubeconfig")
        expected |= {f"nodes/{master}/{file}" for file in ("ca.pem", "encryption-config.yaml")}
    for worker in workers:
        own = {f"{worker}.pem", f"{worker}-key.pem", f"{worker}.kubeconfig"}
        expected |= {f"nodes/{worker}/{file}" for file in own | {"ca.pem", "kube-proxy.kubeconfig"}}

    found = {str(path.relative_to(cluster)) for path in cluster.rglob("*") if path.is_file()}
    require(found == expected, f"Files are missing or superfluous: {sorted(found ^ expected)}")
    for file in found:
        public = file.endswith(".csr") or file.endswith(".pem") and not file.endswith("-key.pem")
        mode = stat.S_IMODE(os.stat(cluster / file).st_mode)
        require(mode == (0o644 if public else 0o600), f"{file} has mode {mode:o}")
    return len(found)


def certificates(folder: pathlib.Path) -> tuple[int, int]:
    """OpenSSL accepts every certificate, its key and its request, and every name of each server."""
    authority, names = folder / "ca.pem", 0
    all_certificates = [path for path in sorted(folder.glob("*.pem")) if not path.stem.endswith("-key")]
    for certificate in all_certificates:
        verify = ["openssl", "verify", "-x509_strict", "-CAfile", authority]
        run(*verify, certificate)
        key = certificate.with_name(f"{certificate.stem}-key.pem")
        public = run("openssl", "x509", "-noout", "-pubkey", "-in", certificate)
        require(run("openssl", "pkey", "-pubout", "-in", key) == public, f"{key.name} is of another key")
        request = certificate.with_suffix(".csr")
        requested = run("openssl", "req", "-noout", "-verify", "-pubkey", "-in", request)
        require(requested == public, f"{request.name} is of another key")

        text = run("openssl", "x509", "-noout", "-ext", "extendedKeyUsage,subjectAltName", "-in", certificate)
        if "Web Server Authentication" in text:
            for kind, name in re.findall(r"(DNS|IP Address):([^,\s]+)", text):
                option = "-verify_hostname" if kind == "DNS" else "-verify_ip"
                run(*verify, "-purpose", "sslserver", option, name, certificate)
                names += 1
        if "Web Client Authentication" in text:
            run(*verify, "-purpose", "sslclient", certificate)
    return len(all_certificates), names


def kubeconfigs(folder: pathlib.Path) -> list[tuple[str, str]]:
    """kubectl reads every kubeconfig, and a server knows every user by the certificate; gives users and groups."""
    users = []
    pair = (folder / "master-kubernetes.pem", folder / "master-kubernetes-key.pem")
    # kubectl keeps caches at home.
    with tempfile.TemporaryDirectory() as home, ApiServer(*pair, folder / "ca.pem") as server:
        env = {**os.environ, "HOME": home, "KUBECONFIG": os.devnull}
        for file in sorted(folder.glob("*.kubeconfig")):
            kubectl = ["kubectl", "--kubeconfig", file]
            config = json.loads(run(*kubectl, "config", "view", "--minify", "--output", "json", env=env))
            host = urlsplit(config["clusters"][0]["cluster"]["server"]).hostname
            kubectl += ["--server", server.url, "--tls-server-name", host, "--request-timeout", "10s"]
            review = json.loads(run(*kubectl, "auth", "whoami", "--output", "json", env=env))
            user = review["status"]["userInfo"]
            name = config["users"][0]["name"]
            require(user["username"] == name, f"{file.name} is for {name}, the server sees {user['username']}")
            users.append((name, ", ".join(user.get("groups", []))))

        stranger = ["kubectl", "--server", server.url, "--certificate-authority", folder / "ca.pem"]
        try:
            run(*stranger, "auth", "whoami", env=env)
        except Failed:
            return users
        raise Failed("The server lets in somebody without a certificate")


def encryption_config(file: pathlib.Path) -> str:
    """The API server could read it; gives the name of the provider that writes."""
    config = yaml.safe_load(file.read_text())
    require(config["apiVersion"] == "apiserver.config.k8s.io/v1", f"{file.name} has another apiVersion")
    require(config["kind"] == "EncryptionConfiguration", f"{file.name} has another kind")
    [(provider, settings)] = config["resources"][0]["providers"][0].items()
    key = base64.b64decode(settings["keys"][0]["secret"], validate=True)
    require(len(key) == 32, "The key is not of 32 bytes")
    return provider
