//! Provider functions: pure, and callable without any configuration.

mod object;

use crate::attr::{Attr, AttrType};
use crate::diagnostic::{Diagnostic, Diagnostics, Error, Severity};
use crate::value::{Path, Type, Value};

pub use object::Object;

/// A function.
pub trait Function: Send + Sync + 'static {
    /// Its name.
    const NAME: &'static str;
    /// What it is for, in one line.
    const SUMMARY: &'static str;
    /// What it does, in Markdown.
    const DESCRIPTION: &'static str;
    /// Its parameters: one for each element of [`Function::Args`].
    const PARAMETERS: &'static [Parameter];

    /// A tuple of the arguments' types. `Attr<T>` accepts null and unknown.
    type Args: Arguments;
    /// The type of the result.
    type Output: AttrType;

    /// Computes the result.
    ///
    /// # Errors
    /// [`FunctionError`] for arguments that it cannot work with.
    fn call(args: Self::Args) -> Result<Self::Output, FunctionError>;
}

/// A parameter of a function.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it means, in Markdown.
    pub description: &'static str,
}

impl Parameter {
    /// A parameter of this name and meaning.
    #[must_use]
    pub const fn new(name: &'static str, description: &'static str) -> Self {
        Self { name, description }
    }
}

/// Why a function refuses its arguments.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FunctionError {
    /// What is wrong, as a sentence.
    pub text: String,
    /// The argument it is about, counted from 0.
    pub argument: Option<usize>,
}

impl FunctionError {
    /// An error about the call as a whole.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: None }
    }

    /// An error about one argument, counted from 0.
    pub fn argument(index: usize, text: impl Into<String>) -> Self {
        Self { text: text.into(), argument: Some(index) }
    }

    /// Refuses an argument when errors were found in it. Warnings have no place in a function's answer.
    ///
    /// # Errors
    /// All of the errors as one, each with its place inside the argument.
    pub fn refuse<'a>(index: usize, found: impl IntoIterator<Item = &'a Diagnostic>) -> Result<(), Self> {
        let errors: Vec<_> = found.into_iter().filter(|told| told.severity == Severity::Error).collect();
        if errors.is_empty() { Ok(()) } else { Err(Self::list(index, &errors)) }
    }

    /// The error for an argument of which something cannot be made.
    #[must_use]
    pub fn caused_by(index: usize, error: &Error) -> Self {
        Self::list(index, &error.diagnostics().iter().collect::<Vec<_>>())
    }

    fn list(index: usize, told: &[&Diagnostic]) -> Self {
        let texts: Vec<_> = told.iter().map(|told| place(told.path.as_ref(), &told.detail)).collect();
        match texts.as_slice() {
            [only] => Self::argument(index, only),
            several => {
                Self::argument(index, format!("{} problems:\n- {}", several.len(), several.join("\n- ")))
            }
        }
    }
}

/// The types of a function's parameters, in order.
pub trait Arguments: Sized {
    /// Each parameter's wire type, and whether it accepts null and unknown.
    fn types() -> Vec<(Type, bool)>;

    /// Reads the arguments.
    ///
    /// # Errors
    /// [`FunctionError`] that names the first wrong argument.
    fn read(values: &[Value]) -> Result<Self, FunctionError>;
}

/// A type that one parameter can have.
trait Argument: AttrType {
    fn read(value: &Value, index: usize) -> Result<Self, FunctionError> {
        let mut found = Diagnostics::new();
        let argument = Self::decode(value, &Path::root(), &mut found);
        FunctionError::refuse(index, &found)?;
        argument.ok_or_else(|| FunctionError::argument(index, "A known value is required."))
    }
}

impl<T: AttrType> Argument for T {}

fn place(path: Option<&Path>, detail: &str) -> String {
    match path.filter(|path| !path.is_empty()) {
        Some(path) => format!("{path}: {detail}"),
        None => detail.to_owned(),
    }
}

/// Whether a type is `Attr<_>`, which alone decodes from null.
fn accepts_null<T: AttrType>() -> bool {
    let mut found = Diagnostics::new();
    T::decode(&Value::Null, &Path::root(), &mut found).is_some() && found.is_empty()
}

macro_rules! tuples {
    ($(($($name:ident $index:tt),+))*) => {$(
        impl<$($name: AttrType),+> Arguments for ($($name,)+) {
            fn types() -> Vec<(Type, bool)> {
                vec![$(($name::shape().ty(), accepts_null::<$name>())),+]
            }

            fn read(values: &[Value]) -> Result<Self, FunctionError> {
                Ok(($(<$name as Argument>::read(values.get($index).unwrap_or(&Value::Null), $index)?,)+))
            }
        }
    )*};
}

tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) (A 0, B 1, C 2, D 3, E 4) }

/// The erased form of a function.
pub(crate) struct AnyFunction {
    pub(crate) summary: &'static str,
    pub(crate) description: &'static str,
    pub(crate) parameters: Vec<(Parameter, Type, bool)>,
    pub(crate) output: Type,
    pub(crate) call: fn(&[Value]) -> Result<Value, FunctionError>,
}

impl AnyFunction {
    pub(crate) fn new<F: Function>() -> Self {
        let types = F::Args::types();
        let parameters =
            F::PARAMETERS.iter().zip(types).map(|(parameter, (ty, null))| (*parameter, ty, null));
        Self {
            summary: F::SUMMARY,
            description: F::DESCRIPTION,
            parameters: parameters.collect(),
            output: F::Output::shape().ty(),
            call: |values| F::call(F::Args::read(values)?).map(|output| Attr::Known(output).encode()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attr::Parsed;

    struct Repeat;

    impl Function for Repeat {
        const NAME: &'static str = "repeat";
        const SUMMARY: &'static str = "Repeats";
        const DESCRIPTION: &'static str = "Repeats a text.";
        const PARAMETERS: &'static [Parameter] =
            &[Parameter::new("text", "Text."), Parameter::new("times", "Times.")];
        type Args = (String, Attr<Parsed<u8>>);
        type Output = String;

        fn call((text, times): Self::Args) -> Result<String, FunctionError> {
            Ok(text.repeat(times.known().map_or(1, |times| usize::from(**times))))
        }
    }

    #[test]
    fn arguments_are_typed() {
        let function = AnyFunction::new::<Repeat>();
        assert!(!function.parameters[0].2);
        assert!(function.parameters[1].2);
        assert_eq!((function.call)(&["ab".into(), "2".into()]), Ok(Value::from("abab")));
        assert_eq!((function.call)(&["ab".into(), Value::Null]), Ok(Value::from("ab")));
        let error = (function.call)(&["ab".into(), "x".into()]).unwrap_err();
        assert_eq!(error.text, "Invalid digit found in string.");
        assert_eq!(error.argument, Some(1));
    }

    #[test]
    fn every_error_is_told_and_no_warning() {
        let mut found = Diagnostics::new();
        found.warn("a", "Odd", "It is odd.");
        assert_eq!(FunctionError::refuse(0, &found), Ok(()));
        found.error("b", "Bad", "It is bad.");
        assert_eq!(FunctionError::refuse(2, &found), Err(FunctionError::argument(2, "b: It is bad.")));
        found.push(Diagnostic::error("Bad", "All of it is."));
        let text = "2 problems:\n- b: It is bad.\n- All of it is.";
        assert_eq!(FunctionError::refuse(2, &found), Err(FunctionError::argument(2, text)));
    }
}
