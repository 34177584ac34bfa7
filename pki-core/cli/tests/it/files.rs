//! Files are safe: modes, symbolic links, keys that are there, disks that are full.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::support::{Folder, PROGRAM, request};

const NAMES: [&str; 4] = ["ca-csr.json", "ca-key.pem", "ca.csr", "ca.pem"];

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("ca-csr.json", &request("Kubernetes"));
    folder
}

const INITCA: &str = "gencert -initca ca-csr.json -bare ca";

#[test]
fn modes_do_not_depend_on_the_umask() {
    for umask in ["0777", "0077", "0022", "0000"] {
        let folder = folder();
        folder
            .shell(&format!("umask {umask}; groundup-pki {INITCA}"))
            .succeeds("wrote ca.pem, ca-key.pem, ca.csr\n");
        assert_eq!(folder.names(), NAMES, "{umask}");
        assert_eq!(folder.mode("ca-key.pem"), 0o600, "{umask}");
        assert_eq!(folder.mode("ca.pem"), 0o644, "{umask}");
        assert_eq!(folder.mode("ca.csr"), 0o644, "{umask}");
    }
}

#[test]
fn nothing_is_written_through_a_symbolic_link() {
    for name in ["ca-key.pem", "ca.pem", "ca.csr"] {
        let folder = folder();
        folder.write("elsewhere", "untouched");
        symlink(folder.path("elsewhere"), folder.path(name)).unwrap();
        folder.run(&format!("{INITCA} -force")).fails(
            1,
            &format!(
                "error: {name} is a symbolic link, and nothing is written through one\n\
                 help: remove the link, or write elsewhere\n"
            ),
        );
        assert_eq!(folder.read("elsewhere"), "untouched");
        let mut left = vec!["ca-csr.json", "elsewhere", name];
        left.sort_unstable();
        assert_eq!(folder.names(), left);
    }
}

/// A link that leads nowhere would be followed by a program that opens with `O_CREAT`.
#[test]
fn a_dangling_link_is_not_followed() {
    let folder = folder();
    symlink(folder.path("planted"), folder.path("ca-key.pem")).unwrap();
    assert_eq!(folder.run(INITCA).code, Some(1));
    assert_eq!(folder.names(), ["ca-csr.json", "ca-key.pem"]);
}

#[test]
fn another_key_is_replaced_only_by_force() {
    let folder = folder();
    folder.run(INITCA).succeeds("wrote ca.pem, ca-key.pem, ca.csr\n");
    let (key, certificate) = (folder.read("ca-key.pem"), folder.read("ca.pem"));
    folder.run(INITCA).fails(
        1,
        "error: ca-key.pem holds another secret, which would be lost\n\
         help: write elsewhere, or pass --force to replace it\n",
    );
    // All or nothing: the certificate is that of the key which is still there.
    assert_eq!((folder.read("ca-key.pem"), folder.read("ca.pem")), (key.clone(), certificate));

    folder.run(&format!("{INITCA} -force")).succeeds("wrote ca.pem, ca-key.pem, ca.csr\n");
    assert_ne!(folder.read("ca-key.pem"), key);
    assert!(folder.certificate("ca.pem").matches_key(&folder.key("ca-key.pem")));
    assert_eq!(folder.names(), NAMES);
}

#[test]
fn a_key_that_others_could_read_ends_with_mode_0600() {
    let folder = folder();
    folder.write("ca-key.pem", "an old key");
    folder.set_mode("ca-key.pem", 0o644);
    // Whoever has it open keeps the old file, and never sees the new key.
    let open = fs::File::open(folder.path("ca-key.pem")).unwrap();
    folder.run(&format!("{INITCA} --force")).succeeds("wrote ca.pem, ca-key.pem, ca.csr\n");
    assert_eq!(folder.mode("ca-key.pem"), 0o600);
    assert_eq!(std::io::read_to_string(open).unwrap(), "an old key");
}

#[test]
fn a_certificate_is_renewed_without_force() {
    let folder = folder();
    folder.run(INITCA).succeeds("wrote ca.pem, ca-key.pem, ca.csr\n");
    let (key, certificate) = (folder.read("ca-key.pem"), folder.certificate("ca.pem"));
    folder.run("gencert -initca -ca-key ca-key.pem ca-csr.json -bare ca").succeeds("wrote ca.pem, ca.csr\n");
    assert_eq!(folder.read("ca-key.pem"), key);
    let renewed = folder.certificate("ca.pem");
    assert_ne!(renewed.serial_hex(), certificate.serial_hex());
    assert!(renewed.matches_key(&folder.key("ca-key.pem")));
}

