//! Terraform, with the provider under test, in a folder of its own.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::provider_binary::provider;
use super::run::Run;
use super::running::Running;
use super::tool;

const HEADER: &str = r#"
terraform {
  required_providers {
    groundup = {
      source = "k8s-groundup/groundup"
    }
  }
}
"#;

/// A configuration, its state, and the means to work on them.
#[derive(Debug)]
pub(crate) struct Terraform {
    folder: PathBuf,
    environment: Vec<(String, String)>,
    /// Where the folder is, and beside it what the configuration may name as `../modules`.
    _surroundings: TempDir,
}

impl Terraform {
    /// An empty configuration. The provider is taken from where it was built.
    pub(crate) fn new() -> Self {
        let terraform = Self::without_provider();
        let binaries = terraform.path(".provider");
        fs::create_dir(&binaries).unwrap();
        // A folder of its own: Terraform takes whichever file begins with the name.
        std::os::unix::fs::symlink(provider(), binaries.join("terraform-provider-groundup")).unwrap();
        terraform.configure_cli(&format!(
            "dev_overrides {{\n \"k8s-groundup/groundup\" = \"{}\"\n }}\n direct {{}}\n",
            binaries.display()
        ));
        terraform.write("versions.tf", HEADER);
        terraform
    }

    /// An empty configuration that takes providers from a folder of packages, after `init`.
    pub(crate) fn with_mirror(mirror: &Path) -> Self {
        let terraform = Self::without_provider();
        terraform.configure_cli(&format!("filesystem_mirror {{\n path = \"{}\"\n }}\n", mirror.display()));
        terraform
    }

    fn without_provider() -> Self {
        let surroundings = tempfile::tempdir().unwrap();
        let folder = surroundings.path().join("configuration");
        fs::create_dir(&folder).unwrap();
        let modules = tool::workspace().join("examples-hcl/modules");
        std::os::unix::fs::symlink(modules, surroundings.path().join("modules")).unwrap();
        Self { folder, environment: Vec::new(), _surroundings: surroundings }
    }

    fn configure_cli(&self, installation: &str) {
        self.write(".terraformrc", &format!("provider_installation {{\n {installation}}}\n"));
    }

    /// Adds to the environment, which is otherwise empty: no credentials, no region, no home.
    pub(crate) fn with_environment(mut self, environment: Vec<(String, String)>) -> Self {
        self.environment.extend(environment);
        self
    }

    /// Takes an example's files, which say themselves what they require.
    pub(crate) fn with_example(self, name: &str) -> Self {
        self.take_example(name);
        self
    }

