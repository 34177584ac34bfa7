//! What the end-to-end tests and the measuring share and the programs under test do not have.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod fault_proxy;
