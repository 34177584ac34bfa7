//! Reads that share calls.
//!
//! A refresh asks for every object by itself, ten at a time, and so do all the waiters of an apply. Here those
//! questions meet: whatever is asked for within a moment (20 ms at most, less when nobody else comes) becomes one call
//! with a filter over all of it, and everybody gets their part of the answer, or the same error. An answer serves only
//! those who asked before the call was made, so nobody reads what was true before their own write.
//!
//! That alone would make a refresh cost as many calls as the graph of a configuration has steps, and more with every ten
//! objects. So a process that has not written yet, as each one that refreshes, also remembers answers for ten seconds,
//! and asks for more than it was asked for: for everything in the VPCs it has met ([`Described::reach`]). The reads that
//! follow find their objects there, and the calls grow with pages instead of objects. The first write of the process,
//! whatever it is about, ends this for good ([`Watch`]), and a look that waits for a change never trusts memory
//! ([`fresh`]). What is not remembered is asked for directly before anybody is told that it is gone.
//!
//! Each call runs in a task of its own: that one of those who asked loses interest does not leave the others without an
//! answer.

mod scope;
mod snapshot;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, oneshot};
use tokio::task::JoinSet;
use tracing::Instrument as _;

use self::snapshot::Snapshot;
use crate::{Error, Kind, Result, Safeguard};

pub(crate) use self::scope::{Scope, VPC, Watch};

/// How long questions are collected.
const WINDOW: Duration = Duration::from_millis(20);
/// How long nobody may join before the call is made earlier: the loneliest read waits no longer than that.
const LULL: Duration = Duration::from_millis(4);

/// What objects are asked for by: a property, as the service names it, and its value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) property: &'static str,
    pub(crate) value: String,
}

impl Key {
    pub(crate) fn new(property: &'static str, value: impl Into<String>) -> Self {
        Self { property, value: value.into() }
    }
}

/// Values of one property.
pub(crate) type Reach = (&'static str, BTreeSet<String>);

/// A kind of object that can be asked for many at a time.
pub(crate) trait Described: fmt::Debug + Send + Sync + Sized + 'static {
    /// What calls are made with.
    type Client: Clone + Send + Sync + 'static;

    /// Asks for all objects that have one of the values. That there is none is no error.
    fn describe(
        client: Self::Client,
        property: &'static str,
        values: Vec<String>,
    ) -> impl Future<Output = Result<Vec<Self>>> + Send;

    /// All that the object can be asked for by.
    fn keys(&self) -> Vec<Key>;

    /// Whether no two objects have the same value of the property.
    fn is_unique(property: &str) -> bool;

    /// How many values of the property one call takes.
    fn values_per_call(_property: &str) -> usize {
        200
    }

    /// Takes down what else the object lets one ask for.
    fn explore(&self, _scope: &Scope) {}

    /// What is worth asking for at once, when `calls` have been made for single objects.
    fn reach(_scope: &Scope, _calls: usize) -> Option<Reach> {
        None
    }
}

/// The objects that a question was about.
pub(crate) type Answer<T> = Vec<Arc<T>>;

/// The questions about objects of one kind.
pub(crate) struct Batch<T>(Arc<Shared<T>>);

struct Shared<T> {
    scope: Arc<Scope>,
    questions: Mutex<Vec<Question<T>>>,
    is_full: Notify,
    snapshot: Mutex<Snapshot<T>>,
    /// Whoever fills the snapshot, so that the next one finds it filled.
    filling: tokio::sync::Mutex<()>,
}

struct Question<T> {
    key: Key,
    is_fresh: bool,
    answer: oneshot::Sender<Result<Answer<T>>>,
}

tokio::task_local! {
    static FRESH: ();
}

/// Makes the reads of `look` take nobody's word but the service's.
pub(crate) async fn fresh<F: Future>(look: F) -> F::Output {
    FRESH.scope((), look).await
}

fn is_fresh() -> bool {
    FRESH.try_with(|()| ()).is_ok()
}

impl<T: Described> Batch<T> {
    pub(crate) fn new(scope: &Arc<Scope>) -> Self {
        Self(Arc::new(Shared {
            scope: scope.clone(),
            questions: Mutex::default(),
            is_full: Notify::new(),
            snapshot: Mutex::default(),
            filling: tokio::sync::Mutex::default(),
        }))
    }

