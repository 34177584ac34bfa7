//! Encryption configs: the rotation of their keys, and what is refused so that nothing stored is lost.

use serde_json::json;

use super::scenario::Scenario;
use crate::support::leaks::{Kind, Leaks};
use crate::support::run::Run;
use crate::support::terraform::Terraform;

const ADDRESS: &str = "groundup_encryption_config.this";
const SEED: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER_SEED: &str = "/wECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// `key1` of `prod/encryption` and the seed, and the file with it, by another implementation of HKDF and SHA-256.
const KEY: &str = "rPghWfHYvUUvcqB92sy/wkRDy+P+XrydD5+n6AAorIs=";
const FILE_SHA256: &str = "9d1878a1662f20dc68a7ddbe14c5d948abce68bb5357277ebea51d0f5cf25d77";

fn config(arguments: &str) -> String {
    format!("resource \"groundup_encryption_config\" \"this\" {{\n{arguments}\n}}\n")
}

/// Keys by their generations: `key1` is of generation 1.
fn keys(generations: &[u32]) -> String {
    let keys =
        generations.iter().map(|number| format!("{{ name = \"key{number}\", generation = {number} }}, "));
    format!("keys = [{}]\n", keys.collect::<String>())
}

fn seed(text: &str) -> String {
    format!("provider \"groundup\" {{\n pki_seed = \"{text}\"\n}}\n")
}

/// A configuration whose keys are random, and applied.
fn with_random_key(arguments: &str) -> Terraform {
    let terraform = Terraform::new();
    terraform.write("main.tf", &config(&(keys(&[1]) + arguments)));
    terraform.apply().succeeded();
    terraform
}

#[track_caller]
fn assert_refused(run: &Run, summary: &str, detail: &str) {
    let errors = run.errors();
    let told: Vec<_> = errors.iter().map(|told| (told.summary.as_str(), told.detail.as_str())).collect();
    assert_eq!(told, [(summary, detail)], "{}", run.explain());
}

#[test]
fn random_keys_are_rotated() {
    let step = |generations: &[u32], more: &str| {
        config(&format!("{}{more}\nallow_key_loss = true", keys(generations)))
    };
    let prefix = |number: u32| format!("k8s:enc:secretbox:v1:key{number}:");
    Scenario::local(ADDRESS, "")
        .begin(&step(&[1], ""), &json!({"write_prefix": prefix(1), "stored_prefixes": ["", prefix(1)]}))
        .and(|_, now| assert_eq!(now["keys"][0]["secret"].as_str().unwrap().len(), 44))
        .keep_at("/keys/0", |life| life.rewrite(&step(&[1, 2], ""), &json!({"write_key_name": "key1"})))
        .rewrite(
            &step(&[2, 1], ""),
            &json!({"write_prefix": prefix(2), "stored_prefixes": ["", prefix(1), prefix(2)]}),
        )
        .keep("content", |life| {
            let rewritten = step(&[2, 1], "rewritten_through = 2");
            life.rewrite(&rewritten, &json!({"stored_prefixes": [prefix(2)]}))
        })
        .keep_at("/keys/0", |life| {
            life.rewrite(&step(&[2], "rewritten_through = 2"), &json!({"write_key_name": "key2"}))
        })
        .rewrite(&step(&[2], "rewritten_through = 2\nallow_plaintext_read = false"), &json!({}))
        .and(|_, now| assert!(!now["content"].as_str().unwrap().contains("identity")))
        .end();
}

#[test]
fn derived_keys_are_rotated_and_stay_out_of_the_state() {
    let step = |generations: &[u32], more: &str| {
        config(&format!("label = \"prod/encryption\"\n{}{more}", keys(generations)))
    };
    let (one, two) = (json!({"source": "seed", "secret": null}), json!({"source": "seed", "generation": 2}));
    let label = "prod/encryption";
    let leaks =
        Leaks::of_seed(SEED).derived(SEED, &[(Kind::SecretBox, label, 1), (Kind::SecretBox, label, 2)]);
    Scenario::local(ADDRESS, &seed(SEED))
        .begin(
            &step(&[1], ""),
            &json!({"content": null, "content_sha256": FILE_SHA256, "id": FILE_SHA256, "keys": [one]}),
        )
        .rewrite(&step(&[1, 2], ""), &json!({"keys": [one, two]}))
        .rewrite(&step(&[2, 1], ""), &json!({"keys": [two, one], "write_key_name": "key2"}))
        .keep("content_sha256", |life| life.rewrite(&step(&[2, 1], "rewritten_through = 2"), &json!({})))
        .rewrite(&step(&[2], "rewritten_through = 2"), &json!({"keys": [two], "content": null}))
        .and(|terraform, _| leaks.assert_clean("the state", terraform.state().text))
        .end();
}

