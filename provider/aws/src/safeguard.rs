//! What copes with a service that is slow, forgetful or out of order, each with a switch for the tests.
//!
//! An emulator is none of these things, so a test of such behaviour is worth something only if it fails without it.
//! Builds with debug assertions leave out the safeguards that `GROUNDUP_TEST_WITHOUT` names, separated by commas; in
//! all other builds there is no switch.

macro_rules! safeguards {
    ($($(#[$meta:meta])+ $name:ident = $text:literal,)+) => {
        /// One way to cope with the real service.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub enum Safeguard {
            $($(#[$meta])+ $name,)+
        }

        impl Safeguard {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name by which a test switches it off.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

safeguards! {
    /// Calls are repeated when the service is too busy.
    ThrottledRetry = "throttled-retry",
    /// Reads at the same time share calls, and a process that only reads remembers answers for a moment.
    Batching = "batching",
    /// An object whose creation got no answer is looked for, and the creation repeated when there is none.
    LostResponse = "lost-response",
    /// Creations are written down, so that a process takes over what a killed one has made.
    Journal = "journal",
    /// A repeated launch carries the same client token.
    ClientToken = "client-token",
    /// A new object that the service does not know yet is given time to show up.
    Visibility = "visibility",
    /// A deletion is repeated while other objects are in the way.
    BlockedDeletion = "blocked-deletion",
    /// What stands in the way of a deletion is named.
    NamedBlockers = "named-blockers",
    /// A new load balancer is awaited until it routes traffic.
    LoadBalancerWait = "load-balancer-wait",
    /// A load balancer that the service gave up on is an error at once.
    FailedLoadBalancer = "failed-load-balancer",
    /// A load balancer that works, but not as well as it should, is a warning.
    ImpairedLoadBalancer = "impaired-load-balancer",
    /// A new or restarted instance is awaited until it runs.
    InstanceWait = "instance-wait",
    /// A new association of a route table is awaited until it works.
    AssociationWait = "association-wait",
    /// A launch is repeated while the last owner of its address has not quite released it.
    AddressRelease = "address-release",
    /// An instance that was stopped for a change is started again whatever became of the change.
    StartAfterFailure = "start-after-failure",
    /// An instance is awaited until it has stopped, before it is changed.
    StopWait = "stop-wait",
    /// A start is repeated while a change of the instance has not got around.
    InstanceStart = "instance-start",
    /// An instance is awaited until it has terminated.
    TerminationWait = "termination-wait",
    /// Changed metadata options are awaited until they hold.
    MetadataWait = "metadata-wait",
    /// A change of a volume is asked for again while another one is under way.
    VolumeRetry = "volume-retry",
    /// A changed volume is awaited until the change is usable.
    VolumeWait = "volume-wait",
    /// A route is asked for again while its target has not got around.
    RouteTarget = "route-target",
    /// Rules of a group that are there already count as made.
    PresentRules = "present-rules",
    /// A route whose target is gone is told.
    BlackHole = "black-hole",
    /// The network interfaces that a load balancer leaves behind are awaited to go.
    InterfaceRelease = "interface-release",
    /// A listener is asked for again while what it refers to has not got around.
    ListenerReferences = "listener-references",
    /// The registration of an instance is repeated while that does not run.
    RunningTarget = "running-target",
    /// A target that is being drained counts as removed.
    DrainingTarget = "draining-target",
}

impl Safeguard {
    /// Whether it is to be used: always, but in tests that show what happens without it.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn is_on(self) -> bool {
        static WITHOUT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
        let without = WITHOUT.get_or_init(|| std::env::var("GROUNDUP_TEST_WITHOUT").unwrap_or_default());
        !without.split(',').any(|name| name == self.name())
    }

    /// Whether it is to be used: always.
    #[cfg(not(debug_assertions))]
    #[must_use]
    pub const fn is_on(self) -> bool {
        true
    }
}
