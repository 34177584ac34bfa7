//! The machines of a cluster.

use crate::error::Error;
use crate::kubernetes::KubernetesError;
use crate::san::{DnsName, SubjectAltName, SubjectAltNames};

/// A machine of a cluster.
///
/// ```
/// use pki_core::kubernetes::Node;
///
/// let node = Node::new("ip-172-31-0-20", ["172.31.0.20", "ip-172-31-0-20.ec2.internal"]);
/// assert_eq!(node.names.len(), 2);
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Node {
    /// The name that it registers with, a DNS name.
    pub name: String,
    /// Its addresses and further DNS names.
    pub names: Vec<String>,
    /// What its files or its folder are called, where that is not the name.
    pub file_name: Option<String>,
}

impl Node {
    /// A machine whose files have its name.
    pub fn new<S: Into<String>>(name: impl Into<String>, names: impl IntoIterator<Item = S>) -> Self {
        Self { name: name.into(), names: names.into_iter().map(Into::into).collect(), file_name: None }
    }
}

/// A machine whose names are valid.
pub(super) struct ParsedNode {
    pub(super) name: DnsName,
    /// Its name and all others.
    pub(super) names: SubjectAltNames,
    pub(super) file_name: String,
}

impl ParsedNode {
    pub(super) fn parse(node: &Node) -> Result<Self, Vec<Error>> {
        let mut errors: Vec<Error> = Vec::new();
        let mut own = |name: &str| single(name).map_err(|error| errors.push(error.into())).ok();
        let name = own(&node.name);
        let file_name = match &node.file_name {
            Some(file_name) => own(file_name).map(|name| name.to_string()),
            None => name.as_ref().map(ToString::to_string),
        };
        let mut names: SubjectAltNames = name.iter().cloned().map(SubjectAltName::Dns).collect();
        for text in &node.names {
            match text.parse() {
                Ok(name) => names.push(name),
                Err(source) => {
                    errors.push(KubernetesError::NodeName { node: node.name.clone(), source }.into());
                }
            }
        }
        match (name, file_name) {
            (Some(name), Some(file_name)) if errors.is_empty() => Ok(Self { name, names, file_name }),
            _ => Err(errors),
        }
    }
}

/// A name of one machine, which can also be the name of a file.
fn single(name: &str) -> Result<DnsName, KubernetesError> {
    let parsed = DnsName::new(name).map_err(KubernetesError::Node)?;
    if parsed.as_str().starts_with('*') {
        return Err(KubernetesError::NodeWildcard { node: name.to_owned() });
    }
    Ok(parsed)
}
