#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| groundup_fuzz::values::values_msgpack(data));
