//! The `default_action` block of a listener.

use aws::elbv2::Forward;
use tfplugin::prelude::*;

use super::super::arn::TargetGroupArn;
use super::super::{check_range, parse_arn};

/// The weight of a target group that is given none.
const WEIGHT: u16 = 1;
/// The order of the only action.
const ORDER: u16 = 1;

string_enum! {
    /// What can happen to a connection.
    pub(crate) enum ActionType {
        Forward = "forward",
    }
}

/// What happens to connections: they go to one target group, or are shared among several.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct DefaultAction {
    /// Kind of action; always `forward`.
    #[attr(required, name = "type")]
    kind: Attr<ActionType>,
    /// Order among actions; of no consequence for the only one.
    #[attr(optional, default = 1, check = |order| check_range(*order, 1, 50_000))]
    order: Attr<u16>,
    /// ARN of the target group that connections go to. Exactly one of `target_group_arn` and `forward` is required.
    #[attr(optional)]
    target_group_arn: Attr<TargetGroupArn>,
    /// Target groups that share the connections.
    #[attr(block, max = 1)]
    forward: Attr<Vec<SharedForward>>,
}

/// Target groups that share connections.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct SharedForward {
    /// A target group and its share.
    #[attr(block = "set", min = 1, max = 5)]
    target_group: Attr<Vec<WeightedGroup>>,
}

/// A target group and its share.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct WeightedGroup {
    /// ARN of the target group.
    #[attr(required)]
    arn: Attr<TargetGroupArn>,
    /// Share of the connections, relative to the weights of the other groups: 0 to 999; 1 by default.
    #[attr(optional, check = |weight| check_range(*weight, 0, 999))]
    weight: Attr<u16>,
}

type Actions = Attr<Vec<DefaultAction>>;

/// Checks that the action names its target groups once.
pub(super) fn validate(actions: &Actions, check: &mut Check) {
    let Some([action]) = actions.known().map(Vec::as_slice) else { return };
    let Some(forward) = action.forward.known() else { return };
    let at = |name: &str| Path::from("default_action").index(0).attr(name);
    match (action.target_group_arn.is_set(), forward.as_slice()) {
        (true, []) => {}
        (false, []) => {
            let detail = "One of `target_group_arn` and `forward` is required.";
            check.error(at("target_group_arn"), "Missing Argument", detail);
        }
        (true, _) => {
            let detail = "`forward` cannot be set together with `target_group_arn`.";
            check.error(at("forward"), "Conflicting Arguments", detail);
        }
        (false, [forward, ..]) => {
            let groups = forward.target_group.known().into_iter().flatten();
            let arns: Vec<_> = groups.filter_map(|group| group.arn.known()).collect();
            let twice = arns.iter().enumerate().find(|(index, arn)| arns[..*index].contains(arn));
            if let Some((_, arn)) = twice {
                check.error(
                    at("forward"),
                    "Duplicate Target Group",
                    format!("{arn} is given more than once."),
                );
            }
        }
    }
}

/// The action to ask AWS for.
pub(super) fn wanted(actions: &Actions) -> Result<Forward> {
    let Some([action]) = actions.known().map(Vec::as_slice) else { return Ok(Forward::default()) };
    if let Some(arn) = action.target_group_arn.known() {
        return Ok(Forward::to(arn.as_str()));
    }
    let groups = action.groups().map(|group| Ok((group.arn.value()?.to_string(), group.weight.or(WEIGHT))));
    Ok(Forward { weights: groups.collect::<Result<_>>()? })
}