    /// The objects that have the property; none when there is no such object.
    ///
    /// # Errors
    ///
    /// When the service refuses. Everybody who shares the call gets the same error.
    pub(crate) async fn get(&self, client: &T::Client, key: Key) -> Result<Answer<T>> {
        if !Safeguard::Batching.is_on() {
            return self.0.ask(client, BTreeSet::from([key.clone()])).await.answer(&key);
        }
        let is_fresh = is_fresh();
        if !is_fresh && let Some(answer) = self.0.remembered(&key) {
            return Ok(answer);
        }
        let (answer, answered) = oneshot::channel();
        if self.0.join(Question { key, is_fresh, answer }) {
            let (shared, client) = (self.0.clone(), client.clone());
            tokio::spawn(async move { shared.serve(&client).await }.in_current_span());
        }
        answered.await.unwrap_or_else(|_| Err(lost()))
    }

    /// Makes a process that remembers remember the answers; in others this does nothing. That it fails is told to those
    /// who need the answers.
    pub(crate) async fn prepare(&self, client: &T::Client, keys: BTreeSet<Key>) {
        let is_remembered = |key: &Key| self.0.remembered(key).is_some();
        let trusts_memory = Safeguard::Batching.is_on() && !self.0.scope.is_written() && !is_fresh();
        if trusts_memory && !keys.iter().all(is_remembered) {
            self.0.look_up(client, keys).await;
        }
    }
}

impl<T: Described> Shared<T> {
    /// Adds a question; tells whether it is the first one of a new call.
    fn join(&self, question: Question<T>) -> bool {
        let mut questions = lock(&self.questions);
        questions.push(question);
        let property = questions.last().map_or("", |question| question.key.property);
        if questions.len() >= T::values_per_call(property) {
            self.is_full.notify_one();
        }
        questions.len() == 1
    }

    /// Collects questions and answers them.
    async fn serve(&self, client: &T::Client) {
        self.collect().await;
        let mut questions = std::mem::take(&mut *lock(&self.questions));
        questions.retain(|question| !question.answer.is_closed());
        let keys: BTreeSet<_> = questions.iter().map(|question| question.key.clone()).collect();
        let found = if self.scope.is_written() || questions.iter().any(|question| question.is_fresh) {
            self.ask(client, keys).await
        } else {
            self.look_up(client, keys).await
        };
        for question in questions {
            // Who has gone meanwhile needs no answer.
            drop(question.answer.send(found.answer(&question.key)));
        }
    }

    async fn collect(&self) {
        let begun = Instant::now();
        let mut count = 0;
        while begun.elapsed() < WINDOW {
            let joined = lock(&self.questions).len();
            if std::mem::replace(&mut count, joined) == joined {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(LULL) => {}
                () = self.is_full.notified() => return,
            }
        }
    }

    fn remembered(&self, key: &Key) -> Option<Answer<T>> {
        if self.scope.is_written() { None } else { lock(&self.snapshot).answer(key, Instant::now()) }
    }

    /// Answers from memory, after having filled it.
    async fn look_up(&self, client: &T::Client, keys: BTreeSet<Key>) -> Found<T> {
        let turn = self.filling.lock().await;
        if self.scope.is_written() {
            drop(turn);
            lock(&self.snapshot).clear();
            return self.ask(client, keys).await;
        }
        let mut found = Found::default();
        let mut open = found.recall(&self.snapshot, keys);
        if !open.is_empty() {
            let asked = Instant::now();
            let wide = self.ask(client, self.wide(&open)).await;
            lock(&self.snapshot).add(&wide.answers, asked);
            open.retain(|key| !wide.has(key));
            found.merge(wide);
        }
        if !open.is_empty() {
            let asked = Instant::now();
            let direct = self.ask(client, open).await;
            let mut snapshot = lock(&self.snapshot);
            snapshot.add(&direct.answers, asked);
            snapshot.calls += 1;
            found.merge(direct);
        }
        found
    }

    /// What to ask for in place of what is asked for: all that is within reach and not in memory yet.
    fn wide(&self, open: &BTreeSet<Key>) -> BTreeSet<Key> {
        let mut snapshot = lock(&self.snapshot);
        let Some((property, values)) = T::reach(&self.scope, snapshot.calls) else { return BTreeSet::new() };
        let within = values.into_iter().map(|value| Key::new(property, value));
        let unseen = within.filter(|key| snapshot.answer(key, Instant::now()).is_none());
        // Those of that property may join the call.
        unseen.chain(open.iter().filter(|key| key.property == property).cloned()).collect()
    }

