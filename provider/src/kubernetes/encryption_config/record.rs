//! State that an earlier version of the provider wrote.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use tfplugin::prelude::*;

use super::EncryptionConfig;
use super::key::KeySource;

/// Brings stored attributes into the present shape.
///
/// Version 0 had a block `key` for each key, with name, provider type and secret.
pub(super) fn upgrade(from: i64, mut attributes: Json) -> Result<Json> {
    let Some(fields) = attributes.as_object_mut().filter(|_| from == 0) else {
        let detail =
            format!("State of schema version {from} is not known. It may come from a newer provider.");
        return Err(Error::new("State Not Understood", detail));
    };
    let keys = fields.remove("key").unwrap_or(Json::Null);
    // Nothing was an empty list of blocks; now it is an attribute that is not set.
    let keys = if keys.as_array().is_some_and(Vec::is_empty) { Json::Null } else { keys };
    fields.insert("keys".to_owned(), keys);
    Ok(attributes)
}

impl EncryptionConfig {
    /// Adds what an earlier version did not record, without changing any key.
    pub(super) fn complete_record(&mut self) {
        let is_alone = self.keys().len() + usize::from(self.kms.is_set()) == 1;
        if let Attr::Known(keys) = &mut self.keys {
            for key in keys.iter_mut().filter(|key| key.source.is_null()) {
                key.source = KeySource::State.into();
                key.fingerprint = key.fingerprint_of_secret();
                if is_alone {
                    key.generation = 1.into();
                }
            }
        }
        if let Attr::Known(kms) = &mut self.kms
            && is_alone
            && kms.generation.is_null()
        {
            kms.generation = 1.into();
        }
        if self.stored_prefixes.is_null()
            && let Some(standing) = self.standing()
        {
            let stored: BTreeSet<_> = standing.stored.into_iter().map(Parsed::of).collect();
            self.stored_prefixes = stored.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{applied, config, kms, plan, with_secret};
    use super::super::{Key, ProviderType};
    use super::*;

    /// As the state of an earlier version reads, before anything is added.
    fn older(state: &EncryptionConfig) -> EncryptionConfig {
        let key = |key: &Key| Key {
            generation: Attr::Null,
            source: Attr::Null,
            fingerprint: Attr::Null,
            ..key.clone()
        };
        let kms = state.kms.clone().map(|kms| super::super::Kms { generation: Attr::Null, ..kms });
        let keys = state.keys.clone().map(|keys| keys.iter().map(key).collect());
        EncryptionConfig { keys, kms, stored_prefixes: Attr::Null, ..state.clone() }
    }

    #[test]
    fn what_was_not_recorded_is_added_and_changes_no_plan() {
        const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let service = EncryptionConfig {
            provider_type: ProviderType::Kms.into(),
            keys: Attr::Null,
            kms: kms(1),
            ..config(vec![])
        };
        let plain = EncryptionConfig { provider_type: ProviderType::Identity.into(), ..service.clone() };
        let made = config(vec![super::super::tests::key("a", 1)]);
        let made_before = applied(&config(vec![with_secret("a", 1, SECRET)]), None);
        for (config, state) in [(&service, None), (&plain, None), (&made, Some(made_before))] {
            let state = state.unwrap_or_else(|| applied(config, None));
            let mut older = older(&state);
            older.complete_record();
            assert_eq!(plan(config, Some(&older)).0, older);
            assert_eq!(older.content, state.content);
        }
    }

    #[test]
    fn blocks_become_an_attribute() {
        let upgraded = upgrade(0, json!({"key": [{"name": "a"}], "id": "x"})).unwrap();
        assert_eq!(upgraded, json!({"keys": [{"name": "a"}], "id": "x"}));
        assert_eq!(upgrade(0, json!({"key": []})).unwrap(), json!({"keys": null}));
        assert!(upgrade(7, json!({})).is_err());
    }
}
