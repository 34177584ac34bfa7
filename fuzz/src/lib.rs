//! What must hold for any input. The fuzzers below `fuzz_targets/` invent inputs; those worth keeping are in `corpus/`,
//! and the tests of the crates replay them.

#![forbid(unsafe_code)]

pub mod pki;
pub mod values;
