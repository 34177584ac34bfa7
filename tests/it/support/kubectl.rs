//! kubectl, and an API server that lets it in.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::terraform::Terraform;
use super::tool;

/// kubectl, without any configuration but what it is told.
pub(crate) fn kubectl(terraform: &Terraform, arguments: &[&str]) -> Command {
    let mut command = Command::new(tool::find("kubectl"));
    // It keeps caches at home.
    command.args(arguments).env("HOME", terraform.folder()).env("KUBECONFIG", "/dev/null");
    command
}

pub(crate) fn json_of(command: &mut Command) -> Value {
    serde_json::from_str(&tool::succeed(command)).unwrap()
}

/// What a kubeconfig says, with its secrets.
pub(crate) fn view(terraform: &Terraform, file: &Path) -> Value {
    let file = file.to_str().unwrap();
    let words = ["--kubeconfig", file, "config", "view", "--minify", "--raw", "--output", "json"];
    json_of(&mut kubectl(terraform, &words))
}

/// An API server in miniature: it demands a client certificate, and tells its owner what it says.
pub(crate) struct ApiServer {
    child: Child,
    pub(crate) address: String,
}

impl ApiServer {
    /// Serves with a certificate `NAME.crt`, and takes those of an authority for clients.
    pub(crate) fn start(pki: &Path, name: &str, authority: &str) -> Self {
        let serve = "import sys; from api_server import ApiServer\n\
                     with ApiServer(*sys.argv[1:]) as server: print(server.url, flush=True); sys.stdin.read()";
        let files = [format!("{name}.crt"), format!("{name}.key"), format!("{authority}.crt")];
        let mut child = Command::new(tool::find("python3"))
            .args(["-c", serve])
            .args(files.map(|file| pki.join(file)))
            .env("PYTHONPATH", tool::workspace().join("demo"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { child, address: address.trim().to_owned() }
    }

    /// Whom it sees when kubectl comes with a kubeconfig: user and groups. The server stands elsewhere, but it has to be
    /// the one that the kubeconfig names.
    #[track_caller]
    pub(crate) fn user(&self, terraform: &Terraform, file: &Path) -> Value {
        let config = view(terraform, file);
        let review = json_of(&mut self.whoami(terraform, file, host(&config)));
        let user = &review["status"]["userInfo"];
        assert_eq!(user["username"], config["users"][0]["name"], "{}", file.display());
        user.clone()
    }

    /// The question who one is, to a server of a name.
    pub(crate) fn whoami(&self, terraform: &Terraform, file: &Path, host: &str) -> Command {
        let file = file.to_str().unwrap();
        let there = ["--server", &self.address, "--tls-server-name", host, "--request-timeout", "20s"];
        let words = [&["--kubeconfig", file], there.as_slice(), &["auth", "whoami", "--output", "json"]];
        kubectl(terraform, &words.concat())
    }
}

fn host(config: &Value) -> &str {
    let server = config["clusters"][0]["cluster"]["server"].as_str().unwrap();
    server.strip_prefix("https://").unwrap().strip_suffix(":6443").unwrap()
}

impl Drop for ApiServer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
