//! `groundup_key_pair`: a public SSH key that EC2 puts on new instances.

mod public_key;

use aws::limits::KEY_PAIR;
use tfplugin::prelude::*;

use self::public_key::PublicKey;
use crate::Client;
use crate::common::creation::created;
use crate::common::names;
use crate::common::tags::{self, Tags};
use crate::common::wait::wait;

/// A public SSH key that EC2 keeps under a name and puts on new instances. The private key stays with its owner: AWS
/// never sees it.
#[derive(Clone, Debug, Default, Model, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the names are those of hashicorp/aws")]
pub(crate) struct KeyPair {
    /// ARN of the key pair.
    #[attr(computed, keep)]
    arn: Attr<String>,
    /// Digest of the public key: MD5 for RSA, SHA-256 for Ed25519.
    #[attr(computed, keep)]
    fingerprint: Attr<String>,
    /// Name of the key pair, as `key_name`.
    #[attr(computed, keep)]
    id: Attr<String>,
    /// Name of the key pair, unique in the region. Without it a name is made up, beginning with `key_name_prefix`.
    #[attr(optional, computed, keep, replace, check = |text| name(text))]
    key_name: Attr<String>,
    /// Beginning of a name to be made up.
    #[attr(optional, computed, keep, replace, check = |text| prefix(text))]
    key_name_prefix: Attr<String>,
    /// Identifier of the key pair, which begins with `key-`.
    #[attr(computed, keep)]
    key_pair_id: Attr<String>,
    /// Kind of the key, `rsa` or `ed25519`.
    #[attr(computed, keep)]
    key_type: Attr<String>,
    /// The public key in OpenSSH's form, RSA or Ed25519, as in `id_ed25519.pub`. Only the key itself counts, not the
    /// comment.
    #[attr(required, replace)]
    public_key: Attr<Parsed<PublicKey>>,
    /// Tags of the key pair.
    #[attr(optional)]
    tags: Attr<Tags>,
    /// Tags of the key pair with the provider's default tags.
    #[attr(computed)]
    tags_all: Attr<Tags>,
}

impl Resource for KeyPair {
    const TYPE: &'static str = "key_pair";
    type Client = Client;

    fn validate(&self, check: &mut Check) {
        check.at_most_one(&[
            ("key_name", self.key_name.presence()),
            ("key_name_prefix", self.key_name_prefix.presence()),
        ]);
        if let Some(bits) = self.public_key.known().and_then(|key| key.rsa_bits())
            && ![1024, 2048, 4096].contains(&bits)
        {
            let detail = format!("EC2 documents RSA keys of 1024, 2048 and 4096 bits; this one has {bits}.");
            check.warn("public_key", "Unusual Key Size", detail);
        }
        tags::validate(check, &self.tags);
    }

    async fn plan(plan: &mut Plan<Self>, cx: &Cx<Client>) -> Result<()> {
        let Plan { prior, config, planned, .. } = plan;
        tags::plan(&planned.tags, &mut planned.tags_all, cx)?;
        if let Some(key) = planned.public_key.known() {
            planned.key_type = key.key_type().into();
        }
        if let Some(prior) = prior {
            // A key pair that was named has no prefix, and still has none when something else changes.
            if config.key_name_prefix.is_null() {
                planned.key_name_prefix.clone_from(&prior.key_name_prefix);
                plan.replace.retain(|path| *path != "key_name_prefix".into());
            }
        } else if config.key_name.known().is_some() {
            planned.id.clone_from(&planned.key_name);
            if config.key_name_prefix.is_null() {
                planned.key_name_prefix = Attr::Null;
            }
        }
        Ok(())
    }

