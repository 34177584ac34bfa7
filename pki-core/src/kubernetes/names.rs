//! Names and addresses inside of a cluster.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::KubernetesError;
use crate::san::{DnsName, SubjectAltName, SubjectAltNames};

/// What the names of the API server follow from.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ClusterNames {
    /// The DNS domain of the cluster, normally `cluster.local`.
    pub domain: String,
    /// The ranges of service addresses: none, one, or one of each family.
    pub service_cidrs: Vec<IpNet>,
}

impl Default for ClusterNames {
    fn default() -> Self {
        Self { domain: "cluster.local".to_owned(), service_cidrs: Vec::new() }
    }
}

/// The names that the API server's certificate must carry: `kubernetes` with every suffix that programs in the cluster
/// use, the first address of each service range, `localhost` and `127.0.0.1`, and then those in `extra`: names and
/// addresses of the control plane's machines and load balancer.
///
/// ```
/// use pki_core::kubernetes::{ClusterNames, apiserver_sans};
///
/// let cluster = ClusterNames { service_cidrs: vec!["10.32.0.0/24".parse().unwrap()], ..ClusterNames::default() };
/// let names = apiserver_sans(&cluster, ["lb.example.com"])?;
/// assert_eq!(
///     names.iter().map(ToString::to_string).collect::<Vec<_>>(),
///     [
///         "kubernetes",
///         "kubernetes.default",
///         "kubernetes.default.svc",
///         "kubernetes.default.svc.cluster.local",
///         "10.32.0.1",
///         "localhost",
///         "127.0.0.1",
///         "lb.example.com",
///     ],
/// );
/// # Ok::<(), pki_core::kubernetes::KubernetesError>(())
/// ```
///
/// # Errors
///
/// Fails when the domain or an additional name is invalid, and when a service range has no first address.
pub fn apiserver_sans<S: AsRef<str>>(
    cluster: &ClusterNames,
    extra: impl IntoIterator<Item = S>,
) -> Result<SubjectAltNames, KubernetesError> {
    let domain = DnsName::new(&cluster.domain).map_err(KubernetesError::Domain)?;
    let mut names = SubjectAltNames::default();
    for name in ["kubernetes", "kubernetes.default", "kubernetes.default.svc"] {
        names.push(SubjectAltName::dns(name)?);
    }
    names.push(SubjectAltName::dns(&format!("kubernetes.default.svc.{domain}"))?);
    for range in &cluster.service_cidrs {
        names.push(first_service_ip(*range)?.into());
    }
    names.push(SubjectAltName::dns("localhost")?);
    names.push(IpAddr::V4(Ipv4Addr::LOCALHOST).into());
    for name in extra {
        names.push(name.as_ref().parse()?);
    }
    Ok(names)
}

/// The address that the service `kubernetes` gets: the first of a range after its network address.
///
/// # Errors
///
/// Fails for a range of a single address.
pub fn first_service_ip(range: IpNet) -> Result<IpAddr, KubernetesError> {
    let first = match range.network() {
        IpAddr::V4(ip) => Ipv4Addr::from(u32::from(ip).wrapping_add(1)).into(),
        IpAddr::V6(ip) => Ipv6Addr::from(u128::from(ip).wrapping_add(1)).into(),
    };
    if range.contains(&first) { Ok(first) } else { Err(KubernetesError::NoServiceAddress { range }) }
}

/// The host name that AWS gives to a machine with this private address: `ip-172-31-0-20` for 172.31.0.20.
///
/// # Errors
///
/// Fails for IPv6 addresses.
pub fn cidr_host_name(ip: IpAddr) -> Result<String, KubernetesError> {
    match ip {
        IpAddr::V4(v4) => Ok(format!("ip-{}", v4.to_string().replace('.', "-"))),
        IpAddr::V6(_) => Err(KubernetesError::NoHostName { ip }),
    }
}

/// The domain of those host names in a region: `ec2.internal` in us-east-1, else `<region>.compute.internal`.
///
/// # Errors
///
/// Fails when `region` does not have the form of a region's name.
pub fn private_dns_domain(region: &str) -> Result<String, KubernetesError> {
    let parts: Vec<&str> = region.split('-').collect();
    let well_formed = parts.len() >= 3
        && parts.iter().all(|part| !part.is_empty())
        && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && parts.last().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    match region {
        "us-east-1" => Ok("ec2.internal".to_owned()),
        _ if well_formed => Ok(format!("{region}.compute.internal")),
        _ => Err(KubernetesError::Region { region: region.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(range: &str) -> String {
        match first_service_ip(range.parse().unwrap()) {
            Ok(ip) => ip.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn gives_the_first_service_address() {
        assert_eq!(first("10.32.0.0/24"), "10.32.0.1");
        assert_eq!(first("10.96.0.0/12"), "10.96.0.1");
        assert_eq!(first("172.20.5.9/16"), "172.20.0.1");
        assert_eq!(first("fd00:10:96::/112"), "fd00:10:96::1");
        assert_eq!(
            first("10.0.0.1/32"),
            "the service range 10.0.0.1/32 has no first address to give to the API server"
        );
        assert_eq!(
            first("255.255.255.255/32"),
            "the service range 255.255.255.255/32 has no first address to give to the API server"
        );
    }

    #[test]
    fn serves_both_families() {
        let service_cidrs = vec!["10.96.0.0/12".parse().unwrap(), "fd00::/112".parse().unwrap()];
        let cluster = ClusterNames { domain: "k8s.example".into(), service_cidrs };
        let names = apiserver_sans(&cluster, ["127.0.0.1", "10.96.0.1"]).unwrap();
        assert_eq!(
            names.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.k8s.example",
                "10.96.0.1",
                "fd00::1",
                "localhost",
                "127.0.0.1",
            ]
        );
    }

    #[test]
    fn names_machines_as_aws_does() {
        assert_eq!(cidr_host_name("172.31.0.20".parse().unwrap()).unwrap(), "ip-172-31-0-20");
        assert_eq!(
            cidr_host_name("::1".parse().unwrap()).unwrap_err().to_string(),
            "::1 is not an IPv4 address, and only those have a host name of the form ip-10-0-0-1"
        );
        assert_eq!(private_dns_domain("us-east-1").unwrap(), "ec2.internal");
        assert_eq!(private_dns_domain("eu-central-1").unwrap(), "eu-central-1.compute.internal");
        assert_eq!(private_dns_domain("us-gov-west-1").unwrap(), "us-gov-west-1.compute.internal");
        assert_eq!(
            private_dns_domain("Frankfurt").unwrap_err().to_string(),
            "`Frankfurt` is not the name of an AWS region; write for example `eu-central-1`"
        );
    }
}
