//! The library behind `apiaudit`: what an account holds, who can reach it, and what is wrong with that.
//!
//! One way through: a source fills an [`inventory`], the [`topology`] joins it, the [`rules`] judge it, a report prints it.
//! Collecting never judges, judging never prints, printing never judges.
//!
//! What could not be read is unknown, never a pass and never a fail, and it names the missing permission. The types hold
//! that: [`inventory::Observed`] and [`inventory::Listed`] keep gaps apart from what is not there.
//!
//! Dependencies point one way: `inventory` knows nobody; `assessment`, `network` and `openapi` know it; `topology` knows these;
//! `rules` and `config` know those, `compare` holds two runs against each other and knows `rules`, and `report` knows those; `iac` reads code into the same inventory and traces resources to their lines; `migrate` plans and applies the remedy, and knows all of these; the edges (`collect`, `cli`, `shell`,
//! `migrate::aws`) know everything, and nothing knows an edge.

pub mod assessment;
pub mod cli;
pub mod collect;
pub mod compare;
pub mod config;
pub mod diagnostics;
pub mod iac;
pub mod inventory;
pub mod migrate;
pub mod network;
pub mod openapi;
pub mod report;
pub mod rules;
pub mod shell;
pub mod topology;
