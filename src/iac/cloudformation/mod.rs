//! CloudFormation: templates, also those that SAM means and the CDK writes.

pub mod build;
pub mod names;
pub mod parts;
