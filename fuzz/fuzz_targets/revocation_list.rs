#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| groundup_fuzz::pki::revocation_list(data));
