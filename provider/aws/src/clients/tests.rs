use super::*;
use crate::Kind;
use crate::config::{Accounts, AssumeRole, Secret, WebIdentity, variable};
use crate::testing::{Fields, Server, ec2_error, query_error};

fn identity(account: &str) -> (u16, String) {
    let body = format!(
        r#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
        <Arn>arn:aws:iam::{account}:user/u</Arn><UserId>U</UserId><Account>{account}</Account>
        </GetCallerIdentityResult></GetCallerIdentityResponse>"#
    );
    (200, body)
}

fn assumed(action: &str, key: &str) -> (u16, String) {
    let body = format!(
        r#"<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>
        <AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
        <Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></{action}Result></{action}Response>"#
    );
    (200, body)
}

fn role(arn: &str) -> AssumeRole {
    AssumeRole { role_arn: arn.into(), session_name: Some("s".into()), ..AssumeRole::default() }
}

async fn refusal(server: &Server, config: Config) -> String {
    let clients = Clients::new(Config { endpoints: server.config().endpoints, ..config });
    let error = clients.ready().await.unwrap_err();
    assert!(matches!(clients.ec2_client().await, Err(Error::Setup(_))), "nothing is called");
    error.to_string()
}

#[test]
fn a_client_is_made_without_touching_anything() {
    let clients =
        Clients::new(Config { shared_config_files: vec!["/nonexistent/config".into()], ..Config::default() });
    assert!(clients.sdk.get().is_none());
}

#[tokio::test]
async fn a_missing_region_is_named_at_the_first_call() {
    if variable("AWS_REGION").is_some() || variable("AWS_DEFAULT_REGION").is_some() {
        return;
    }
    let server = Server::start(|_| identity("123456789012")).await;
    let error = Clients::new(Config { region: None, ..server.config() }).region().await.unwrap_err();
    assert_eq!(error.kind(), Kind::NoRegion);
    assert_eq!(
        error.to_string(),
        "No AWS region is configured: set `region` in the provider configuration, the environment variable \
         AWS_REGION, or `region` in the profile `default`."
    );
}

#[tokio::test]
async fn the_account_is_asked_once() {
    let server = Server::start(|_| identity("123456789012")).await;
    let clients = Clients::new(Config { skip_credentials_validation: false, ..server.config() });
    clients.ready().await.unwrap();
    assert_eq!(clients.account_id().await.unwrap(), "123456789012");
    let arn = clients.ec2_arn(None, "vpc", "vpc-1").await.unwrap();
    assert_eq!(arn.to_string(), "arn:aws:ec2:us-east-2:123456789012:vpc/vpc-1");
    clients.ec2_client().await.unwrap();
    assert_eq!(server.actions(), ["GetCallerIdentity"]);
}

#[tokio::test]
async fn the_account_is_not_asked_for_when_that_is_not_wanted() {
    let server = Server::start(|_| identity("123456789012")).await;
    let clients = Clients::new(Config { skip_requesting_account_id: true, ..server.config() });
    assert_eq!(clients.account_id().await.unwrap(), "");
    assert_eq!(server.actions(), Vec::<String>::new());
}

#[tokio::test]
async fn a_wrong_account_is_not_worked_on() {
    let server = Server::start(|_| identity("123456789012")).await;
    let accounts = Accounts::Only(vec!["111111111111".into()]);
    assert_eq!(
        refusal(&server, Config { accounts, ..server.config() }).await,
        "The AWS credentials from the provider configuration belong to the account 123456789012, which is not \
         allowed: `allowed_account_ids` has only 111111111111."
    );
    assert_eq!(server.actions(), ["GetCallerIdentity"]);
}

#[tokio::test]
async fn expired_credentials_are_told_before_anything_else() {
    let server = Server::start(|_| query_error(403, "ExpiredToken", "The security token is expired")).await;
    let told = refusal(&server, Config { skip_credentials_validation: false, ..server.config() }).await;
    assert_eq!(
        told,
        "The AWS credentials from the provider configuration could not be checked: sts:GetCallerIdentity: \
         ExpiredToken: The security token is expired (HTTP 403, request id req-1)\n\nThe credentials have expired, or \
         this machine's clock is wrong. Log in again."
    );
}