/// The file that another program writes with the key is the one whose hash the state has.
#[test]
fn the_hash_is_that_of_the_file_with_derived_keys() {
    let file = format!(
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- providers:\n  - secretbox:\n      \
         keys:\n      - name: key1\n        secret: {KEY}\n  - identity: {{}}\n  resources:\n  - secrets\n"
    );
    let terraform = Terraform::new();
    terraform.write("main.tf", &config(&format!("keys = [{{ name = \"key1\", secret = \"{KEY}\" }}]")));
    terraform.apply().succeeded();
    let state = terraform.state().attributes(ADDRESS);
    assert_eq!(state["content"], file);
    assert_eq!(state["content_sha256"], FILE_SHA256);
    terraform.destroy().succeeded();
}

#[test]
fn from_plain_text_over_aescbc_and_secretbox_to_a_service_and_back() {
    const KMS: &str = "kms {\nname = \"vault\"\nendpoint = \"unix:///run/kms.sock\"\ngeneration = 3\n}";
    let step = |provider: &str, keys: &str, more: &str| {
        config(&format!("provider_type = \"{provider}\"\nkeys = [{keys}]\nallow_key_loss = true\n{more}"))
    };
    let aes = "{ name = \"a\", provider_type = \"aescbc\" }";
    let box_ = "{ name = \"b\", generation = 2, provider_type = \"secretbox\" }";
    let (aes_prefix, box_prefix) = ("k8s:enc:aescbc:v1:a:", "k8s:enc:secretbox:v1:b:");
    let no_plain = "\nallow_plaintext_read = false";
    let scenario = Scenario::local(ADDRESS, "");
    let (mut life, _) = scenario
        .begin_warned(&step("identity", "", ""), &json!({"write_prefix": null, "stored_prefixes": [""]}));
    for (provider, keys, more, stored) in [
        ("identity", aes, String::new(), &[""][..]),
        ("aescbc", aes, String::new(), &["", aes_prefix]),
        ("aescbc", aes, "rewritten_through = 1".to_owned(), &[aes_prefix]),
        ("aescbc", aes, format!("rewritten_through = 1{no_plain}"), &[aes_prefix]),
        ("aescbc", &format!("{aes}, {box_}"), format!("rewritten_through = 1{no_plain}"), &[aes_prefix]),
        (
            "secretbox",
            &format!("{box_}, {aes}"),
            format!("rewritten_through = 1{no_plain}"),
            &[aes_prefix, box_prefix],
        ),
        ("secretbox", &format!("{box_}, {aes}"), format!("rewritten_through = 2{no_plain}"), &[box_prefix]),
        ("secretbox", box_, format!("rewritten_through = 2{no_plain}"), &[box_prefix]),
        ("secretbox", box_, format!("rewritten_through = 2{no_plain}\n{KMS}"), &[box_prefix]),
        (
            "kms",
            box_,
            format!("rewritten_through = 2{no_plain}\n{KMS}"),
            &["k8s:enc:kms:v2:vault:", box_prefix],
        ),
        ("kms", box_, format!("rewritten_through = 3{no_plain}\n{KMS}"), &["k8s:enc:kms:v2:vault:"]),
        ("kms", "", format!("rewritten_through = 3{no_plain}\n{KMS}"), &["k8s:enc:kms:v2:vault:"]),
        ("kms", "", format!("rewritten_through = 3\n{KMS}"), &["k8s:enc:kms:v2:vault:"]),
        ("identity", "", format!("rewritten_through = 3\n{KMS}"), &["", "k8s:enc:kms:v2:vault:"]),
        ("identity", "", format!("rewritten_through = 0\n{KMS}"), &[""]),
        ("identity", "", "rewritten_through = 0".to_owned(), &[""]),
    ] {
        life = life.rewrite(&step(provider, keys, &more), &json!({"stored_prefixes": stored}));
    }
    life.end();
}

