//! Fields that cfssl has and this library has not, each with what to do instead.

/// Name and advice.
pub(super) type Unsupported = &'static [(&'static str, &'static str)];

const REMOTE: &str = "there is no remote signing; remove it and sign where the key of the authority is";
const COPIED: &str = "extensions of a request are never copied; let the profile say what certificates get, findings tell what was asked for";
const LINT: &str =
    "every certificate is linted before it is given out; choose strict mode to make warnings errors";

pub(super) const IN_FILE: Unsupported = &[
    ("auth_keys", REMOTE),
    ("remotes", REMOTE),
    ("ocsp", "OCSP responses are not made here; remove it, or publish revocation lists"),
];

pub(super) const IN_PROFILE: Unsupported = &[
    (
        "name_whitelist",
        "verifiers do not know of a regular expression; give the authority `name_constraints`, which they enforce too",
    ),
    ("copy_extensions", COPIED),
    ("allowed_extensions", COPIED),
    ("auth_key", REMOTE),
    ("prev_auth_key", REMOTE),
    ("auth_remote", REMOTE),
    ("remote", REMOTE),
    ("ct_log_servers", "certificates of a private authority are not logged; remove it"),
    ("cert_store", "certificates are not kept in a database; remove it"),
    ("lint_error_level", LINT),
    ("ignored_lints", LINT),
    ("ignored_lint_sources", LINT),
    ("ClientProvidesSerialNumbers", "serial numbers are always random; remove it"),
];

pub(super) const IN_REQUEST: Unsupported = &[
    ("delegation_enabled", "delegated credentials are not supported; remove it"),
    ("extensions", "say in the signing profile what certificates get"),
];

pub(super) const IN_NAME: Unsupported = &[
    ("SerialNumber", "cfssl reads it and never uses it; write `serialnumber` beside `names`"),
    ("OID", "attributes by object identifier are not supported; remove it"),
];
