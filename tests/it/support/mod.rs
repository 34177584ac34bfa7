//! What the tests share.

pub(crate) mod client_identity;
pub(crate) mod core;
pub(crate) mod ephemeral;
pub(crate) mod files;
pub(crate) mod host;
pub(crate) mod kubectl;
pub(crate) mod leaks;
pub(crate) mod managed;
pub(crate) mod moto;
pub(crate) mod output;
pub(crate) mod plan_rules;
pub(crate) mod planted;
pub(crate) mod proposed;
pub(crate) mod provider_binary;
pub(crate) mod run;
pub(crate) mod running;
pub(crate) mod schema;
pub(crate) mod terraform;
pub(crate) mod tool;
pub(crate) mod wayside;
pub(crate) mod wire;
