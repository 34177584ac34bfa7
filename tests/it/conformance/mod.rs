//! The provider against the rules of the plugin protocol; a host is played by the tests' support code.
//!
//! Numbers in test names are those of the protocol's conformance checklist.

mod apply;
mod configure;
mod data_sources;
mod ephemeral;
mod functions;
mod handshake;
mod logs;
mod plan;
mod planted_secrets;
mod private_state;
mod process;
mod read;
mod salted_hash;
mod samples;
mod schema;
mod secret_attributes;
mod stop;
mod tls;
mod validate;
mod values;
