//! How long things may take and how often they are looked at: all the numbers in one place.
//!
//! The limits are the defaults of a `timeouts` block; each is that of a whole operation, however many things it awaits
//! one after the other. The paces are those of looking: the first look is always at once.

use std::time::Duration;

/// How long the operations on one kind of object may take when the user does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Until it is created and can be used.
    pub create: Duration,
    /// Until a change has taken effect.
    pub update: Duration,
    /// Until it is gone, with whatever stands in the way gone before.
    pub delete: Duration,
}

impl Limits {
    const fn minutes(create: u64, update: u64, delete: u64) -> Self {
        Self {
            create: Duration::from_mins(create),
            update: Duration::from_mins(update),
            delete: Duration::from_mins(delete),
        }
    }
}

/// VPCs.
pub const VPC: Limits = Limits::minutes(2, 2, 5);
/// DHCP options and their associations.
pub const DHCP_OPTIONS: Limits = Limits::minutes(2, 2, 3);
/// Subnets; what a load balancer leaves behind may hold one for minutes.
pub const SUBNET: Limits = Limits::minutes(2, 2, 20);
/// Internet gateways. A change may detach, and a detachment awaits that no public address is mapped any more.
pub const INTERNET_GATEWAY: Limits = Limits::minutes(2, 20, 20);
/// Route tables.
pub const ROUTE_TABLE: Limits = Limits::minutes(2, 2, 5);
/// Associations of route tables.
pub const ROUTE_TABLE_ASSOCIATION: Limits = Limits::minutes(5, 5, 5);
/// Routes.
pub const ROUTE: Limits = Limits::minutes(2, 2, 2);
/// Security groups; what uses one may take its time to go.
pub const SECURITY_GROUP: Limits = Limits::minutes(2, 2, 15);
/// Rules of security groups.
pub const SECURITY_GROUP_RULE: Limits = Limits::minutes(2, 2, 2);
/// Key pairs.
pub const KEY_PAIR: Limits = Limits::minutes(2, 2, 2);
/// Instances. A change may stop one and start it again, with ten minutes for each.
pub const INSTANCE: Limits = Limits::minutes(10, 20, 20);
/// Network load balancers.
pub const LOAD_BALANCER: Limits = Limits::minutes(10, 10, 10);
/// Target groups.
pub const TARGET_GROUP: Limits = Limits::minutes(2, 2, 2);
/// Registrations of targets; an instance has to run first.
pub const TARGET: Limits = Limits::minutes(5, 5, 5);
/// Listeners; a certificate may take minutes to be known.
pub const LISTENER: Limits = Limits::minutes(5, 5, 5);

/// How long a new object may stay invisible to the calls that follow its creation.
pub(crate) const VISIBILITY: Duration = Duration::from_mins(2);
/// How long the network interfaces of a deleted load balancer are awaited.
pub(crate) const LOAD_BALANCER_INTERFACES: Duration = Duration::from_mins(5);
/// How long a certificate that was made a moment ago may be unknown to load balancers.
pub(crate) const CERTIFICATE_VISIBILITY: Duration = Duration::from_mins(5);
/// How long a change made a moment ago may not have reached the part of EC2 that starts instances.
pub(crate) const CHANGE_VISIBILITY: Duration = Duration::from_mins(2);
/// How long the address of a terminated instance may stay taken: until its interface is deleted.
pub(crate) const ADDRESS_RELEASE: Duration = Duration::from_mins(3);
/// How often a long wait says in the log what it waits for, and looks for what stands in the way.
pub(crate) const PROGRESS: Duration = Duration::from_secs(30);
/// How long a look that is under way may go on after the operator asked to stop.
pub(crate) const LAST_LOOK: Duration = Duration::from_secs(5);

/// How often to look: after the first delay, which grows by a factor of 1.6 up to the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    pub(crate) first: Duration,
    pub(crate) longest: Duration,
    /// How much longer to wait once the operator asked to stop. What takes a moment is given that moment: it spares
    /// the operator an object that is half set up.
    pub(crate) grace: Duration,
}

impl Pace {
    const fn millis(first: u64, longest: u64, grace: u64) -> Self {
        Self {
            first: Duration::from_millis(first),
            longest: Duration::from_millis(longest),
            grace: Duration::from_millis(grace),
        }
    }
}

/// What the service does in a moment: networks, groups, routes, settings.
pub(crate) const QUICK: Pace = Pace::millis(250, 5_000, 5_000);
/// What is done when others have gone out of the way.
pub(crate) const BLOCKED: Pace = Pace::millis(250, 5_000, 0);
/// How the metadata service of an instance answers.
pub(crate) const METADATA_OPTIONS: Pace = Pace::millis(250, 2_000, 5_000);
/// Instances that start, stop and terminate.
pub(crate) const INSTANCES: Pace = Pace::millis(1_000, 5_000, 0);
/// Volumes that are being changed.
pub(crate) const VOLUMES: Pace = Pace::millis(2_000, 10_000, 0);
/// Load balancers that are being set up or taken down.
pub(crate) const LOAD_BALANCERS: Pace = Pace::millis(2_000, 10_000, 0);
/// The network interfaces that a load balancer leaves behind.
pub(crate) const INTERFACES: Pace = Pace::millis(1_000, 5_000, 0);
