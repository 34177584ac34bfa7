//! `fixture_lease`: an ephemeral resource that nobody else can open before it is closed.

use std::time::{Duration, SystemTime};

use tfplugin::prelude::*;

use crate::object::Store;

tfplugin::string_enum! {
    /// What goes wrong.
    pub(crate) enum Misdeed {
        Nothing = "nothing",
        Unknown = "unknown",
        Contradiction = "contradiction",
        Invention = "invention",
        Failure = "failure",
    }
}

/// A lease that goes wrong on demand.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Lease {
    /// Name.
    #[attr(required)]
    name: Attr<String>,
    /// What goes wrong.
    #[attr(optional, default = "nothing")]
    misdeed: Attr<Misdeed>,
    /// Terms.
    #[attr(optional)]
    terms: Attr<Terms>,
    /// What proves the lease.
    #[attr(computed)]
    token: Attr<Secret>,
}

/// Terms of a lease.
#[derive(Clone, Debug, Default, Model, PartialEq)]
pub(crate) struct Terms {
    /// How long it lasts.
    #[attr(optional, default = 60)]
    seconds: Attr<u64>,
    /// Note.
    #[attr(optional)]
    note: Attr<String>,
}

impl EphemeralResource for Lease {
    const TYPE: &'static str = "lease";
    type Client = Store;

    async fn open(mut self, cx: &Cx<Store>) -> Result<Opened<Self>> {
        let name = self.name.value()?.clone();
        cx.warn("Lease Asked For", format!("Somebody wants `{name}`."));
        if self.misdeed == Misdeed::Failure.into() {
            return Err(Error::new("Lease Failed", "It was to fail."));
        }
        if !cx.client.leases().insert(name.clone()) {
            return Err(Error::new("Lease Taken", format!("Somebody has `{name}`.")));
        }
        self.token = Secret::new(format!("token of {name}")).into();
        match (self.misdeed.or(Misdeed::Nothing), &mut self.terms) {
            (Misdeed::Unknown, _) => self.token = Attr::Unknown,
            (Misdeed::Contradiction, _) => self.name = "another".into(),
            (Misdeed::Invention, Attr::Known(terms)) => terms.note = "invented".into(),
            _ => {}
        }
        let seconds = self.terms.known().map_or(60, |terms| terms.seconds.or_default());
        let renew_at = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        Ok(Opened::new(self).private(name.into_bytes()).renew_at(renew_at))
    }

    async fn renew(private: Vec<u8>, cx: &Cx<Store>) -> Result<Option<SystemTime>> {
        let name = String::from_utf8(private)?;
        if !cx.client.leases().contains(&name) {
            return Err(Error::new("No Such Lease", format!("Nobody has `{name}`.")));
        }
        Ok(Some(SystemTime::UNIX_EPOCH + Duration::from_mins(2)))
    }

    async fn close(private: Vec<u8>, cx: &Cx<Store>) -> Result<()> {
        cx.client.leases().remove(&String::from_utf8(private)?);
        Ok(())
    }
}
