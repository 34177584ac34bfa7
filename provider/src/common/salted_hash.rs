//! Hashes of content that itself is kept nowhere: how a later plan tells whether it is still the same.
//!
//! State holds SHA-256(salt ‖ SHA-256(content)), and private state the salt.
//!
//! The salt is there because a plain hash tells too much: that two objects, or two clusters, hold the same content, and
//! which of the hashes collected elsewhere is that of the content. Under a salt of its own, the same content has
//! another hash in each object.
//!
//! The inner hash can be computed where the content lies, on a node for instance, without bringing the content here. The
//! outer hash is there because the inner one must not be kept, for the same reasons.
//!
//! None of it protects content that can be guessed: who holds the state has the salt too, and can try.

use std::fmt;

use sha2::{Digest as _, Sha256};
use tfplugin::prelude::*;

/// Where private state holds the salt.
const PLACE: &str = "content_salt";

/// What an object's hashes are salted with.
///
/// It is made when the object is applied and never when it is planned. Terraform plans once more at apply, without what
/// the first plan kept in private state: that plan would have another salt, and thereby another hash than was promised.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Salt([u8; 32]);

impl Salt {
    /// The salt that the last apply made; `None` when there is none, or nothing that could be one.
    pub(crate) fn kept<C>(cx: &Cx<C>) -> Option<Self> {
        cx.private_get(PLACE).and_then(Self::read)
    }

    /// The salt of an object that is being applied: its own, or a new one.
    ///
    /// # Errors
    /// If the system has no random bytes.
    pub(crate) fn kept_or_new<C>(cx: &Cx<C>) -> Result<Self> {
        if let Some(salt) = Self::kept(cx) {
            return Ok(salt);
        }
        let salt = Self::generate()?;
        cx.private_set(PLACE, salt.0.to_vec());
        Ok(salt)
    }

    /// Forgets the salt of an object that no longer has write-only content.
    pub(crate) fn forget<C>(cx: &Cx<C>) {
        cx.private_remove(PLACE);
    }

    /// The hash of a content, in hexadecimal digits.
    pub(crate) fn hash(&self, content: &[u8]) -> String {
        let inner = Sha256::digest(content);
        hex::encode(Sha256::new().chain_update(self.0).chain_update(inner).finalize())
    }

    pub(crate) fn generate() -> Result<Self> {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).during("Unable to Make Salt")?;
        Ok(Self(salt))
    }

    fn read(bytes: Vec<u8>) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_hash_is_of_salt_and_hash() {
        // (head -c 32 /dev/zero; printf abc | sha256sum | xxd -r -p) | sha256sum
        let hash = Salt([0; 32]).hash(b"abc");
        assert_eq!(hash, "589f9ffed4c477966bfb8d41f37895b08c69047df8f911d6f3b57fbe08faee8d");
    }

    #[test]
    fn each_salt_has_hashes_of_its_own() {
        let (one, other) = (Salt::generate().unwrap(), Salt::generate().unwrap());
        assert_ne!(one, other);
        assert_ne!(one.hash(b"content"), other.hash(b"content"));
        assert_eq!(format!("{one:?}"), "Salt(…)");
    }

    #[test]
    fn what_cannot_be_a_salt_is_none() {
        assert_eq!(Salt::read(vec![7; 32]), Some(Salt([7; 32])));
        for length in [0, 31, 33] {
            assert_eq!(Salt::read(vec![7; length]), None, "{length}");
        }
    }

    /// Two contents that are often the same, or nearly.
    fn contents() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
        any::<Vec<u8>>().prop_flat_map(|one| {
            let longer = [one.as_slice(), &[0]].concat();
            (Just(one.clone()), prop_oneof![Just(one), Just(longer), any::<Vec<u8>>()])
        })
    }

    proptest! {
        #[test]
        fn equal_hashes_are_equal_contents(salt: [u8; 32], (one, other) in contents()) {
            let (made, read) = (Salt(salt), Salt::read(salt.to_vec()).unwrap());
            assert_eq!(made.hash(&one) == read.hash(&other), one == other);
        }

        #[test]
        fn nobody_has_the_hash_without_the_salt(salt: [u8; 32], content: Vec<u8>) {
            let hash = Salt(salt).hash(&content);
            let inner = Sha256::digest(&content);
            assert!(![inner, Sha256::digest(inner)].map(hex::encode).contains(&hash));
        }
    }
}