/// What AWS reports, in the shape that the configuration chose as far as it can express it. AWS itself knows no
/// difference between the shapes.
pub(super) fn observe(actions: &Actions, found: &Forward) -> Result<Actions> {
    let before = actions.known().and_then(|actions| actions.first().cloned()).unwrap_or_default();
    let has_forward = before.groups().next().is_some();
    let action = DefaultAction {
        kind: ActionType::Forward.into(),
        order: before.order.or(ORDER).into(),
        ..DefaultAction::default()
    };
    let action = match found.single() {
        Some(group) if !has_forward => {
            let group = parse_arn::<TargetGroupArn>(group)?;
            DefaultAction { target_group_arn: group.into(), forward: Vec::new().into(), ..action }
        }
        _ => {
            // Nothing said and the default said mean the same: a configuration says either.
            let unsaid = |arn: &str, weight| {
                let mut same = before
                    .groups()
                    .filter(|group| group.arn.known().is_some_and(|known| known.as_str() == arn));
                weight == WEIGHT && same.next().map_or(!has_forward, |group| group.weight.is_null())
            };
            let group = |(arn, weight): (&String, &u16)| {
                let weight = if unsaid(arn, *weight) { Attr::Null } else { (*weight).into() };
                Ok(WeightedGroup { arn: parse_arn::<TargetGroupArn>(arn)?.into(), weight })
            };
            let groups = found.weights.iter().map(group).collect::<Result<Vec<_>>>()?;
            let forward = SharedForward { target_group: groups.into() };
            DefaultAction { forward: vec![forward].into(), ..action }
        }
    };
    Ok(vec![action].into())
}

impl DefaultAction {
    fn groups(&self) -> impl Iterator<Item = &WeightedGroup> {
        let forward = self.forward.known().into_iter().flatten();
        forward.flat_map(|forward| forward.target_group.known().into_iter().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/a/50dc6c495c0c9188";
    const B: &str = "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/b/50dc6c495c0c9188";

    fn known(arn: &str) -> Attr<TargetGroupArn> {
        arn.parse::<TargetGroupArn>().unwrap().into()
    }

    fn simple(arn: &str) -> Actions {
        let action = DefaultAction {
            kind: ActionType::Forward.into(),
            order: ORDER.into(),
            ..DefaultAction::default()
        };
        vec![DefaultAction { target_group_arn: known(arn), forward: Vec::new().into(), ..action }].into()
    }

    fn shared(groups: &[(&str, Attr<u16>)]) -> Actions {
        let group = |(arn, weight): &(&str, Attr<u16>)| WeightedGroup { arn: known(arn), weight: *weight };
        let forward = SharedForward { target_group: groups.iter().map(group).collect::<Vec<_>>().into() };
        let action = DefaultAction {
            kind: ActionType::Forward.into(),
            order: ORDER.into(),
            ..DefaultAction::default()
        };
        vec![DefaultAction { forward: vec![forward].into(), ..action }].into()
    }

    #[test]
    fn what_is_asked_for_is_read_back_in_its_shape() {
        for actions in [
            simple(A),
            shared(&[(A, 1.into())]),
            shared(&[(A, Attr::Null), (B, 1.into())]),
            shared(&[(A, 9.into()), (B, 1.into())]),
            shared(&[(A, 0.into()), (B, 1.into())]),
        ] {
            assert_eq!(observe(&actions, &wanted(&actions).unwrap()).unwrap(), actions);
        }
    }

    #[test]
    fn an_import_takes_the_simplest_shape() {
        for actions in [
            simple(A),
            shared(&[(A, Attr::Null), (B, Attr::Null)]),
            shared(&[(A, 9.into()), (B, Attr::Null)]),
        ] {
            assert_eq!(observe(&Attr::Null, &wanted(&actions).unwrap()).unwrap(), actions);
        }
    }

    #[test]
    fn another_group_is_drift_in_either_shape() {
        assert_eq!(observe(&simple(A), &Forward::to(B)).unwrap(), simple(B));
        let two = wanted(&shared(&[(A, 9.into()), (B, 1.into())])).unwrap();
        assert_ne!(observe(&simple(A), &two).unwrap(), simple(A));
    }

    #[test]
    fn one_shape_at_a_time_and_each_group_once() {
        let mut both = shared(&[(A, Attr::Null)]).into_known().unwrap();
        both[0].target_group_arn = known(A);
        let mut neither = simple(A).into_known().unwrap();
        neither[0].target_group_arn = Attr::Null;
        for (actions, place) in [
            (simple(A), None),
            (shared(&[(A, Attr::Null), (B, Attr::Null)]), None),
            (both.into(), Some("default_action[0].forward")),
            (neither.into(), Some("default_action[0].target_group_arn")),
            (shared(&[(A, 1.into()), (A, 2.into())]), Some("default_action[0].forward")),
        ] {
            let mut check = Check::default();
            validate(&actions, &mut check);
            let places: Vec<_> = check.iter().map(|told| told.path.as_ref().unwrap().to_string()).collect();
            assert_eq!(places.first().map(String::as_str), place);
        }
    }
}
