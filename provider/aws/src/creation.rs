//! Creation that leaves no orphan and makes no duplicate, whatever becomes of the answer.
//!
//! Every creation has a token, which goes with the request: as its client token where the call takes one, and as a tag
//! of the object. When the outcome is in doubt, the object is looked up by it and adopted, or the call is repeated with
//! the same token. The [journal](crate::journal) keeps the token for the next process, should this one be killed.

mod name;
mod once;
mod token;

use std::fmt::Debug;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};

use sha2::{Digest as _, Sha256};

use crate::journal::{Begun, Journal};
use crate::limits::VISIBILITY;
use crate::{Clients, Error, Poll, Result, Safeguard, Tags, Wait};

pub use name::Name;
pub(crate) use once::{OnlyWhenNothingHappened, is_unreached};
pub(crate) use token::Token;

/// How often an object is looked for that may have been made a moment ago: for some four seconds.
const LOOKS: usize = 6;

/// What is to be created.
#[derive(Clone, Copy)]
pub(crate) struct Creation<'a> {
    /// Its kind, as an operator calls it.
    pub(crate) kind: &'static str,
    /// Whether it has tags, of which one is the token.
    pub(crate) tagged: bool,
    /// Everything that tells this creation from others; equal ones make objects that nobody can tell apart.
    pub(crate) request: &'a (dyn Debug + Sync),
    /// The patience of the whole operation.
    pub(crate) wait: &'a Wait,
}

impl Clients {
    /// Creates an object, once. `attempt` asks for it; `look` finds what an attempt has made: by the token, or, where an
    /// object has no tags, by what makes it unique.
    ///
    /// # Errors
    ///
    /// Those of `attempt`; [`Error::Uncertain`] when nobody can tell whether the object was made.
    pub(crate) async fn create<T, A, L>(
        &self,
        creation: Creation<'_>,
        attempt: impl Fn(Token) -> A,
        look: impl Fn(Token) -> L,
    ) -> Result<T>
    where
        A: Future<Output = Result<T>>,
        L: Future<Output = Result<Option<T>>>,
    {
        let request = digest(creation.kind, creation.request, self.region().await?);
        let begun = self.journal(move |journal| journal.begin(&request)).await;
        let token = begun.token.clone();
        let created = self.create_as(creation, &begun, attempt, look).await;
        match &created {
            Ok(_) => self.journal(move |journal| journal.told(&token)).await,
            Err(Error::Uncertain { .. }) => {}
            Err(error) if error.is_ambiguous() => {}
            Err(_) => self.journal(move |journal| journal.refused(&token)).await,
        }
        created
    }

    async fn create_as<T, A, L>(
        &self,
        creation: Creation<'_>,
        begun: &Begun,
        attempt: impl Fn(Token) -> A,
        look: impl Fn(Token) -> L,
    ) -> Result<T>
    where
        A: Future<Output = Result<T>>,
        L: Future<Output = Result<Option<T>>>,
    {
        let Creation { kind, wait, .. } = creation;
        let (token, mut in_doubt) = (&begun.token, begun.inherited.is_some());
        if let Some(age) = begun.inherited {
            // After a while nothing is invisible any more.
            let looks = if age < VISIBILITY { LOOKS } else { 1 };
            let found = find(wait, kind, looks, || look(token.clone())).await;
            if let Some(found) = found.map_err(|error| uncertain(creation, begun, error))? {
                tracing::info!(%token, "took over a {kind} that an earlier run had begun to create");
                return Ok(found);
            }
        }
        let mut left = self.attempts();
        loop {
            // Boxed: the SDK's futures are large.
            let error = match Box::pin(attempt(token.clone())).await {
                Ok(made) => return Ok(made),
                Err(error) => error,
            };
            left -= 1;
            let is_ambiguous = error.is_ambiguous();
            in_doubt |= is_ambiguous;
            if !in_doubt || !Safeguard::LostResponse.is_on() {
                return Err(error);
            }
            tracing::warn!(%token, "no telling whether a {kind} was created, looking for it: {error}");
            match find(wait, kind, LOOKS, || look(token.clone())).await {
                Ok(Some(found)) => {
                    tracing::info!(%token, "found the {kind} whose creation got no answer");
                    return Ok(found);
                }
                Ok(None) if !is_ambiguous => return Err(error),
                Ok(None) if left > 0 => tracing::warn!(%token, "repeating the creation of a {kind}"),
                _ => return Err(uncertain(creation, begun, error)),
            }
        }
    }

    /// Tells that an object with these tags is known to the caller, who need not be afraid to lose it any more.
    pub fn seen(&self, tags: &Tags) {
        if let Some(token) = Token::of(tags) {
            self.journal.seen(&token);
        }
    }

    /// Like [`seen`](Self::seen), of an object without tags.
    pub(crate) async fn seen_untagged(&self, kind: &str, request: &(dyn Debug + Sync)) -> Result<()> {
        self.journal.seen_request(&digest(kind, request, self.region().await?));
        Ok(())
    }

    /// Tells that the caller has taken down all that was made, and will ask for nothing more.
    pub fn settle(&self) {
        self.journal.settle();
    }

    async fn journal<T: Send + 'static>(&self, act: impl FnOnce(&Journal) -> T + Send + 'static) -> T {
        let journal = self.journal.clone();
        match tokio::task::spawn_blocking(move || act(&journal)).await {
            Ok(done) => done,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// The refusal of an object whose place is taken, told with the id of the other one where it can be found.
pub(crate) async fn taken<T>(
    outcome: Result<T>,
    codes: &[&str],
    what: &str,
    other: impl Future<Output = Result<Option<String>>>,
) -> Result<T> {
    match outcome {
        Err(error) if error.has_code(codes) => match Box::pin(other).await {
            Ok(Some(id)) => Err(Error::AlreadyExists { what: what.into(), id }),
            // That the look fails, or finds nothing, leaves the error as the service told it.
            _ => Err(error),
        },
        outcome => outcome,
    }
}

/// Looks for an object that may be too new to be seen.
async fn find<T, L>(wait: &Wait, kind: &str, looks: usize, look: impl Fn() -> L) -> Result<Option<T>>
where
    L: Future<Output = Result<Option<T>>>,
{
    let left = AtomicUsize::new(looks);
    let probe = || async {
        let found = Box::pin(look()).await?;
        let is_last = left.fetch_sub(1, Ordering::Relaxed) == 1;
        Ok(if found.is_some() || is_last { Poll::Ready(found) } else { Poll::Pending("not found".into()) })
    };
    wait.poll(&format!("{kind} whose creation is in doubt"), probe).await
}

fn uncertain(creation: Creation<'_>, begun: &Begun, error: Error) -> Error {
    let token = creation.tagged.then(|| begun.token.to_string());
    Error::Uncertain { kind: creation.kind, token, recorded: begun.recorded, error: Box::new(error) }
}

/// What a creation is recognised by in the journal. It tells nothing of what was asked for.
fn digest(kind: &str, request: &(dyn Debug + Sync), region: &str) -> String {
    hex::encode(Sha256::digest(format!("{kind} {region} {request:?}")))
}

#[cfg(test)]
mod tests;
