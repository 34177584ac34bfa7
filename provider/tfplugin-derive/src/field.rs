//! One field of a model, as its type, doc comment and `#[attr(…)]` describe it.

use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, Field, Ident, LitInt, LitStr, Meta, Result, Type};

/// Words in a name that mark a value as secret.
const SECRET_WORDS: [&str; 4] = ["private_key", "secret", "password", "token"];
/// Endings by which such a name speaks about a secret instead of holding one.
const PUBLIC_ENDINGS: [&str; 7] = ["_version", "_sha256", "_fingerprint", "_id", "_name", "_tokens", "_file"];

pub(crate) struct ModelField {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) description: String,
    /// The `T` of the field's `Attr<T>`; of a flattened one the type itself.
    pub(crate) ty: Type,
    pub(crate) options: Options,
}

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) required: bool,
    pub(crate) optional: bool,
    pub(crate) computed: bool,
    pub(crate) replace: bool,
    pub(crate) keep: bool,
    pub(crate) sensitive: bool,
    pub(crate) write_only: bool,
    pub(crate) default: Option<Expr>,
    pub(crate) check: Option<Expr>,
    pub(crate) deprecated: Option<LitStr>,
    pub(crate) prefix: Option<LitStr>,
    pub(crate) block: Option<Nesting>,
    pub(crate) as_blocks: bool,
    pub(crate) flatten: bool,
    pub(crate) min: Option<LitInt>,
    pub(crate) max: Option<LitInt>,
    name: Option<LitStr>,
}

#[derive(Clone, Copy)]
pub(crate) enum Nesting {
    Single,
    List,
    Set,
}

impl ModelField {
    pub(crate) fn parse(field: &Field) -> Result<Self> {
        let ident =
            field.ident.clone().ok_or_else(|| Error::new(field.span(), "a model has named fields"))?;
        let options = Options::parse(field)?;
        let name = options.name.as_ref().map_or_else(|| ident.unraw().to_string(), LitStr::value);
        let description = doc(&field.attrs);
        if options.flatten {
            return Ok(Self { ident, name, description, ty: field.ty.clone(), options });
        }
        if description.is_empty() {
            return Err(Error::new(
                ident.span(),
                "a doc comment is required: it is the attribute's description",
            ));
        }
        let ty = attr_argument(&field.ty)
            .ok_or_else(|| Error::new(field.ty.span(), "the type of a field is `Attr<T>`"))?
            .clone();
        let field = Self { ident, name, description, ty, options };
        field.check()?;
        Ok(field)
    }

    fn check(&self) -> Result<()> {
        let Options {
            required, optional, computed, sensitive, write_only, default, block, as_blocks, ..
        } = &self.options;
        let fail = |text: &str| Err(Error::new(self.ident.span(), text));
        if block.is_some() {
            if *as_blocks {
                return fail("`as_blocks` is about attributes; this is a block");
            }
            if *required || *optional || *computed || *write_only || *sensitive || default.is_some() {
                return fail("a block is neither required, optional, computed, sensitive nor write-only");
            }
            return Ok(());
        }
        if !(*required || *optional || *computed) {
            return fail("one of `required`, `optional`, `computed` or `block` is needed");
        }
        if *required && (*optional || *computed || default.is_some()) {
            return fail("`required` excludes `optional`, `computed` and `default`");
        }
        if *write_only && (*computed || default.is_some()) {
            return fail("`write_only` excludes `computed` and `default`");
        }
        if self.looks_secret() && !sensitive && !mentions_secret(&self.ty) {
            return fail("a name that promises a secret needs the type `Secret` or `sensitive`");
        }
        Ok(())
    }

    fn looks_secret(&self) -> bool {
        SECRET_WORDS.iter().any(|word| self.name.contains(word))
            && !PUBLIC_ENDINGS.iter().any(|ending| self.name.ends_with(ending))
    }
}

impl Options {
    fn parse(field: &Field) -> Result<Self> {
        let mut options = Self::default();
        let mut words = 0;
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("attr")) {
            attribute.parse_nested_meta(|meta| {
                let word = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
                match word.as_str() {
                    "required" => options.required = true,
                    "optional" => options.optional = true,
                    "computed" => options.computed = true,
                    "replace" => options.replace = true,
                    "keep" => options.keep = true,
                    "sensitive" => options.sensitive = true,
                    "write_only" => options.write_only = true,
                    "default" => options.default = Some(meta.value()?.parse()?),
                    "check" => options.check = Some(meta.value()?.parse()?),
                    "deprecated" => options.deprecated = Some(meta.value()?.parse()?),
                    "prefix" => options.prefix = Some(meta.value()?.parse()?),
                    "name" => options.name = Some(meta.value()?.parse()?),
                    "min" => options.min = Some(meta.value()?.parse()?),
                    "max" => options.max = Some(meta.value()?.parse()?),
                    "block" if meta.input.peek(syn::Token![=]) => {
                        options.block = Some(Nesting::parse(&meta.value()?.parse()?)?);
                    }
                    "block" => options.block = Some(Nesting::List),
                    "as_blocks" => options.as_blocks = true,
                    "flatten" => options.flatten = true,
                    _ => return Err(meta.error(format!("`{word}` is not a word of `#[attr(…)]`"))),
                }
                words += 1;
                Ok(())
            })?;
        }
        if options.flatten && words > 1 {
            return Err(Error::new(field.span(), "`flatten` stands alone: the other model says the rest"));
        }
        Ok(options)
    }
}

impl Nesting {
    fn parse(text: &LitStr) -> Result<Self> {
        match text.value().as_str() {
            "single" => Ok(Self::Single),
            "list" => Ok(Self::List),
            "set" => Ok(Self::Set),
            _ => Err(Error::new(text.span(), "a block is \"single\", \"list\" or \"set\"")),
        }
    }
}

/// The doc comment, its lines joined as Markdown.
pub(crate) fn doc(attributes: &[Attribute]) -> String {
    let lines: Vec<_> = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("doc"))
        .filter_map(|attribute| match &attribute.meta {
            Meta::NameValue(pair) => match &pair.value {
                Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(line), .. }) => Some(line.value()),
                _ => None,
            },
            _ => None,
        })
        .map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned())
        .collect();
    lines.join("\n").trim().to_owned()
}

/// The `T` of `Attr<T>`.
fn attr_argument(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last().filter(|segment| segment.ident == "Attr")?;
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first() {
        Some(syn::GenericArgument::Type(ty)) => Some(ty),
        _ => None,
    }
}

/// Whether `Secret` is the type or an argument of it.
fn mentions_secret(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.iter().any(|segment| {
        let arguments = match &segment.arguments {
            syn::PathArguments::AngleBracketed(arguments) => arguments.args.iter().collect(),
            _ => Vec::new(),
        };
        segment.ident.to_string().starts_with("Secret")
            || arguments
                .iter()
                .any(|argument| matches!(argument, syn::GenericArgument::Type(ty) if mentions_secret(ty)))
    })
}
