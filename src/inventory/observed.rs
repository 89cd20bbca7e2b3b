//! Why something is not known.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing that could not be read: the call that would have told us, and why it did not.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Gap {
    /// The IAM action of the call, such as `elasticloadbalancing:DescribeTags`.
    pub action: String,
    /// The region the call was made in.
    pub region: String,
    /// The resource asked about, when the call is about one.
    pub resource: Option<String>,
    /// What went wrong.
    pub cause: Cause,
    /// What AWS said, when it said something.
    pub detail: Option<String>,
}

/// What kept a fact from being read.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The caller may not make the call.
    Denied,
    /// AWS refused the call for its rate, to the last retry.
    Throttled,
    /// The call failed in another way.
    Failed,
    /// The region or partition does not know the call.
    NotSupported,
    /// The call was never made.
    NotAsked,
}
