//! The Amazon services a cluster stands on, behind small types of our own: EC2, Elastic Load Balancing v2 and STS.
//!
//! [`Clients`] is the door. It loads nothing until the first call, so a program that never touches AWS needs neither
//! credentials nor a region. Every operation is an async method of [`Ec2`](ec2::Ec2) or
//! [`Elbv2`](elbv2::Elbv2), takes and returns plain data, and fails with an [`Error`] that says what was asked of
//! which service and what the service answered. Anything that takes time is polled under a [`Wait`], which carries
//! the deadline and the cancellation of the whole operation; nothing ever sleeps for a fixed time.
//!
//! This is the only crate that names the AWS SDK, and it knows nothing of Terraform.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod arn;
mod batch;
mod caller_identity;
mod clients;
mod config;
mod creation;
pub mod ec2;
pub mod elbv2;
mod error;
mod hint;
mod ignored_tags;
mod journal;
mod kind;
pub mod limits;
mod reads;
mod safeguard;
mod service_error;
mod setup_error;
mod tags;
#[cfg(test)]
mod testing;
mod wait;

pub use arn::{Arn, ParseArnError, partition};
pub use caller_identity::CallerIdentity;
pub use clients::{Clients, check_bundle, check_proxy_url, check_region};
pub use config::{
    Accounts, AssumeRole, Config, Endpoints, MetadataService, Proxies, RetryMode, Secret, WebIdentity,
};
pub use creation::Name;
pub use error::Error;
pub use ignored_tags::IgnoredTags;
pub use kind::Kind;
pub use safeguard::Safeguard;
pub use service_error::ServiceError;
pub use setup_error::SetupError;
pub use tags::{CREATE_TOKEN, MAX_TAGS, TagChange, Tags};
pub use wait::{Notice, Poll, Wait};

pub(crate) use service_error::failed;

/// The result of every operation of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
