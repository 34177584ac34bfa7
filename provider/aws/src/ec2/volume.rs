//! Volumes of the Elastic Block Store.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{VolumeModification, VolumeModificationState, VolumeType};

use super::{Ec2, any_of, filter, tags};
use crate::batch::{Described, Key, Reach, Scope};
use crate::limits::VOLUMES;
use crate::{Error, Poll, Result, Safeguard, Tags, Wait, failed};

/// The code for a volume of which another change is under way.
const UNDER_WAY: &[&str] = &["IncorrectModificationState"];

/// A volume as the service describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Volume {
    /// The id, which begins with `vol-`.
    pub id: String,
    /// The size in GiB.
    pub size: Option<i32>,
    /// `gp3`, `gp2`, `io2`, ...
    pub volume_type: Option<String>,
    /// Operations a second.
    pub iops: Option<i32>,
    /// MiB a second.
    pub throughput: Option<i32>,
    /// Whether the volume is encrypted.
    pub encrypted: Option<bool>,
    /// The key it is encrypted with.
    pub kms_key_id: Option<String>,
    /// The tags.
    pub tags: Tags,
}

/// What to change about a volume while it is in use. What is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VolumeChange {
    /// A larger size in GiB.
    pub size: Option<i32>,
    /// Another type.
    pub volume_type: Option<String>,
    /// Operations a second.
    pub iops: Option<i32>,
    /// MiB a second.
    pub throughput: Option<i32>,
}

impl VolumeChange {
    /// Whether nothing is to be done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a change that is under way makes all of this one.
    fn is_made_by(&self, found: &VolumeModification) -> bool {
        let volume_type = found.target_volume_type.as_ref().map(VolumeType::as_str);
        self.size.is_none_or(|size| found.target_size == Some(size))
            && self.volume_type.as_deref().is_none_or(|wanted| volume_type == Some(wanted))
            && self.iops.is_none_or(|iops| found.target_iops == Some(iops))
            && self.throughput.is_none_or(|throughput| found.target_throughput == Some(throughput))
    }
}

pub(super) const ID: &str = "volume-id";
/// How many volumes a page may hold.
const PAGE: i32 = 500;

impl Ec2<'_> {
    /// The volume of that id.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn volume(&self, id: &str) -> Result<Option<Volume>> {
        self.one(&self.reads().volumes, ID, id).await
    }

    /// Changes a volume and waits until the change is usable; the service may go on optimising it for hours. The file
    /// system on it has to be grown from within.
    ///
    /// # Errors
    ///
    /// When the service refuses (a volume never shrinks, and changes at most once in six hours), the change fails, or
    /// the patience ends.
    pub async fn modify_volume(&self, id: &str, change: &VolumeChange, wait: &Wait) -> Result<()> {
        let client = self.sdk().await?;
        let modify = || async {
            let request = client.modify_volume().volume_id(id);
            let request = request
                .set_size(change.size)
                .set_volume_type(change.volume_type.as_deref().map(VolumeType::from))
                .set_iops(change.iops)
                .set_throughput(change.throughput);
            match request.send().await.map_err(failed("ec2:ModifyVolume")) {
                // An operation that was interrupted may have asked for the same.
                Err(error) if error.has_code(UNDER_WAY) => {
                    let found = self.modification(id).await?;
                    found.filter(|found| change.is_made_by(found)).map(Some).ok_or(error)
                }
                reply => Ok(reply?.volume_modification),
            }
        };
        let wait = wait.at_pace(VOLUMES);
        let another_is_under_way =
            |error: &Error| error.has_code(UNDER_WAY) && Safeguard::VolumeRetry.is_on();
        let what = format!("change of volume {id}");
        if let Some(modification) = wait.retry(&what, another_is_under_way, modify).await?
            && let Poll::Ready(()) = progress(&what, &modification)?
        {
            return Ok(());
        }
        wait.poll(&what, || async {
            match self.modification(id).await? {
                Some(modification) => progress(&what, &modification),
                None => Ok(Poll::Pending("the change is not visible".into())),
            }
        })
        .await
    }

    /// The newest change of a volume.
    async fn modification(&self, id: &str) -> Result<Option<VolumeModification>> {
        let request = self.sdk().await?.describe_volumes_modifications().filters(filter("volume-id", id));
        let reply = request.send().await.map_err(failed("ec2:DescribeVolumesModifications"))?;
        Ok(reply.volumes_modifications.unwrap_or_default().pop())
    }
}

impl Described for Volume {
    type Client = Client;

    async fn describe(client: Client, property: &'static str, values: Vec<String>) -> Result<Vec<Self>> {
        let pages =
            client.describe_volumes().filters(any_of(property, values)).into_paginator().page_size(PAGE);
        let found = pages.items().send().try_collect().await.map_err(failed("ec2:DescribeVolumes"))?;
        Ok(found.into_iter().map(from_sdk).collect())
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new(ID, &self.id)]
    }

    fn is_unique(_: &str) -> bool {
        true
    }

    fn reach(scope: &Scope, _: usize) -> Option<Reach> {
        let volumes = scope.met(ID);
        (!volumes.is_empty()).then_some((ID, volumes))
    }
}

