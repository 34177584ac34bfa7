use super::*;

fn keys(id: &str, expiry: Option<SystemTime>) -> Credentials {
    Credentials::new(id, "secret", None, expiry, "test")
}

#[tokio::test]
async fn the_first_source_that_has_credentials_is_taken() {
    let chain = Chain::of(vec![
        Source::new("one", Absent("not set")),
        Source::new("two", keys("second", None)),
        Source::new("three", keys("third", None)),
    ]);
    let (found, origin) = chain.find().await.unwrap();
    assert_eq!((found.access_key_id(), &*origin), ("second", "two"));
}

#[tokio::test]
async fn nothing_anywhere_tells_where_was_looked() {
    let chain =
        Chain::of(vec![Source::new("one", Absent("not set")), Source::new("two", Absent("not asked"))]);
    assert_eq!(
        chain.find().await.unwrap_err().to_string(),
        "No AWS credentials were found. Looked at:\n  - one: not set\n  - two: not asked"
    );
}

/// Counts how often it is asked.
#[derive(Debug)]
struct Counting(std::sync::atomic::AtomicU32, Duration);

impl ProvideCredentials for Counting {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let asked = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        future::ProvideCredentials::ready(Ok(keys(&asked.to_string(), Some(SystemTime::now() + self.1))))
    }
}

#[tokio::test]
async fn credentials_are_kept_until_they_end() {
    for (life, second) in [(Duration::from_mins(15), "0"), (Duration::from_secs(30), "1")] {
        let chain = Chain::of(vec![Source::new("role", Counting(0.into(), life))]);
        let first = chain.find().await.unwrap().0;
        let again = chain.find().await.unwrap().0;
        assert_eq!((first.access_key_id(), again.access_key_id()), ("0", second));
    }
}

#[test]
fn half_a_pair_is_none() {
    let some = |text: &str| Some(text.to_owned());
    let names = |id, secret| [("ID", id), ("SECRET", secret)];
    assert!(pair(names(some("a"), some("b")), None).unwrap().is_some());
    assert!(pair(names(None, None), some("token")).unwrap().is_none());
    let error = pair(names(some("a"), None), None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "ID is set and SECRET is not: the access key id and the secret access key belong together."
    );
    assert!(pair(names(None, some("b")), None).is_err());
}
