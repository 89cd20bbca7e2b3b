//! Terraform: plans, code and states.

pub mod build;
pub mod names;
pub mod parts;
