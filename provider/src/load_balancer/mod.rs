//! The network load balancer in front of the API servers.

mod arn;
mod listener;
mod name;
mod nlb;
mod target_group;
mod target_group_attachment;

use std::str::FromStr;

use aws::elbv2::Attributes;
use tfplugin::prelude::*;

use crate::Client;
pub(crate) use target_group::TargetType;

/// Names the resources of this room.
pub(crate) fn register(registry: Registry<Client>) -> Registry<Client> {
    registry
        .category("Load Balancing")
        .gate(|client: std::sync::Arc<Client>| async move { client.reach_aws().await })
        .resource::<nlb::Nlb>()
        .resource::<target_group::NlbTargetGroup>()
        .resource::<target_group_attachment::NlbTargetGroupAttachment>()
        .resource::<listener::NlbListener>()
}

/// Checks that a number lies between two others.
fn check_range(number: u16, least: u16, most: u16) -> Result<(), String> {
    if (least..=most).contains(&number) {
        Ok(())
    } else {
        Err(format!("{number} is not between {least} and {most}."))
    }
}

/// The ARN the user gives to import an object.
fn imported<T: FromStr<Err = arn::ArnError>>(id: &ImportId) -> Result<Attr<T>> {
    Ok(Attr::Known(id.id()?.parse().during("Invalid Import ID")?))
}

/// An ARN of AWS as the type of an attribute.
fn parse_arn<T: FromStr<Err = arn::ArnError>>(text: &str) -> Result<T> {
    text.parse().during("Unexpected Reply")
}

/// The attributes of `to` that `from` does not have.
fn changed(from: &Attributes, to: &Attributes) -> Attributes {
    let differs = |(key, value): &(&String, &String)| from.get(*key) != Some(*value);
    to.iter().filter(differs).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Pairs of an attribute's name and its value, of which only those with a value count.
fn attributes<const N: usize>(pairs: [(&str, Option<String>); N]) -> Attributes {
    pairs.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// A word of the service that the schema has too.
fn parse<T: FromStr<Err = String>>(word: &str) -> Result<T> {
    word.parse().map_err(|problem| {
        Error::new("Unexpected Value", format!("AWS reports what is not supported: {problem}."))
    })
}

/// A block as AWS reports it. Where there was none, the default is no news.
fn observed<T: PartialEq>(before: &Attr<Vec<T>>, found: T, default: &T) -> Attr<Vec<T>> {
    let has_block = before.known().is_some_and(|blocks| !blocks.is_empty());
    if has_block || found != *default { vec![found].into() } else { Vec::new().into() }
}

/// A switch among the attributes.
fn flag(attributes: &Attributes, key: &str) -> Option<bool> {
    attributes.get(key).map(|value| value == "true")
}

/// Gives a value to what the plan left to the service.
fn decide<T>(attr: &mut Attr<T>, value: impl FnOnce() -> Attr<T>) {
    if attr.is_unknown() {
        *attr = value();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_limits_are_documented() {
        use aws::limits;

        use crate::common::wait::assert_documented;

        assert_documented::<nlb::Nlb>(limits::LOAD_BALANCER);
        assert_documented::<target_group::NlbTargetGroup>(limits::TARGET_GROUP);
        assert_documented::<target_group_attachment::NlbTargetGroupAttachment>(limits::TARGET);
        assert_documented::<listener::NlbListener>(limits::LISTENER);
    }

    #[test]
    fn only_changed_attributes_are_sent() {
        let from = attributes([("a", Some("1".into())), ("b", Some("1".into())), ("c", None)]);
        let to = attributes([("a", Some("1".into())), ("b", Some("2".into())), ("c", Some("3".into()))]);
        let expected = attributes([("b", Some("2".into())), ("c", Some("3".into()))]);
        assert_eq!(changed(&from, &to), expected);
    }
}
