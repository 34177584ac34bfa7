//! What can be wrong with the provider block.

use std::path::Path as FilePath;

use tfplugin::prelude::*;

use super::config::{Config, first};
use super::role::TokenRole;
use crate::common::tags;

/// Checks what the block itself tells.
pub(super) fn check(config: &Config, check: &mut Check) {
    check_keys(config, check);
    check.at_most_one(&[
        ("allowed_account_ids", config.allowed_account_ids.presence()),
        ("forbidden_account_ids", config.forbidden_account_ids.presence()),
    ]);
    check_accounts(config, check);
    check.at_most_one(&[
        ("pki_seed", config.pki_seed.presence()),
        ("pki_seed_file", config.pki_seed_file.presence()),
    ]);
    if !config.skip_region_validation.or(false) {
        for (name, region) in [("region", &config.region), ("sts_region", &config.sts_region)] {
            if let Some(Err(reason)) = region.as_str().map(aws::check_region) {
                check.error(name, "Unknown Region", reason);
            }
        }
    }
    for (name, url) in [("http_proxy", &config.http_proxy), ("https_proxy", &config.https_proxy)] {
        if let Some(Err(reason)) = url.known().map(|url| aws::check_proxy_url(url.expose())) {
            check.error(name, "Invalid Proxy", format!("{reason}."));
        }
    }
    if config.insecure.or(false) {
        check.warn(
            "insecure",
            "Certificates Are Not Verified",
            "Whoever is between this machine and AWS can read and change what is sent, credentials' signatures and \
             user data among it. Name the certificates to trust with `custom_ca_bundle` instead.",
        );
    }
    check_web_identity(config, check);
    check_tags(config, check);
}

/// Checks the files that the block names.
pub(super) fn check_files(config: &Config) -> Result<()> {
    let Some(path) = config.custom_ca_bundle.as_str().filter(|_| !config.insecure.or(false)) else {
        return Ok(());
    };
    aws::check_bundle(FilePath::new(path)).during("Invalid Certificates").at("custom_ca_bundle")
}

fn check_keys(config: &Config, check: &mut Check) {
    match (config.access_key.is_set(), config.secret_key.is_set()) {
        (true, false) => {
            check.error("access_key", "Missing Argument", "`secret_key` is required with `access_key`.");
        }
        (false, true) => {
            check.error("secret_key", "Missing Argument", "`access_key` is required with `secret_key`.");
        }
        (false, false) if config.token.is_set() => {
            check.error(
                "token",
                "Missing Argument",
                "`access_key` and `secret_key` are required with `token`.",
            );
        }
        _ => {}
    }
}

fn check_accounts(config: &Config, check: &mut Check) {
    let lists = [
        ("allowed_account_ids", &config.allowed_account_ids),
        ("forbidden_account_ids", &config.forbidden_account_ids),
    ];
    for (name, accounts) in lists {
        for account in accounts.known().into_iter().flatten() {
            if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
                let detail = format!("{account:?} is not the id of an account, which has twelve digits.");
                check.error(name, "Invalid Account", detail);
            }
        }
    }
}

fn check_web_identity(config: &Config, check: &mut Check) {
    let Some(TokenRole { web_identity_token: token, web_identity_token_file: file, .. }) =
        first(&config.assume_role_with_web_identity)
    else {
        return;
    };
    if token.is_set() && file.is_set() {
        let path = Path::from("assume_role_with_web_identity").index(0).attr("web_identity_token");
        let detail = "Only one of `web_identity_token` and `web_identity_token_file` may be set.";
        check.error(path, "Conflicting Arguments", detail);
    }
    if config.access_key.is_set() {
        let detail =
            "A role that is assumed by web identity needs no keys; only one of the two may be configured.";
        check.error("access_key", "Conflicting Arguments", detail);
    }
}

fn check_tags(config: &Config, check: &mut Check) {
    let Some(block) = first(&config.default_tags) else { return };
    let path = Path::from("default_tags").index(0).attr("tags");
    tags::validate_at(check, &path, &block.tags);
    let ignored = config.ignored_tags();
    for key in block.tags.known().into_iter().flat_map(|tags| tags.keys()) {
        if ignored.has(key) {
            check.error(path.key(key), tags::IGNORED, tags::ignored(key));
        }
    }
}
