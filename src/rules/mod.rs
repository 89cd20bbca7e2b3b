//! Rules: a rule file becomes a checked program, and a program over facts becomes a verdict with its evidence.

pub mod expr;
mod hint;
pub mod schema;
pub mod value;
