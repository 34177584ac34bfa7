//! The built program, as people and scripts use it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed expectation is how a test fails")]

mod bundle;
mod cfssl;
mod files;
mod inspect;
mod lint;
mod messages;
mod rehearse;
mod support;
mod tutorial;
mod verify;
