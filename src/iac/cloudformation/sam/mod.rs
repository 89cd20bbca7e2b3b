//! SAM: what it makes of its own types of resources.

use super::eval::World;
use crate::iac::code::Code;
use crate::iac::value::Value;

/// Whether SAM makes something else of a type.
pub(super) fn expands(kind: &str) -> bool {
    matches!(kind, "AWS::Serverless::Api" | "AWS::Serverless::HttpApi")
}

/// An attribute of something that SAM makes and the template does not name.
pub(super) fn attribute(_world: &World, _stack: usize, _id: &str, _attribute: &str) -> Option<Value> {
    None
}

/// Adds what SAM makes of a stack.
pub(super) fn expand(_world: &World, _stack: usize, _code: &mut Code) {}
