//! Who may open a connection to what: sets of addresses, and everything in a network that has a say.
//!
//! Exposure is a statement about a set of addresses, never about the spelling of an entry: `0.0.0.0/1` and
//! `128.0.0.0/1` together are the world. Where something could not be read the set has a lower and an upper bound.

#![expect(clippy::result_large_err, reason = "a gap is an answer here, and a rare one")]

mod acls;
mod addresses;
mod addressing;
mod bounds;
mod describe;
mod exposure;
mod groups;
mod index;
mod memo;
mod narrowed;
mod openings;
mod ports;
mod ranges;
mod region;
mod routes;
mod shared;
mod through;
mod trace;
mod transport;
mod ways;
mod words;

pub use addresses::AddressSet;
pub use bounds::Bounds;
pub use exposure::Exposure;
pub use groups::{Admitted, covers};
pub use openings::{Segment, acl_segments};
pub use ports::PortSet;
pub use region::Network;
pub use shared::{RangesError, SharedBy, SharedRanges, SharedUse, is_cloudfront};
pub use through::preserves_client_ip;
pub use trace::{Effect, Leg, LegKind};
pub use transport::{Transport, transports};
pub use words::{acl_rule_in_words, entry_in_words, rule_in_words};
