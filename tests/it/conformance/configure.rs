//! The provider's own configuration.

use serde_json::json;
use tfplugin::value::Value;
use tfplugin_proto::tfplugin6::schema::Attribute;

use crate::support::core::{Core, block};
use crate::support::managed::Instance;
use crate::support::schema::{empty, filled, with};
use crate::support::wire::{errors, no_errors};

#[tokio::test]
async fn item_38_unknown_settings_stop_only_what_needs_them() {
    let mut core = Core::start().await;
    let settable = |attribute: &Attribute| attribute.required || attribute.optional;
    let config = filled(block(core.schema.provider.as_ref().unwrap()), |attribute| {
        if settable(attribute) { Value::UNKNOWN } else { Value::Null }
    });
    no_errors(&core.configure(&config).await);

    let mut key = core.resource("groundup_private_key");
    let config = key.config(&json!({"algorithm": "ECDSA"}));
    let created = key.create(&config).await;
    key.destroy(&created).await;

    // Nothing is known about AWS, and that is said rather than guessed.
    let mut vpc = core.resource("groundup_vpc");
    let state = with(&empty(vpc.block()), "id", "vpc-0123456789abcdef0");
    let (read, diagnostics) = vpc.read(&Instance { state: state.clone(), ..Instance::NONE }).await;
    assert_eq!(errors(&diagnostics).len(), 1, "{diagnostics:?}");
    assert_eq!(read.state, state);
}

#[tokio::test]
async fn item_39_the_second_configuration_replaces_the_first() {
    let mut core = Core::start().await;
    let tagged = |core: &Core, owner: &str| {
        let tags = Value::object([("tags", Value::Map([("owner".to_owned(), Value::from(owner))].into()))]);
        with(&core.empty_config(), "default_tags", Value::List(vec![tags]))
    };
    for owner in ["first", "second"] {
        let config = tagged(&core, owner);
        no_errors(&core.configure(&config).await);
        let mut vpc = core.resource("groundup_vpc");
        let config = vpc.config(&json!({"cidr_block": "172.31.0.0/16"}));
        let planned = vpc.plan(&Instance::NONE, &config).await;
        no_errors(&planned.diagnostics);
        let Value::Map(tags) = planned.state.attribute("tags_all") else { panic!("{:?}", planned.state) };
        assert_eq!(tags["owner"], Value::from(owner));
    }
}
