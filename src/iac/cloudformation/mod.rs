//! CloudFormation: templates, also those that SAM means and the CDK writes.

pub mod document;
mod eval;
pub mod names;
pub mod parts;
mod read;
mod sam;

pub use eval::parameters::parse_parameters;
pub use read::read;
