//! End-to-end tests: they drive built binaries from outside, as Terraform and its users do.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed expectation is how a test fails")]

mod acceptance;
mod conformance;
mod faults;
mod interop;
mod leaks;
mod support;
mod workspace;
