//! Terraform: plans, code and states.

pub mod build;
mod eval;
mod folder;
mod load;
pub mod names;
pub mod parts;
mod plan;
mod state;
mod syntax;
mod world;

#[cfg(test)]
mod tests;

pub use folder::{moved, read_folder, roots};
pub use plan::read_plan;
pub use state::{Instance, State, read_state};
