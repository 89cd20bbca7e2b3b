//! Who may open a connection to what: sets of addresses, and what security groups let through.
//!
//! Exposure is a statement about a set of addresses, never about the spelling of an entry: `0.0.0.0/1` and
//! `128.0.0.0/1` together are the world.

mod addresses;
mod security_groups;

pub use addresses::AddressSet;
pub use security_groups::{Admission, Entry, SecurityGroups};
