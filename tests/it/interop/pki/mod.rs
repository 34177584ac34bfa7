//! The library of certificates against the suites and the tools of others.

mod chains;
mod crl;
mod hierarchy;
