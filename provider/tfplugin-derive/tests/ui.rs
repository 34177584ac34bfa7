//! What `#[derive(Model)]` says about models that it refuses.
//!
//! Each file of `ui/` holds models with mistakes of one kind; beside it lies what the compiler says about them. The
//! files know nothing of `tfplugin`, whose types the derive never looks into, so that the test builds it only once.
//!
//! After a change of the messages, `TRYBUILD=overwrite cargo test -p tfplugin-derive` writes them anew: read the
//! difference before committing it.

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
