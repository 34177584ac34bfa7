//! What is kept beside the state, of any origin.

use super::samples::samples;
use crate::support::core::Core;
use crate::support::managed::Instance;
use crate::support::wire::errors;

/// Bytes that another version or another provider may have left: of no form, of another one, and of an own one with
/// values that are not.
const BYTES: [&[u8]; 6] = [
    b"",
    b"\x00\xff\xfe",
    b"[1, 2]",
    b"{\"content_salt\": 7}",
    b"{\"content_salt\": \"AA==\"}",
    b"{\"fingerprints\": \"////\", \"another\": \"AAAA\"}",
];

#[tokio::test]
async fn item_64_bytes_of_any_origin_are_borne() {
    for private in BYTES {
        let core = Core::configured().await;
        for sample in samples() {
            let mut resource = core.resource(sample.type_name);
            let config = resource.config(&sample.config);
            let created = resource.create(&config).await;
            let instance = Instance { private: private.to_vec(), ..created.clone() };
            let (read, told) = resource.read(&instance).await;
            assert_eq!((errors(&told), &read.state), (Vec::new(), &created.state), "{}", sample.type_name);
            let changed = sample.change.as_ref().map_or(config, |change| resource.config(&change.config));
            let updated = resource.bring(&read, &changed).await;
            resource.destroy(&Instance { private: private.to_vec(), ..updated }).await;
        }
    }
}
