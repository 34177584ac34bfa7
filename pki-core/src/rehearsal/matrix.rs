//! What a rehearsal finds.

use std::fmt;

use serde::Serialize;

/// Who reached whom. It prints as a table, and serializes for programs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct TrustMatrix {
    /// One row for each client, server and name.
    pub rows: Vec<Row>,
    /// What works, and should not, or not like this.
    pub warnings: Vec<Warning>,
}

/// One handshake.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Row {
    /// The label of the client.
    pub client: String,
    /// The label of the server.
    pub server: String,
    /// The name or address that the client uses.
    pub name: String,
    /// How it went.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// How a handshake went.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    /// Both sides accept each other.
    Passed,
    /// TLS passes, but Kubernetes or etcd would not let the client do its work.
    Forbidden(Fault),
    /// One side refuses the certificate of the other.
    Refused(Fault),
}

/// Why a handshake went wrong.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Fault {
    /// The label of the member whose certificate is at fault.
    pub member: String,
    /// The part of the certificate.
    pub aspect: Aspect,
    /// Who refuses what, and what to do.
    pub message: String,
}

/// The part of a certificate that is at fault.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Aspect {
    /// The subject alternative names.
    Names,
    /// The usages.
    Usages,
    /// Common name and organizations: user and groups.
    Subject,
    /// Who issued it, or whom the other side trusts.
    Issuer,
    /// The dates.
    Validity,
    /// The private key.
    Key,
    /// Something else.
    Other,
}

/// Something that works, and should not, or not like this.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Warning {
    /// What kind of warning it is.
    pub kind: WarningKind,
    /// The labels of the members it is about.
    pub members: Vec<String>,
    /// The warning in words.
    pub message: String,
}

/// The kinds of [`Warning`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WarningKind {
    /// Clients that have no business there can read and write all data in etcd.
    EtcdIsOpen,
    /// A client's certificate also passes as a server's.
    ClientIsServer,
    /// The API server's serving certificate also passes as a client's.
    ServerIsClient,
    /// The certificate of the key that signs service account tokens passes as a client's.
    TokenKeyIsIdentity,
    /// The front proxy has the same authority as ordinary clients, who thus could speak for others as it does.
    FrontProxyIsShared,
    /// One key pair plays many roles.
    KeyIsShared,
    /// A user that has no rights until someone grants them.
    NeedsBinding,
    /// A server without a client.
    RoleIsMissing,
}

impl TrustMatrix {
    /// Whether every handshake passed. Warnings do not count.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.rows.iter().all(|row| row.outcome == Outcome::Passed)
    }

    /// What is wrong, each fault once.
    #[must_use]
    pub fn faults(&self) -> Vec<&Fault> {
        let mut faults: Vec<&Fault> = Vec::new();
        for fault in self.rows.iter().filter_map(|row| row.outcome.fault()) {
            if !faults.contains(&fault) {
                faults.push(fault);
            }
        }
        faults
    }
}

impl Outcome {
    /// What is wrong, if something is.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Passed => None,
            Self::Forbidden(fault) | Self::Refused(fault) => Some(fault),
        }
    }
}

/// A table for people: handshakes of the same two that pass one after the other are one line.
impl fmt::Display for TrustMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = vec![["CLIENT", "SERVER", "BY THE NAME", "RESULT"].map(str::to_owned)];
        lines.extend(self.rows.chunk_by(passes_alike).map(line));
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2)];
        for [client, server, name, result] in &lines {
            writeln!(f, "{client:<0$}  {server:<1$}  {name:<2$}  {result}", widths[0], widths[1], widths[2])?;
        }
        let count = |is: fn(&Outcome) -> bool| self.rows.iter().filter(|row| is(&row.outcome)).count();
        let (all, passed) = (self.rows.len(), count(|outcome| *outcome == Outcome::Passed));
        writeln!(f)?;
        if passed == all {
            writeln!(f, "All {all} handshakes pass.")?;
        } else {
            let refused = count(|outcome| matches!(outcome, Outcome::Refused(_)));
            let forbidden = all - passed - refused;
            writeln!(f, "{passed} of {all} handshakes pass; {refused} refused, {forbidden} forbidden.")?;
        }
        if !self.warnings.is_empty() {
            writeln!(f, "\nWarnings:")?;
        }
        self.warnings.iter().try_for_each(|warning| writeln!(f, "- {}", warning.message))
    }
}

fn passes_alike(a: &Row, b: &Row) -> bool {
    (&a.client, &a.server) == (&b.client, &b.server)
        && (&a.outcome, &b.outcome) == (&Outcome::Passed, &Outcome::Passed)
}

fn line(rows: &[Row]) -> [String; 4] {
    let Row { client, server, name, outcome } = &rows[0];
    let name = if rows.len() == 1 { name.clone() } else { format!("{} names", rows.len()) };
    let result = match outcome {
        Outcome::Passed => "passes".to_owned(),
        Outcome::Forbidden(fault) => format!("FORBIDDEN: {}", fault.message),
        Outcome::Refused(fault) => format!("REFUSED: {}", fault.message),
    };
    [client.clone(), server.clone(), name, result]
}
