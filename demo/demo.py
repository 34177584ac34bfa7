"""Makes the tutorial's cluster in an emulated AWS, checks it, and tells about it.

Nothing outside of the given directory is written, and nothing but this machine is talked to.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator

import checks
from checks import Failed

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples-hcl" / "k8s-from-ground-up"
SOURCE = "k8s-groundup/groundup"
NO_PROGRAM = """\
Neither `terraform` nor `tofu` is on the PATH. Either does:
  OpenTofu   https://opentofu.org/docs/intro/install/
  Terraform  https://developer.hashicorp.com/terraform/install"""


class Steps:
    """Tells what is done, how long it took and what came of it."""

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[list[str]]:
        result: list[str] = []
        over = "\r" if sys.stdout.isatty() else ""
        if over:
            print(f"  … {title}", end="", flush=True)
        start = time.monotonic()
        try:
            yield result
        except Failed:
            print(f"{over}  ✗ {title}", flush=True)
            raise
        print(f"{over}  ✓ {title:<30} {time.monotonic() - start:5.1f} s   {' '.join(result)}", flush=True)


class Terraform:
    """Terraform or OpenTofu in one directory, with the provider from a mirror and AWS from the emulator."""

    def __init__(self, directory: pathlib.Path, mirror: pathlib.Path, endpoint: str) -> None:
        program = shutil.which("terraform") or shutil.which("tofu")
        if not program:
            raise Failed(NO_PROGRAM)
        self.program, self.directory = program, directory
        config = directory.parent / "cli.tfrc"
        config.write_text(f'provider_installation {{\n  filesystem_mirror {{ path = "{mirror}" }}\n}}\n')
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))},
            "TF_CLI_CONFIG_FILE": str(config),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "demo",
            "AWS_SECRET_ACCESS_KEY": "demo",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def __call__(self, *arguments: str) -> str:
        command = [self.program, f"-chdir={self.directory}", *arguments]
        done = subprocess.run(command, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def json(self, *arguments: str) -> dict:
        return json.loads(self(*arguments, "-json"))


@contextlib.contextmanager
def emulator(log: pathlib.Path) -> Iterator[str]:
    """An AWS on this machine; gives its address."""
    command = [sys.executable, ROOT / "tests" / "emulator" / "emulator.py"]
    with log.open("w") as stderr:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": stderr}
        process = subprocess.Popen(command, text=True, **pipes)
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise Failed(f"The emulator does not start:\n{log.read_text()}")
        yield address
    finally:
        process.kill()
        process.wait()


def install(provider: pathlib.Path, mirror: pathlib.Path) -> str:
    """Puts the provider where Terraform and OpenTofu look for it; gives its version."""
    version = checks.run(provider, "--version").split()[1]
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    for host in ("registry.terraform.io", "registry.opentofu.org"):
        package = mirror / host / SOURCE / version / f"{platform.system().lower()}_{machine}"
        package.mkdir(parents=True)
        shutil.copy2(provider, package / f"terraform-provider-groundup_v{version}")
    return version


def calls(log: pathlib.Path) -> int:
    return log.read_text().count("POST / HTTP")


def make_cluster(provider: pathlib.Path, directory: pathlib.Path) -> None:
    mirror, cluster, log = directory / "mirror", directory / "cluster", directory / "emulator.log"
    for folder in (mirror, cluster):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(EXAMPLE, cluster, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*", "k8s-*"))
    steps = Steps()
    with contextlib.ExitStack() as stack:
        with steps.step("install the provider") as told:
            told.append(f"version {install(provider, mirror)}, {provider.stat().st_size / 1e6:.1f} MB")
        with steps.step("start an emulated AWS") as told:
            endpoint = stack.enter_context(emulator(log))
            told.append(endpoint)
        terraform = Terraform(cluster, mirror, endpoint)
        with steps.step(f"{pathlib.Path(terraform.program).name} init"):
            terraform("init", "-input=false")
        with steps.step("apply") as told:
            before = calls(log)
            terraform("apply", "-input=false", "-auto-approve")
            made = [line for line in terraform("state", "list").splitlines() if not line.startswith("data.")]
            told.append(f"{len(made)} resources, {calls(log) - before} calls to AWS")
        with steps.step("plan again") as told:
            before = calls(log)
            terraform("plan", "-input=false", "-detailed-exitcode")
            told.append(f"no changes, {calls(log) - before} calls to AWS")
        outputs = {name: output["value"] for name, output in terraform.json("output").items()}
        verify(steps, cluster / outputs["output_directory"], outputs)
    tell(directory, cluster, outputs)


def verify(steps: Steps, folder: pathlib.Path, outputs: dict) -> None:
    masters = sorted(name for name in outputs["nodes"] if "-master-" in name)
    workers = sorted(name for name in outputs["nodes"] if "-worker-" in name)
    with steps.step("files of every machine") as told:
        told.append(f"{checks.files(folder, folder.name, masters, workers)} files")
    with steps.step("openssl verify") as told:
        certificates, names = checks.certificates(folder / "ca-authority")
        told.append(f"{certificates} certificates, {names} names and addresses of servers")
    with steps.step("encryption config") as told:
        told.append(checks.encryption_config(folder / "ca-authority" / "encryption-config.yaml"))
    with steps.step("kubectl, against a TLS server") as told:
        users = checks.kubeconfigs(folder / "ca-authority")
        told.append(f"{len(users)} kubeconfigs")
    for user, groups in users:
        print(f"      {user}{f'  ({groups})' if groups else ''}")
    print("\nWho can talk to whom, tried in mutual TLS with the cluster's certificates")
    print(textwrap.indent(outputs["trust_matrix"].rstrip(), "  "))


def tell(directory: pathlib.Path, cluster: pathlib.Path, outputs: dict) -> None:
    folder = cluster / outputs["output_directory"]
    print("\nThe cluster, in an AWS that is gone by now")
    print(f"  https://{outputs['kubernetes_public_address']}:6443")
    for name, node in outputs["nodes"].items():
        print(f"  {name}  {node['private_ip']:<13} {node['public_ip']:<15} {node['instance_id']}")
    print(f"\nIts files, a folder for each machine\n  {shown(folder)}/")
    for path in [folder / "ca-authority", folder / "ssh", *sorted(folder.glob("nodes/*"))]:
        print(f"    {path.relative_to(folder)}/  {len(list(path.iterdir()))}")
    program = pathlib.Path(shutil.which("terraform") or shutil.which("tofu")).name
    print(f"""
Next, with an account of your own: six instances and a load balancer cost money until they are destroyed
  cp -r {shown(EXAMPLE)} my-cluster && cd my-cluster
  export AWS_PROFILE=…
  {program} init -plugin-dir={directory / "mirror"}
  {program} apply -var 'ssh_cidrs=["<your address>/32"]'
  {program} destroy
""")


def shown(path: pathlib.Path) -> str:
    """A path as a person at this place would write it."""
    here = pathlib.Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--provider", type=pathlib.Path, required=True, help="the provider's executable")
    parser.add_argument("--directory", type=pathlib.Path, default=ROOT / "target" / "demo", help="where to write")
    arguments = parser.parse_args()
    directory = arguments.directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    print("\nKubernetes from the ground up\n")
    start = time.monotonic()
    try:
        make_cluster(arguments.provider.resolve(), directory)
    except Failed as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    print(f"All is well, after {time.monotonic() - start:.1f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
