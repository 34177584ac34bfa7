//! What certificates and requests say, for people and for programs.

mod certificate;
mod request;
mod text;

pub use certificate::{CertificateDetails, NameConstraintDetails};
pub use request::RequestDetails;

#[cfg(test)]
mod tests;
