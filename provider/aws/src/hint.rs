//! The likely cause behind a code, and the next step.

use crate::Kind;

/// What an operator may do about a refusal, where the service's own words leave it open.
pub(crate) fn hint(kind: Kind, code: Option<&str>, operation: &str) -> Option<String> {
    code.and_then(|code| of_permission(code, operation).or_else(|| of_code(code).map(str::to_owned)))
        .or_else(|| code.and_then(of_habit).map(str::to_owned))
        .or_else(|| of_kind(kind).map(str::to_owned))
}

fn of_permission(code: &str, operation: &str) -> Option<String> {
    let lacking = format!(
        "The credentials lack the permission `{operation}`, or a policy of the organisation, of the session or of the \
         boundary forbids it."
    );
    match code {
        "UnauthorizedOperation" => Some(format!(
            "{lacking} Allow the action `{operation}`. What follows `Encoded authorization failure message:` says which \
             policy decided: `aws sts decode-authorization-message --query DecodedMessage --output text \
             --encoded-message …`, with the permission `sts:DecodeAuthorizationMessage`."
        )),
        "AccessDenied" | "AccessDeniedException" if operation == "sts:AssumeRole" => Some(
            "The trust policy of the role has to name who assumes it, with the external id if it wants one, and who \
             assumes it needs the permission `sts:AssumeRole` for it."
                .into(),
        ),
        "AccessDenied" | "AccessDeniedException" if operation == "sts:AssumeRoleWithWebIdentity" => Some(
            "The trust policy of the role has to allow the token's issuer, audience and subject.".into(),
        ),
        "AccessDenied" | "AccessDeniedException" => Some(lacking),
        _ => None,
    }
}

