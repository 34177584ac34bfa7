//! The API server's encryption configuration and its bytes.

use serde::Serialize;

use crate::kubernetes::yaml;

/// What the API server encrypts, and with which keys.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EncryptionConfiguration {
    api_version: &'static str,
    kind: &'static str,
    #[serde(rename = "resources")]
    rules: Vec<Rule>,
}

/// Some kinds of objects and the providers for them; the first rule that names a kind decides.
#[derive(Serialize)]
pub(crate) struct Rule {
    pub(crate) resources: Vec<String>,
    /// The first one writes; each of them may read.
    pub(crate) providers: Vec<Provider>,
}

/// A way of storing objects.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Provider {
    Secretbox { keys: Vec<Key> },
    AesCbc { keys: Vec<Key> },
    AesGcm { keys: Vec<Key> },
    Kms(Kms),
    Identity {},
}

/// A named secret of a local provider, in base64.
#[derive(Serialize)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) secret: String,
}

/// A key management service, reached through a plugin on each control-plane node.
#[derive(Serialize)]
pub(crate) struct Kms {
    #[serde(rename = "apiVersion")]
    pub(crate) api_version: &'static str,
    pub(crate) name: String,
    pub(crate) endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) timeout: Option<String>,
}

impl EncryptionConfiguration {
    pub(crate) fn new(rules: Vec<Rule>) -> Self {
        Self { api_version: "apiserver.config.k8s.io/v1", kind: "EncryptionConfiguration", rules }
    }

    /// Writes the file.
    pub(crate) fn render(&self) -> Result<String, yaml::Error> {
        yaml::to_string(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key { name: name.to_owned(), secret: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned() }
    }

    fn rule(resources: &[&str], providers: Vec<Provider>) -> Rule {
        Rule { resources: resources.iter().map(|&name| name.to_owned()).collect(), providers }
    }

    /// A promise to users: these bytes never change, so that no apiserver reloads without need.
    #[test]
    fn the_bytes_are_stable() {
        let kms = Kms {
            api_version: "v2",
            name: "vault".to_owned(),
            endpoint: "unix:///run/kms.sock".to_owned(),
            timeout: Some("5s".to_owned()),
        };
        let configuration = EncryptionConfiguration::new(vec![
            rule(&["events"], vec![Provider::Identity {}]),
            rule(
                &["secrets", "*.example.com", "*.*"],
                vec![
                    Provider::Secretbox { keys: vec![key("key2"), key("on")] },
                    Provider::AesCbc { keys: vec![key("key1")] },
                    Provider::AesGcm { keys: vec![key("key0")] },
                    Provider::Kms(kms),
                    Provider::Identity {},
                ],
            ),
        ]);
        let expected = r#"apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- providers:
  - identity: {}
  resources:
  - events
- providers:
  - secretbox:
      keys:
      - name: key2
        secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
      - name: "on"
        secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
  - aescbc:
      keys:
      - name: key1
        secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
  - aesgcm:
      keys:
      - name: key0
        secret: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
  - kms:
      apiVersion: v2
      endpoint: unix:///run/kms.sock
      name: vault
      timeout: 5s
  - identity: {}
  resources:
  - secrets
  - '*.example.com'
  - '*.*'
"#;
        assert_eq!(configuration.render().unwrap(), expected);
    }

    #[test]
    fn another_yaml_reader_sees_the_same_document() {
        let configuration = EncryptionConfiguration::new(vec![rule(
            &["*.*"],
            vec![Provider::Secretbox { keys: vec![key("y"), key("007"), key("a b: c")] }],
        )]);
        let read: serde_json::Value = serde_saphyr::from_str(&configuration.render().unwrap()).unwrap();
        assert_eq!(read, serde_json::to_value(&configuration).unwrap());
    }
}
