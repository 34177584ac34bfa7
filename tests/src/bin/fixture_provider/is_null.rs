//! `is_null`: says what has become of an argument.

use tfplugin::prelude::*;

pub(crate) struct IsNull;

impl Function for IsNull {
    const NAME: &'static str = "is_null";
    const SUMMARY: &'static str = "Whether the argument is null";
    const DESCRIPTION: &'static str = "Whether the argument is null.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::new("text", "Anything.")];
    type Args = (Attr<String>,);
    type Output = bool;

    fn call((text,): Self::Args) -> std::result::Result<bool, FunctionError> {
        Ok(text.is_null())
    }
}
