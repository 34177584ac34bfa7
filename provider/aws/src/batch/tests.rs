use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::testing::{Server, ec2_error, ec2_reply};

/// A service with things of one letter in places of one digit, such as `a1`, that takes down what it is asked for.
#[derive(Clone, Default)]
struct Service {
    calls: Arc<Mutex<Vec<String>>>,
    things: Arc<Mutex<Vec<&'static str>>>,
    refuses: bool,
    delay: Duration,
}

#[derive(Debug)]
struct Thing(&'static str);

impl Described for Thing {
    type Client = Service;

    async fn describe(service: Service, property: &'static str, values: Vec<String>) -> Result<Vec<Self>> {
        lock(&service.calls).push(format!("{property} {}", values.join(" ")));
        let things = lock(&service.things).clone();
        tokio::time::sleep(service.delay).await;
        if service.refuses {
            return Err(Error::reply("x:Describe", "refused"));
        }
        let things = things.into_iter().map(Thing);
        Ok(things
            .filter(|thing| values.iter().any(|value| thing.keys().contains(&Key::new(property, value))))
            .collect())
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new("id", &self.0[..1]), Key::new(VPC, &self.0[1..])]
    }

    fn is_unique(property: &str) -> bool {
        property == "id"
    }

    fn values_per_call(_: &str) -> usize {
        4
    }

    fn explore(&self, scope: &Scope) {
        scope.meet_neighbour(&self.0[1..]);
    }

    fn reach(scope: &Scope, calls: usize) -> Option<Reach> {
        scope.vpcs(calls)
    }
}

