//! Whose network interface it is, in words.

use aws_sdk_ec2::types::{NetworkInterface, NetworkInterfaceStatus};

/// What the services write into the descriptions of interfaces they make, and what they make them for. The first that
/// fits counts.
const MAKERS: [(&str, &str, Name); 12] = [
    ("ELB net/", "network load balancer", Name::UpTo('/')),
    ("ELB app/", "application load balancer", Name::UpTo('/')),
    ("ELB gwy/", "gateway load balancer", Name::UpTo('/')),
    ("ELB ", "classic load balancer", Name::Rest),
    ("AWS Lambda VPC ENI-", "Lambda function", Name::BeforeUuid),
    ("VPC Endpoint Interface ", "VPC endpoint", Name::Rest),
    ("Interface for NAT Gateway ", "NAT gateway", Name::Rest),
    ("Network Interface for Transit Gateway Attachment ", "transit gateway attachment", Name::Rest),
    ("Amazon EKS ", "EKS cluster", Name::Rest),
    ("EFS mount target for ", "EFS file system", Name::UpTo(' ')),
    ("RDSNetworkInterface", "an RDS database", Name::None),
    ("DMSNetworkInterface", "a DMS replication instance", Name::None),
];

/// The part of a description that is the owner's name.
#[derive(Clone, Copy)]
enum Name {
    UpTo(char),
    /// Lambda appends a hyphen and a UUID.
    BeforeUuid,
    Rest,
    None,
}

/// `network interface eni-1 of instance i-1 (203.0.113.7)`.
pub(super) fn describe(interface: &NetworkInterface) -> String {
    let id = interface.network_interface_id().unwrap_or("without id");
    let owner = match owner(interface) {
        Some(owner) => format!(" of {owner}"),
        None if interface.status() == Some(&NetworkInterfaceStatus::Available) => {
            ", which is attached to nothing".into()
        }
        None => String::new(),
    };
    let address = public_address(interface).map(|address| format!(" ({address})")).unwrap_or_default();
    format!("network interface {id}{owner}{address}")
}

/// The address in the Internet that is mapped to an interface.
pub(super) fn public_address(interface: &NetworkInterface) -> Option<&str> {
    interface.association().and_then(|association| association.public_ip())
}

fn owner(interface: &NetworkInterface) -> Option<String> {
    if let Some(instance) = interface.attachment().and_then(|attachment| attachment.instance_id()) {
        return Some(format!("instance {instance}"));
    }
    let description = interface.description().filter(|description| !description.is_empty());
    if let Some(description) = description {
        let made = MAKERS.iter().find_map(|(prefix, kind, name)| {
            let rest = description.strip_prefix(prefix)?;
            Some(name.of(rest).map_or_else(|| (*kind).to_owned(), |name| format!("{kind} {name}")))
        });
        return Some(made.unwrap_or_else(|| format!("{description:?}")));
    }
    let service = interface.requester_id().filter(|_| interface.requester_managed() == Some(true));
    service.map(|service| format!("the service {service}"))
}

impl Name {
    fn of(self, rest: &str) -> Option<&str> {
        const UUID: usize = 37;
        match self {
            Self::UpTo(end) => rest.split(end).next(),
            Self::BeforeUuid => {
                Some(rest.len().checked_sub(UUID).and_then(|end| rest.get(..end)).unwrap_or(rest))
            }
            Self::Rest => Some(rest),
            Self::None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{NetworkInterfaceAssociation, NetworkInterfaceAttachment};

    use super::*;

    #[test]
    fn an_interface_is_described_by_its_owner() {
        for (description, expected) in [
            ("ELB net/k8s/50dc6c495c0c9188", " of network load balancer k8s"),
            ("ELB app/web/50dc6c495c0c9188", " of application load balancer web"),
            ("ELB old", " of classic load balancer old"),
            (
                "AWS Lambda VPC ENI-my-function-01234567-89ab-cdef-0123-456789abcdef",
                " of Lambda function my-function",
            ),
            ("AWS Lambda VPC ENI-short", " of Lambda function short"),
            ("VPC Endpoint Interface vpce-1", " of VPC endpoint vpce-1"),
            ("Interface for NAT Gateway nat-1", " of NAT gateway nat-1"),
            ("EFS mount target for fs-1 (fsmt-1)", " of EFS file system fs-1"),
            ("RDSNetworkInterface", " of an RDS database"),
            ("made by hand", " of \"made by hand\""),
            ("", ""),
        ] {
            let interface =
                NetworkInterface::builder().network_interface_id("eni-1").description(description);
            assert_eq!(describe(&interface.build()), format!("network interface eni-1{expected}"));
        }
    }

    #[test]
    fn an_instance_counts_more_than_what_is_written() {
        let interface = NetworkInterface::builder().network_interface_id("eni-1").description("primary");
        let interface = interface
            .attachment(NetworkInterfaceAttachment::builder().instance_id("i-1").build())
            .association(NetworkInterfaceAssociation::builder().public_ip("203.0.113.7").build());
        assert_eq!(describe(&interface.build()), "network interface eni-1 of instance i-1 (203.0.113.7)");
    }

    #[test]
    fn an_interface_of_nobody_says_so() {
        let interface = NetworkInterface::builder().network_interface_id("eni-1");
        let free = interface.clone().status(NetworkInterfaceStatus::Available).build();
        assert_eq!(describe(&free), "network interface eni-1, which is attached to nothing");
        let managed = interface.requester_managed(true).requester_id("amazon-redshift").build();
        assert_eq!(describe(&managed), "network interface eni-1 of the service amazon-redshift");
    }
}
