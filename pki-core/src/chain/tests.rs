use proptest::prelude::*;

use super::*;
use crate::certificate::Certificate;
use crate::test_support::{intermediate, leaf, root};

/// Leaf, two intermediates and root.
fn four() -> Vec<Certificate> {
    let root = root("Root");
    let outer = intermediate(&root, "Outer");
    let inner = intermediate(&outer, "Inner");
    let leaf = leaf(&inner, "a.example");
    vec![leaf, inner.certificate().clone(), outer.certificate().clone(), root.certificate().clone()]
}

/// Without the serial numbers, which are random.
fn messages(pile: Vec<Certificate>) -> Vec<String> {
    let serials: Vec<String> =
        pile.iter().map(|certificate| format!(" (serial {})", certificate.serial_hex())).collect();
    let errors = Chain::order(pile).unwrap_err();
    let text = |error: &ChainError| {
        serials.iter().fold(error.to_string(), |text, serial| text.replace(serial.as_str(), ""))
    };
    errors.iter().map(text).collect()
}

#[test]
fn knows_its_parts() {
    let sorted = four();
    let chain = Chain::order(sorted.iter().rev().cloned()).unwrap();
    assert_eq!(chain.certificates(), sorted);
    assert_eq!(chain.leaf(), &sorted[0]);
    assert_eq!(chain.intermediates(), &sorted[1..3]);
    assert_eq!(chain.root(), Some(&sorted[3]));
    let pem = |certificates: &[Certificate]| certificates.iter().map(Certificate::to_pem).collect::<String>();
    assert_eq!(chain.full_chain_pem(), pem(&sorted));
    assert_eq!(chain.chain_pem(), pem(&sorted[..3]));
    assert_eq!(Chain::from_pem(&pem(&[sorted[3].clone(), sorted[2].clone()])).unwrap().leaf(), &sorted[2]);
}

#[test]
fn may_end_before_the_root() {
    let sorted = four();
    let chain = Chain::order([sorted[1].clone(), sorted[0].clone()]).unwrap();
    assert_eq!((chain.root(), chain.last()), (None, &sorted[1]));
    assert_eq!(chain.chain_pem(), chain.full_chain_pem());
    let alone = Chain::order([sorted[3].clone()]).unwrap();
    assert_eq!((alone.root(), alone.intermediates()), (Some(&sorted[3]), &[][..]));
    assert_eq!(alone.chain_pem(), sorted[3].to_pem());
}

#[test]
fn names_what_does_not_fit() {
    let sorted = four();
    assert_eq!(messages(vec![]), ["there is no certificate to make a chain of"]);
    assert_eq!(
        messages(vec![sorted[0].clone(), sorted[1].clone(), sorted[3].clone()]),
        [
            "`CN=Inner` was issued by `CN=Outer`, which is missing",
            "`CN=Root` does not belong to the chain of `CN=a.example`",
        ]
    );
    assert_eq!(
        messages([sorted.clone(), vec![sorted[2].clone(), sorted[0].clone()]].concat()).len(),
        2,
        "one for each duplicate"
    );
    assert_eq!(messages(vec![sorted[3].clone(), sorted[3].clone()]), ["`CN=Root` is there twice"]);
    let stranger = root("Stranger").certificate().clone();
    assert_eq!(
        messages([sorted.clone(), vec![stranger]].concat()),
        ["`CN=Stranger` does not belong to the chain of `CN=a.example`"]
    );
    let many = vec![sorted[0].clone(); 65];
    assert_eq!(
        messages(many),
        ["a chain of 65 certificates is longer than the 64 that this library puts into order"]
    );
}

#[test]
fn a_name_alone_makes_no_issuer() {
    let (real, false_one) = (root("Root"), root("Root"));
    let leaf = leaf(&real, "a.example");
    assert!(leaf.is_issued_by(real.certificate()) && !leaf.is_issued_by(false_one.certificate()));
    assert!(!real.certificate().is_issued_by(&leaf));
    assert_eq!(
        messages(vec![leaf, false_one.certificate().clone()]),
        ["`CN=Root` has the name of the issuer of `CN=a.example`, but not its key or not the right to issue"]
    );
}

#[test]
fn two_leaves_are_one_too_many() {
    let root = root("Root");
    let mut pile = vec![leaf(&root, "a.example"), leaf(&root, "b.example"), root.certificate().clone()];
    let [message] = messages(pile.clone()).try_into().unwrap();
    assert!(message.starts_with("there are several certificates that could be the leaf: `CN="), "{message}");
    pile.remove(0);
    assert_eq!(Chain::order(pile).unwrap().leaf().subject_text(), "CN=b.example");
}

#[test]
fn bundles_hold_each_authority_once() {
    let sorted = four();
    let twice = [sorted[3].clone(), sorted[2].clone(), sorted[3].clone()];
    let bundle = TrustBundle::new(twice).unwrap();
    assert_eq!(bundle.anchors(), [sorted[3].clone(), sorted[2].clone()]);
    assert_eq!(TrustBundle::from_pem(&bundle.to_pem()), Ok(bundle));
    let error = TrustBundle::new(sorted.clone()).unwrap_err();
    assert_eq!(
        error[0].to_string(),
        format!(
            "`CN=a.example` (serial {}) is not the certificate of an authority, so it cannot vouch for others",
            sorted[0].serial_hex()
        )
    );
    let only = |index: usize| TrustBundle::new([sorted[index].clone()]).unwrap();
    let sent = Chain::order(sorted[..3].to_vec()).unwrap();
    assert!(only(3).vouches_for(&sent) && only(1).vouches_for(&sent));
    assert!(!only(3).vouches_for(&Chain::order([sorted[0].clone()]).unwrap()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_the_pile_does_not_matter(order in Just((0..4).collect::<Vec<usize>>()).prop_shuffle()) {
        static SORTED: std::sync::LazyLock<Vec<Certificate>> = std::sync::LazyLock::new(four);
        let pile = order.iter().map(|index| SORTED[*index].clone());
        let chain = Chain::order(pile).unwrap();
        prop_assert_eq!(chain.certificates(), SORTED.as_slice());
    }

    #[test]
    fn errors_do_not_depend_on_it_either(order in Just(vec![0_usize, 1, 3]).prop_shuffle()) {
        static SORTED: std::sync::LazyLock<Vec<Certificate>> = std::sync::LazyLock::new(four);
        let pile = |order: &[usize]| order.iter().map(|index| SORTED[*index].clone()).collect::<Vec<_>>();
        prop_assert_eq!(Chain::order(pile(&order)), Chain::order(pile(&[0, 1, 3])));
    }
}