#[test]
fn a_step_that_would_lose_data_is_refused_with_the_next_one() {
    const UNREADABLE: &str = "Stored Objects Would Become Unreadable";
    let terraform = with_random_key("");
    let refused = |arguments: &str, summary: &str, detail: &str| {
        let state = terraform.state().text;
        terraform.write("main.tf", &config(arguments));
        assert_refused(&terraform.plan(), summary, detail);
        assert_refused(&terraform.apply(), summary, detail);
        assert_eq!(terraform.state().text, state);
    };
    let next = "Next step: add the key `key2` after the others, change nothing else, and deliver the file to every API \
                server.";
    refused(
        &keys(&[2, 1]),
        "New Key Would Write at Once",
        &format!(
            "With this change the key `key2` both appears and writes: an API server that still has the old file could not \
             read what another one writes. {next}"
        ),
    );
    refused(
        &keys(&[2]),
        UNREADABLE,
        &format!(
            "Objects may be stored that only the key `key1` can read, which is what writes at present. {next}"
        ),
    );
    refused(
        &(keys(&[1]) + "allow_plaintext_read = false"),
        UNREADABLE,
        "Objects may be stored in plain text. Next step: rewrite every stored object, set `rewritten_through = 1` and change \
         nothing else.",
    );
    terraform.write("main.tf", &config(&keys(&[1, 2])));
    terraform.apply().succeeded();
    refused(
        &(keys(&[1, 2]) + "rewritten_through = 2"),
        "Not Rewritten",
        "Objects cannot have been rewritten with generation 2: what writes is the key `key1`, of generation 1. Next step: \
         make the key `key2` the first one, with `provider_type = \"secretbox\"`, change nothing else, and deliver the file \
         to every API server.",
    );
    refused(
        &keys(&[2, 1, 3]),
        "One Step at a Time",
        "This change does 2 steps of a rotation: add the key `key3` after the others; make the key `key2` the first one, with \
         `provider_type = \"secretbox\"`. Next step: add the key `key3` after the others, change nothing else, and deliver \
         the file to every API server.",
    );
    terraform.write("main.tf", &config(&keys(&[2, 1])));
    terraform.apply().succeeded();
    refused(
        &(keys(&[2]) + "rewritten_through = 2"),
        UNREADABLE,
        "Objects may be stored that only the key `key1` can read. Next step: rewrite every stored object, set \
         `rewritten_through = 2` and change nothing else.",
    );
    refused(
        "keys = [{ name = \"key2\", generation = 2, secret = base64encode(\"0123456789abcdef0123456789abcdef\") }, { name = \"key1\" }]",
        "Key Cannot Change",
        "The key `key2` is in use and cannot become another one under the same name. Next step: leave it as it is and add a \
         key with another name after it.\n\nPlace: `keys[0].secret`",
    );
}

#[test]
fn random_keys_are_destroyed_only_where_that_is_allowed() {
    let refusal = "There is no copy but in the state of the key `key1`. Whatever was encrypted with it, in etcd and in its \
                   backups, could never be read again. Next step: if that is what you want, set `allow_key_loss = true`, \
                   apply, and destroy then.";
    let terraform = with_random_key("");
    assert_refused(&terraform.destroy().failed(), "Keys Would Be Lost", refusal);
    terraform.write("main.tf", "");
    assert_refused(&terraform.apply().failed(), "Keys Would Be Lost", refusal);
    assert_eq!(terraform.state().count(), 1);

    terraform.write("main.tf", &config(&(keys(&[1]) + "allow_key_loss = true")));
    assert_refused(&terraform.destroy().failed(), "Keys Would Be Lost", refusal);
    terraform.apply().succeeded();
    let warnings = terraform.destroy().succeeded().warnings();
    let told = warnings.iter().map(|told| (told.summary.as_str(), told.detail.as_str())).collect::<Vec<_>>();
    assert!(
        told.contains(&(
            "Encryption Configuration Will Be Destroyed",
            "What is stored encrypted can only be read with this configuration's keys. With the state goes the only copy of the \
             key `key1`. The record of what is stored and needs which key is lost."
        )),
        "{told:?}"
    );
}