#[test]
fn a_missing_folder_is_named() {
    let folder = folder();
    folder
        .run("gencert -initca ca-csr.json -bare pki/ca")
        .fails(1, "error: there is no folder pki\nhelp: make it first with `mkdir -p`\n");
    folder
        .run("gencert -initca ca-csr.json -bare ca-csr.json/ca")
        .fails(1, "error: there is no folder ca-csr.json\nhelp: make it first with `mkdir -p`\n");
    fs::create_dir(folder.path("pki")).unwrap();
    folder
        .run("gencert -initca ca-csr.json -bare pki/ca")
        .succeeds("wrote pki/ca.pem, pki/ca-key.pem, pki/ca.csr\n");
}

#[test]
fn something_else_than_a_file_is_left_alone() {
    let folder = folder();
    fs::create_dir(folder.path("ca.csr")).unwrap();
    folder.run(INITCA).fails(1, "error: ca.csr exists and is not a file\n");
    assert_eq!(folder.names(), ["ca-csr.json", "ca.csr"]);
}

/// Root may write anywhere: then the program runs as nobody, from a copy that nobody can reach.
#[test]
fn a_folder_that_cannot_be_written_stays_as_it_is() {
    let folder = folder();
    let program = folder.path("groundup-pki");
    fs::copy(PROGRAM, &program).unwrap();
    folder.set_mode("ca-csr.json", 0o644);
    fs::set_permissions(folder.root(), fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = Command::new(program);
    command.args(INITCA.split(' '));
    if nix::unistd::geteuid().is_root() {
        command.uid(65534).gid(65534);
    }
    let done = folder.finish(&mut command, "");
    fs::set_permissions(folder.root(), fs::Permissions::from_mode(0o755)).unwrap();
    done.fails(1, "error: cannot write ca.pem: Permission denied (os error 13)\n");
    assert_eq!(folder.names(), ["ca-csr.json", "groundup-pki"]);
}

/// A limit on the size of files stands for a disk that is full: writing fails half way.
#[test]
fn a_disk_error_leaves_nothing() {
    let folder = folder();
    folder.write("rsa-csr.json", r#"{"CN": "Kubernetes", "key": {"algo": "rsa", "size": 2048}}"#);
    for there in [false, true] {
        if there {
            folder
                .run("gencert -initca rsa-csr.json -bare rsa")
                .succeeds("wrote rsa.pem, rsa-key.pem, rsa.csr\n");
        }
        let before: Vec<_> = folder.names().into_iter().map(|name| (folder.read(&name), name)).collect();
        // 3 blocks of 512 bytes: room for the certificate, but not for the key.
        let done = folder
            .shell("trap '' XFSZ; ulimit -f 3; groundup-pki gencert -initca rsa-csr.json -bare rsa -force");
        done.fails(1, "error: cannot write rsa-key.pem: File too large (os error 27)\n");
        let after: Vec<_> = folder.names().into_iter().map(|name| (folder.read(&name), name)).collect();
        assert_eq!(after, before);
    }
}

#[test]
fn a_key_that_others_can_read_is_warned_about() {
    let folder = Folder::with_authority();
    folder.write("x-csr.json", &request("x"));
    let run = || {
        folder.run(
            "gencert -ca ca.pem -ca-key ca-key.pem -config ca-config.json -profile kubernetes x-csr.json",
        )
    };
    assert_eq!(run().stderr, "");
    folder.set_mode("ca-key.pem", 0o644);
    assert_eq!(
        run().stderr,
        "warning: ca-key.pem can be read or written by others (mode 0644); `chmod 600 ca-key.pem` protects it\n"
    );
    folder.set_mode("ca-key.pem", 0o400);
    assert_eq!(run().stderr, "");
}

#[test]
fn an_encrypted_key_signs_with_its_passphrase() {
    let folder = Folder::with_authority();
    folder.write("x-csr.json", &request("x"));
    let encrypted = folder
        .key("ca-key.pem")
        .to_encrypted_pem("correct horse", &mut getrandom::rand_core::UnwrapErr(getrandom::SysRng))
        .unwrap();
    for (name, content) in
        [("locked.pem", encrypted.as_str()), ("good", "correct horse\n"), ("bad", "battery\n")]
    {
        folder.write(name, content);
        folder.set_mode(name, 0o600);
    }
    let sign = |options: &str| {
        folder.run(&format!("gencert -ca ca.pem -ca-key locked.pem {options} x-csr.json -bare x"))
    };
    let done = sign("");
    assert_eq!(done.code, Some(1));
    assert!(
        done.stderr.starts_with("error: locked.pem: the private key is encrypted; give its passphrase"),
        "{}",
        done.stderr
    );
    let done = sign("--passphrase-file bad");
    assert_eq!(done.code, Some(1));
    assert!(
        done.stderr.starts_with("error: locked.pem: ") && !done.stderr.contains("battery"),
        "{}",
        done.stderr
    );
    sign("--passphrase-file good").succeeds("wrote x.pem, x-key.pem, x.csr\n");
    assert!(folder.certificate("x.pem").is_signed_by(&folder.certificate("ca.pem")));
}
