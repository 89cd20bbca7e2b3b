//! Rules: a rule file becomes a checked program, and a program over facts becomes a verdict with its evidence.
//!
//! - [`schema`] and [`value`]: the types of facts, and the facts of one subject
//! - [`expr`]: conditions in CEL over them; read there what absent and unknown mean
//! - [`load`](RulePack::load): TOML to [`Rule`], every mistake with a caret in the file
//! - [`evaluate`] and [`explain`]: rule and facts to verdict and reasons

mod assess;
pub(crate) mod choice;
pub mod coverage;
mod embedded;
pub mod expr;
pub mod facts;
pub(crate) mod file;
pub(crate) mod hint;
mod items;
pub(crate) mod keys;
mod load;
mod page;
mod reference;
pub(crate) mod rule;
pub mod schema;
pub(crate) mod schema_json;
mod starter;
mod subjects;
mod template;
#[cfg(test)]
mod tests;
pub mod value;
mod verdict;
mod why;

pub use crate::assessment::Scope;
pub use assess::{Settings, assess, assess_with, info};
pub use choice::{Choice, Framework, WrongName};
pub use embedded::embedded;
pub use load::{RulePack, Thresholds};
pub use page::page;
pub use reference::field_reference;
pub use rule::{Docs, Evidence, Precision, Remediation, Rule, Threshold, actions_read};
pub use schema_json::rule_file_schema;
pub use starter::{NewFile, new_rule};
pub use subjects::{Subject, SubjectRegistry};
pub use template::{Purpose, Template};
pub use verdict::{EvidenceItem, Explanation, evaluate, explain, trace};
pub use why::{Wanted, Why, why};
