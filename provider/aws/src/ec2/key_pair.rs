//! Key pairs: public keys that EC2 puts on new instances.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::primitives::Blob;
use aws_sdk_ec2::types::{KeyPairInfo, ResourceType};

use super::{Ec2, any_of, once, tags};
use crate::batch::{Described, Key};
use crate::creation::{Creation, Name, Token, taken};
use crate::{Error, Result, Tags, Wait, failed};

/// A public key that EC2 keeps under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPair {
    /// The name, unique in the region of an account.
    pub name: String,
    /// The id, which begins with `key-`.
    pub id: String,
    /// `rsa` or `ed25519`.
    pub key_type: Option<String>,
    /// The MD5 digest (RSA) or SHA-256 digest (Ed25519) of the public key.
    pub fingerprint: String,
    /// The public key in OpenSSH's form; the comment is not always the one it was imported with.
    pub public_key: Option<String>,
    /// The tags.
    pub tags: Tags,
}

/// The filter reads `*` and `?` in a name as wildcards, and may find more than is asked for.
const NAME: &str = "key-name";

impl Ec2<'_> {
    /// Gives EC2 a public key in OpenSSH's form. The reply tells neither the type nor the key; ask for the
    /// [`key_pair`](Self::key_pair) to know them.
    ///
    /// # Errors
    ///
    /// [`Error::AlreadyExists`] when there is a key of that name; when the service refuses, or the service cannot read the key.
    pub async fn import_key_pair(
        &self,
        name: &Name,
        public_key: &str,
        tags: &Tags,
        wait: &Wait,
    ) -> Result<KeyPair> {
        const OPERATION: &str = "ec2:ImportKeyPair";
        let client = self.sdk().await?;
        let attempt = |token: Token| async move {
            let request = client
                .import_key_pair()
                .key_name(name.of(&token))
                .public_key_material(Blob::new(public_key))
                .set_tag_specifications(tags::specification(ResourceType::KeyPair, tags, Some(&token)));
            let reply = request.customize().config_override(once()).send().await;
            let reply = reply.map_err(failed(OPERATION))?;
            let id = reply.key_pair_id.ok_or_else(|| Error::reply(OPERATION, "the key pair has no id"))?;
            Ok(KeyPair {
                name: reply.key_name.unwrap_or_else(|| name.of(&token)),
                id,
                fingerprint: reply.key_fingerprint.unwrap_or_default(),
                tags: tags::from_sdk(reply.tags),
                ..KeyPair::default()
            })
        };
        let look =
            |token: Token| async move { Ok(self.made_as::<KeyPair>(&token).await?.into_iter().next()) };
        let request = &(name, public_key, tags);
        let created = self
            .clients
            .create(Creation { kind: "key pair", tagged: true, request, wait }, attempt, look)
            .await;
        let Name::Given(name) = name else { return created };
        let other = async { Ok(Some(name.clone())) };
        taken(created, &["InvalidKeyPair.Duplicate"], &format!("key pair {name}"), other).await
    }

    /// The key pair of that name, with its public key.
    ///
    /// # Errors
    ///
    /// When the service refuses.
    pub async fn key_pair(&self, name: &str) -> Result<Option<KeyPair>> {
        self.one(&self.reads().key_pairs, NAME, name).await
    }

    /// The key pair of that name, which was made a moment ago.
    ///
    /// # Errors
    ///
    /// When the service refuses, or does not show the key pair for two minutes.
    pub async fn new_key_pair(&self, name: &str, wait: &Wait) -> Result<KeyPair> {
        wait.settle(&format!("key pair {name} to be known"), || self.key_pair(name), |_| Ok(None)).await
    }

    /// Makes EC2 forget a key. Instances that were launched with it keep it.
    ///
    /// # Errors
    ///
    /// When the service refuses; a key that does not exist is as good as deleted.
    pub async fn delete_key_pair(&self, name: &str) -> Result<()> {
        let request = self.sdk().await?.delete_key_pair().key_name(name);
        request.send().await.map_err(failed("ec2:DeleteKeyPair"))?;
        Ok(())
    }
}

impl Described for KeyPair {
    type Client = Client;

    async fn describe(client: Client, property: &'static str, values: Vec<String>) -> Result<Vec<Self>> {
        let request = client.describe_key_pairs().include_public_key(true).filters(any_of(property, values));
        let reply = request.send().await.map_err(failed("ec2:DescribeKeyPairs"))?;
        Ok(reply.key_pairs.unwrap_or_default().into_iter().map(from_sdk).collect())
    }

    fn keys(&self) -> Vec<Key> {
        vec![Key::new(NAME, &self.name)]
    }

    fn is_unique(_: &str) -> bool {
        true
    }
}

fn from_sdk(pair: KeyPairInfo) -> KeyPair {
    KeyPair {
        name: pair.key_name.unwrap_or_default(),
        id: pair.key_pair_id.unwrap_or_default(),
        key_type: pair.key_type.map(|kind| kind.as_str().to_owned()),
        fingerprint: pair.key_fingerprint.unwrap_or_default(),
        public_key: pair.public_key.map(|key| key.trim().to_owned()).filter(|key| !key.is_empty()),
        tags: tags::from_sdk(pair.tags),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Server, ec2_reply};

    const PAIR: &str = "<item><keyPairId>key-1</keyPairId><keyName>k8s</keyName><keyType>ed25519</keyType>\
        <keyFingerprint>f</keyFingerprint><publicKey>ssh-ed25519 AAAA k8s\n</publicKey>\
        <tagSet><item><key>a</key><value>b</value></item></tagSet></item>";

    #[tokio::test]
    async fn the_key_is_sent_as_base64_and_tagged() {
        let server = Server::start(|_| {
            ec2_reply(
                "ImportKeyPair",
                "<keyName>k8s</keyName><keyFingerprint>f</keyFingerprint><keyPairId>key-1</keyPairId>",
            )
        })
        .await;
        let tags = Tags::from([("a".into(), "b".into())]);
        let wait = Wait::new(std::time::Duration::from_secs(5), tokio_util::sync::CancellationToken::new());
        let pair = server
            .clients()
            .ec2()
            .import_key_pair(&"k8s".into(), "ssh-ed25519 AAAA", &tags, &wait)
            .await
            .unwrap();
        assert_eq!((&*pair.id, &*pair.fingerprint), ("key-1", "f"));
        let request = &server.requests()[0];
        assert_eq!(request["PublicKeyMaterial"], "c3NoLWVkMjU1MTkgQUFBQQ==");
        assert_eq!(request["TagSpecification.1.ResourceType"], "key-pair");
    }

    #[tokio::test]
    async fn a_name_is_no_pattern() {
        let server =
            Server::start(|_| ec2_reply("DescribeKeyPairs", &format!("<keySet>{PAIR}</keySet>"))).await;
        let clients = server.clients();
        assert_eq!(clients.ec2().key_pair("k*").await.unwrap(), None);
        let pair = clients.ec2().key_pair("k8s").await.unwrap().unwrap();
        assert_eq!(pair.public_key.as_deref(), Some("ssh-ed25519 AAAA k8s"));
        assert_eq!(pair.key_type.as_deref(), Some("ed25519"));
        assert_eq!(server.requests()[0]["IncludePublicKey"], "true");
    }
}