    /// Like [`Self::with_example`], in place of whatever the folder holds.
    pub(crate) fn take_example(&self, name: &str) {
        for entry in fs::read_dir(self.folder()).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "tf") {
                fs::remove_file(path).unwrap();
            }
        }
        for entry in fs::read_dir(tool::workspace().join("examples-hcl").join(name)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "tf") {
                fs::copy(&path, self.folder().join(path.file_name().unwrap())).unwrap();
            }
        }
        self.succeed(&["get"]);
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file of the configuration.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.folder().join(name), text).unwrap();
    }

    /// Runs a command as it is.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Begins to apply, or to destroy. The provider's log goes to the file `.provider.log`.
    pub(crate) fn start(&self, command: &str) -> Running {
        let log = self.path(".provider.log");
        let mut command = self.command(&[command, "-json", "-input=false", "-auto-approve"]);
        Running::start(command.env("TF_LOG_PROVIDER", "INFO").env("TF_LOG_PATH", log))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(tool::terraform());
        command
            .args(arguments)
            .current_dir(self.folder())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.folder())
            .env("TF_CLI_CONFIG_FILE", self.folder().join(".terraformrc"))
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        if let Some(temporary) = std::env::var_os("TMPDIR") {
            command.env("TMPDIR", temporary);
        }
        command
    }

    /// Runs a command that has to succeed; gives what it wrote to standard output.
    #[track_caller]
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let text =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{arguments:?}:\n{text}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn report(&self, arguments: &[&str]) -> Run {
        Run::new(&self.run(arguments))
    }

    pub(crate) fn plan(&self) -> Run {
        self.report(&["plan", "-json", "-input=false", "-detailed-exitcode"])
    }

    pub(crate) fn apply(&self) -> Run {
        self.report(&["apply", "-json", "-input=false", "-auto-approve"])
    }

    pub(crate) fn destroy(&self) -> Run {
        self.report(&["destroy", "-json", "-input=false", "-auto-approve"])
    }

    /// Forgets a resource and imports it again.
    #[track_caller]
    pub(crate) fn import_again(&self, address: &str, id: &str) {
        self.succeed(&["state", "rm", address]);
        self.succeed(&["import", "-input=false", address, id]);
    }

    /// The state as it is stored.
    pub(crate) fn state(&self) -> State {
        let text = fs::read_to_string(self.folder().join("terraform.tfstate")).unwrap();
        State { text: text.clone(), json: serde_json::from_str(&text).unwrap() }
    }

    /// Changes what the state says of an object, as if another time or version had written it.
    #[track_caller]
    pub(crate) fn edit_state(&self, address: &str, change: impl FnOnce(&mut Value)) {
        let mut state = self.state();
        change(state.attributes_mut(address));
        self.write("terraform.tfstate", &state.json.to_string());
    }

    /// A plan in Terraform's form for machines.
    #[track_caller]
    pub(crate) fn planned(&self) -> Value {
        self.succeed(&["plan", "-input=false", "-out=plan"]);
        serde_json::from_str(&self.succeed(&["show", "-json", "plan"])).unwrap()
    }

    /// A file that an apply has written.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        let path = self.folder().join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Everything in a plan file, unpacked.
    pub(crate) fn members_of(&self, name: &str) -> Vec<u8> {
        let mut archive = zip::ZipArchive::new(fs::File::open(self.path(name)).unwrap()).unwrap();
        let mut content = Vec::new();
        for index in 0..archive.len() {
            let mut member = archive.by_index(index).unwrap();
            content.extend(member.name().unwrap().as_bytes());
            member.read_to_end(&mut content).unwrap();
        }
        content
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }
}

/// A state file.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) text: String,
    json: Value,
}

impl State {
    /// The attributes of the object at an address such as `groundup_vpc.this` or `groundup_instance.node["a"]`.
    #[track_caller]
    pub(crate) fn attributes(&self, address: &str) -> Value {
        self.clone().attributes_mut(address).take()
    }

    #[track_caller]
    fn attributes_mut(&mut self, address: &str) -> &mut Value {
        let (address, key) = match address.split_once('[') {
            Some((address, key)) => (address, serde_json::from_str(key.trim_end_matches(']')).unwrap()),
            None => (address, Value::Null),
        };
        let mut resources = self.json["resources"].as_array_mut().unwrap().iter_mut();
        let resource = resources.find(|resource| {
            let mode = if resource["mode"] == "data" { "data." } else { "" };
            let text = |name: &str| resource[name].as_str().unwrap();
            let module = resource["module"].as_str().map(|module| format!("{module}.")).unwrap_or_default();
            format!("{module}{mode}{}.{}", text("type"), text("name")) == address
        });
        let instances =
            resource.unwrap_or_else(|| panic!("no {address} in the state"))["instances"].as_array_mut();
        let instance = instances.unwrap().iter_mut().find(|instance| instance["index_key"] == key);
        &mut instance.unwrap_or_else(|| panic!("no {address}[{key}] in the state"))["attributes"]
    }

    /// How many objects there are, without data sources.
    pub(crate) fn count(&self) -> usize {
        let resources = self.json["resources"].as_array().unwrap().iter();
        let managed = resources.filter(|resource| resource["mode"] == "managed");
        managed.map(|resource| resource["instances"].as_array().unwrap().len()).sum()
    }

    /// The objects that the next apply replaces, by type and name.
    pub(crate) fn tainted(&self) -> Vec<String> {
        let resources = self.json["resources"].as_array().unwrap().iter();
        let is_tainted = |resource: &&Value| {
            resource["instances"].as_array().unwrap().iter().any(|instance| instance["status"] == "tainted")
        };
        let name = |resource: &Value| {
            format!("{}.{}", resource["type"].as_str().unwrap(), resource["name"].as_str().unwrap())
        };
        resources.filter(is_tainted).map(name).collect()
    }

    /// The value of an output.
    pub(crate) fn output(&self, name: &str) -> &Value {
        &self.json["outputs"][name]["value"]
    }
}