#[tokio::test]
async fn each_role_is_assumed_with_the_credentials_of_the_one_before() {
    let server = Server::start(|fields| match &*fields["Action"] {
        "AssumeRole" => assumed("AssumeRole", "ASIA"),
        _ => identity("222222222222"),
    })
    .await;
    let first = AssumeRole {
        external_id: Some(Secret::new("hunter2")),
        duration: Some(std::time::Duration::from_hours(1)),
        policy_arns: vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".into()],
        source_identity: Some("me".into()),
        tags: [("Team".to_owned(), "a".to_owned())].into(),
        transitive_tag_keys: vec!["Team".into()],
        ..role("arn:aws:iam::111111111111:role/a")
    };
    let roles = vec![first, role("arn:aws:iam::222222222222:role/b")];
    let clients = Clients::new(Config { assume_role: roles, ..server.config() });
    assert_eq!(clients.account_id().await.unwrap(), "222222222222");
    assert_eq!(server.actions(), ["AssumeRole", "AssumeRole", "GetCallerIdentity"]);
    let asked: Vec<Fields> = server.requests();
    for (name, value) in [
        ("RoleArn", "arn:aws:iam::111111111111:role/a"),
        ("RoleSessionName", "s"),
        ("DurationSeconds", "3600"),
        ("ExternalId", "hunter2"),
        ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("SourceIdentity", "me"),
        ("Tags.member.1.Key", "Team"),
        ("TransitiveTagKeys.member.1", "Team"),
    ] {
        assert_eq!(asked[0].get(name).map(String::as_str), Some(value), "{name}");
    }
    assert_eq!(asked[1]["RoleArn"], "arn:aws:iam::222222222222:role/b");
    assert!(!asked[1].contains_key("ExternalId"));
}

#[tokio::test]
async fn a_role_that_is_not_given_is_told_with_its_place_in_the_chain() {
    let server = Server::start(|fields| {
        if fields["RoleArn"].ends_with("/b") {
            query_error(403, "AccessDenied", "User u is not authorized to perform: sts:AssumeRole")
        } else {
            assumed("AssumeRole", "ASIA")
        }
    })
    .await;
    let roles = vec![role("arn:aws:iam::111111111111:role/a"), role("arn:aws:iam::222222222222:role/b")];
    assert_eq!(
        refusal(&server, Config { assume_role: roles, ..server.config() }).await,
        "The role arn:aws:iam::222222222222:role/b could not be assumed (session `s`, number 2 of 2 in the chain): \
         sts:AssumeRole: AccessDenied: User u is not authorized to perform: sts:AssumeRole (HTTP 403, request id \
         req-1)\n\nThe trust policy of the role has to name who assumes it, with the external id if it wants one, and \
         who assumes it needs the permission `sts:AssumeRole` for it."
    );
}

#[tokio::test]
async fn a_token_is_exchanged_for_a_role() {
    let server = Server::start(|fields| match &*fields["Action"] {
        "AssumeRoleWithWebIdentity" => assumed("AssumeRoleWithWebIdentity", "ASIA"),
        _ => identity("222222222222"),
    })
    .await;
    let web_identity = WebIdentity {
        role_arn: Some("arn:aws:iam::222222222222:role/ci".into()),
        token: Some(Secret::new("hunter2")),
        ..WebIdentity::default()
    };
    let config = Config {
        access_key: None,
        secret_key: None,
        web_identity: Some(web_identity.clone()),
        ..server.config()
    };
    let clients = Clients::new(config.clone());
    assert_eq!(clients.account_id().await.unwrap(), "222222222222");
    assert_eq!(server.requests()[0]["WebIdentityToken"], "hunter2");

    let token_file = Some("/nonexistent/token".into());
    let web_identity = WebIdentity { token: None, token_file, ..web_identity };
    assert_eq!(
        refusal(&server, Config { web_identity: Some(web_identity), ..config }).await,
        "The web identity token of `web_identity_token_file` cannot be read: /nonexistent/token: No such file or \
         directory (os error 2)."
    );
}

#[tokio::test]
async fn settings_that_are_not_known_yet_stop_every_call() {
    let server = Server::start(|_| ec2_error(500, "InternalError", "nobody is to ask")).await;
    let unresolved = vec!["`region`".to_owned()];
    assert_eq!(
        refusal(&server, Config { unresolved, ..server.config() }).await,
        "The AWS settings `region` are not known yet: apply what they come from first (`-target`), or set them by \
         environment variables."
    );
    assert_eq!(server.actions(), Vec::<String>::new());
}
