//! Forward actions as AWS writes them.

use super::super::message::{Reply, Request};
use super::super::upstream::Upstream;
use super::super::xml::Element;
use super::Habit;

/// Where a forward action names its target groups when it can name several.
const GROUPS: [&str; 2] = ["ForwardConfig", "TargetGroups"];
const ARN: &str = "TargetGroupArn";

#[derive(Debug)]
pub(super) struct BothForwards;

impl Habit for BothForwards {
    fn after(&mut self, request: &Request, reply: &mut Reply, _: &Upstream) {
        if reply.is_success() && request.action.contains("Listener") {
            reply.edit(|document| document.visit(&["Type"], &mut |action, _| complete(action)));
        }
    }
}

/// Gives an action with one target group the form that it lacks.
fn complete(action: &mut Element) {
    let several = action.at(&GROUPS).map(|groups| groups.texts(ARN)).unwrap_or_default();
    let several: Vec<_> = several.into_iter().map(str::to_owned).collect();
    match (action.text_at(&[ARN]).map(str::to_owned), several.as_slice()) {
        (Some(arn), []) => {
            let group = [Element::leaf(ARN, arn), Element::leaf("Weight", "1")];
            let groups = Element::branch(GROUPS[1], [Element::branch("member", group)]);
            let sticky = [Element::leaf("Enabled", "false")];
            action.children.retain(|child| child.name != GROUPS[0]);
            let sticky = Element::branch("TargetGroupStickinessConfig", sticky);
            action.children.push(Element::branch(GROUPS[0], [groups, sticky]));
        }
        (None, [arn]) => action.children.push(Element::leaf(ARN, arn.as_str())),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIMPLE: &str = "<TargetGroupArn>a</TargetGroupArn>";
    const CONFIG: &str =
        "<TargetGroups><member><TargetGroupArn>a</TargetGroupArn><Weight>1</Weight></member></TargetGroups>";

    fn completed(action: &str) -> String {
        let mut action = Element::parse(&format!("<member><Type>forward</Type>{action}</member>")).unwrap();
        complete(&mut action);
        action.children.iter().skip(1).map(ToString::to_string).collect()
    }

    #[test]
    fn one_group_is_written_in_both_forms() {
        let sticky = "<TargetGroupStickinessConfig><Enabled>false</Enabled></TargetGroupStickinessConfig>";
        let both = format!("{SIMPLE}<ForwardConfig>{CONFIG}{sticky}</ForwardConfig>");
        assert_eq!(completed(SIMPLE), both);
        assert_eq!(completed(&both), both);
        assert_eq!(
            completed(&format!("<ForwardConfig>{CONFIG}</ForwardConfig>")),
            format!("<ForwardConfig>{CONFIG}</ForwardConfig>{SIMPLE}")
        );
    }
}
