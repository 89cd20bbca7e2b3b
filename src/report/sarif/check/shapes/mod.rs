//! The shapes of SARIF 2.1.0 that code scanning meets, as its standard's schema has them: GitHub's upload action refuses what
//! does not fit.
//!
//! What no code scanning reads (graphs, fixes, stacks, web requests and the like) may be anything here.

mod log;
mod place;
mod result;
mod tool;

pub(super) use self::log::{LOG, RUN};
pub(super) use self::result::RESULT;
pub(super) use self::tool::RULE;

use super::shape::Type;

const LEVELS: &[&str] = &["none", "note", "warning", "error"];
const BAG: Type = Type::Object(&place::PROPERTY_BAG);
