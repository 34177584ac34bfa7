//! The provider against an AWS that is slow, forgetful and strict: what copes with that, shown with it and without it.
//!
//! A scenario runs behind the fault proxy twice: with everything on it holds; with the safeguard that it proves left out
//! it does not.

mod balancers;
mod blockers;
mod budgets;
mod compute;
mod coverage;
mod deletion;
mod durability;
mod examples;
mod instances;
mod interruption;
mod network;
mod routing;
mod scenario;
mod strict_balancers;
mod throttling;
mod visibility;
