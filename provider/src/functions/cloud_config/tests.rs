use super::*;

fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::object(fields)
}

fn list<const N: usize>(elements: [Value; N]) -> Value {
    Value::Tuple(elements.into())
}

fn refused(config: Value) -> String {
    let error = CloudConfig::call((config,)).unwrap_err();
    assert_eq!(error.argument, Some(0));
    error.text
}

fn file<const N: usize>(fields: [(&str, Value); N]) -> Value {
    object([("write_files", list([object(fields)]))])
}

#[test]
fn an_object_becomes_sorted_yaml() {
    let config = object([
        ("runcmd", list([list(["sysctl".into(), "--system".into()]), Value::Null])),
        ("package_update", true.into()),
        (
            "write_files",
            list([object([
                ("permissions", "0644".into()),
                ("path", "/etc/motd".into()),
                ("content", "yes\n".into()),
                ("owner", Value::Null),
            ])]),
        ),
        ("swap", object([("size", 1024.into()), ("ratio", Value::Number("0.5".parse().unwrap()))])),
        ("hostname", "on".into()),
    ]);
    let expected = "#cloud-config\n\
                    hostname: \"on\"\n\
                    package_update: true\n\
                    runcmd:\n- - sysctl\n  - --system\n- null\n\
                    swap:\n  ratio: 0.5\n  size: 1024\n\
                    write_files:\n- content: |\n    yes\n  path: /etc/motd\n  permissions: \"0644\"\n";
    assert_eq!(CloudConfig::call((config,)).unwrap(), expected);
    assert_eq!(CloudConfig::call((object([]),)).unwrap(), "#cloud-config\n{}\n");
}

#[test]
fn only_objects_are_written() {
    for config in [Value::Null, "#cloud-config".into(), list([])] {
        assert_eq!(refused(config), "An object is required.");
    }
}

#[test]
fn nothing_is_guessed() {
    assert_eq!(refused(object([("packages", list([Value::UNKNOWN]))])), "All of it must be known.");
}

#[test]
fn files_have_a_path_and_octal_permissions() {
    let path = ("path", "/etc/motd".into());
    for mode in ["0644", "644", "00755", "1777"] {
        assert!(CloudConfig::call((file([path.clone(), ("permissions", mode.into())]),)).is_ok(), "{mode}");
    }
    assert_eq!(
        refused(file([("content", "x".into()), ("permissions", 644.into())])),
        "2 problems:\n\
         - write_files[0].path: The absolute path of the file is required.\n\
         - write_files[0].permissions: A text is required, such as `\"0644\"`: cloud-init takes the digits of a number \
         as decimal."
    );
    assert_eq!(
        refused(file([path, ("permissions", "0o99".into())])),
        "write_files[0].permissions: Octal digits are required, such as `\"0644\"`."
    );
    assert_eq!(refused(object([("write_files", object([]))])), "write_files: A list of files is required.");
    assert_eq!(
        refused(object([("write_files", list(["/etc/motd".into()]))])),
        "write_files[0]: An object with `path` and `content` is required."
    );
}

#[test]
fn private_keys_are_found_wherever_they_hide() {
    let marker = |kind: &str| ["-----BEGIN ", kind, "-----\nMC4CAQ==\n"].concat();
    let told = |config: Value| refused(config).split(':').next().unwrap().to_owned();
    for kind in ["PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY"] {
        let key = marker(kind);
        assert_eq!(told(object([("ssh_keys", object([("rsa", key.as_str().into())]))])), "ssh_keys.rsa");
        let encoded = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &key);
        let content = format!("users:\n- user:\n    client-key-data: {encoded}\n");
        let file = file([("path", "/k".into()), ("content", content.into())]);
        assert_eq!(told(file), "write_files[0].content");
        assert_eq!(told(object([("runcmd", list([list(["echo".into(), encoded.into()])]))])), "runcmd[0][1]");
    }
    for harmless in ["CERTIFICATE", "PUBLIC KEY"].map(marker) {
        let encoded = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &harmless);
        let config = object([("a", harmless.into()), ("b", encoded.into())]);
        assert!(CloudConfig::call((config,)).is_ok());
    }
}

#[test]
fn only_as_much_as_ec2_takes() {
    let of = |length: usize| CloudConfig::call((object([("a", "x".repeat(length).into())]),));
    let frame = of(1).unwrap().len() - 1;
    assert_eq!(of(USER_DATA_LIMIT - frame).unwrap().len(), USER_DATA_LIMIT);
    assert_eq!(
        of(USER_DATA_LIMIT - frame + 1).unwrap_err().text,
        "As user data it has 16385 bytes, and EC2 takes at most 16384. Let the instance fetch what is large, or deliver \
         it later."
    );
}

#[test]
fn numbers_keep_their_digits() {
    let number = |digits: &str| object([("a", Value::Number(digits.parse().unwrap()))]);
    for digits in ["0", "-7", "18446744073709551615", "0.1", "1.25"] {
        let text = CloudConfig::call((number(digits),)).unwrap();
        assert_eq!(text, format!("#cloud-config\na: {digits}\n"));
    }
    for digits in ["18446744073709551616", "0.00000000000000000001", "0.12345678901234567891"] {
        assert_eq!(refused(number(digits)), "a: YAML has no such number: write it as a text.");
    }
}
