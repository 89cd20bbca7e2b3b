//! CloudFormation: templates, also those that SAM means and the CDK writes.

pub mod build;
pub mod cdk;
pub mod document;
mod eval;
pub mod names;
mod outline;
pub mod parts;
mod read;
mod sam;

pub use cdk::read_cdk;
pub use eval::parameters::parse_parameters;
pub use outline::outline;
pub use read::read;
