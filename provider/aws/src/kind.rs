//! Kinds of trouble.

/// The kind of trouble, by which a caller decides what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The object, or one it refers to, does not exist.
    NotFound,
    /// An object of that name or content exists already, or the object is in a state that forbids the operation.
    Conflict,
    /// Another object depends on this one.
    DependencyViolation,
    /// The object is in use.
    InUse,
    /// Too many calls.
    Throttled,
    /// The credentials are unknown, expired, or lack the permission.
    Denied,
    /// A parameter is wrong.
    Invalid,
    /// A quota is used up, or the service has no capacity left.
    Limit,
    /// No region is configured.
    NoRegion,
    /// No credentials were found.
    NoCredentials,
    /// No connection to the service came about.
    Unreached,
    /// The service did not answer, or not in time, or did not know what it did.
    Connection,
    /// The time allowed for the whole operation is over.
    Timeout,
    /// The operator asked to stop.
    Cancelled,
    /// Anything else.
    Other,
}

impl Kind {
    /// The kind of trouble behind a code. The services name their codes by a handful of habits; what does not follow
    /// them is listed.
    pub(crate) fn of_code(code: &str) -> Self {
        match code {
            "DependencyViolation" => Self::DependencyViolation,
            "ResourceInUse" | "InvalidGroup.InUse" | "InvalidIPAddress.InUse" | "VolumeInUse" => Self::InUse,
            "RequestLimitExceeded"
            | "EC2ThrottledException"
            | "Throttling"
            | "ThrottlingException"
            | "TooManyRequestsException"
            | "SlowDown"
            | "RequestThrottled" => Self::Throttled,
            "UnauthorizedOperation"
            | "AccessDenied"
            | "AccessDeniedException"
            | "AuthFailure"
            | "OptInRequired"
            | "PendingVerification"
            | "InvalidClientTokenId"
            | "SignatureDoesNotMatch"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "RequestExpired"
            | "UnrecognizedClientException"
            | "IncompleteSignature"
            | "MissingAuthenticationToken"
            | "Blocked" => Self::Denied,
            "Gateway.NotAttached" => Self::NotFound,
            "RouteAlreadyExists"
            | "Resource.AlreadyAssociated"
            | "IncorrectInstanceState"
            | "IncorrectState"
            | "IdempotentParameterMismatch"
            | "OperationNotPermitted"
            | "InvalidSubnet.Conflict" => Self::Conflict,
            "InsufficientFreeAddressesInSubnet" | "AddressLimitExceeded" | "TargetGroupAssociationLimit" => {
                Self::Limit
            }
            "RequestTimeout" | "Unavailable" | "ServiceUnavailable" | "InternalError" | "InternalFailure" => {
                Self::Connection
            }
            _ if code.ends_with("NotFound") || code.ends_with("NotFoundException") => Self::NotFound,
            _ if code.contains("Duplicate") || code.ends_with("AlreadyExists") => Self::Conflict,
            _ if code.ends_with("LimitExceeded")
                || code.starts_with("TooMany")
                || code.starts_with("Insufficient") =>
            {
                Self::Limit
            }
            _ if code.starts_with("Invalid")
                || code.starts_with("Missing")
                || code.starts_with("Malformed")
                || code.starts_with("Validation")
                || code.starts_with("Unsupported") =>
            {
                Self::Invalid
            }
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_classified() {
        for (code, kind) in [
            ("InvalidVpcID.NotFound", Kind::NotFound),
            ("InvalidDhcpOptionsID.NotFound", Kind::NotFound),
            ("LoadBalancerNotFound", Kind::NotFound),
            ("Gateway.NotAttached", Kind::NotFound),
            ("InvalidGroup.Duplicate", Kind::Conflict),
            ("DuplicateTargetGroupName", Kind::Conflict),
            ("RouteAlreadyExists", Kind::Conflict),
            ("DependencyViolation", Kind::DependencyViolation),
            ("InvalidGroup.InUse", Kind::InUse),
            ("RequestLimitExceeded", Kind::Throttled),
            ("VcpuLimitExceeded", Kind::Limit),
            ("InsufficientInstanceCapacity", Kind::Limit),
            ("TooManyLoadBalancers", Kind::Limit),
            ("UnauthorizedOperation", Kind::Denied),
            ("InvalidClientTokenId", Kind::Denied),
            ("InvalidParameterValue", Kind::Invalid),
            ("InvalidVpc.Range", Kind::Invalid),
            ("ValidationError", Kind::Invalid),
            ("SomethingNew", Kind::Other),
        ] {
            assert_eq!(Kind::of_code(code), kind, "{code}");
        }
    }
}
