//! How long the process lives: until it is told to end, or until whoever would tell it is gone.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// How often the parent process is looked for.
const PARENT_CHECK: Duration = Duration::from_millis(500);

/// The end of the process, as a token that everything with an open end watches.
#[derive(Clone, Debug, Default)]
pub(super) struct Lifetime {
    end: CancellationToken,
    dismissed: Arc<AtomicBool>,
}

impl Lifetime {
    /// For a process started by a host: Ctrl-C is the host's to handle, and the host's death is ours too.
    pub(super) fn of_the_host() -> io::Result<Self> {
        let lifetime = Self::default();
        platform::ignore_interrupt()?;
        platform::end_on_request(&lifetime)?;
        platform::end_when_orphaned(&lifetime);
        Ok(lifetime)
    }

    /// For a process started by a person: Ctrl-C ends it.
    pub(super) fn of_a_person() -> io::Result<Self> {
        let lifetime = Self::default();
        platform::end_on_interrupt(&lifetime)?;
        platform::end_on_request(&lifetime)?;
        Ok(lifetime)
    }

    /// For tests: ends only by [`Self::finish`].
    #[cfg(test)]
    pub(super) fn endless() -> Self {
        Self::default()
    }

    /// Begins the end.
    pub(super) fn finish(&self) {
        self.end.cancel();
    }

    /// Begins the end, at the host's own word.
    pub(super) fn dismiss(&self) {
        self.dismissed.store(true, Ordering::Release);
        self.finish();
    }

    /// Whether the host itself has ended the process, instead of having been killed.
    pub(super) fn is_dismissed(&self) -> bool {
        self.dismissed.load(Ordering::Acquire)
    }

    /// Waits for the beginning of the end.
    pub(super) fn finished(&self) -> impl Future<Output = ()> + Send + 'static {
        self.end.clone().cancelled_owned()
    }
}

#[cfg(unix)]
mod platform {
    use std::io;

    use nix::unistd::getppid;
    use tokio::signal::unix::{SignalKind, signal};

    use super::{Lifetime, PARENT_CHECK};

    /// Hosts share their terminal's process group with us, so we get each Ctrl-C too.
    pub(super) fn ignore_interrupt() -> io::Result<()> {
        // A handler, once installed, stays; what it reports can be dropped.
        signal(SignalKind::interrupt()).map(drop)
    }

    pub(super) fn end_on_interrupt(lifetime: &Lifetime) -> io::Result<()> {
        end_on(SignalKind::interrupt(), lifetime)
    }

    pub(super) fn end_on_request(lifetime: &Lifetime) -> io::Result<()> {
        end_on(SignalKind::terminate(), lifetime)?;
        end_on(SignalKind::hangup(), lifetime)
    }

    fn end_on(kind: SignalKind, lifetime: &Lifetime) -> io::Result<()> {
        let mut received = signal(kind)?;
        let lifetime = lifetime.clone();
        tokio::spawn(async move {
            received.recv().await;
            lifetime.finish();
        });
        Ok(())
    }

    /// A killed host cannot say good-bye; its children are given to another parent.
    pub(super) fn end_when_orphaned(lifetime: &Lifetime) {
        let host = getppid();
        let lifetime = lifetime.clone();
        tokio::spawn(async move {
            while getppid() == host {
                tokio::time::sleep(PARENT_CHECK).await;
            }
            tracing::warn!("the host process is gone");
            lifetime.finish();
        });
    }
}

#[cfg(not(unix))]
mod platform {
    use std::io;

    use super::Lifetime;

    pub(super) fn ignore_interrupt() -> io::Result<()> {
        tokio::spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
        Ok(())
    }

    pub(super) fn end_on_interrupt(lifetime: &Lifetime) -> io::Result<()> {
        let lifetime = lifetime.clone();
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                lifetime.finish();
            }
        });
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "one signature for every platform")]
    pub(super) fn end_on_request(_: &Lifetime) -> io::Result<()> {
        Ok(())
    }

    /// The host puts its plugins into a job object there, which ends them with it.
    pub(super) fn end_when_orphaned(_: &Lifetime) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_host_dismisses() {
        let lifetime = Lifetime::endless();
        lifetime.finish();
        assert!(!lifetime.is_dismissed());
        lifetime.clone().dismiss();
        assert!(lifetime.is_dismissed());
    }

    #[tokio::test]
    async fn every_clone_ends_together() {
        let lifetime = Lifetime::endless();
        let other = lifetime.clone();
        lifetime.finish();
        other.finished().await;
    }
}