fn progress(what: &str, modification: &VolumeModification) -> Result<Poll<()>> {
    match &modification.modification_state {
        Some(VolumeModificationState::Optimizing | VolumeModificationState::Completed) => Ok(Poll::Ready(())),
        _ if !Safeguard::VolumeWait.is_on() => Ok(Poll::Ready(())),
        Some(VolumeModificationState::Failed) => {
            let reason =
                modification.status_message.clone().unwrap_or_else(|| "the service gives no reason".into());
            Err(Error::Failed { what: what.into(), reason })
        }
        state => Ok(Poll::Pending(state.as_ref().map_or("unknown", |state| state.as_str()).to_owned())),
    }
}

fn from_sdk(volume: aws_sdk_ec2::types::Volume) -> Volume {
    Volume {
        id: volume.volume_id.unwrap_or_default(),
        size: volume.size,
        volume_type: volume.volume_type.map(|word| word.as_str().to_owned()),
        iops: volume.iops,
        throughput: volume.throughput,
        encrypted: volume.encrypted,
        kms_key_id: volume.kms_key_id,
        tags: tags::from_sdk(volume.tags),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::testing::{Server, ec2_error, ec2_reply};

    fn wait() -> Wait {
        Wait::new(Duration::from_mins(1), CancellationToken::new())
    }

    #[tokio::test]
    async fn a_change_that_is_usable_at_once_costs_one_call() {
        let server = Server::start(|_| {
            let state =
                "<volumeModification><modificationState>optimizing</modificationState></volumeModification>";
            ec2_reply("ModifyVolume", state)
        })
        .await;
        let change =
            VolumeChange { size: Some(30), volume_type: Some("gp3".into()), ..VolumeChange::default() };
        server.clients().ec2().modify_volume("vol-1", &change, &wait()).await.unwrap();
        assert_eq!(server.actions(), ["ModifyVolume"]);
        let request = &server.requests()[0];
        assert_eq!((&*request["Size"], &*request["VolumeType"]), ("30", "gp3"));
        assert!(!request.contains_key("Iops"), "{request:?}");
    }

    #[tokio::test]
    async fn a_failed_change_tells_why() {
        let server = Server::start(|request| match &*request["Action"] {
            "ModifyVolume" => ec2_reply(
                "ModifyVolume",
                "<volumeModification><modificationState>modifying</modificationState></volumeModification>",
            ),
            _ => ec2_reply(
                "DescribeVolumesModifications",
                "<volumeModificationSet><item><modificationState>failed</modificationState>\
                 <statusMessage>no space</statusMessage></item></volumeModificationSet>",
            ),
        })
        .await;
        let change = VolumeChange { size: Some(30), ..VolumeChange::default() };
        let error = server.clients().ec2().modify_volume("vol-1", &change, &wait()).await.unwrap_err();
        assert_eq!(error.to_string(), "change of volume vol-1 failed: no space");
    }

    #[tokio::test]
    async fn a_change_that_is_under_way_already_is_awaited() {
        for (target, calls) in [(30, 2), (20, 3)] {
            let asked = AtomicU32::new(0);
            let server = Server::start(move |request| match &*request["Action"] {
                "ModifyVolume" if asked.fetch_add(1, Ordering::Relaxed) == 0 => {
                    ec2_error(400, "IncorrectModificationState", "it is being modified")
                }
                "ModifyVolume" => ec2_reply(
                    "ModifyVolume",
                    "<volumeModification><modificationState>optimizing</modificationState></volumeModification>",
                ),
                action => ec2_reply(
                    action,
                    &format!(
                        "<volumeModificationSet><item><modificationState>optimizing</modificationState>\
                         <targetSize>{target}</targetSize></item></volumeModificationSet>"
                    ),
                ),
            })
            .await;
            let change = VolumeChange { size: Some(30), ..VolumeChange::default() };
            let wait = wait().paced(Duration::from_millis(1), Duration::from_millis(4));
            server.clients().ec2().modify_volume("vol-1", &change, &wait).await.unwrap();
            assert_eq!(server.actions().len(), calls, "{:?}", server.actions());
        }
    }

    #[tokio::test]
    async fn a_refused_change_is_not_repeated() {
        let server =
            Server::start(|_| ec2_error(400, "InvalidParameterValue", "New size cannot be smaller")).await;
        let change = VolumeChange { size: Some(1), ..VolumeChange::default() };
        let error = server.clients().ec2().modify_volume("vol-1", &change, &wait()).await.unwrap_err();
        assert!(error.has_code(&["InvalidParameterValue"]), "{error}");
        assert_eq!(server.actions(), ["ModifyVolume"]);
    }
}
