//! Write-only content that is compared by its salted hash, in every order in which a host may ask.

use serde_json::json;
use tempfile::TempDir;
use tfplugin::value::Value;

use crate::support::core::Core;
use crate::support::managed::{Instance, Managed};
use crate::support::plan_rules::result_faults;
use crate::support::schema::with;
use crate::support::wire::{errors, no_errors};

/// A file with write-only content.
struct Sample {
    _core: Core,
    folder: TempDir,
    file: Managed,
}

impl Sample {
    async fn new() -> Self {
        let core = Core::configured().await;
        let file = core.resource("groundup_file");
        Self { _core: core, folder: tempfile::tempdir().unwrap(), file }
    }

    fn config(&self, content: &str) -> Value {
        self.file.config(&json!({"filename": self.folder.path().join("a"), "content_wo": content}))
    }

    fn content(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("a")).unwrap()
    }
}

fn hash(state: &Value) -> &Value {
    state.attribute("content_wo_hash")
}

/// A host plans twice, and hands the private state of the first plan not to the second.
#[tokio::test]
async fn a_new_object_has_no_salt_in_any_plan() {
    let mut sample = Sample::new().await;
    let config = sample.config("one");
    let first = sample.file.plan(&Instance::NONE, &config).await;
    assert!(hash(&first.state).is_unknown());
    assert_eq!(first.private, b"", "a salt would be lost");

    // Nor has one that takes the place of another, whose salt the host hands on to the second of three plans.
    let created = sample.file.apply(&first).await.instance;
    let prior = Instance { state: Value::Null, ..created.clone() };
    let replacement = sample.file.plan(&prior, &config).await;
    let last = sample.file.plan(&Instance::NONE, &config).await;
    assert_eq!(
        result_faults(&replacement.state, &last.state.clone().unknowns_to_null()),
        Vec::<String>::new()
    );
    assert_eq!(replacement.state, last.state);

    let again = sample.file.create(&config).await;
    assert_ne!(hash(&again.state), hash(&created.state), "each object has a salt of its own");
}

#[tokio::test]
async fn an_update_comes_to_the_same_hash_in_each_plan_and_when_applied() {
    let mut sample = Sample::new().await;
    let created = sample.file.create(&sample.config("one")).await;
    let (one, two) = (sample.config("one"), sample.config("two"));
    let first = sample.file.plan(&created, &two).await;
    let second = sample.file.plan(&created, &two).await;
    assert_eq!(first.state, second.state);
    assert!(hash(&first.state).as_str().is_some_and(|hash| hash.len() == 64));
    assert_ne!(hash(&first.state), hash(&created.state));

    // What was open in the first plan may turn out to be the same as before.
    let vague = sample.file.plan(&created, &with(&one, "content_wo", Value::UNKNOWN)).await;
    assert!(hash(&vague.state).is_unknown());
    assert_eq!(sample.file.plan(&created, &one).await.state, created.state);

    let updated = sample.file.apply(&second).await.instance;
    assert_eq!(sample.file.plan(&updated, &two).await.state, updated.state);
    assert_eq!(sample.content(), "two");
}

#[tokio::test]
async fn a_lost_salt_is_made_anew() {
    for private in [&b""[..], b"garbage", br#"{"content_salt":"AAAA"}"#] {
        let mut sample = Sample::new().await;
        let config = sample.config("one");
        let created = sample.file.create(&config).await;
        let lost = Instance { private: private.to_vec(), ..created.clone() };
        let (read, diagnostics) = sample.file.read(&lost).await;
        no_errors(&diagnostics);
        assert_eq!(read.state, created.state);

        let planned = sample.file.plan(&read, &config).await;
        assert!(hash(&planned.state).is_unknown());
        let updated = sample.file.bring(&read, &config).await;
        assert_ne!(hash(&updated.state), hash(&created.state));
        let (read, _) = sample.file.read(&updated).await;
        assert_eq!(sample.file.plan(&read, &config).await.state, updated.state);
    }
}

#[tokio::test]
async fn without_its_salt_a_file_is_not_deleted() {
    let mut sample = Sample::new().await;
    let created = sample.file.create(&sample.config("one")).await;
    let lost = Instance { private: Vec::new(), ..created.clone() };
    let planned = sample.file.plan(&lost, &Value::Null).await;
    let applied = sample.file.apply(&planned).await;
    assert!(applied.instance.state.is_null());
    assert_eq!(applied.diagnostics[0].summary, "File Left in Place");
    assert_eq!(sample.content(), "one");
    sample.file.destroy(&created).await;
}

/// Which of two arguments holds the content may be open until it is applied.
#[tokio::test]
async fn content_may_come_from_either_side() {
    let mut sample = Sample::new().await;
    let config = sample.config("one");
    let open = with(&with(&config, "content_wo", Value::UNKNOWN), "content", Value::UNKNOWN);
    let planned = sample.file.plan(&Instance::NONE, &open).await;
    no_errors(&planned.diagnostics);
    let plain = with(&with(&config, "content_wo", Value::Null), "content", "one");
    for config in [&config, &plain] {
        let known = sample.file.plan(&Instance::NONE, config).await;
        let (earlier, later) = (&planned.state, known.state.clone());
        assert_eq!(result_faults(earlier, &later.unknowns_to_null()), Vec::<String>::new());
    }

    // Neither side leaves anything of the other behind.
    let kept = sample.file.create(&plain).await;
    let hidden = sample.file.bring(&kept, &config).await;
    let plain_hash = kept.state.attribute("content_sha256").as_str().unwrap().as_bytes();
    assert!(!contains(&hidden.private, plain_hash), "the record of what was written is salted");
    let again = sample.file.bring(&hidden, &plain).await;
    assert_eq!(again.state, kept.state);
    assert_eq!(again.private, kept.private);
}

/// Whether private state, which is JSON of base64, holds a value.
fn contains(private: &[u8], value: &[u8]) -> bool {
    use base64::Engine as _;
    let private: std::collections::BTreeMap<String, String> = serde_json::from_slice(private).unwrap();
    let decoded =
        private.values().map(|text| base64::engine::general_purpose::STANDARD.decode(text).unwrap());
    decoded.into_iter().any(|decoded| decoded == value)
}

#[tokio::test]
async fn what_a_version_keeps_is_not_overwritten_by_a_stale_plan() {
    let mut sample = Sample::new().await;
    let versioned = |config: &Value| with(config, "content_wo_version", 1);
    let created = sample.file.create(&versioned(&sample.config("one"))).await;
    let config = with(&versioned(&sample.config("two")), "file_permission", "0400");
    let planned = sample.file.plan(&created, &config).await;
    assert_eq!(hash(&planned.state), hash(&created.state));
    std::fs::write(sample.folder.path().join("a"), "three").unwrap();
    let applied = sample.file.apply(&planned).await;
    assert!(errors(&applied.diagnostics)[0].contains("File Changed Meanwhile"), "{:?}", applied.diagnostics);
    assert_eq!(applied.instance.state, created.state);
    assert_eq!(sample.content(), "three");
}
