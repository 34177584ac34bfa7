//! `cloud_config`: user data that cloud-init reads.

mod problems;

use serde_json::Value as Json;
use tfplugin::prelude::*;

use crate::compute::USER_DATA_LIMIT;
use crate::kubernetes::yaml;

/// How cloud-init knows the format.
const FIRST_LINE: &str = "#cloud-config\n";

/// The function.
pub(crate) struct CloudConfig;

impl Function for CloudConfig {
    const NAME: &'static str = "cloud_config";
    const SUMMARY: &'static str = "User data for cloud-init";
    const DESCRIPTION: &'static str = "Writes an object as `#cloud-config`, the YAML that cloud-init reads as user data \
        when an instance boots. Attributes that are null are left out. The bytes depend on the object alone, so the \
        instance is not changed by another order of its attributes.\n\n\
        What is surely a mistake is an error: an entry of `write_files` without an absolute `path`, `permissions` that \
        are a number (`0644` is decimal in HCL) or no octal digits, more than EC2's 16 KiB, and a private key anywhere \
        in it: everything that runs on the instance can read the user data.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::new(
        "config",
        "Object of any shape, as [cloud-init's documentation](https://cloudinit.readthedocs.io/en/latest/reference/\
         modules.html) describes it.",
    )];
    type Args = (Value,);
    type Output = String;

    fn call((config,): Self::Args) -> std::result::Result<String, FunctionError> {
        FunctionError::refuse(0, &problems::of(&config))?;
        let mut found = Diagnostics::new();
        let document = json(&config, &Path::root(), &mut found);
        FunctionError::refuse(0, &found)?;
        let body = yaml::to_cloud_init(&document)
            .map_err(|problem| FunctionError::argument(0, format!("{problem}.")))?;
        let text = format!("{FIRST_LINE}{body}");
        if text.len() > USER_DATA_LIMIT {
            let detail = format!(
                "As user data it has {} bytes, and EC2 takes at most {USER_DATA_LIMIT}. Let the instance fetch what is \
                 large, or deliver it later.",
                text.len()
            );
            return Err(FunctionError::argument(0, detail));
        }
        Ok(text)
    }
}

/// The document without what is null.
fn json(value: &Value, path: &Path, found: &mut Diagnostics) -> Json {
    let value = value.bare();
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => (*value).into(),
        Value::String(text) => text.as_str().into(),
        Value::Number(number) => exact(&number.to_string()).unwrap_or_else(|| {
            found.error(path, "Invalid Number", "YAML has no such number: write it as a text.");
            Json::Null
        }),
        Value::Object(fields) | Value::Map(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), json(value, &path.attr(name), found)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        _ => {
            let elements = value.elements().unwrap_or_default().iter().enumerate();
            elements.map(|(index, value)| json(value, &path.index(index), found)).collect()
        }
    }
}

/// The number that prints as these very digits.
fn exact(digits: &str) -> Option<Json> {
    let number: serde_json::Number = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number.into())
}

#[cfg(test)]
mod tests;
