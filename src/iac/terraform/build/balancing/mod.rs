//! Load balancers, listeners, rules and target groups.

mod actions;
mod balancers;
mod conditions;
mod groups;
mod listeners;
mod rules;

use super::Room;

/// Reads everything of load balancing.
pub(super) fn fill(room: &mut Room<'_, '_>) {
    balancers::fill(room);
    groups::fill(room);
    listeners::fill(room);
    rules::fill(room);
    balancers::web_acls(room);
}
