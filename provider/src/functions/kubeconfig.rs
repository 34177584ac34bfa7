//! `kubeconfig`: the file that the resource of this name makes, without keeping it in the state.

use tfplugin::prelude::*;

use crate::kubernetes::Kubeconfig;

/// The function.
pub(crate) struct RenderKubeconfig;

impl Function for RenderKubeconfig {
    const NAME: &'static str = "kubeconfig";
    const SUMMARY: &'static str = "A kubeconfig, byte for byte as kubectl writes it";
    const DESCRIPTION: &'static str = "Renders a kubeconfig with one cluster, one user and one context. The argument is \
        an object with the arguments of the resource `groundup_kubeconfig`, any of which may be left out; the result is \
        the text that the resource has as `content`.\n\n\
        Nothing of it is kept, so the private key need not be in the state: the result is ephemeral when the key is, \
        and can be written with `content_wo` of `groundup_file`. What kubectl would refuse only when it uses the file is \
        refused here too, except what depends on the time: certificates that have expired.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::new(
        "config",
        "Object with arguments of the resource `groundup_kubeconfig`. `cluster_name`, `server`, `user` and a \
         credential are needed.",
    )];
    type Args = (Object<Kubeconfig>,);
    type Output = Secret;

    fn call((config,): Self::Args) -> std::result::Result<Secret, FunctionError> {
        let mut check = Check::default();
        config.validate(&mut check);
        FunctionError::refuse(0, check.iter())?;
        config.into_inner().into_content().map_err(|error| FunctionError::caused_by(0, &error))
    }
}
