//! What the schema says about secrets: which attributes hold one, and how each can stay out of state.

use std::collections::BTreeSet;

use tfplugin::value::{Type, Value};
use tfplugin_proto::tfplugin6::schema::{Attribute, Block};
use tfplugin_proto::tfplugin6::{ClientCapabilities, validate_resource_config};

use crate::support::core::{Core, block};
use crate::support::managed::Managed;
use crate::support::schema::{attribute_type, attributes, empty, with};
use crate::support::wire::{CAPABILITIES, encode, path_text};

/// Words by which a name promises a secret.
const WORDS: [&str; 8] =
    ["secret", "private_key", "client_key", "passphrase", "password", "token", "seed", "content_wo"];

/// Names with such a word that hold none, and what they hold.
const HARMLESS: [(&str, &str); 5] = [
    ("provider.pki_seed_file", "a path"),
    ("groundup_file.content_wo_hash", "a hash, salted"),
    ("groundup_kubeconfig.client_key_path", "a path"),
    ("provider.assume_role_with_web_identity.web_identity_token_file", "a path"),
    ("groundup_instance.metadata_options.http_tokens", "whether tokens are asked for"),
];

/// Secret arguments that state holds, with the way that keeps them out of it. `…_wo` needs no mention.
const OTHER_WAYS: [(&str, &str); 5] = [
    ("groundup_file.content_base64", "content_wo, of base64decode()"),
    ("groundup_kubeconfig.client_key_pem", "the function kubeconfig"),
    ("groundup_kubeconfig.token", "the function kubeconfig"),
    ("groundup_private_key.private_key_pem", "derive, or the ephemeral groundup_private_key"),
    ("groundup_encryption_config.keys.secret", "label"),
];

fn is_text(attribute: &Attribute) -> bool {
    attribute.nested_type.is_none() && attribute_type(attribute) == Type::String
}

/// All schemas of values, by the name of their type.
fn blocks(core: &Core) -> Vec<(String, &Block)> {
    let schema = &core.schema;
    let data = schema.data_source_schemas.iter().map(|(name, schema)| (format!("data.{name}"), schema));
    let opened =
        schema.ephemeral_resource_schemas.iter().map(|(name, schema)| (format!("ephemeral.{name}"), schema));
    let managed = schema.resource_schemas.iter().map(|(name, schema)| (name.clone(), schema));
    let provider = schema.provider.iter().map(|schema| ("provider".to_owned(), schema));
    let all = managed.chain(data).chain(opened).chain(provider);
    all.map(|(name, schema)| (name, block(schema))).collect()
}

/// Fails unless the list names exactly what is there, so that it cannot grow old.
#[track_caller]
fn assert_listed(found: &BTreeSet<String>, list: &[(&str, &str)]) {
    let list: BTreeSet<_> = list.iter().map(|(place, _)| (*place).to_owned()).collect();
    assert_eq!(found, &list);
}

#[tokio::test]
async fn what_sounds_secret_is_never_shown() {
    let core = Core::start().await;
    let mut shown = BTreeSet::new();
    let mut secrets = 0;
    for (name, block) in blocks(&core) {
        for (place, attribute) in attributes(block) {
            if is_text(attribute) && WORDS.iter().any(|word| attribute.name.contains(word)) {
                secrets += 1;
                if !attribute.sensitive && !attribute.write_only {
                    shown.insert(format!("{name}.{place}"));
                }
            }
        }
    }
    assert!(secrets > 20, "{secrets}");
    assert_listed(&shown, &HARMLESS);
}

#[tokio::test]
async fn every_secret_can_stay_out_of_state() {
    let core = Core::start().await;
    let mut kept = BTreeSet::new();
    for type_name in core.resource_types() {
        let all = attributes(core.resource_block(&type_name));
        let names: BTreeSet<_> = all.iter().map(|(place, _)| place.clone()).collect();
        for (place, attribute) in &all {
            let is_argument = attribute.required || attribute.optional;
            let kept_in_state = is_argument && attribute.sensitive && !attribute.write_only;
            if kept_in_state && !names.contains(&format!("{place}_wo")) {
                kept.insert(format!("{type_name}.{place}"));
            }
        }
    }
    assert_listed(&kept, &OTHER_WAYS);
}

/// What is write-only is stored by hosts that do not know of it: they are told, for each argument, and told no value.
#[tokio::test]
async fn item_36_no_write_only_argument_is_given_to_an_old_host() {
    let core = Core::start().await;
    let mut count = 0;
    for type_name in core.resource_types() {
        let mut resource = core.resource(&type_name);
        let block = resource.block().clone();
        let places: Vec<_> = attributes(&block).into_iter().filter(|(_, one)| one.write_only).collect();
        count += places.len();
        let mut config = empty(&block);
        for (place, attribute) in &places {
            assert_eq!((is_text(attribute), place), (true, &attribute.name), "{type_name}: {place}");
            config = with(&config, place, "swordfish");
        }
        let expected: BTreeSet<_> = places.iter().map(|(place, _)| place.clone()).collect();
        let old = ClientCapabilities { write_only_attributes_allowed: false, ..CAPABILITIES };
        for (capabilities, expected) in
            [(None, expected.clone()), (Some(old), expected), (Some(CAPABILITIES), BTreeSet::new())]
        {
            assert_eq!(refused(&mut resource, &config, capabilities).await, expected, "{type_name}");
        }
    }
    assert!(count >= 8, "{count}");
}

/// The write-only arguments of which a host with these capabilities is told that it would store them.
async fn refused(
    resource: &mut Managed,
    config: &Value,
    client_capabilities: Option<ClientCapabilities>,
) -> BTreeSet<String> {
    let request = validate_resource_config::Request {
        type_name: resource.type_name.clone(),
        config: Some(encode(config, &resource.ty())),
        client_capabilities,
    };
    let answer = resource.rpc.validate_resource_config(request).await.unwrap().into_inner();
    assert!(!format!("{answer:?}").contains("swordfish"));
    let told = answer.diagnostics.iter();
    let told = told.filter(|one| one.summary == "Write-only Attribute Not Supported");
    told.map(|one| {
        let place = path_text(one.attribute.as_ref().unwrap());
        assert_eq!(
            one.detail,
            format!(
                "`{place}` is write-only, which this version of the host does not support: it would store the value. \
                 Terraform 1.11 or OpenTofu 1.11 is needed."
            )
        );
        place
    })
    .collect()
}
