//! `cidr_host_name`: the host name that AWS gives to a machine with a private address.

use std::net::IpAddr;

use pki_core::kubernetes::cidr_host_name;
use tfplugin::prelude::*;

/// The function.
pub(crate) struct CidrHostName;

impl Function for CidrHostName {
    const NAME: &'static str = "cidr_host_name";
    const SUMMARY: &'static str = "Host name of a machine by its private address";
    const DESCRIPTION: &'static str = "Gives the host name that EC2 gives to a machine with this private IPv4 address: \
        `ip-172-31-0-20` for `172.31.0.20`. A kubelet registers under it.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::new("ip", "Private IPv4 address.")];
    type Args = (Parsed<IpAddr>,);
    type Output = String;

    fn call((ip,): Self::Args) -> std::result::Result<String, FunctionError> {
        cidr_host_name(*ip).map_err(|problem| FunctionError::argument(0, problem.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ipv4_addresses_have_such_names() {
        let call = |ip| CidrHostName::call((Parsed::new(ip).unwrap(),));
        assert_eq!(call("172.31.0.20").unwrap(), "ip-172-31-0-20");
        assert_eq!(call("::1").unwrap_err().argument, Some(0));
    }
}
