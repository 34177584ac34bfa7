//! What several rooms share.

pub(crate) mod blame;
pub(crate) mod cidr;
pub(crate) mod given;
pub(crate) mod id;
pub(crate) mod names;
pub(crate) mod seen;
pub(crate) mod tags;
pub(crate) mod wait;