#[test]
fn what_exists_is_not_made_anew() {
    for allowed in ["", "allow_key_loss = true"] {
        let terraform = with_random_key(allowed);
        let hash = terraform.state().attributes(ADDRESS)["content_sha256"].as_str().unwrap().to_owned();
        let refusal = format!(
            "A file (SHA-256 {hash}) is in use. To replace it would lose the record of what is stored, and any random key with \
             all that it encrypted. Next step: rotate the keys instead, by a new key after the others. To start over because \
             nothing has been stored yet, destroy the resource and create it anew."
        );
        for command in ["plan", "apply"] {
            let replace = format!("-replace={ADDRESS}");
            let mut arguments = vec![command, "-json", "-input=false", &replace];
            arguments.extend((command == "apply").then_some("-auto-approve"));
            assert_refused(&Run::new(&terraform.run(&arguments)).failed(), "Replacement Refused", &refusal);
        }
    }
    let terraform = with_random_key("");
    terraform.succeed(&["taint", ADDRESS]);
    let before = terraform.state().attributes(ADDRESS);
    let errors = terraform.apply().failed().errors();
    assert!(errors[0].detail.contains("Next step: keep it by `terraform untaint`."), "{errors:?}");
    assert_eq!(terraform.state().attributes(ADDRESS), before);
}

#[test]
fn a_wrong_seed_is_told_and_a_lost_one_does_not_stand_in_the_way_of_a_destroy() {
    let terraform = Terraform::new();
    terraform.write("main.tf", &config(&format!("label = \"prod/encryption\"\n{}", keys(&[1]))));
    terraform.write("provider.tf", &seed(SEED));
    terraform.apply().succeeded();
    terraform.write("provider.tf", &seed(OTHER_SEED));
    let errors = terraform.plan().failed().errors();
    assert_eq!((errors.len(), errors[0].summary.as_str()), (1, "Derived Key Differs"));
    assert!(
        errors[0].detail.starts_with("The key `prod/encryption` of generation 1 "),
        "{}",
        errors[0].detail
    );

    terraform.write(
        "provider.tf",
        &format!("{}\n", seed(OTHER_SEED).replace('}', &format!("previous_pki_seed = \"{SEED}\"\n}}"))),
    );
    terraform.plan().is_empty();

    terraform.write("provider.tf", "");
    assert_eq!(terraform.plan().failed().errors()[0].summary, "Missing Seed");
    terraform.succeed(&["destroy", "-refresh=false", "-auto-approve", "-input=false"]);
    assert_eq!(terraform.state().count(), 0);
}

/// What the provider wrote when keys were blocks.
#[test]
fn older_state_keeps_its_keys() {
    let secrets =
        ["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="];
    let key = |name: &str, secret: &str| json!({"name": name, "provider_type": null, "secret": secret});
    let older = |keys: &[serde_json::Value], terraform: &Terraform| {
        let mut state: serde_json::Value = serde_json::from_str(&terraform.state().text).unwrap();
        let instance = &mut state["resources"][0]["instances"][0];
        instance["schema_version"] = 0.into();
        let attributes = instance["attributes"].as_object_mut().unwrap();
        for absent in ["label", "keys", "rewritten_through", "allow_key_loss", "stored_prefixes"] {
            attributes.remove(absent);
        }
        attributes.insert("key".to_owned(), keys.into());
        terraform.write("terraform.tfstate", &state.to_string());
    };
    let given = |names: &[(&str, u32, &str)]| {
        let keys = names.iter().map(|(name, number, secret)| {
            format!("{{ name = \"{name}\", generation = {number}, secret = \"{secret}\" }},")
        });
        config(&format!("keys = [{}]", keys.collect::<String>()))
    };
    let terraform = Terraform::new();
    terraform.write("main.tf", &given(&[("key1", 1, secrets[0])]));
    terraform.apply().succeeded();
    older(&[key("key1", secrets[0])], &terraform);
    terraform.write("main.tf", &config(&keys(&[1])));
    terraform.plan().is_empty();
    terraform.apply().succeeded();
    assert_eq!(terraform.state().attributes(ADDRESS)["keys"][0]["secret"], secrets[0]);

    let terraform = Terraform::new();
    terraform.write("main.tf", &given(&[("key2", 2, secrets[1]), ("key1", 1, secrets[0])]));
    terraform.apply().succeeded();
    let hash = terraform.state().attributes(ADDRESS)["content_sha256"].clone();
    older(&[key("key2", secrets[1]), key("key1", secrets[0])], &terraform);
    terraform.write("main.tf", &config(&keys(&[2, 1])));
    terraform.apply().succeeded();
    assert_eq!(terraform.state().attributes(ADDRESS)["content_sha256"], hash, "only the generations are new");
    terraform.plan().is_empty();
}
