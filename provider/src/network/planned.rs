//! What this process has planned so far, so that objects can be judged beside others that do not exist yet.
//!
//! Each provider configuration has a process of its own, which sees only what is planned with it: what is not found here
//! may still be planned by another. So what is said here of objects without an id can only be a warning.

mod owners;
mod subnets;
mod vpcs;

pub(super) use owners::Owners;
pub(super) use subnets::{Claim, Subnets};
pub(super) use vpcs::Vpcs;

/// What this process has planned so far.
#[derive(Debug, Default)]
pub(crate) struct Planned {
    /// VPCs and what lies in them.
    pub(super) vpcs: Vpcs,
    /// Subnets.
    pub(super) subnets: Subnets,
    /// Who says what the rules of a group, or the routes of a table, are.
    pub(super) owners: Owners,
}