    async fn create(mut self, cx: &Cx<Client>, saved: &Saved<Self>) -> Result<Self> {
        const SUMMARY: &str = "Unable to Import Key Pair";
        let (aws, wait) = (cx.client.aws(), wait(cx, KEY_PAIR.create));
        let name = names::wanted(&self.key_name, &self.key_name_prefix);
        let key = self.public_key.value()?.text().trim();
        let imported = aws.ec2().import_key_pair(&name, key, &tags::all(&self.tags_all), &wait).await;
        let imported = created(imported, SUMMARY, (Self::TYPE, Some("key_name")), &[])?;
        let name = imported.name;
        self.id = name.clone().into();
        self.key_name = name.clone().into();
        if self.key_name_prefix.is_unknown() {
            self.key_name_prefix = names::prefix(&name).map(str::to_owned).into();
        }
        self.key_pair_id = imported.id.into();
        self.fingerprint = imported.fingerprint.into();
        self.arn = arn(cx, &name).await?.into();
        saved.save(&self);
        aws.ec2().new_key_pair(&name, &wait).await.during(SUMMARY)?;
        Ok(self)
    }

    async fn read(mut self, cx: &Cx<Client>) -> Result<Option<Self>> {
        let name = self.id.value()?.clone();
        let Some(found) = cx.client.aws().ec2().key_pair(&name).await.during("Unable to Read Key Pair")?
        else {
            return Ok(None);
        };
        // The name of a key pair is part of its ARN, and asking for the account costs a call.
        if self.arn.known().is_none() {
            self.arn = arn(cx, &name).await?.into();
        }
        self.key_name = name.into();
        self.key_pair_id = found.id.into();
        self.fingerprint = found.fingerprint.into();
        if let Some(key) = found.public_key {
            let key = Parsed::<PublicKey>::new(key).during("Unable to Read Key Pair").at("public_key")?;
            self.key_type = key.key_type().into();
            self.public_key = key.into();
        }
        tags::read(&mut self.tags, &mut self.tags_all, found.tags, cx);
        Ok(Some(self))
    }

    async fn update(self, prior: Self, cx: &Cx<Client>, _saved: &Saved<Self>) -> Result<Self> {
        let wait = wait(cx, KEY_PAIR.update);
        let (from, to) = (tags::all(&prior.tags_all), tags::all(&self.tags_all));
        let id = self.key_pair_id.value()?;
        cx.client.aws().ec2().retag(id, &from, &to, &wait).await.during("Unable to Tag Key Pair")?;
        Ok(self)
    }

    async fn delete(self, cx: &Cx<Client>) -> Result<()> {
        let name = self.id.value()?;
        cx.client.aws().ec2().delete_key_pair(name).await.during("Unable to Delete Key Pair")
    }

    async fn import(id: ImportId, _cx: &Cx<Client>) -> Result<Self> {
        let name = id.id()?.to_owned();
        let key_name_prefix = names::prefix(&name).map(str::to_owned).into();
        Ok(Self { id: name.into(), key_name_prefix, ..Self::default() })
    }
}

async fn arn(cx: &Cx<Client>, name: &str) -> Result<String> {
    let arn = cx.client.aws().ec2_arn(None, "key-pair", name).await;
    Ok(arn.during("Unable to Read Key Pair")?.to_string())
}

fn name(name: &str) -> Result<(), String> {
    match name.chars().count() {
        1..=255 => Ok(()),
        length => Err(format!("The name of a key pair has 1 to 255 characters, not {length}.")),
    }
}

fn prefix(prefix: &str) -> Result<(), String> {
    let limit = 255 - names::SUFFIX;
    match prefix.chars().count() {
        length if (1..=limit).contains(&length) => Ok(()),
        length => Err(format!("The beginning of a name has 1 to {limit} characters, not {length}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_limits() {
        assert!(name(&"k".repeat(255)).is_ok());
        assert!(name(&"k".repeat(256)).is_err());
        assert!(name("").is_err());
        assert!(prefix(&"k".repeat(229)).is_ok());
        assert!(prefix(&"k".repeat(230)).is_err());
    }
}
