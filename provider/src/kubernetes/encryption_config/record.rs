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
    match (from, attributes.as_object_mut()) {
        (0, Some(fields)) => {
            let keys = fields.remove("key").unwrap_or(Json::Null);
            // Nothing was an empty list of blocks; now it is an attribute that is not set.
            let keys = if keys.as_array().is_some_and(Vec::is_empty) { Json::Null } else { keys };
            fields.insert("keys".to_owned(), keys);
            Ok(attributes)
        }
        _ => {
            let detail =
                format!("State of schema version {from} is not known. It may come from a newer provider.");
            Err(Error::new("State Not Understood", detail))
        }
    }
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
