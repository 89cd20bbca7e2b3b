//! Two runs compared: how findings stand to a baseline, and what changed between two inventories and why.

mod against;
#[cfg(test)]
mod tests;

pub use against::{Mismatch, against, check};
