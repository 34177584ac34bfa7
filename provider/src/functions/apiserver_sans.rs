//! `apiserver_sans`: the names that the API server's certificate must carry.

use ipnet::IpNet;
use pki_core::kubernetes::{ClusterNames, KubernetesError, apiserver_sans};
use tfplugin::prelude::*;

const SERVICE_CIDRS: usize = 0;
const NAMES: usize = 1;
const CLUSTER_DOMAIN: usize = 2;

/// The function.
pub(crate) struct ApiserverSans;

impl Function for ApiserverSans {
    const NAME: &'static str = "apiserver_sans";
    const SUMMARY: &'static str = "Names that the API server's certificate must carry";
    const DESCRIPTION: &'static str = "Gives the subject alternative names of an API server's certificate: `kubernetes` \
        with every suffix that programs in the cluster use, the first address of each service range, `localhost`, \
        `127.0.0.1`, and then the given names and addresses. Each occurs once.";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::new(
            "service_cidrs",
            "Ranges of service addresses, such as `[\"10.32.0.0/24\"]`: none, one, or one of each family.",
        ),
        Parameter::new(
            "names",
            "Names and addresses of the load balancer and of the control plane's machines.",
        ),
        Parameter::new("cluster_domain", "The cluster's DNS domain; `null` for `cluster.local`."),
    ];
    type Args = (Vec<Parsed<IpNet>>, Vec<String>, Attr<String>);
    type Output = Vec<String>;

    fn call((service_cidrs, names, domain): Self::Args) -> std::result::Result<Vec<String>, FunctionError> {
        let service_cidrs = service_cidrs.into_iter().map(Parsed::into_inner).collect();
        let cluster = ClusterNames {
            domain: domain.into_known().unwrap_or(ClusterNames::default().domain),
            service_cidrs,
        };
        let names = apiserver_sans(&cluster, names).map_err(|problem| {
            let argument = match &problem {
                KubernetesError::Domain(_) => CLUSTER_DOMAIN,
                KubernetesError::NoServiceAddress { .. } => SERVICE_CIDRS,
                _ => NAMES,
            };
            FunctionError::argument(argument, problem.to_string())
        })?;
        Ok(names.iter().map(ToString::to_string).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(cidr: &str, name: &str, domain: Attr<String>) -> std::result::Result<Vec<String>, FunctionError> {
        ApiserverSans::call((vec![Parsed::new(cidr).unwrap()], vec![name.to_owned()], domain))
    }

    #[test]
    fn gives_names_and_addresses_in_order() {
        let names = call("10.32.0.0/24", "lb.example", Attr::Null).unwrap();
        assert_eq!(
            names[3..],
            ["kubernetes.default.svc.cluster.local", "10.32.0.1", "localhost", "127.0.0.1", "lb.example"]
        );
        assert_eq!(
            call("10.32.0.0/24", "lb", "k8s.test".into()).unwrap()[3],
            "kubernetes.default.svc.k8s.test"
        );
    }

    #[test]
    fn an_error_names_its_argument() {
        assert_eq!(call("10.0.0.1/32", "lb", Attr::Null).unwrap_err().argument, Some(SERVICE_CIDRS));
        assert_eq!(call("10.32.0.0/24", "bad host", Attr::Null).unwrap_err().argument, Some(NAMES));
        assert_eq!(
            call("10.32.0.0/24", "lb", "bad domain".into()).unwrap_err().argument,
            Some(CLUSTER_DOMAIN)
        );
    }
}
