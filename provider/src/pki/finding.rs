//! What the linter finds, as attributes.

use pki_core::Finding as Found;
use tfplugin::prelude::*;

/// Something that the linter dislikes about a certificate.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Finding {
    /// A code that stays the same, such as `country-not-iso-3166`.
    #[attr(computed)]
    code: Attr<String>,
    /// How grave it is: `error`, `warning` or `notice`.
    #[attr(computed)]
    severity: Attr<String>,
    /// What was found.
    #[attr(computed)]
    message: Attr<String>,
}

impl From<&Found> for Finding {
    fn from(found: &Found) -> Self {
        Self {
            code: found.code().to_string().into(),
            severity: found.severity().to_string().into(),
            message: sentence(found.message()).into(),
        }
    }
}
