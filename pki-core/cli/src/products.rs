//! What the commands make, and where it goes: into files as cfssljson names them, or as JSON to standard output.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::console;
use crate::error::Failure;
use crate::files::FileSet;

/// Where to put the results.
#[derive(Debug, clap::Args)]
pub(crate) struct Destination {
    /// Write NAME.pem, NAME-key.pem and NAME.csr, as cfssljson does, instead of JSON to standard output
    #[arg(long, value_name = "NAME")]
    bare: Option<String>,
    /// Replace a key that is already there
    #[arg(long, requires = "bare")]
    force: bool,
}

/// The results of one command, in PEM.
#[derive(Default)]
pub(crate) struct Products {
    pub(crate) certificate: Option<String>,
    pub(crate) request: Option<String>,
    pub(crate) key: Option<Zeroizing<String>>,
}

impl Products {
    /// Puts the results where they are wanted.
    pub(crate) fn emit(self, destination: &Destination) -> Result<(), Failure> {
        match &destination.bare {
            None => console::print(&self.to_json()),
            Some(name) => self.write(name, destination.force),
        }
    }

    fn write(self, name: &str, force: bool) -> Result<(), Failure> {
        let mut files = FileSet::new(force);
        let mut names = Vec::new();
        let mut path = |ending: &str| {
            let path = format!("{name}{ending}");
            names.push(path.clone());
            PathBuf::from(path)
        };
        if let Some(certificate) = self.certificate {
            files.public(path(".pem"), certificate);
        }
        if let Some(key) = self.key {
            files.secret(path("-key.pem"), key);
        }
        if let Some(request) = self.request {
            files.public(path(".csr"), request);
        }
        files.write()?;
        console::note(&format_args!("wrote {}", names.join(", ")));
        Ok(())
    }

    /// One line, as cfssl prints it and cfssljson reads it.
    fn to_json(&self) -> Zeroizing<String> {
        let parts = [
            ("cert", self.certificate.as_deref()),
            ("csr", self.request.as_deref()),
            ("key", self.key.as_ref().map(|key| key.as_str())),
        ];
        // Large enough not to grow: what is left behind by growing would not be wiped.
        let mut json = Zeroizing::new(String::with_capacity(64 << 10));
        for (field, pem) in parts {
            let Some(pem) = pem else { continue };
            let separator = if json.is_empty() { "{\"" } else { ",\"" };
            json.push_str(separator);
            json.push_str(field);
            json.push_str("\":\"");
            // PEM has nothing else to escape.
            for line in pem.split_inclusive('\n') {
                json.push_str(line.trim_end_matches('\n'));
                json.push_str(if line.ends_with('\n') { "\\n" } else { "" });
            }
            json.push('"');
        }
        json.push_str("}\n");
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_as_cfssl_prints_it() {
        let products = Products {
            certificate: Some("-----BEGIN A-----\nAQID\n-----END A-----\n".to_owned()),
            request: None,
            key: Some(Zeroizing::new("k\n".to_owned())),
        };
        assert_eq!(
            products.to_json().as_str(),
            "{\"cert\":\"-----BEGIN A-----\\nAQID\\n-----END A-----\\n\",\"key\":\"k\\n\"}\n"
        );
    }
}
