//! The kinds of object whose reads share calls.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::batch::{Batch, Scope};
use crate::ec2::{
    DhcpOptions, Image, Instance, InternetGateway, KeyPair, RouteTable, SecurityGroup, SecurityGroupRule,
    Subnet, Volume, Vpc,
};
use crate::elbv2::{Listener, LoadBalancer, ObjectTags, Registration, TargetGroup};

/// One batch for each kind, and what they have in common.
#[derive(Debug)]
pub(crate) struct Reads {
    pub(crate) scope: Arc<Scope>,
    pub(crate) dhcp_options: Batch<DhcpOptions>,
    pub(crate) images: Batch<Image>,
    pub(crate) instances: Batch<Instance>,
    pub(crate) internet_gateways: Batch<InternetGateway>,
    pub(crate) key_pairs: Batch<KeyPair>,
    pub(crate) listeners: Batch<Listener>,
    pub(crate) load_balancers: Batch<LoadBalancer>,
    pub(crate) object_tags: Batch<ObjectTags>,
    pub(crate) registrations: Batch<Registration>,
    /// The root devices of images.
    root_devices: Mutex<HashMap<String, String>>,
    pub(crate) route_tables: Batch<RouteTable>,
    pub(crate) security_group_rules: Batch<SecurityGroupRule>,
    pub(crate) security_groups: Batch<SecurityGroup>,
    pub(crate) subnets: Batch<Subnet>,
    pub(crate) target_groups: Batch<TargetGroup>,
    pub(crate) volumes: Batch<Volume>,
    pub(crate) vpcs: Batch<Vpc>,
}

impl Reads {
    /// The names of the root devices of images, as far as they were asked for.
    pub(crate) fn root_devices(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.root_devices.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Reads {
    fn default() -> Self {
        let scope = Arc::default();
        Self {
            dhcp_options: Batch::new(&scope),
            images: Batch::new(&scope),
            instances: Batch::new(&scope),
            internet_gateways: Batch::new(&scope),
            key_pairs: Batch::new(&scope),
            listeners: Batch::new(&scope),
            load_balancers: Batch::new(&scope),
            object_tags: Batch::new(&scope),
            registrations: Batch::new(&scope),
            root_devices: Mutex::default(),
            route_tables: Batch::new(&scope),
            security_group_rules: Batch::new(&scope),
            security_groups: Batch::new(&scope),
            subnets: Batch::new(&scope),
            target_groups: Batch::new(&scope),
            volumes: Batch::new(&scope),
            vpcs: Batch::new(&scope),
            scope,
        }
    }
}
