//! Two runs compared: how findings stand to a baseline, and what changed between two inventories and why.

mod against;
mod causes;
mod diff;
#[cfg(test)]
mod diff_tests;
mod resources;
mod state;
#[cfg(test)]
mod tests;
mod words;

pub use against::{Mismatch, against, check};
pub use causes::{Cause, MOST_TRIALS};
pub use diff::{Diff, ExposureChange, Moved, Side, VerdictChange, Was, WayChange, diff};
pub use resources::Change;
pub use state::Fact;
