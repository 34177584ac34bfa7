//! What the provider says and logs while secrets go through it: nothing of them.

use std::collections::BTreeSet;

use pki_core::PrivateKey;
use serde_json::json;
use tfplugin::value::{Type, Value, msgpack};
use tfplugin_proto::tfplugin6::schema::Block;
use tfplugin_proto::tfplugin6::{
    DynamicValue, RawState, call_function, move_resource_state, open_ephemeral_resource, read_data_source,
    validate_data_resource_config, validate_ephemeral_resource_config,
};

use super::samples::samples;
use crate::support::core::{Core, block};
use crate::support::leaks::Leaks;
use crate::support::managed::{Instance, Managed, Planned};
use crate::support::planted::{Planter, Rest, Whole, has_secret, secrets_in};
use crate::support::schema::block_type;
use crate::support::wire::{encode, no_errors};

/// What was said, with the RPC.
type Said = Vec<(String, String)>;

#[tokio::test]
async fn item_70_no_rpc_tells_a_secret() {
    let mut core = Core::logging().await;
    let (mut planter, mut said) = (Planter::default(), Said::new());
    for type_name in core.resource_types() {
        let mut resource = core.resource(&type_name);
        if has_secret(resource.block()) {
            play(&mut resource, &mut planter, &mut said).await;
        }
    }
    let mut others = 0;
    for (name, schema) in core.schema.data_source_schemas.clone() {
        others += usize::from(has_secret(block(&schema)));
        read(&mut core, &name, block(&schema), &mut planter, &mut said).await;
    }
    for (name, schema) in core.schema.ephemeral_resource_schemas.clone() {
        open(&mut core, &name, block(&schema), &mut planter, &mut said).await;
    }
    for name in ["kubeconfig", "encryption_config"] {
        call(&mut core, name, &mut planter, &mut said).await;
    }
    let schema = core.schema.provider.clone().unwrap();
    let config = planter.fill("provider", block(&schema), Whole::Config(Rest::Null));
    said.push(("configure".to_owned(), format!("{:?}", core.configure(&config).await)));
    assert!(others > 0 && said.len() > 50, "{}", said.len());

    assert_untold(&planter.planted, said, &logged(core).await);
}

/// Everything that a host does with a managed resource, with secrets in all places, and most of it wrong.
async fn play(resource: &mut Managed, planter: &mut Planter, said: &mut Said) {
    let name = resource.type_name.clone();
    let block = resource.block().clone();
    let mut answers = Vec::new();
    let mut say = |rpc: &str, text: String| said.push((format!("{rpc} of {name}"), text));
    let state = planter.fill(&name, &block, Whole::State);
    let kept = Instance { state: state.clone(), ..Instance::NONE };
    for rest in [Rest::Null, Rest::Unknown] {
        let config = planter.fill(&name, &block, Whole::Config(rest));
        say("validate", format!("{:?}", resource.validate(&config).await));
        for prior in [&Instance::NONE, &kept] {
            let (planned, faults) = resource.judged_plan(prior, &config).await;
            say("plan", format!("{:?} {faults:?}", planned.diagnostics));
            answers.push((planned.state.clone(), planned.private.clone()));
            if rest == Rest::Null {
                let applied = resource.apply(&Planned { state: state.clone(), ..planned }).await;
                say("apply", format!("{:?}", applied.diagnostics));
                answers.push((applied.instance.state, applied.instance.private));
            }
        }
    }
    let (read, diagnostics) = resource.read(&kept).await;
    say("read", format!("{diagnostics:?}"));
    answers.push((read.state, read.private));
    let planned = resource.judged_plan(&kept, &Value::Null).await.0;
    let applied = resource.apply(&planned).await;
    say("destroy", format!("{:?} {:?}", planned.diagnostics, applied.diagnostics));

    let stored = json!({"id": planter.secret("an id of nothing", true).as_str(), "private_key_pem": 7});
    let stored = RawState { json: stored.to_string().into_bytes(), ..RawState::default() };
    let (upgraded, diagnostics) = resource.upgrade(resource.version(), stored.clone()).await;
    say("upgrade", format!("{diagnostics:?} {}", upgraded.is_null()));
    let request = move_resource_state::Request {
        source_provider_address: "registry.terraform.io/hashicorp/tls".to_owned(),
        source_type_name: "tls_private_key".to_owned(),
        source_state: Some(stored),
        target_type_name: name.clone(),
        ..Default::default()
    };
    let moved = resource.rpc.move_resource_state(request).await.unwrap().into_inner();
    say("move", format!("{:?}", moved.diagnostics));
    say("import", format!("{:?}", resource.import("nothing").await.err()));
    for (state, private) in answers {
        assert_eq!(planter.unseen.found(format!("{state:?}")), BTreeSet::new(), "{name}");
        assert_eq!(planter.planted.found(private), BTreeSet::new(), "private state of {name}");
    }
}

