//! What this process has planned so far, so that objects can be judged beside others that do not exist yet.
//!
//! Each provider configuration has a process of its own, which sees only what is planned with it: what is not found here
//! may still be planned by another. Who judges by it says what to do in that case.

mod new_ranges;
mod owners;
mod subnets;
mod vpcs;

pub(crate) use new_ranges::NewRanges;
pub(super) use owners::Owners;
pub(super) use subnets::{Claim, Subnets};
pub(super) use vpcs::Vpcs;

/// What this process has planned so far.
#[derive(Debug, Default)]
pub(crate) struct Planned {
    /// The ranges of VPCs that will be created.
    pub(super) new_vpcs: NewRanges,
    /// The VPCs that there are, and what lies in them.
    pub(super) vpcs: Vpcs,
    /// The ranges of subnets that will be created.
    pub(crate) new_subnets: NewRanges,
    /// Subnets beside each other.
    pub(super) subnets: Subnets,
    /// Who says what the rules of a group, or the routes of a table, are.
    pub(super) owners: Owners,
}
