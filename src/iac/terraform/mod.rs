//! Terraform: plans, code and states.

pub mod names;
pub mod parts;
