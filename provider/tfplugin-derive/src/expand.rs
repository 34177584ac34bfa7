//! The code that the derive writes: one line per field in each function of `Model`.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Fields, Ident, Result};

use crate::field::{ModelField, Nesting, doc};

pub(crate) fn model(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else { return Err(Error::new(input.span(), "a model is a struct")) };
    let Fields::Named(named) = &data.fields else {
        return Err(Error::new(data.fields.span(), "a model has named fields"));
    };
    let description = doc(&input.attrs);
    if description.is_empty() {
        let message = "a doc comment is required: it is the description in schema and documentation";
        return Err(Error::new(input.ident.span(), message));
    }
    let fields = named.named.iter().map(ModelField::parse).collect::<Result<Vec<_>>>()?;
    let (flattened, fields): (Vec<_>, Vec<_>) = fields.into_iter().partition(|field| field.options.flatten);

    let model = &input.ident;
    let attributes = fields.iter().filter(|field| field.options.block.is_none()).map(attribute);
    let blocks = fields.iter().filter_map(|field| field.options.block.map(|nesting| block(field, nesting)));
    let decode = fields.iter().map(decode).chain(flattened.iter().map(decode_flattened));
    let same = fields.iter().map(|ModelField { ident, .. }| quote!(self.#ident.same(&other.#ident)));
    let same = same.chain(flattened.iter().map(same_flattened));
    let check = fields.iter().map(check).chain(flattened.iter().map(check_flattened));
    let (encode, settle) = (fields.iter().map(encode), fields.iter().map(settle));
    let block = beside(
        &flattened,
        quote! {
            derived::Block {
                description: #description.to_owned(),
                attributes: vec![#(#attributes),*],
                blocks: vec![#(#blocks),*],
                deprecation: None,
            }
        },
        |ModelField { ty, .. }| quote!(<#ty as derived::Model>::block()),
    );
    let encode = beside(
        &flattened,
        quote!(derived::Value::object::<&str>([#(#encode),*])),
        |ModelField { ident, .. }| quote!(derived::Model::encode_fields(&self.#ident)),
    );
    let settle = beside(
        &flattened,
        quote!(derived::Value::object::<&str>([#(#settle),*])),
        |ModelField { ty, .. }| quote!(<#ty as derived::Model>::settle_fields(new, old)),
    );
    let (path, found) = (hidden("path"), hidden("found"));

    Ok(quote! {
        const _: () = {
            use ::tfplugin::model::derived;

            #[automatically_derived]
            impl derived::Model for #model {
                fn block() -> derived::Block {
                    #block
                }

                fn decode_fields(
                    object: &derived::Value,
                    path: &derived::Path,
                    found: &mut derived::Diagnostics,
                ) -> Self {
                    Self { #(#decode),* }
                }

                fn encode_fields(&self) -> derived::Value {
                    #encode
                }

                fn same_fields(&self, other: &Self) -> bool {
                    true #(&& #same)*
                }

                fn check_fields(&self, #path: &derived::Path, #found: &mut derived::Diagnostics) {
                    #(#check)*
                }

                fn settle_fields(new: &derived::Value, old: &derived::Value) -> derived::Value {
                    #settle
                }
            }
        };
    })
}

/// What the struct's own fields make, with what each flattened model makes beside it.
fn beside(
    flattened: &[ModelField],
    own: TokenStream,
    other: impl Fn(&ModelField) -> TokenStream,
) -> TokenStream {
    flattened.iter().map(other).fold(own, |all, other| quote!(derived::Beside::beside(#all, #other)))
}

fn decode_flattened(field: &ModelField) -> TokenStream {
    let ModelField { ident, ty, .. } = field;
    quote!(#ident: <#ty as derived::Model>::decode_fields(object, path, found))
}

fn same_flattened(field: &ModelField) -> TokenStream {
    let ModelField { ident, .. } = field;
    quote!(derived::Model::same_fields(&self.#ident, &other.#ident))
}

fn check_flattened(field: &ModelField) -> TokenStream {
    let ModelField { ident, .. } = field;
    let (path, found) = (hidden("path"), hidden("found"));
    quote!(derived::Model::check_fields(&self.#ident, #path, #found);)
}

fn attribute(field: &ModelField) -> TokenStream {
    let ModelField { name, description, ty, options, .. } = field;
    let (required, optional, replace, keep) =
        (options.required, options.optional, options.replace, options.keep);
    let computed = options.computed || options.default.is_some();
    let (sensitive, write_only, as_blocks) = (options.sensitive, options.write_only, options.as_blocks);
    let default = if let Some(value) = &options.default {
        quote!(Some(derived::Value::from(#value)))
    } else {
        quote!(None)
    };
    let deprecation =
        if let Some(text) = &options.deprecated { quote!(Some(#text.to_owned())) } else { quote!(None) };
    let prefix = if let Some(text) = &options.prefix { quote!(Some(#text.to_owned())) } else { quote!(None) };
    quote! {
        derived::Attribute {
            name: #name.to_owned(),
            shape: <#ty as derived::AttrType>::shape(),
            description: #description.to_owned(),
            required: #required,
            optional: #optional,
            computed: #computed,
            sensitive: #sensitive || <#ty as derived::AttrType>::SENSITIVE,
            write_only: #write_only,
            deprecation: #deprecation,
            default: #default,
            replace: #replace,
            keep: #keep,
            prefix: #prefix,
            as_blocks: #as_blocks,
        }
    }
}

fn block(field: &ModelField, nesting: Nesting) -> TokenStream {
    let ModelField { name, description, ty, options, .. } = field;
    let nesting = nesting_tokens(nesting);
    let min = options.min.as_ref().map_or_else(|| quote!(0), |min| quote!(#min));
    let max = options.max.as_ref().map_or_else(|| quote!(0), |max| quote!(#max));
    quote! {
        derived::NestedBlock {
            name: #name.to_owned(),
            nesting: #nesting,
            block: derived::Block {
                description: #description.to_owned(),
                ..<#ty as derived::BlockType>::block()
            },
            min: #min,
            max: #max,
        }
    }
}

fn decode(field: &ModelField) -> TokenStream {
    let ModelField { ident, name, ty, .. } = field;
    quote!(#ident: derived::Attr::<#ty>::decode(object.attribute(#name), &path.attr(#name), found))
}

fn encode(field: &ModelField) -> TokenStream {
    let ModelField { ident, name, options, .. } = field;
    if let Some(nesting) = options.block {
        let nesting = nesting_tokens(nesting);
        quote!((#name, derived::encode_blocks(&self.#ident, #nesting)))
    } else {
        quote!((#name, self.#ident.encode()))
    }
}

fn check(field: &ModelField) -> TokenStream {
    let ModelField { ident, name, options, .. } = field;
    let (path, found) = (hidden("path"), hidden("found"));
    let own = options
        .check
        .as_ref()
        .map(|check| quote!(derived::check(&self.#ident, #check, &#path.attr(#name), #found);));
    quote! {
        #own
        derived::AttrType::check(&self.#ident, &#path.attr(#name), #found);
    }
}

/// A variable that the author's own names cannot clash with.
fn hidden(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

fn settle(field: &ModelField) -> TokenStream {
    let ModelField { name, ty, .. } = field;
    quote! {
        (#name, <#ty as derived::AttrType>::settle(new.attribute(#name).clone(), old.attribute(#name)))
    }
}

fn nesting_tokens(nesting: Nesting) -> TokenStream {
    match nesting {
        Nesting::Single => quote!(derived::Nesting::Single),
        Nesting::List => quote!(derived::Nesting::List),
        Nesting::Set => quote!(derived::Nesting::Set),
    }
}
