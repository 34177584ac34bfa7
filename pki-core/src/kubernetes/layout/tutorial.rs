//! The cluster of the tutorial.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::{Layout, LayoutForm, Node};
use crate::key::KeyAlgorithm;
use crate::kubernetes::{KubernetesError, cidr_host_name, private_dns_domain};
use crate::name::DistinguishedName;
use crate::period::Period;

/// What the tutorial puts before the names of its machines.
const NAME: &str = "k8s-cluster-from-ground-up";

impl Layout {
    /// The cluster of the tutorial in a region of AWS: one authority, three masters, three workers, its subjects,
    /// lifetimes and file names, RSA-2048. The name of the load balancer is still to be put into
    /// [`api_names`](Self::api_names).
    ///
    /// Better than there: every certificate has the usages of its roles alone, the API server answers to its service
    /// address too, and the key of the service accounts has no certificate unless
    /// [`service_account_certificate`](Self::service_account_certificate) is set.
    ///
    /// # Errors
    ///
    /// Fails when `region` does not have the form of a region's name.
    pub fn tutorial(region: &str) -> Result<Self, KubernetesError> {
        let domain = private_dns_domain(region)?;
        let machine = |host: u8| -> Result<Node, KubernetesError> {
            let address = Ipv4Addr::new(172, 31, 0, host);
            let name = cidr_host_name(address.into())?;
            let names = [address.to_string(), format!("{name}.{domain}")];
            Ok(Node::new(name, names))
        };
        let mut layout = Self {
            subject: DistinguishedName {
                country: Some("GB".to_owned()),
                province: Some("England".to_owned()),
                locality: Some("London".to_owned()),
                organization: vec!["Kubernetes".to_owned()],
                organizational_unit: vec!["DAREY.IO DEVOPS".to_owned()],
                ..DistinguishedName::default()
            },
            algorithm: KeyAlgorithm::RSA_2048,
            service_account_algorithm: KeyAlgorithm::RSA_2048,
            authority_expiry: Period::hours(43_800),
            expiry: Period::hours(8760),
            ..Self::new(LayoutForm::OneAuthority)
        };
        layout.cluster.service_cidrs = vec![SERVICES];
        layout.control_plane = (10..13).map(machine).collect::<Result<_, _>>()?;
        layout.workers = (20..23).map(machine).collect::<Result<_, _>>()?;
        for (index, worker) in layout.workers.iter_mut().enumerate() {
            worker.file_name = Some(format!("{NAME}-worker-{index}"));
        }
        Ok(layout)
    }
}

/// 10.32.0.0/24, as in the guides that the tutorial follows; it names none itself.
const SERVICES: IpNet = IpNet::new_assert(IpAddr::V4(Ipv4Addr::new(10, 32, 0, 0)), 24);