    /// Makes one call for each property and as many values as a call takes, all of them at once.
    async fn ask(&self, client: &T::Client, keys: BTreeSet<Key>) -> Found<T> {
        let mut calls = JoinSet::new();
        for (property, values) in by_property(keys) {
            for values in values.chunks(T::values_per_call(property)) {
                calls.spawn(call::<T>(client.clone(), property, values.to_vec()).in_current_span());
            }
        }
        let mut found = Found::default();
        while let Some(call) = calls.join_next().await {
            // A call that panicked leaves its questions open, which is told in its place.
            for (property, values, result) in call.unwrap_or_default() {
                found.take(property, values, result, &self.scope);
            }
        }
        found
    }
}

type Reply<T> = (&'static str, Vec<String>, Result<Vec<T>>);

/// Makes one call. A list of which one is gone or malformed may be refused as a whole: then both halves of it are asked
/// for, down to the one that is to blame.
async fn call<T: Described>(client: T::Client, property: &'static str, values: Vec<String>) -> Vec<Reply<T>> {
    let (mut open, mut replies) = (vec![values], Vec::new());
    while let Some(mut values) = open.pop() {
        let result = T::describe(client.clone(), property, values.clone()).await;
        match (&result, values.len()) {
            (Err(error), 1) if error.is_not_found() => replies.push((property, values, Ok(Vec::new()))),
            (Err(error), count @ 2..) if matches!(error.kind(), Kind::NotFound | Kind::Invalid) => {
                let half = values.split_off(count / 2);
                open.extend([half, values]);
            }
            _ => replies.push((property, values, result)),
        }
    }
    replies
}

/// What calls have brought.
struct Found<T> {
    answers: HashMap<Key, Answer<T>>,
    errors: HashMap<Key, Error>,
}

impl<T: Described> Found<T> {
    fn take(&mut self, property: &'static str, values: Vec<String>, result: Result<Vec<T>>, scope: &Scope) {
        let asked = values.into_iter().map(|value| Key::new(property, value));
        let objects = match result {
            Ok(objects) => objects,
            Err(error) => return self.errors.extend(asked.map(|key| (key, error.clone()))),
        };
        self.answers.extend(asked.map(|key| (key, Vec::new())));
        for object in objects.into_iter().map(Arc::new) {
            object.explore(scope);
            for key in object.keys() {
                if key.property == property {
                    // What nobody asked for is not known in full.
                    if let Some(answer) = self.answers.get_mut(&key) {
                        answer.push(object.clone());
                    }
                } else if T::is_unique(key.property) {
                    self.answers.insert(key, vec![object.clone()]);
                }
            }
        }
    }

    /// Takes over what is in memory; gives what is not.
    fn recall(&mut self, snapshot: &Mutex<Snapshot<T>>, keys: BTreeSet<Key>) -> BTreeSet<Key> {
        let mut snapshot = lock(snapshot);
        let mut open = BTreeSet::new();
        for key in keys {
            match snapshot.answer(&key, Instant::now()) {
                Some(answer) => drop(self.answers.insert(key, answer)),
                None => drop(open.insert(key)),
            }
        }
        open
    }

    fn merge(&mut self, other: Self) {
        self.answers.extend(other.answers);
        self.errors.extend(other.errors);
    }

    fn has(&self, key: &Key) -> bool {
        self.answers.contains_key(key) || self.errors.contains_key(key)
    }

    fn answer(&self, key: &Key) -> Result<Answer<T>> {
        match (self.answers.get(key), self.errors.get(key)) {
            (Some(answer), _) => Ok(answer.clone()),
            (None, Some(error)) => Err(error.clone()),
            (None, None) => Err(lost()),
        }
    }
}

impl<T> Default for Found<T> {
    fn default() -> Self {
        Self { answers: HashMap::new(), errors: HashMap::new() }
    }
}

impl<T> fmt::Debug for Batch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Batch<{}>", std::any::type_name::<T>())
    }
}

fn by_property(keys: BTreeSet<Key>) -> BTreeMap<&'static str, Vec<String>> {
    let mut properties = BTreeMap::<_, Vec<_>>::new();
    for key in keys {
        properties.entry(key.property).or_default().push(key.value);
    }
    properties
}

fn lost() -> Error {
    Error::Failed {
        what: "a call shared by several reads".into(),
        reason: "it ended without an answer".into(),
    }
}

/// Nothing that can panic is done under these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
