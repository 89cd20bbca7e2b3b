//! Facts about security groups, network ACLs, subnets and VPCs.

mod acls;
mod flow_logs;
mod groups;
mod openings;
mod places;
mod users;

pub(crate) use acls::network_acl;
pub(crate) use groups::{balancers_of_group, security_group};
pub(crate) use places::{subnet, vpc};
pub(super) use users::Users;

use super::Context;
use super::seen;
use crate::rules::value::{Unknown, Value};
use users::User;

/// How many users of a resource a finding names.
const NAMED: usize = 5;

/// Whether something on the path of an API is among the users, and why it may be where it was not seen.
fn on_path<'u, 'a: 'u>(users: impl Iterator<Item = &'u User<'a>>, unseen: Option<Unknown>) -> Value {
    let mut gaps = unseen;
    for user in users {
        if user.on_path {
            return true.into();
        }
        if let Some(doubt) = &user.doubt {
            Unknown::merge(&mut gaps, doubt);
        }
    }
    seen(false, gaps)
}

/// Whether the rules about networks judge it: what something on the path of an API uses, or all there is.
fn in_scope(context: &Context<'_>, on_path: Value) -> Value {
    if context.judges_all() { true.into() } else { on_path }
}

/// The users in words, no more than a reader needs.
fn named<'u>(words: impl Iterator<Item = &'u str>, unseen: Option<Unknown>) -> Value {
    let mut words: Vec<&str> = words.collect();
    words.sort_unstable();
    words.dedup();
    let more = words.len().saturating_sub(NAMED);
    let mut shown: Vec<Value> = words.iter().take(NAMED).map(|word| (*word).into()).collect();
    if more > 0 {
        shown.push(format!("{more} more").into());
    }
    Value::partial_list(shown, unseen)
}

/// Both sets of gaps.
fn both(one: Option<Unknown>, other: Option<Unknown>) -> Option<Unknown> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.union(&other)),
        (one, other) => one.or(other),
    }
}
