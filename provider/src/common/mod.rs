//! What several rooms share.

pub(crate) mod blame;
pub(crate) mod cidr;
pub(crate) mod creation;
pub(crate) mod derive;
pub(crate) mod given;
pub(crate) mod id;
pub(crate) mod names;
pub(crate) mod private_key_text;
pub(crate) mod salted_hash;
pub(crate) mod seen;
pub(crate) mod state_dir;
pub(crate) mod tags;
pub(crate) mod text;
pub(crate) mod wait;
pub(crate) mod write_only;
