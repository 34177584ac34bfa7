//! `private_dns_domain`: the domain of the host names that AWS gives in a region.

use pki_core::kubernetes::private_dns_domain;
use tfplugin::prelude::*;

/// The function.
pub(crate) struct PrivateDnsDomain;

impl Function for PrivateDnsDomain {
    const NAME: &'static str = "private_dns_domain";
    const SUMMARY: &'static str = "Domain of private host names in a region";
    const DESCRIPTION: &'static str = "Gives the domain of the private host names of a region's machines: `ec2.internal` \
        for `us-east-1`, otherwise the region and `.compute.internal`.";
    const PARAMETERS: &'static [Parameter] =
        &[Parameter::new("region", "Name of the region, such as `eu-central-1`.")];
    type Args = (String,);
    type Output = String;

    fn call((region,): Self::Args) -> std::result::Result<String, FunctionError> {
        private_dns_domain(&region).map_err(|problem| FunctionError::argument(0, problem.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_region_differs() {
        let call = |region: &str| PrivateDnsDomain::call((region.to_owned(),));
        assert_eq!(call("us-east-1").unwrap(), "ec2.internal");
        assert_eq!(call("us-west-2").unwrap(), "us-west-2.compute.internal");
        assert_eq!(call("moon").unwrap_err().argument, Some(0));
    }
}
