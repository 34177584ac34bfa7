//! Creations that AWS refused, or left in doubt.

use std::fmt::Write as _;

use tfplugin::prelude::*;

use super::blame::blame;

/// The outcome of a creation. An object whose place is taken is told at the argument that may change, and what may have
/// been left behind is named, each with the way to take it over. `blamed` are the attributes that AWS's codes are about.
pub(crate) fn created<T>(
    outcome: aws::Result<T>,
    summary: &str,
    (type_name, argument): (&str, Option<&str>),
    blamed: &[(&str, &str)],
) -> Result<T> {
    let error = match outcome {
        Ok(made) => return Ok(made),
        Err(error) => error,
    };
    let import = |id: &str| format!("`terraform import groundup_{type_name}.NAME {id}`");
    let (argument, detail) = match &error {
        aws::Error::AlreadyExists { id, .. } => {
            let another = argument.map(|argument| format!("Choose another `{argument}`, or take"));
            let take = another.as_deref().unwrap_or("Take");
            (argument, format!("The {error}. {take} the existing one over with {}.", import(id)))
        }
        aws::Error::Uncertain { recorded, .. } => {
            (None, format!("{error}\n\n{}", next(*recorded, &import("ID"))))
        }
        _ => return Err(blame(error, summary, blamed)),
    };
    let failed = Error::new(summary, detail);
    match argument {
        Some(argument) => Err(failed).at(argument),
        None => Err(failed),
    }
}

/// What to do about an object that may have been left behind.
fn next(recorded: bool, import: &str) -> String {
    let mut text = String::new();
    if recorded {
        text.push_str("The next apply in this folder looks for it and takes it over. ");
    }
    let otherwise = if recorded { "Elsewhere, look" } else { "Look" };
    // Writing to a text does not fail.
    let _ = write!(text, "{otherwise} for it, and take it over with {import} or delete it.");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: aws::Error) -> Diagnostic {
        let outcome = created::<()>(
            Err(error),
            "Unable to Create VPC",
            ("vpc", Some("name")),
            &[("Bad", "cidr_block")],
        );
        outcome.unwrap_err().diagnostics()[0].clone()
    }

    #[test]
    fn a_taken_place_comes_with_the_import() {
        let told = told(aws::Error::AlreadyExists { what: "load balancer k8s".into(), id: "arn:lb".into() });
        assert_eq!(told.path, Some(Path::from("name")));
        assert_eq!(
            told.detail,
            "The load balancer k8s exists already: arn:lb. Choose another `name`, or take the existing one over with \
             `terraform import groundup_vpc.NAME arn:lb`."
        );
    }

    #[test]
    fn what_may_be_left_behind_is_named() {
        let error = |recorded| aws::Error::Uncertain {
            kind: "VPC",
            token: Some("t0".into()),
            recorded,
            error: Box::new(aws::Error::AlreadyExists { what: "VPC".into(), id: "vpc-1".into() }),
        };
        let unrecorded = told(error(false)).detail;
        assert!(
            unrecorded.ends_with(
                "The VPC may have been made all the same, with the tag groundup:create-token = t0.\n\nLook for it, and take \
                 it over with `terraform import groundup_vpc.NAME ID` or delete it."
            ),
            "{unrecorded}"
        );
        let recorded = told(error(true)).detail;
        assert!(
            recorded.contains("The next apply in this folder looks for it and takes it over."),
            "{recorded}"
        );
    }
}