async fn read(core: &mut Core, name: &str, block: &Block, planter: &mut Planter, said: &mut Said) {
    for rest in [Rest::Null, Rest::Unknown] {
        let config = planter.fill(name, block, Whole::Config(rest));
        let config = Some(encode(&config, &block_type(block)));
        let request =
            validate_data_resource_config::Request { type_name: name.to_owned(), config: config.clone() };
        let told = core.rpc.validate_data_resource_config(request).await.unwrap().into_inner().diagnostics;
        let request = read_data_source::Request { type_name: name.to_owned(), config, ..Default::default() };
        let answer = core.rpc.read_data_source(request).await.unwrap().into_inner();
        said.push((format!("read of {name}"), format!("{told:?} {:?}", answer.diagnostics)));
    }
}

async fn open(core: &mut Core, name: &str, block: &Block, planter: &mut Planter, said: &mut Said) {
    for rest in [Rest::Null, Rest::Unknown] {
        let config = planter.fill(name, block, Whole::Config(rest));
        let config = Some(encode(&config, &block_type(block)));
        let request = validate_ephemeral_resource_config::Request {
            type_name: name.to_owned(),
            config: config.clone(),
        };
        let told = core.rpc.validate_ephemeral_resource_config(request).await.unwrap().into_inner();
        let request =
            open_ephemeral_resource::Request { type_name: name.to_owned(), config, ..Default::default() };
        let answer = core.rpc.open_ephemeral_resource(request).await.unwrap().into_inner();
        said.push((
            format!("open of {name}"),
            format!("{:?} {:?} {:?}", told.diagnostics, answer.diagnostics, answer.private),
        ));
    }
}

/// Calls the function that renders what the resource of its name describes, with secrets in all places.
async fn call(core: &mut Core, name: &str, planter: &mut Planter, said: &mut Said) {
    if !core.schema.functions.contains_key(name) {
        return;
    }
    let block = core.resource_block(&format!("groundup_{name}")).clone();
    let object = planter.fill(name, &block, Whole::Config(Rest::Null));
    let argument = Value::Dynamic(block_type(&block), Box::new(object));
    let argument = DynamicValue { msgpack: msgpack::to_vec(&argument, &Type::Dynamic), json: Vec::new() };
    let request = call_function::Request { name: name.to_owned(), arguments: vec![argument] };
    let answer = core.rpc.call_function(request).await.unwrap().into_inner();
    assert!(answer.error.is_some(), "{name}: most of it is wrong");
    said.push((format!("call of {name}"), format!("{:?}", answer.error)));
}

/// Neither does it tell one where all is well.
#[tokio::test]
async fn item_70_no_success_tells_a_secret() {
    let mut core = Core::logging().await;
    let empty = core.empty_config();
    no_errors(&core.configure(&empty).await);
    let (mut secrets, mut said) = (Leaks::default(), Said::new());
    for sample in samples() {
        let mut resource = core.resource(sample.type_name);
        let block = resource.block().clone();
        let config = resource.config(&sample.config);
        let mut instance = Instance::NONE;
        for config in [config, Value::Null] {
            said.push(("validate".to_owned(), format!("{:?}", resource.validate(&config).await)));
            let planned = resource.plan(&instance, &config).await;
            said.push(("plan".to_owned(), format!("{:?}", planned.diagnostics)));
            let applied = resource.apply(&planned).await;
            said.push(("apply".to_owned(), format!("{:?}", applied.diagnostics)));
            instance = applied.instance;
            said.push(("private state".to_owned(), String::from_utf8_lossy(&instance.private).into_owned()));
            let found = [&config, &instance.state].map(|value| match value {
                Value::Null => Vec::new(),
                value => secrets_in(&block, value),
            });
            found.concat().iter().for_each(|text| add(&mut secrets, sample.type_name, text));
        }
    }
    assert_untold(&secrets, said, &logged(core).await);
}

#[track_caller]
fn assert_untold(secrets: &Leaks, said: Said, log: &str) {
    for (rpc, text) in said {
        assert_eq!(secrets.found(text), BTreeSet::new(), "{rpc}");
    }
    secrets.assert_clean("the log", log);
}

/// Keys by what is secret of them, other texts as they are.
fn add(secrets: &mut Leaks, name: &str, text: &str) {
    match PrivateKey::from_pem(text) {
        Ok(key) => secrets.key(name, &key),
        Err(_) if text.len() >= 16 && !text.contains("PRIVATE KEY") => secrets.text(name, text),
        Err(_) => {}
    }
}

/// What the provider has logged until its end.
async fn logged(core: Core) -> String {
    let exit = core.process.shut_down().await;
    assert!(exit.stderr.contains("\"@level\":\"trace\""), "the log is one of everything");
    assert!(!exit.stdout.trim_end().contains('\n'), "a handshake, and nothing else");
    exit.stderr
}
