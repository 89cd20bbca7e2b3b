//! Whose hygiene is judged.

use super::Record;

/// Whose hygiene is judged: of security groups, network ACLs, subnets and VPCs, which an account has for many things.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scope {
    /// What something on the path of an API uses.
    #[default]
    ApiPaths,
    /// All there is.
    Account,
}

/// The subjects that a scope chooses among.
const KINDS: [&str; 4] = ["security-group", "network-acl", "subnet", "vpc"];

impl Scope {
    /// Its name in reports and flags.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiPaths => "api-paths",
            Self::Account => "account",
        }
    }

    /// The scope of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::ApiPaths, Self::Account].into_iter().find(|scope| scope.as_str() == name)
    }
}

impl Record {
    /// Whether its scope may leave out a subject that the other's has: what no rule speaks of here is then no better than there. A
    /// report that does not name its scope may have either.
    pub fn may_leave_out(&self, kind: &str, other: &Self) -> bool {
        KINDS.contains(&kind) && self.scope != Some(Scope::Account) && other.scope != Some(Scope::ApiPaths)
    }
}
