//! `#[derive(Model)]`: one struct is the schema, the codec and the documentation.
//!
//! Doc comments become descriptions; `#[attr(…)]` says how a field behaves. The words of `#[attr(…)]`:
//!
//! | word | meaning |
//! |---|---|
//! | `required`, `optional`, `computed` | who sets the attribute |
//! | `default = value` | the value when the configuration sets none |
//! | `replace` | a change replaces the object |
//! | `keep` | where the provider decides, the value of the prior state stays |
//! | `prefix = "text"` | what a text that is not decided yet is promised to begin with |
//! | `sensitive` | not shown in plans (implied by the type `Secret`) |
//! | `write_only` | only in the configuration, never in plan or state |
//! | `check = function` | a check of the known value: `fn(&T) -> Result<(), String>` |
//! | `deprecated = "text"` | a warning when used |
//! | `block`, `block = "list"`, `"set"`, `"single"` | a nested block instead of an attribute |
//! | `as_blocks` | an attribute of nested models that is also written as blocks |
//! | `min = n`, `max = n` | limits of the number of blocks |
//! | `name = "text"` | the name in the configuration, where it is not the field's |
//! | `flatten` | the attributes and blocks of another model stand beside the struct's own; the field's type is that model |
#![forbid(unsafe_code)]

mod expand;
mod field;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct of `Attr` fields a model.
#[proc_macro_derive(Model, attributes(attr, model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::model(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}
