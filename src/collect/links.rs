//! VPC links, and which of the two kinds an id belongs to.

use std::collections::BTreeMap;

use super::ask::{Asker, paged};
use super::client::Clients;
use super::{calls, from_apigateway, from_apigatewayv2, variables};
use crate::inventory::{Listed, VpcLink};

/// The V1 links.
pub(super) async fn v1(asker: &Asker<'_>, clients: &Clients) -> Listed<VpcLink> {
    let request = || clients.apigateway.get_vpc_links().limit(500);
    paged!(asker, &calls::GET_VPC_LINKS_V1, None, request(), set_position, items, position).listed(from_apigateway::vpc_link)
}

/// The V2 links.
pub(super) async fn v2(asker: &Asker<'_>, clients: &Clients) -> Listed<VpcLink> {
    let request = || clients.apigatewayv2.get_vpc_links();
    paged!(asker, &calls::GET_VPC_LINKS_V2, None, request(), set_next_token, items, next_token).listed(from_apigatewayv2::vpc_link)
}

/// Which ids are those of V2 links.
pub(super) struct Links {
    v1: Vec<String>,
    v2: Vec<String>,
    v2_complete: bool,
}

impl Links {
    /// What the two lists tell.
    pub(super) fn new(v1: &Listed<VpcLink>, v2: &Listed<VpcLink>) -> Self {
        let ids = |links: &Listed<VpcLink>| links.iter().map(|link| link.id.clone()).collect();
        Self { v1: ids(v1), v2: ids(v2), v2_complete: v2.is_complete() }
    }

    /// Whether a connection id, perhaps in stage variables, may be that of a V2 link.
    pub(super) fn may_be_v2(&self, id: &str, variables: &[BTreeMap<String, String>]) -> bool {
        let one = |id: &str| self.v2.iter().any(|known| known == id) || (!self.v2_complete && !self.v1.iter().any(|known| known == id));
        if !id.contains("${") {
            return one(id);
        }
        variables.iter().any(|variables| variables::resolve(id, variables).is_some_and(|id| one(&id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Cause, Gap};

    fn link(id: &str) -> VpcLink {
        let text = format!(r#"{{"id": "{id}", "status": "AVAILABLE"}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_link_is_v2_when_it_is_listed_so_or_when_the_list_may_have_missed_it() {
        let v1 = Listed::from(vec![link("one")]);
        let links = Links::new(&v1, &vec![link("two")].into());
        assert!(links.may_be_v2("two", &[]) && !links.may_be_v2("one", &[]) && !links.may_be_v2("gone", &[]));
        let variables = [BTreeMap::from([("link".to_owned(), "two".to_owned())])];
        assert!(links.may_be_v2("${stageVariables.link}", &variables));
        assert!(!links.may_be_v2("${stageVariables.link}", &[]));
        let unread = Links::new(&v1, &Listed::unknown(Gap::new("apigateway:GET", Cause::Denied)));
        assert!(unread.may_be_v2("two", &[]) && !unread.may_be_v2("one", &[]));
    }
}
