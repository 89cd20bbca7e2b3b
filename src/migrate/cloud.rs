//! What a migration asks of AWS: the one seam between the executor and the world, so that a simulation can stand behind it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::thing::{Create, Property, Remove, State};
use crate::inventory::{Inventory, Target};

/// AWS, or what stands for it. Every method that writes makes one write call; reads may take several.
pub trait Cloud {
    /// Makes something. AWS may need time until it is ready, see [`Cloud::status`].
    fn create(&mut self, thing: &Create, mark: &Mark) -> Result<Made, CallError>;
    /// What bears this mark: none, the one that was made, or more where an answer got lost and the call was made again.
    fn find(&mut self, thing: &Create, mark: &Mark) -> Result<Vec<Made>, CallError>;
    /// Whether something that was made is ready for use.
    fn status(&mut self, thing: &Create, made: &Made) -> Result<Status, CallError>;
    /// Deletes something that was made. What is gone already is no error.
    fn delete(&mut self, thing: &Create, made: &Made) -> Result<(), CallError>;
    /// What a property is. `asked` holds what the plan speaks of.
    fn read(&mut self, property: &Property) -> Result<State, CallError>;
    /// Sets a property.
    fn write(&mut self, property: &Property, from: &State, to: &State) -> Result<(), CallError>;
    /// Deletes something for good. What is gone already is no error.
    fn remove(&mut self, thing: &Remove) -> Result<(), CallError>;
    /// Whether what [`Remove`] names is still there.
    fn exists(&mut self, thing: &Remove) -> Result<bool, CallError>;
    /// Whether a service runs what it was last told to run, and nothing else.
    fn rollout(&mut self, cluster: &str, service: &str) -> Result<Status, CallError>;
    /// The targets of a target group and how they are.
    fn targets(&mut self, target_group: &str) -> Result<Vec<Target>, CallError>;
    /// Sends a request that changes nothing.
    fn request(&mut self, request: &Request) -> Result<Answer, CallError>;
    /// What the region holds now, as a scan reads it.
    fn inventory(&mut self) -> Result<Inventory, CallError>;
    /// The moment, in seconds since 1970.
    fn now(&mut self) -> u64;
    /// Lets time pass. `Err(Stopped)` when somebody wants the run to end.
    fn pause(&mut self, seconds: u64) -> Result<(), CallError>;
    /// Whether somebody wants the run to end: asked between calls, so that the call in flight is finished first.
    fn stopped(&self) -> bool;
}

/// By what something that a plan made is known: the tags `apiaudit:plan` and `apiaudit:step`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// The plan's id.
    pub plan: String,
    /// The step's id.
    pub step: String,
}

/// The tag that names the plan.
pub const PLAN_TAG: &str = "apiaudit:plan";
/// The tag that names the step.
pub const STEP_TAG: &str = "apiaudit:step";
/// The tag on an API that keeps other runs away.
pub const LOCK_TAG: &str = "apiaudit:lock";

impl Mark {
    /// The mark as a description, where AWS knows no tags.
    pub fn text(&self) -> String {
        format!("apiaudit plan {} step {}", self.plan, self.step)
    }
}

/// What was made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// Its id or ARN.
    pub id: String,
    /// What else AWS said about it, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<String, Vec<String>>,
}

impl Made {
    /// Something of which only the id is known.
    pub fn id(id: impl Into<String>) -> Self {
        Self { id: id.into(), parts: BTreeMap::new() }
    }

    /// The same with something else AWS said.
    #[must_use]
    pub fn with(mut self, part: &str, values: Vec<String>) -> Self {
        self.parts.insert(part.to_owned(), values);
        self
    }
}

/// How far AWS is with something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Ready for use, with all that is known about it by now.
    Ready(Made),
    /// Not yet, in words.
    Waiting(String),
    /// Never, in AWS's words.
    Failed(String),
    /// Not there (any more, or yet).
    Gone,
}

/// A request that changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// `apigateway:TestInvokeMethod`: a GET through the working copy of a REST API, which no client sees.
    TestInvoke {
        /// The API.
        api: String,
        /// The resource.
        resource: String,
        /// The method as it was configured: `GET`, `HEAD` or `ANY`.
        method: String,
        /// The path, and a query.
        path: String,
    },
    /// A GET to a stage, over HTTPS.
    Invoke {
        /// The API.
        api: String,
        /// The stage.
        stage: String,
        /// The path below the stage.
        path: String,
        /// Whether it is signed with the caller's credentials.
        signed: bool,
    },
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The SHA-256 of the body, in hex.
    pub body: String,
    /// The URI as it was sent to the back end, where AWS tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
}

/// Why a call brought no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallError {
    /// Refused for want of a permission: nothing happened.
    Denied(String),
    /// Refused because it is wrong, in AWS's words: nothing happened.
    Rejected(String),
    /// Throttled: nothing happened, and it may be tried again.
    Throttled,
    /// Something else uses or changes it just now: nothing happened, and it may be tried again.
    Busy(String),
    /// The name is taken by something with other settings.
    Taken(String),
    /// What it speaks of is not there.
    Gone(String),
    /// No answer came: it may have happened or not.
    Lost(String),
    /// Somebody wants the run to end.
    Stopped,
}

impl fmt::Display for CallError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(words) => write!(out, "denied: {words}"),
            Self::Throttled => out.write_str("throttled"),
            Self::Lost(words) => write!(out, "no answer came: {words}"),
            Self::Stopped => out.write_str("stopped"),
            Self::Rejected(words) | Self::Busy(words) | Self::Taken(words) | Self::Gone(words) => out.write_str(words),
        }
    }
}
