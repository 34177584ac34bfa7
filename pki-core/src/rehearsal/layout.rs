//! Rehearsals of whole layouts.

use jiff::Timestamp;

use super::{Authority, Domain, Member, Rehearsal};
use crate::certificate::Certificate;
use crate::error::Error;
use crate::kubernetes::{IssuedItem, Layout, LayoutItem, Role};
use crate::san::SubjectAltName;

impl Rehearsal {
    /// The cluster of a layout that nothing was made of yet.
    ///
    /// ```
    /// use pki_core::kubernetes::{Layout, LayoutForm, Node};
    /// use pki_core::rehearsal::Rehearsal;
    /// # let mut rng = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
    /// # let now = "2026-11-22T12:00:00Z".parse().unwrap();
    ///
    /// let mut layout = Layout::new(LayoutForm::ThreeAuthorities);
    /// layout.cluster.service_cidrs = vec!["10.32.0.0/24".parse().unwrap()];
    /// layout.control_plane = vec![Node::new("master-0.k8s.example", ["10.240.0.10"])];
    /// layout.workers = vec![Node::new("worker-0.k8s.example", ["10.240.0.20"])];
    /// assert!(Rehearsal::of_layout(&layout, now).unwrap().run(&mut rng).unwrap().passes());
    /// ```
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the layout.
    pub fn of_layout(layout: &Layout, time: Timestamp) -> Result<Self, Vec<Error>> {
        let plan = layout.plan()?;
        let mut rehearsal = Self::around(layout, time)?;
        let authorities = Domains::of(plan.items());
        for item in plan.items() {
            let (identity, profile) = (item.identity().clone(), item.profile().clone());
            if item.is_authority() {
                // One that answers several questions is given once: each plan would be another authority.
                if let Some(domain) = authorities.of_authority(item.name()).next() {
                    rehearsal = rehearsal.authority(domain, Authority::Planned { identity, profile });
                }
            } else if let Some(authority) = item.authority() {
                let issuer = authorities.of_authority(authority).next().unwrap_or(Domain::Cluster);
                rehearsal.add(layout, item, |role| {
                    Member::planned(role, identity.clone(), profile.clone(), issuer)
                })?;
            }
        }
        Ok(rehearsal)
    }

    /// The cluster of a layout with the certificates that were made of it. Their keys, which are not touched, are stood
    /// in for.
    ///
    /// # Errors
    ///
    /// Fails when a name of the layout is invalid.
    pub fn of_issued(layout: &Layout, issued: &[IssuedItem], time: Timestamp) -> Result<Self, Vec<Error>> {
        let mut rehearsal = Self::around(layout, time)?;
        let items: Vec<_> = issued.iter().map(|issued| issued.item().clone()).collect();
        let authorities = Domains::of(&items);
        for issued in issued {
            let (item, Some(certificate)) = (issued.item(), issued.certificate()) else { continue };
            if item.is_authority() {
                for domain in authorities.of_authority(item.name()) {
                    rehearsal =
                        rehearsal.authority(domain, Authority::Certificates(vec![certificate.clone()]));
                }
            } else {
                let certificate =
                    |role| Member::certificate(role, Certificate::clone(certificate), Vec::new());
                rehearsal.add(layout, item, certificate)?;
            }
        }
        Ok(rehearsal)
    }

    fn around(layout: &Layout, time: Timestamp) -> Result<Self, Vec<Error>> {
        Ok(Self::new(layout.cluster.clone(), time).api_server_names(parse(&layout.api_names)?))
    }

    /// Adds a member for every role of an item.
    fn add(
        &mut self,
        layout: &Layout,
        item: &LayoutItem,
        member: impl Fn(Role) -> Member,
    ) -> Result<(), Vec<Error>> {
        let is_here = |name: &str| item.node().is_none_or(|own| own == name);
        for role in item.roles() {
            let machines =
                if matches!(role, Role::Kubelet { .. }) { &layout.workers } else { &layout.control_plane };
            let mut names = Vec::new();
            if matches!(role, Role::ApiServer | Role::EtcdServer | Role::EtcdPeer | Role::Kubelet { .. }) {
                for machine in machines.iter().filter(|machine| is_here(&machine.name)) {
                    names.extend(parse(std::iter::once(&machine.name).chain(&machine.names))?);
                }
            }
            let mut member = member(role.clone()).reached_as(names);
            if let (Some(node), false) = (item.node(), matches!(role, Role::Kubelet { .. })) {
                member = member.called(format!("{role} {node}"));
            }
            self.members.push(member);
        }
        Ok(())
    }
}

/// Which authority of a layout answers which question.
struct Domains<'a>([(Domain, Option<&'a str>); 3]);

impl<'a> Domains<'a> {
    fn of(items: &'a [LayoutItem]) -> Self {
        let issuer = |role: Role| {
            items.iter().find(|item| item.roles().contains(&role)).and_then(|item| item.authority())
        };
        Self([
            (Domain::Cluster, issuer(Role::ApiServer)),
            (Domain::Etcd, issuer(Role::EtcdServer)),
            (Domain::FrontProxy, issuer(Role::FrontProxyClient)),
        ])
    }

    fn of_authority(&self, name: &str) -> impl Iterator<Item = Domain> {
        self.0.iter().filter(move |(_, authority)| *authority == Some(name)).map(|(domain, _)| *domain)
    }
}

fn parse<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Result<Vec<SubjectAltName>, Vec<Error>> {
    let parsed = names.into_iter().enumerate().map(|(index, name)| {
        name.as_ref().parse().map_err(|source| vec![Error::SubjectAltName { index, source }])
    });
    parsed.collect()
}
