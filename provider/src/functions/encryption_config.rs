//! `encryption_config`: the file that the resource of this name makes, without keeping it in the state.

use tfplugin::Presence;
use tfplugin::prelude::*;

use crate::kubernetes::EncryptionConfig;

/// The function.
pub(crate) struct RenderEncryptionConfig;

impl Function for RenderEncryptionConfig {
    const NAME: &'static str = "encryption_config";
    const SUMMARY: &'static str = "The API server's configuration of encryption at rest";
    const DESCRIPTION: &'static str = "Renders the file for `--encryption-provider-config`. The argument is an object with \
        the arguments of the resource `groundup_encryption_config`, of which every key needs its `secret`; the result is \
        the text that the resource has as `content`, and that its `content_sha256` is of.\n\n\
        Nothing of it is kept, so the keys need not be in the state: the result is ephemeral when they are, and can be \
        written with `content_wo` of `groundup_file`. The resource stands beside it: it alone knows the state before, and \
        refuses a change after which stored objects could not be read.";
    const PARAMETERS: &'static [Parameter] = &[Parameter::new(
        "config",
        "Object with arguments of the resource `groundup_encryption_config`, without `label`, `rewritten_through` and \
         `allow_key_loss`. The `generation` of a key may be left out.",
    )];
    type Args = (Object<EncryptionConfig>,);
    type Output = Secret;

    fn call((config,): Self::Args) -> std::result::Result<Secret, FunctionError> {
        let mut found = config.file_checks();
        found.extend(refused(&config));
        FunctionError::refuse(0, &found)?;
        config.render().map_err(|error| FunctionError::caused_by(0, &error))
    }
}

/// What only the resource can do something with.
fn refused(config: &EncryptionConfig) -> Diagnostics {
    let derived = "A function derives no keys. Give each key its `secret`, which the ephemeral resource \
                   `groundup_encryption_key` derives from the same label.";
    let compared = "It is for the resource, which compares with its state. The file does not depend on it.";
    let mut found = Diagnostics::new();
    for (argument, presence, detail) in [
        ("label", config.label.presence(), derived),
        ("rewritten_through", config.rewritten_through.presence(), compared),
        ("allow_key_loss", config.allow_key_loss.presence(), compared),
    ] {
        if presence != Presence::Absent {
            found.error(argument, "Argument of the Resource", detail);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(config: &Value) -> std::result::Result<Secret, FunctionError> {
        let mut found = Diagnostics::new();
        let config = Object::decode(config, &Path::root(), &mut found);
        FunctionError::refuse(0, &found)?;
        RenderEncryptionConfig::call((config.unwrap(),))
    }

    fn key(name: &str, letter: char) -> Value {
        let secret = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, letter.to_string().repeat(32));
        Value::object([("name", Value::from(name)), ("secret", secret.into())])
    }

    fn keys<const N: usize>(keys: [Value; N]) -> (&'static str, Value) {
        ("keys", Value::Tuple(keys.into()))
    }

    #[test]
    fn keys_of_any_generation_are_rendered_in_their_order() {
        let config = Value::object([keys([key("key2", 'b'), key("key1", 'a')])]);
        let expected = "apiVersion: apiserver.config.k8s.io/v1\n\
                        kind: EncryptionConfiguration\n\
                        resources:\n\
                        - providers:\n\
                        \x20 - secretbox:\n\
                        \x20     keys:\n\
                        \x20     - name: key2\n\
                        \x20       secret: YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmI=\n\
                        \x20     - name: key1\n\
                        \x20       secret: YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=\n\
                        \x20 - identity: {}\n\
                        \x20 resources:\n\
                        \x20 - secrets\n";
        assert_eq!(call(&config).unwrap().expose(), expected);
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        let short = Value::object([("name", Value::from("key2")), ("secret", "c2hvcnQ=".into())]);
        let told = call(&Value::object([
            keys([short, key("key2", 'b')]),
            ("resources", Value::Tuple(vec!["pods".into(), "pods".into()])),
        ]));
        let text = told.unwrap_err().text;
        for place in ["keys[0].secret: Decodes to 5 bytes", "keys[1].name: ", "resources[1]: "] {
            assert!(text.contains(place), "no {place:?} in {text}");
        }
        let missing = Value::object([keys([Value::object([("name", Value::from("key1"))])])]);
        assert_eq!(call(&missing).unwrap_err().text, "keys[0].secret: The secret of the key is required.");
    }

    #[test]
    fn what_needs_a_state_is_refused() {
        let config =
            |name: &'static str, value: Value| Value::object([keys([key("key1", 'a')]), (name, value)]);
        assert_eq!(
            call(&config("label", "prod/encryption".into())).unwrap_err().text,
            "label: A function derives no keys. Give each key its `secret`, which the ephemeral resource \
             `groundup_encryption_key` derives from the same label."
        );
        let compared =
            "It is for the resource, which compares with its state. The file does not depend on it.";
        for (name, value) in [("rewritten_through", 1.into()), ("allow_key_loss", false.into())] {
            assert_eq!(call(&config(name, value)).unwrap_err().text, format!("{name}: {compared}"));
        }
    }
}
