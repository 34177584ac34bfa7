//! Amazon resource names of load balancing objects, each kind a type of its own.

use aws::Arn;

use crate::common::text::checked_text;

/// The text is not the name of an object of the kind that is asked for.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum ArnError {
    /// It is no name at all.
    #[error("{0:?} is not an ARN: that of {1} looks like `{2}`")]
    Shapeless(String, &'static str, String),
    /// It is the name of something else.
    #[error("{0:?} is not the ARN of {1}, which looks like `{2}`{3}")]
    OtherKind(String, &'static str, String, String),
}

/// What the resource part of an ARN begins with, and what that is.
const KINDS: [(&str, &str); 4] = [
    ("loadbalancer/", "a load balancer"),
    ("targetgroup/", "a target group"),
    ("listener/", "a listener"),
    ("listener-rule/", "a rule of a listener"),
];

/// The shape of what follows is up to the service: emulators say `app/` where AWS says `net/`.
fn check(text: &str, prefix: &str, kind: &'static str) -> Result<(), ArnError> {
    let form = format!("arn:aws:elasticloadbalancing:REGION:ACCOUNT:{prefix}…");
    let Ok(arn) = text.parse::<Arn>() else { return Err(ArnError::Shapeless(text.into(), kind, form)) };
    let is_ours = arn.service == "elasticloadbalancing";
    let begins =
        |prefix: &str| is_ours && arn.resource.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty());
    if begins(prefix) {
        return Ok(());
    }
    let other = KINDS.iter().find(|(prefix, _)| begins(prefix));
    let hint = other.map(|(_, kind)| format!("; it is the ARN of {kind}")).unwrap_or_default();
    Err(ArnError::OtherKind(text.into(), kind, form, hint))
}

macro_rules! arns {
    ($($(#[$meta:meta])* $name:ident: $prefix:literal, $kind:literal;)+) => {$(
        checked_text!($(#[$meta])* $name, ArnError, |text| check(text, $prefix, $kind));
    )+};
}

arns! {
    /// `arn:aws:elasticloadbalancing:…:loadbalancer/…`
    LoadBalancerArn: "loadbalancer/", "a load balancer";
    /// `arn:aws:elasticloadbalancing:…:targetgroup/…`
    TargetGroupArn: "targetgroup/", "a target group";
    /// `arn:aws:elasticloadbalancing:…:listener/…`
    ListenerArn: "listener/", "a listener";
}

checked_text! {
    /// The ARN of a server's certificate, in ACM or in IAM.
    CertificateArn, String, |text| check_certificate(text)
}

fn check_certificate(text: &str) -> Result<(), String> {
    let is_certificate = text.parse::<Arn>().is_ok_and(|arn| match arn.service.as_str() {
        "acm" => arn.resource.starts_with("certificate/"),
        "iam" => arn.resource.starts_with("server-certificate/"),
        _ => false,
    });
    is_certificate.then_some(()).ok_or_else(|| {
        format!(
            "{text:?} is not the ARN of a certificate, which looks like `arn:aws:acm:REGION:ACCOUNT:certificate/…` or \
             `arn:aws:iam::ACCOUNT:server-certificate/…`"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = "arn:aws:elasticloadbalancing:us-east-2:123456789012:";

    #[test]
    fn the_shapes_of_the_service_and_of_emulators_are_taken() {
        for rest in ["loadbalancer/net/k8s/50dc6c495c0c9188", "loadbalancer/app/k8s/50dc6c495c0c9188"] {
            assert_eq!(
                format!("{REST}{rest}").parse::<LoadBalancerArn>().unwrap().as_str(),
                format!("{REST}{rest}")
            );
        }
        assert!(format!("{REST}listener/net/k8s/50dc/f2f7").parse::<ListenerArn>().is_ok());
        assert!(
            "arn:aws-cn:elasticloadbalancing:cn-north-1:1:targetgroup/k8s/50dc"
                .parse::<TargetGroupArn>()
                .is_ok()
        );
    }

    #[test]
    fn an_arn_of_another_kind_is_told_by_its_own() {
        let text = format!("{REST}targetgroup/k8s/50dc");
        let form = "`arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/…`";
        for (text, expected) in [
            ("k8s".to_owned(), format!("\"k8s\" is not an ARN: that of a load balancer looks like {form}")),
            (
                text.clone(),
                format!(
                    "{text:?} is not the ARN of a load balancer, which looks like {form}; it is the ARN of a target group"
                ),
            ),
            (
                "arn:aws:ec2:us-east-2:123456789012:loadbalancer/x".to_owned(),
                format!(
                    "\"arn:aws:ec2:us-east-2:123456789012:loadbalancer/x\" is not the ARN of a load balancer, which looks like {form}"
                ),
            ),
        ] {
            assert_eq!(text.parse::<LoadBalancerArn>().unwrap_err().to_string(), expected);
        }
        assert!(format!("{REST}loadbalancer/").parse::<LoadBalancerArn>().is_err());
    }

    #[test]
    fn certificates_are_kept_in_two_services() {
        for good in [
            "arn:aws:acm:us-east-2:123456789012:certificate/1",
            "arn:aws:iam::123456789012:server-certificate/k8s",
        ] {
            assert_eq!(good.parse::<CertificateArn>().unwrap().to_string(), good);
        }
        let error = format!("{REST}listener/x").parse::<CertificateArn>().unwrap_err();
        assert!(error.contains("is not the ARN of a certificate"), "{error}");
    }
}
