//! Whether other programs agree: everything that this library makes is given to `openssl`, `ssh-keygen` and `cfssl`.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod certificates;
mod cfssl;
mod corpus;
mod derived;
mod issuing;
mod keys;
mod requests;
mod secrets;
mod support;
