//! Terraform: plans, code and states.

pub mod names;