impl Service {
    fn of(things: &[&'static str]) -> Self {
        Self { things: Arc::new(Mutex::new(things.to_vec())), ..Self::default() }
    }

    fn calls(&self) -> Vec<String> {
        lock(&self.calls).clone()
    }
}

/// A process that has written.
fn writer() -> Arc<Scope> {
    let scope = Arc::new(Scope::default());
    scope.write();
    scope
}

fn id(value: &str) -> Key {
    Key::new("id", value)
}

/// What is found for each of the ids, asked for at the same time.
async fn ask_all(batch: &Batch<Thing>, service: &Service, ids: &str) -> Vec<String> {
    let mut asked = JoinSet::new();
    for (index, letter) in ids.chars().enumerate() {
        let (batch, service) = (Batch(batch.0.clone()), service.clone());
        asked.spawn(async move { (index, batch.get(&service, id(&letter.to_string())).await) });
    }
    let mut answers = asked.join_all().await;
    answers.sort_by_key(|(index, _)| *index);
    answers
        .into_iter()
        .map(|(_, answer)| match answer.as_deref() {
            Ok([]) => "none".to_owned(),
            Ok(things) => things.iter().map(|thing| thing.0).collect(),
            Err(error) => error.to_string(),
        })
        .collect()
}

#[tokio::test]
async fn those_who_ask_at_the_same_time_share_a_call() {
    let (service, batch) = (Service::of(&["a1", "b1", "d2"]), Batch::<Thing>::new(&writer()));
    assert_eq!(ask_all(&batch, &service, "abca").await, ["a1", "b1", "none", "a1"]);
    assert_eq!(service.calls(), ["id a b c"]);
}

#[tokio::test]
async fn a_call_takes_only_so_many_values() {
    let (service, batch) = (Service::of(&["a1", "f1"]), Batch::<Thing>::new(&writer()));
    assert_eq!(ask_all(&batch, &service, "abcdef").await[5], "f1");
    let mut calls = service.calls();
    calls.sort();
    assert_eq!(calls.concat().matches(char::is_alphabetic).count(), "id".len() * calls.len() + 6);
    assert!(calls.iter().all(|call| call.split(' ').count() <= 5), "{calls:?}");
}

#[tokio::test]
async fn who_asks_after_the_call_was_made_gets_a_call_of_its_own() {
    let service = Service { delay: Duration::from_millis(60), ..Service::of(&["a1"]) };
    let batch = Batch::<Thing>::new(&writer());
    let late = async {
        while service.calls().is_empty() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Whoever asks now may have renamed the thing.
        lock(&service.things)[0] = "b1";
        ask_all(&batch, &service, "ab").await
    };
    let (early, late) = tokio::join!(ask_all(&batch, &service, "a"), late);
    assert_eq!((early, late), (vec!["a1".to_owned()], vec!["none".to_owned(), "b1".to_owned()]));
    assert_eq!(service.calls(), ["id a", "id a b"]);
}

#[tokio::test]
async fn a_refusal_is_told_to_everybody() {
    let service = Service { refuses: true, ..Service::default() };
    let told = ask_all(&Batch::<Thing>::new(&writer()), &service, "ab").await;
    assert_eq!(told, ["x:Describe: unexpected reply: refused"; 2]);
    assert_eq!(service.calls().len(), 1);
}

#[tokio::test]
async fn who_loses_interest_leaves_the_others_their_answers() {
    let service = Service { delay: Duration::from_millis(30), ..Service::of(&["a1", "b1"]) };
    let batch = Batch::<Thing>::new(&writer());
    let impatient = tokio::time::timeout(Duration::from_millis(1), batch.get(&service, id("a")));
    let (gone, answer) = tokio::join!(impatient, batch.get(&service, id("b")));
    assert!(gone.is_err());
    assert_eq!(answer.unwrap()[0].0, "b1");
    assert_eq!(service.calls(), ["id b"], "nobody waits for the other one any more");
}

#[tokio::test]
async fn who_only_reads_asks_for_everything_around() {
    let scope = Arc::new(Scope::default());
    let (service, batch) = (Service::of(&["a1", "b1", "c1", "d2"]), Batch::<Thing>::new(&scope));
    scope.meet(VPC, "1");
    assert_eq!(ask_all(&batch, &service, "a").await, ["a1"]);
    assert_eq!(ask_all(&batch, &service, "bc").await, ["b1", "c1"]);
    assert_eq!(service.calls(), ["vpc-id 1"]);
    // What is not there is asked for directly, and then that is remembered too.
    assert_eq!(ask_all(&batch, &service, "dx").await, ["d2", "none"]);
    assert_eq!(ask_all(&batch, &service, "dx").await, ["d2", "none"]);
    assert_eq!(service.calls(), ["vpc-id 1", "id d x"]);
    assert_eq!(batch.get(&service, Key::new(VPC, "1")).await.unwrap().len(), 3);
    assert_eq!(service.calls().len(), 2);
}

#[tokio::test]
async fn the_place_of_a_neighbour_is_asked_for_when_there_are_many() {
    let scope = Arc::new(Scope::default());
    let (service, batch) = (Service::of(&["a1", "b1", "c1", "d1", "e1"]), Batch::<Thing>::new(&scope));
    for letter in ["a", "b", "c", "d", "e"] {
        assert_eq!(batch.get(&service, id(letter)).await.unwrap().len(), 1);
    }
    assert_eq!(service.calls(), ["id a", "id b", "vpc-id 1"]);
}

#[tokio::test]
async fn a_write_ends_the_memory_for_good() {
    let scope = Arc::new(Scope::default());
    let (service, batch) = (Service::of(&["a1"]), Batch::<Thing>::new(&scope));
    assert_eq!(ask_all(&batch, &service, "a").await, ["a1"]);
    scope.write();
    lock(&service.things).clear();
    assert_eq!(ask_all(&batch, &service, "a").await, ["none"]);
    assert_eq!(ask_all(&batch, &service, "a").await, ["none"]);
    assert_eq!(service.calls(), ["id a"; 3]);
}

#[tokio::test]
async fn a_look_that_waits_trusts_no_memory() {
    let (service, batch) = (Service::of(&["a1"]), Batch::<Thing>::new(&Arc::default()));
    assert_eq!(ask_all(&batch, &service, "a").await, ["a1"]);
    assert_eq!(fresh(batch.get(&service, id("a"))).await.unwrap().len(), 1);
    assert_eq!(service.calls(), ["id a"; 2]);
}

const VPCS: [&str; 3] = ["vpc-1", "vpc-2", "vpc-3"];

fn described(ids: impl Iterator<Item = String>) -> (u16, String) {
    let items: Vec<_> = ids.map(|id| format!("<item><vpcId>{id}</vpcId></item>")).collect();
    ec2_reply("DescribeVpcs", &format!("<vpcSet>{}</vpcSet>", items.concat()))
}

#[tokio::test]
async fn reads_of_a_kind_are_one_call_until_something_is_written() {
    let server = Server::start(|fields| match fields["Action"].as_str() {
        "DescribeVpcs" => {
            let values = fields.iter().filter(|(name, _)| name.starts_with("Filter.1.Value."));
            described(values.map(|(_, value)| value.clone()))
        }
        action => ec2_reply(action, "<return>true</return>"),
    })
    .await;
    let clients = server.clients();
    let ec2 = clients.ec2();
    let read = || async {
        let (one, two, three) =
            tokio::try_join!(ec2.vpc(VPCS[0]), ec2.vpc(VPCS[1]), ec2.vpc(VPCS[2])).unwrap();
        assert_eq!([one, two, three].map(|vpc| vpc.unwrap().id), VPCS);
    };
    read().await;
    read().await;
    assert_eq!(server.actions(), ["DescribeVpcs"]);
    ec2.set_vpc_tenancy_default(VPCS[0]).await.unwrap();
    read().await;
    read().await;
    assert_eq!(server.actions(), ["DescribeVpcs", "ModifyVpcTenancy", "DescribeVpcs", "DescribeVpcs"]);
}

#[tokio::test]
async fn one_that_makes_the_service_refuse_a_list_is_asked_for_alone() {
    let refusals = Arc::new(AtomicUsize::new(0));
    let count = refusals.clone();
    let server = Server::start(move |fields| {
        let values: Vec<_> = fields
            .iter()
            .filter(|(name, _)| name.starts_with("Filter.1.Value."))
            .map(|(_, id)| id.clone())
            .collect();
        if values.iter().any(|id| id == "vpc-2") {
            count.fetch_add(1, Ordering::Relaxed);
            return ec2_error(400, "InvalidVpcID.NotFound", "there is no vpc-2");
        }
        described(values.into_iter())
    })
    .await;
    let clients = server.clients();
    let ec2 = clients.ec2();
    let (one, two, three) = tokio::try_join!(ec2.vpc(VPCS[0]), ec2.vpc(VPCS[1]), ec2.vpc(VPCS[2])).unwrap();
    assert_eq!((one.is_some(), two, three.is_some()), (true, None, true));
    assert_eq!((refusals.load(Ordering::Relaxed), server.requests().len()), (3, 5));
}
