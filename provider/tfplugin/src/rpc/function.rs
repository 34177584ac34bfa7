//! Functions.

use std::collections::BTreeMap;

use tfplugin_proto::tfplugin6 as proto;

use super::{Service, wire};
use crate::engine::guard;
use crate::function::{AnyFunction, FunctionError};
use crate::provider::Provider;

impl<P: Provider> Service<P> {
    pub(super) fn functions(&self) -> BTreeMap<String, proto::Function> {
        self.registry
            .functions
            .iter()
            .map(|(name, function)| ((*name).to_owned(), signature(function)))
            .collect()
    }

    pub(super) async fn get_functions(
        &self,
        _: proto::get_functions::Request,
    ) -> proto::get_functions::Response {
        proto::get_functions::Response { functions: self.functions(), diagnostics: Vec::new() }
    }

    pub(super) async fn call_function(
        &self,
        request: proto::call_function::Request,
    ) -> proto::call_function::Response {
        match self.call(request).await {
            Ok(result) => proto::call_function::Response { result, error: None },
            Err(error) => proto::call_function::Response {
                result: None,
                error: Some(proto::FunctionError {
                    text: clause(error.text),
                    function_argument: error.argument.and_then(|index| i64::try_from(index).ok()),
                }),
            },
        }
    }

    async fn call(
        &self,
        request: proto::call_function::Request,
    ) -> Result<Option<proto::DynamicValue>, FunctionError> {
        let function =
            self.registry.functions.get(request.name.as_str()).ok_or_else(|| {
                FunctionError::new(format!("The provider has no function `{}`.", request.name))
            })?;
        let mut arguments = Vec::new();
        for (index, (_, ty, _)) in function.parameters.iter().enumerate() {
            let argument = wire::value(request.arguments.get(index), ty)
                .map_err(|error| FunctionError::argument(index, error.diagnostics()[0].detail.clone()))?;
            arguments.push(argument);
        }
        let call = function.call;
        let result = guard(async move { Ok(call(&arguments)) })
            .await
            .map_err(|error| FunctionError::new(error.diagnostics()[0].detail.clone()))??;
        // A function's null is a value like any other, so it is not left out.
        Ok(Some(match wire::dynamic(&result, &function.output) {
            Some(value) => value,
            None => proto::DynamicValue { msgpack: vec![0xc0], json: Vec::new() },
        }))
    }
}

/// The text without its full stop: the host's sentence goes on around it, and ends with one of its own.
fn clause(mut text: String) -> String {
    if text.ends_with('.') && !text.ends_with("..") {
        text.pop();
    }
    text
}

fn signature(function: &AnyFunction) -> proto::Function {
    let parameters = function.parameters.iter().map(|(parameter, ty, nullable)| proto::function::Parameter {
        name: parameter.name.to_owned(),
        r#type: ty.to_bytes(),
        allow_null_value: *nullable,
        allow_unknown_values: false,
        description: parameter.description.to_owned(),
        description_kind: proto::StringKind::Markdown.into(),
    });
    proto::Function {
        parameters: parameters.collect(),
        r#return: Some(proto::function::Return { r#type: function.output.to_bytes() }),
        summary: function.summary.to_owned(),
        description: function.description.to_owned(),
        description_kind: proto::StringKind::Markdown.into(),
        ..Default::default()
    }
}
