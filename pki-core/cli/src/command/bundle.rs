//! `bundle`: all keys and certificates of a Kubernetes cluster.

pub(super) mod options;
mod summary;

use std::path::PathBuf;
use std::time::Instant;

use jiff::Timestamp;
use pki_core::kubernetes::{IssuedItem, LayoutFile, LayoutItem, Plan};
use pki_core::{Error, KeyError, PrivateKey};

use crate::console::{self, Progress};
use crate::error::Failure;
use crate::files::FileSet;
use crate::parallel;
use crate::signing::{self, Judgement};

use options::ClusterOptions;

/// Make all keys and certificates of a Kubernetes cluster in a folder
#[derive(Debug, clap::Args)]
pub(crate) struct Bundle {
    /// Folder for the files; it is made if it is missing
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    #[command(flatten)]
    cluster: ClusterOptions,
    #[command(flatten)]
    judgement: Judgement,
    /// Replace keys that are already there
    #[arg(long)]
    force: bool,
}

impl Bundle {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let begin = Instant::now();
        let failed = |errors| Failure::Problems { about: String::new(), errors };
        let mut layout = self.cluster.layout()?;
        layout.strictness = self.judgement.strictness();
        let plan = layout.plan().map_err(failed)?;
        let issued = issue(&plan, signing::now()).map_err(failed)?;
        let files = issued.iter().map(|(_, files)| files.len()).sum();
        let mut set = FileSet::new(self.force);
        set.make_folders();
        let mut items = Vec::with_capacity(issued.len());
        for (item, files) in issued {
            items.push(item);
            for LayoutFile { path, content, private } in files {
                let path = self.folder.join(path);
                if private { set.secret(path, content) } else { set.public(path, content.to_string()) }
            }
        }
        set.write()?;
        console::remarks(items.iter().flat_map(IssuedItem::findings));
        console::print(&summary::of(&self.folder, &items, files, begin.elapsed()))
    }
}

type Issued = (IssuedItem, Vec<LayoutFile>);

/// Makes everything on all cores. Looking for keys takes longest; certificates come when their authorities are there.
fn issue(plan: &Plan, now: Timestamp) -> Result<Vec<Issued>, Vec<Error>> {
    let progress = Progress::new("keys", plan.items().len());
    let keys: Vec<Result<PrivateKey, KeyError>> = parallel::map(plan.items().to_vec(), |item: LayoutItem| {
        let key = PrivateKey::generate(item.algorithm(), &mut signing::rng());
        progress.step();
        key
    });
    let keys = keys.into_iter().collect::<Result<Vec<_>, _>>().map_err(|error| vec![error.into()])?;
    let (authorities, others): (Vec<_>, Vec<_>) =
        plan.items().iter().zip(keys).partition(|(item, _)| item.is_authority());
    let make =
        |authorities: &[IssuedItem], (item, key): (&LayoutItem, PrivateKey)| -> Result<_, Vec<Error>> {
            let issued = item.issue(key, authorities, now, &mut signing::rng())?;
            let files = issued.files().map_err(|error| vec![error])?;
            Ok((issued, files))
        };
    let mut done = all(parallel::map(authorities, |work| make(&[], work)))?;
    let (authorities, files): (Vec<IssuedItem>, Vec<_>) = done.drain(..).unzip();
    let others = all(parallel::map(others, |work| make(&authorities, work)))?;
    Ok(authorities.into_iter().zip(files).chain(others).collect())
}

/// All results, or all errors.
fn all<T>(results: Vec<Result<T, Vec<Error>>>) -> Result<Vec<T>, Vec<Error>> {
    let (mut good, mut bad) = (Vec::with_capacity(results.len()), Vec::new());
    for result in results {
        match result {
            Ok(value) => good.push(value),
            Err(errors) => bad.extend(errors),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}
