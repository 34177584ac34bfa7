//! Which kinds of objects a configuration encrypts, and what a change of them means for those that are stored.

use std::collections::BTreeSet;

use tfplugin::prelude::*;

use super::EncryptionConfig;
use super::resource_name::ResourceName;

impl EncryptionConfig {
    /// The kinds to encrypt, as far as they are known.
    pub(super) fn kinds(&self) -> Vec<ResourceName> {
        match &self.resources {
            Attr::Null => "secrets".parse().into_iter().collect(),
            names => known(names),
        }
    }

    /// The kinds to leave out, as far as they are known.
    pub(super) fn unencrypted_kinds(&self) -> Vec<ResourceName> {
        known(&self.unencrypted_resources)
    }

    fn are_kinds_known(&self) -> bool {
        [&self.resources, &self.unencrypted_resources].into_iter().all(|names| {
            !names.is_unknown() && names.known().into_iter().flatten().all(|name| !name.is_unknown())
        })
    }

    fn encrypts(&self, kind: &ResourceName) -> bool {
        let covers = |names: &[ResourceName]| names.iter().any(|name| name.covers(kind));
        covers(&self.kinds()) && !covers(&self.unencrypted_kinds())
    }
}

/// Kinds that one of two configurations encrypts and the other one does not.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Difference {
    pub(super) added: Option<ResourceName>,
    pub(super) dropped: Option<ResourceName>,
}

impl Difference {
    /// `None` while one of the two is not known.
    pub(super) fn between(prior: &EncryptionConfig, planned: &EncryptionConfig) -> Option<Self> {
        if !prior.are_kinds_known() || !planned.are_kinds_known() {
            return None;
        }
        let configurations = [prior, planned];
        let named: Vec<_> = configurations
            .iter()
            .flat_map(|config| [config.kinds(), config.unencrypted_kinds()].concat())
            .collect();
        let groups: BTreeSet<_> = named.iter().map(ResourceName::all_of_group).collect();
        // A wildcard stands for all kinds that nobody names.
        let mut kinds: Vec<_> = named.into_iter().chain(groups).collect();
        kinds.extend("*.*".parse());
        let find = |one: &EncryptionConfig, other: &EncryptionConfig| {
            kinds.iter().find(|kind| one.encrypts(kind) && !other.encrypts(kind)).cloned()
        };
        Some(Self { added: find(planned, prior), dropped: find(prior, planned) })
    }
}

fn known(names: &Attr<Vec<Attr<Parsed<ResourceName>>>>) -> Vec<ResourceName> {
    let names = names.known().into_iter().flatten();
    names.filter_map(Attr::known).map(|name| name.get().clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::names;
    use super::*;

    fn config(encrypted: &[&str], exceptions: &[&str]) -> EncryptionConfig {
        EncryptionConfig {
            resources: names(encrypted),
            unencrypted_resources: names(exceptions),
            ..EncryptionConfig::default()
        }
    }

    fn difference(
        (before, before_but): (&[&str], &[&str]),
        (after, after_but): (&[&str], &[&str]),
    ) -> (Option<String>, Option<String>) {
        let found = Difference::between(&config(before, before_but), &config(after, after_but)).unwrap();
        (found.added.map(|kind| kind.to_string()), found.dropped.map(|kind| kind.to_string()))
    }

    #[test]
    fn kinds_are_compared_by_what_they_mean() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(difference((&["secrets"], &[]), (&["secrets"], &[])), (None, None));
        assert_eq!(difference((&["a", "b"], &[]), (&["b", "a"], &[])), (None, None));
        assert_eq!(
            difference((&["secrets"], &[]), (&["secrets", "configmaps"], &[])),
            (text("configmaps"), None)
        );
        assert_eq!(difference((&["secrets"], &[]), (&["*."], &[])), (text("*."), None));
        assert_eq!(difference((&["*."], &[]), (&["secrets"], &[])), (None, text("*.")));
        assert_eq!(difference((&["*.*"], &[]), (&["*.*"], &["events"])), (None, text("events")));
        assert_eq!(
            difference((&["*.*"], &["events"]), (&["*.*"], &["*.apps"])),
            (text("events"), text("*.apps"))
        );
        assert_eq!(difference((&["*.apps", "*."], &[]), (&["*.*"], &[])), (text("*.*"), None));
        assert_eq!(difference((&[], &[]), (&[], &[])), (None, None));
    }

    #[test]
    fn without_resources_it_is_secrets() {
        let default = EncryptionConfig::default();
        let secrets = config(&["secrets"], &[]);
        assert_eq!(Difference::between(&default, &secrets), Some(Difference::default()));
        let unknown = EncryptionConfig { resources: Attr::Unknown, ..default };
        assert_eq!(Difference::between(&unknown, &secrets), None);
    }
}
