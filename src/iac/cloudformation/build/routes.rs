//! What the routes and stages of both kinds of APIs have in common.

use std::collections::BTreeMap;

use super::Builder;
use super::read::{id, needed, reference};
use crate::iac::code::Declaration;
use crate::iac::value::{Node, Why};
use crate::inventory::AccessLog;

/// Stage variables. The value of one that is not known is left out, as that of one that may be a secret.
pub(super) fn variables(node: &Node) -> Result<BTreeMap<String, Option<String>>, Why> {
    let value = |value: &Node| value.value.words().ok().map(|words| words.map(|words| words.to_string()).unwrap_or_default());
    Ok(node.pairs()?.into_iter().map(|(name, of)| (name.to_owned(), value(of))).collect())
}

/// Where access logs go.
pub(super) fn access_log(node: &Node) -> Result<Option<AccessLog>, Why> {
    let destination = node.get("DestinationArn").text()?;
    let format = node.get("Format").text()?;
    Ok(destination.map(|destination_arn| AccessLog { destination_arn, format }))
}

impl Builder<'_, '_> {
    /// The name of what a property refers to by its id: exports name authorizers and validators so.
    pub(super) fn named(&self, declaration: &Declaration, property: &str, kinds: &[&str]) -> Option<String> {
        let id = id(declaration, property)?;
        let of_kind = |kind: &&str| self.of(kind).into_iter().find(|known| reference(known) == id);
        let named = kinds.iter().find_map(of_kind);
        Some(named.map_or(id, |named| needed(&named.body, "Name").unwrap_or_else(|_| named.address.clone())))
    }
}

/// The scopes a token needs; those that are not known are words of their own.
pub(super) fn scopes(declaration: &Declaration) -> Vec<String> {
    super::read::ids(declaration, declaration.body.get("AuthorizationScopes"), "AuthorizationScopes")
}
