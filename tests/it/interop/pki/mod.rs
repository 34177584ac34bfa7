//! The library of certificates against the suites and the tools of others.

mod cfssl;
mod chains;
mod constraints;
mod crl;
mod hierarchy;
mod keys;
mod lint_files;
mod lint_gate;
mod matrix;
mod path_gate;
mod pkits;
mod python;
mod rsa_keys;
