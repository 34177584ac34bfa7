//! Which attribute a refusal of AWS is about.

use tfplugin::prelude::*;

/// An error of AWS at the attribute that its code blames.
pub(crate) fn blame(error: aws::Error, summary: &str, blamed: &[(&str, &str)]) -> Error {
    let attribute =
        blamed.iter().find(|(code, _)| error.code() == Some(code)).map(|(_, attribute)| *attribute);
    let failed = Err::<(), _>(error).during(summary);
    let failed = match attribute {
        Some(attribute) => failed.at(attribute),
        None => failed,
    };
    match failed {
        Err(error) => error,
        Ok(()) => unreachable!("an error stays an error"),
    }
}
