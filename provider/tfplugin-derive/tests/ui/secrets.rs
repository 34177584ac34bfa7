//! A name that promises a secret has a type that keeps it.

use tfplugin_derive::Model;

/// Credentials.
#[derive(Model)]
struct Credentials {
    /// Password.
    #[attr(optional)]
    password: Attr<String>,
}

/// A key pair.
#[derive(Model)]
struct Keys {
    /// Private key.
    #[attr(computed, name = "private_key_pem")]
    pem: Attr<String>,
}

struct Attr<T>(T);

fn main() {}
