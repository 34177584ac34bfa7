//! A provider for tests: it does what real providers should not, on demand, and needs nothing but memory.

use std::process::ExitCode;

use tfplugin::serve::{Info, serve};
use tfplugin::{Check, Host, Model, Provider, Registry, Result, Service};

mod is_null;
mod lease;
mod object;
mod value;

use object::Store;

fn main() -> ExitCode {
    let info = Info {
        name: Fixture::NAME,
        version: env!("CARGO_PKG_VERSION"),
        source: "test/fixture",
        log_targets: &["fixture_provider"],
    };
    serve(info, Service::<Fixture>::new)
}

struct Fixture;

/// Settings of the test provider.
#[derive(Clone, Debug, Default, Model, PartialEq)]
struct Config {}

impl Provider for Fixture {
    const NAME: &'static str = "fixture";
    type Config = Config;
    type Client = Store;

    fn validate(_: &Config, _: &mut Check) {}

    async fn configure(_: Config, _: Host) -> Result<Store> {
        Ok(Store::default())
    }

    fn registry() -> Registry<Store> {
        Registry::new()
            .category("Fixture")
            .resource::<object::Object>()
            .resource::<value::EveryKind>()
            .ephemeral::<lease::Lease>()
            .function::<is_null::IsNull>()
    }
}
