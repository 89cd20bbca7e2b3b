//! The remedy: a plan, its journal, and the executor that applies it, proves it, or takes it back.
//!
//! [`plan`] is data only; [`run`] is the one place that acts, on whatever stands behind [`cloud::Cloud`]. What a plan can do is
//! the closed list of [`thing`].

pub mod cloud;
pub mod farewell;
pub mod fixes;
pub mod journal;
pub mod plan;
pub mod planner;
pub mod resolve;
pub mod run;
pub mod thing;
