//! RSA keys as OpenSSL judges them: whether the primes are prime and the numbers fit together.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::thread;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use pki_core::{KeyAlgorithm, PrivateKey};

use crate::support::tool;

#[test]
fn openssl_finds_every_size_valid() {
    for algorithm in [KeyAlgorithm::RSA_2048, KeyAlgorithm::RSA_3072, KeyAlgorithm::RSA_4096] {
        check(algorithm, 2);
    }
}

#[test]
#[ignore = "takes ten minutes of two cores; to be run when the search for primes changes"]
fn openssl_finds_ten_thousand_keys_valid() {
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| check(KeyAlgorithm::RSA_2048, 2500));
        }
    });
}

fn check(algorithm: KeyAlgorithm, count: usize) {
    let openssl = tool::find("openssl");
    for _ in 0..count {
        let key = PrivateKey::generate(algorithm, &mut UnwrapErr(SysRng)).unwrap();
        let mut command = Command::new(&openssl);
        let command = command.args(["pkey", "-check", "-noout"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(key.to_pem().as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{:?}: {}", key.public_key(), output.status);
        assert_eq!(output.stdout, b"Key is valid\n", "{:?}", key.public_key());
    }
}
