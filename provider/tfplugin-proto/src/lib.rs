//! The wire of the Terraform plugin protocol: messages, clients and servers.
//!
//! The modules are generated from the files in `proto/` by `cargo xtask codegen` and checked in. Nothing here
//! interprets what it carries.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

use std::fmt;

/// The protocol between a Terraform host and a provider, version 6.9.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated")]
#[rustfmt::skip]
#[path = "generated/tfplugin6.rs"]
pub mod tfplugin6;

/// The services of go-plugin beside the provider's own: process control, output streams and the broker.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated")]
#[rustfmt::skip]
#[path = "generated/plugin.rs"]
pub mod plugin;

/// The common gRPC health check.
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated")]
#[rustfmt::skip]
#[path = "generated/grpc.health.v1.rs"]
pub mod grpc_health;

// Configurations, states and private keys travel in these two, so their `Debug` tells sizes and no content.

impl fmt::Debug for tfplugin6::DynamicValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicValue")
            .field("msgpack", &format_args!("{} bytes", self.msgpack.len()))
            .field("json", &format_args!("{} bytes", self.json.len()))
            .finish()
    }
}

impl fmt::Debug for tfplugin6::RawState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawState")
            .field("json", &format_args!("{} bytes", self.json.len()))
            .field("flatmap", &format_args!("{} entries", self.flatmap.len()))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::tfplugin6::{DynamicValue, RawState};

    #[test]
    fn debug_shows_no_content() {
        let value = DynamicValue { msgpack: b"hunter2".to_vec(), json: Vec::new() };
        assert_eq!(format!("{value:?}"), "DynamicValue { msgpack: 7 bytes, json: 0 bytes }");

        let state = RawState {
            json: b"\"hunter2\"".to_vec(),
            flatmap: [("password".to_owned(), "hunter2".to_owned())].into(),
        };
        assert_eq!(format!("{state:?}"), "RawState { json: 9 bytes, flatmap: 1 entries }");
    }
}
