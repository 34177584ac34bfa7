//! The seed behind a root that gives way.

use serde_json::json;

use super::{ALONE, Cluster, LEAF_BELOW, ROOT, SEED, root};

const NEW_SEED: &str = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";

/// A new seed takes over with a new generation; the old one is needed until nothing is of it.
#[test]
fn a_seed_gives_way_with_the_root() {
    let cluster = Cluster::new();
    let before = cluster.apply(ALONE);
    cluster.seed(&format!("pki_seed = {NEW_SEED:?}"));
    let errors = cluster.0.plan().failed().errors();
    assert!(
        errors.iter().any(|error| error.summary == "Derived Key Differs" && error.address == ROOT),
        "{errors:?}"
    );

    cluster.seed(&format!("pki_seed = {NEW_SEED:?}\nprevious_pki_seed = {SEED:?}"));
    cluster.0.plan().is_empty();
    let added = cluster.apply(&root("[1, 2]", 1));
    assert_eq!(added.of("1"), before.of("1"));
    assert_eq!(added.leaf(), before.leaf());
    let switched = cluster.apply(&root("[1, 2]", 2));
    assert!(cluster.accepts(added.bundle(), switched.leaf()));
    // There and back: each generation is of the seed that made it.
    let back = cluster.apply(&root("[1, 2]", 1));
    assert_eq!(back.root["public_key_pem"], before.root["public_key_pem"]);
    cluster.apply(&root("[1, 2]", 2));
    let dropped = cluster.apply(&root("[2]", 2));

    // What is below has keys of its own, which are raised as well.
    let raised = LEAF_BELOW.replace("\"prod/server\"", "\"prod/server\", generation = 2");
    let subject = "subject {\n common_name = \"root\"\n}";
    let root = format!(
        "resource \"groundup_certificate_authority\" \"root\" {{\n{}\n{subject}\n}}\n",
        root("[2]", 2)
    );
    cluster.0.write("main.tf", &format!("{root}{raised}"));
    cluster.0.apply().succeeded();
    cluster.seed(&format!("pki_seed = {NEW_SEED:?}"));
    let alone = cluster.seen();
    assert_eq!(alone.root, dropped.root);
    assert!(cluster.accepts(alone.bundle(), alone.leaf()));
}

/// While the seed is unknown, a generation that is trusted has the key of its certificate.
#[test]
fn a_seed_that_comes_later_leaves_known_what_is_known() {
    let cluster = Cluster::new();
    let later = |run: u32| {
        cluster.0.write(
            "provider.tf",
            &format!(
                "provider \"groundup\" {{\n pki_seed = terraform_data.seed.output\n}}\n
                 resource \"terraform_data\" \"seed\" {{\n input = {SEED:?}\n triggers_replace = {run}\n}}"
            ),
        );
    };
    later(1);
    let plan = cluster.planned(&root("[1, 2]", 1));
    assert_eq!(plan.change(ROOT)["after"]["trusted_generations"], json!([1, 2]));
    assert!(plan.unknown(ROOT).contains(&"public_key_pem"));
    let both = cluster.apply(&root("[1, 2]", 1));
    later(2);
    let plan = cluster.planned(&root("[1, 2]", 2));
    assert_eq!(plan.unknown(ROOT), ["cert_request_pem"]);
    assert_eq!(plan.change(ROOT)["after"]["cert_pem"], *both.of("2"));
    let switched = cluster.apply(&root("[1, 2]", 2));
    assert!(cluster.accepts(both.bundle(), switched.leaf()));
}