#[rustfmt::skip]
fn of_code(code: &str) -> Option<&'static str> {
    Some(match code {
        "AuthFailure" | "InvalidClientTokenId" | "UnrecognizedClientException" =>
            "The service does not know these credentials. Check the access key, that a session token goes with \
             temporary keys, and that the region is enabled for the account.",
        "SignatureDoesNotMatch" | "IncompleteSignature" | "MissingAuthenticationToken" =>
            "The secret key does not belong to the access key, or something on the way changes the requests.",
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" =>
            "The credentials have expired, or this machine's clock is wrong. Log in again.",
        "InvalidIdentityToken" =>
            "The role's account has no identity provider for the token's issuer, or the token is damaged.",
        "IDPCommunicationError" => "AWS does not reach the token's issuer at the moment. Try again.",
        "RegionDisabledException" => "Enable the region for the account, or name another `sts_region`.",
        "OptInRequired" | "PendingVerification" | "Blocked" =>
            "The account is not ready for this service or region yet. Look into the account's messages.",
        "RequestLimitExceeded" | "Throttling" | "ThrottlingException" | "EC2ThrottledException" =>
            "The account made too many calls. Try again, with a lower `-parallelism`, a higher `max_retries`, or \
             `retry_mode = \"adaptive\"`.",
        "VcpuLimitExceeded" =>
            "The account's quota of virtual CPUs is used up. Fresh accounts have a small one: ask for more under \
             Service Quotas (\"Running On-Demand Standard instances\"), or use smaller or fewer instances.",
        "InsufficientInstanceCapacity" =>
            "The availability zone has no such instance left at the moment. Choose another zone or instance type, or \
             try again later.",
        "InstanceLimitExceeded" =>
            "The account's quota of instances is used up: ask for more under Service Quotas.",
        "VpcLimitExceeded" | "InternetGatewayLimitExceeded" =>
            "A region holds five of these by default. Remove one that is not needed, or ask for more under Service \
             Quotas.",
        "RulesPerSecurityGroupLimitExceeded" =>
            "A security group holds 60 rules in each direction by default. Join address ranges, or refer to a group \
             or a prefix list.",
        "SecurityGroupsPerInterfaceLimitExceeded" =>
            "A network interface is in five security groups at most by default.",
        "RouteLimitExceeded" =>
            "A route table holds 50 routes by default: one for the pods of each node ends there. Ask for more under \
             Service Quotas, or use an overlay network.",
        "InsufficientFreeAddressesInSubnet" =>
            "The subnet is full. AWS keeps the first four addresses and the last one of each subnet.",
        "InvalidIPAddress.InUse" =>
            "Another network interface of the subnet has the address. A terminated instance gives it back within a \
             minute or so; with `create_before_destroy` the old instance still holds it, so let that go.",
        "VolumeModificationRateExceeded" => "A volume changes once in six hours. Apply again later.",
        "Unsupported" => "Not every availability zone offers every instance type. Choose another zone or type.",
        "InvalidVpc.Range" | "InvalidSubnet.Range" => "A network of AWS spans between a /16 and a /28.",
        "InvalidSubnet.Conflict" =>
            "Another subnet of the VPC has some of these addresses. If it is meant to be this one, import it.",
        "InvalidAMIID.NotFound" | "InvalidAMIID.Unavailable" =>
            "Images belong to one region, and old ones are withdrawn: look one up with `data.groundup_ami`.",
        "InvalidKeyPair.NotFound" => "Key pairs belong to one region: is it there in this one?",
        "InvalidGroup.Duplicate" | "InvalidKeyPair.Duplicate" | "InvalidPermission.Duplicate"
        | "RouteAlreadyExists" | "Resource.AlreadyAssociated" | "DuplicateListener" =>
            "Something else made it before. Import it, or remove it there.",
        "DuplicateLoadBalancerName" | "DuplicateTargetGroupName" =>
            "One of that name exists with other settings. Choose another name, use `name_prefix`, or import it.",
        "IdempotentParameterMismatch" =>
            "The same request was made before with other settings. Apply once more: it is then another request.",
        "IncorrectInstanceState" | "IncorrectState" =>
            "The object is on its way to another state. Apply once more when it has got there.",
        "OperationNotPermitted" =>
            "A protection forbids it: `disable_api_termination` or `disable_api_stop` of an instance, \
             `enable_deletion_protection` of a load balancer, or the service that manages the object.",
        "CannotDelete" => "It goes with the VPC: a default group is deleted with it, and not before.",
        "InvalidTarget" =>
            "A target is an instance or an address of the target group's VPC, and an instance that runs.",
        "InvalidConfigurationRequest" => "These settings do not go together for this kind of load balancer.",
        "CertificateNotFound" => "The certificate has to be in ACM or IAM, in the region of the load balancer.",
        "SubnetNotFound" | "InvalidSubnet" =>
            "A load balancer takes one subnet of each zone, all of one VPC, with eight free addresses each.",
        "InvalidSecurityGroup" => "The security group has to be of the load balancer's VPC.",
        "TargetGroupAssociationLimit" => "The target group belongs to a load balancer already: make another one.",
        _ => return None,
    })
}

/// Quotas, by how their codes are named.
fn of_habit(code: &str) -> Option<&'static str> {
    let is_quota = code.starts_with("TooMany") || code.ends_with("LimitExceeded");
    is_quota.then_some(
        "A quota of the account is used up. Remove what is not needed, or ask for more under Service Quotas.",
    )
}

fn of_kind(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Unreached | Kind::Connection => Some(
            "The service was not reached, or did not answer. Check the network, the region's name, proxies (HTTPS_PROXY), certificates \
             (`custom_ca_bundle`) and any endpoint override (`endpoints`, AWS_ENDPOINT_URL).",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_before_habits_and_habits_before_kinds() {
        let of = |code| hint(Kind::of_code(code), Some(code), "ec2:CreateVpc");
        assert!(of("VpcLimitExceeded").unwrap().starts_with("A region holds five"));
        assert!(of("TooManyLoadBalancers").unwrap().starts_with("A quota of the account"));
        assert!(of("ServiceUnavailable").unwrap().starts_with("The service was not reached, or"));
        assert_eq!(of("InvalidParameterValue"), None);
    }

    #[test]
    fn a_refusal_names_the_action_and_how_to_learn_more() {
        let text = hint(Kind::Denied, Some("UnauthorizedOperation"), "ec2:CreateVpc").unwrap();
        assert!(text.contains("Allow the action `ec2:CreateVpc`"), "{text}");
        assert!(text.contains("aws sts decode-authorization-message"), "{text}");
        let text = hint(Kind::Denied, Some("AccessDenied"), "sts:AssumeRole").unwrap();
        assert!(text.starts_with("The trust policy of the role"), "{text}");
    }
}
