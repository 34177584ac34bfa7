//! What several rooms share.

pub(crate) mod cidr;
pub(crate) mod id;
pub(crate) mod tags;
