//! The likely cause behind a code, and the next step.

use crate::Kind;

/// What an operator may do about a refusal, where the service's own words leave it open.
pub(crate) fn hint(kind: Kind, code: Option<&str>, operation: &str) -> Option<String> {
    let by_code = code.and_then(|code| {
        Some(match code {
            "UnauthorizedOperation" | "AccessDenied" | "AccessDeniedException" => {
                format!("The credentials lack the permission `{operation}`, or a policy of the organisation forbids it.")
            }
            "AuthFailure" | "InvalidClientTokenId" | "SignatureDoesNotMatch" | "UnrecognizedClientException" => {
                "The service does not know these credentials. Check the access key, the secret key, and that the \
                 region is enabled for the account."
                    .into()
            }
            "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
                "The credentials have expired, or this machine's clock is wrong. Log in again.".into()
            }
            "OptInRequired" | "PendingVerification" => {
                "The account is not ready for this service or region yet. Look into the account's messages.".into()
            }
            "RequestLimitExceeded" | "Throttling" | "EC2ThrottledException" => {
                "The account made too many calls. Try again, with a lower `-parallelism` or a higher `max_retries`."
                    .into()
            }
            "VcpuLimitExceeded" => "The account's quota of virtual CPUs is used up. Fresh accounts have a small one: \
                 ask for more under Service Quotas (\"Running On-Demand Standard instances\"), or use smaller or \
                 fewer instances."
                .into(),
            "InsufficientInstanceCapacity" => {
                "The availability zone has no such instance left at the moment. Choose another zone or instance \
                 type, or try again later."
                    .into()
            }
            "VpcLimitExceeded" | "InternetGatewayLimitExceeded" => {
                "A region holds five of these by default. Remove one that is not needed, or ask for more under \
                 Service Quotas."
                    .into()
            }
            "InsufficientFreeAddressesInSubnet" => {
                "The subnet is full. AWS keeps the first four addresses and the last one of each subnet.".into()
            }
            "InvalidIPAddress.InUse" => {
                "Another network interface of the subnet has the address. A terminated instance gives it back within \
                 a minute or so; with `create_before_destroy` the old instance still holds it, so let that go."
                    .into()
            }
            "VolumeModificationRateExceeded" => {
                "A volume changes once in six hours. Apply again later.".into()
            }
            "Unsupported" => {
                "Not every availability zone offers every instance type. Choose another zone or type.".into()
            }
            "InvalidVpc.Range" => "A VPC spans between a /16 and a /28 network.".into(),
            _ => return None,
        })
    });
    by_code.or_else(|| match kind {
        Kind::NoCredentials => Some(
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a `profile`, or run where a role provides \
             credentials."
                .into(),
        ),
        Kind::Unreached | Kind::Connection => Some(
            "The service was not reached, or did not answer. Check the network, the region's name, proxies (HTTPS_PROXY) and any \
             endpoint override (`endpoints`, AWS_ENDPOINT_URL)."
                .into(),
        ),
        _ => None,
    })
}
