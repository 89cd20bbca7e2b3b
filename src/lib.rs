//! The library behind `apiaudit`: what an account holds, who can reach it, and what is wrong with that.
//!
//! One way through: a source fills an [`inventory`], the topology joins it, the rules judge it, a report prints it.
//! Collecting never judges, judging never prints, printing never judges.

pub mod assessment;
pub mod collect;
pub mod inventory;
