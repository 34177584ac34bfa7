//! The provider as users install it: from a folder of packages, by `init`, with a lock file.

use std::fs;

use crate::support::provider_binary::provider;
use crate::support::terraform::Terraform;
use crate::support::tool;

#[test]
fn mirror() {
    let mirror = tempfile::tempdir().unwrap();
    let version = env!("CARGO_PKG_VERSION");
    let machine = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let host =
        if tool::terraform().ends_with("tofu") { "registry.opentofu.org" } else { "registry.terraform.io" };
    let package = format!(
        "{host}/k8s-groundup/groundup/{version}/{}_{machine}",
        std::env::consts::OS.replace("macos", "darwin")
    );
    let package = mirror.path().join(package);
    fs::create_dir_all(&package).unwrap();
    fs::copy(provider(), package.join(format!("terraform-provider-groundup_v{version}"))).unwrap();

    let terraform = Terraform::with_mirror(mirror.path()).with_example("pki-only");
    terraform.succeed(&["init", "-input=false"]);
    assert!(terraform.read(".terraform.lock.hcl").contains("\"h1:"));
    terraform.succeed(&["validate"]);
    terraform.apply().succeeded();
    terraform.plan().is_empty();
}
