//! The AWS emulator: one for each test, on a free port, gone with it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::tool;

/// The region of all tests, and of the emulator's caller.
pub(crate) const REGION: &str = "us-east-2";

/// A running emulator.
#[derive(Debug)]
pub(crate) struct Moto {
    child: Child,
    lines: Mutex<(ChildStdin, BufReader<ChildStdout>)>,
    log: NamedTempFile,
    address: String,
}

impl Moto {
    /// Starts an empty AWS: an account with nothing but the default VPC.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts an AWS that knows nobody's keys.
    pub(crate) fn start_strict() -> Self {
        // The emulator itself makes two calls before anybody else can.
        Self::start_with(&[("INITIAL_NO_AUTH_ACTION_COUNT", "2")])
    }

    fn start_with(settings: &[(&str, &str)]) -> Self {
        let log = NamedTempFile::new().unwrap();
        let mut child = Command::new(tool::python())
            .arg(tool::workspace().join("tests/emulator/emulator.py"))
            .envs(settings.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.reopen().unwrap())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut address = String::new();
        stdout.read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        assert!(address.starts_with("http://127.0.0.1:"), "no emulator:\n{}", read(log.reopen().unwrap()));
        Self { child, lines: Mutex::new((stdin, stdout)), log, address }
    }

    /// Where it listens: `http://127.0.0.1:5000`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Forgets everything but the default VPC.
    pub(crate) fn reset(&self) {
        let mut stream = TcpStream::connect(self.address.trim_start_matches("http://")).unwrap();
        write!(stream, "POST /moto-api/reset HTTP/1.0\r\nContent-Length: 0\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains(" 200 "), "{answer}");
    }

    /// What a program needs to take the emulator for AWS.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        [
            ("AWS_ENDPOINT_URL", self.address.as_str()),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", REGION),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
    }

    /// Calls AWS behind the provider's back. `call` is in the words of boto3, such as `ec2.delete_vpc`.
    #[track_caller]
    pub(crate) fn call(&self, call: &str, parameters: &Value) -> Value {
        let (service, operation) = call.split_once('.').unwrap();
        let request = json!({"service": service, "operation": operation, "parameters": parameters});
        let mut lines = self.lines.lock().unwrap();
        writeln!(lines.0, "{request}").unwrap();
        let mut answer = String::new();
        lines.1.read_line(&mut answer).unwrap();
        let mut answer: Value = serde_json::from_str(&answer)
            .unwrap_or_else(|error| panic!("{call}: {error}\n{}", read(self.log.reopen().unwrap())));
        assert!(answer["error"].is_null(), "{call} with {parameters}: {}", answer["error"]);
        answer["result"].take()
    }

    /// Everything there is, each object by its identifier.
    pub(crate) fn inventory(&self) -> BTreeSet<String> {
        const KINDS: [(&str, &str, &str); 13] = [
            ("ec2.describe_vpcs", "Vpcs", "VpcId"),
            ("ec2.describe_dhcp_options", "DhcpOptions", "DhcpOptionsId"),
            ("ec2.describe_subnets", "Subnets", "SubnetId"),
            ("ec2.describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
            ("ec2.describe_route_tables", "RouteTables", "RouteTableId"),
            ("ec2.describe_security_groups", "SecurityGroups", "GroupId"),
            ("ec2.describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId"),
            ("ec2.describe_key_pairs", "KeyPairs", "KeyName"),
            ("ec2.describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"),
            ("ec2.describe_volumes", "Volumes", "VolumeId"),
            ("ec2.describe_addresses", "Addresses", "AllocationId"),
            ("elbv2.describe_load_balancers", "LoadBalancers", "LoadBalancerArn"),
            ("elbv2.describe_target_groups", "TargetGroups", "TargetGroupArn"),
        ];
        let mut all = BTreeSet::new();
        for (call, list, id) in KINDS {
            let answer = self.call(call, &json!({}));
            all.extend(elements(&answer[list]).map(|object| object[id].as_str().unwrap().to_owned()));
        }
        let instances = self.call("ec2.describe_instances", &json!({}));
        let instances = elements(&instances["Reservations"]).flat_map(|one| elements(&one["Instances"]));
        // A terminated instance shows for about an hour, at AWS too.
        let living = instances.filter(|instance| instance["State"]["Name"] != "terminated");
        all.extend(living.map(|instance| instance["InstanceId"].as_str().unwrap().to_owned()));
        all
    }

    /// How many calls have been made, by anybody.
    pub(crate) fn call_count(&self) -> usize {
        read(self.log.reopen().unwrap()).lines().filter(|line| line.contains("POST / HTTP")).count()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may be gone already; there is nobody to tell.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn elements(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().unwrap().iter()
}

fn read(file: File) -> String {
    std::io::read_to_string(file).unwrap()
}
