//! What an export left out, filled in from the working copy where the two are plainly the same integration.
//!
//! The working copy is what the next deployment would ship, and may have moved on. A hole is filled only where all that
//! the export does say of an integration is what the working copy says too.

pub(super) use crate::inventory::secrets::{has_hole, has_holes};
use crate::inventory::{Configuration, Integration, Observed, Route};

/// Whether a route of the configuration reaches its back end over the internet.
#[cfg(feature = "aws")]
pub(super) fn is_over_the_internet(served: &Observed<Configuration>) -> bool {
    let integrations = served.known().into_iter().flat_map(|served| &served.routes).filter_map(|route| route.integration.known());
    let http = |integration: &Integration| matches!(integration.kind.as_str(), "HTTP" | "HTTP_PROXY");
    integrations.filter(|integration| http(integration)).any(|integration| integration.connection_type.as_deref() != Some("VPC_LINK"))
}

/// Fills the holes of an export.
pub(super) fn fill(exported: &mut Configuration, working: &Configuration) {
    for route in exported.routes.iter_mut().filter(|route| has_hole(&route.integration)) {
        if let Some(copy) = same_route(working, route) {
            route.resource_id.clone_from(&copy.resource_id);
            if let (Observed::Known(integration), Observed::Known(copy)) = (&mut route.integration, &copy.integration) {
                fill_integration(integration, copy);
            }
        }
    }
}

fn same_route<'a>(working: &'a Configuration, route: &Route) -> Option<&'a Route> {
    working.routes.iter().find(|copy| copy.path == route.path && copy.method == route.method)
}

fn fill_integration(exported: &mut Integration, copy: &Integration) {
    if !agree(exported, copy) {
        return;
    }
    let fields = [(&mut exported.connection_id, &copy.connection_id), (&mut exported.target, &copy.target), (&mut exported.uri, &copy.uri)];
    for (hole, told) in fields {
        if hole.gap().is_some() && told.known().is_some() {
            hole.clone_from(told);
        }
    }
}

/// Whether two readings of an integration contradict each other nowhere. A default one of them leaves out is no contradiction.
fn agree(one: &Integration, other: &Integration) -> bool {
    let told = |a: &Observed<String>, b: &Observed<String>| a.gap().is_some() || b.gap().is_some() || a == b;
    let private = |integration: &Integration| integration.connection_type.as_deref() == Some("VPC_LINK");
    one.kind == other.kind
        && private(one) == private(other)
        && one.http_method == other.http_method
        && told(&one.connection_id, &other.connection_id)
        && told(&one.target, &other.target)
        && told(&one.uri, &other.uri)
        && one.insecure_skip_verification == other.insecure_skip_verification
        && one.server_name_to_verify == other.server_name_to_verify
        && one.host_override == other.host_override
        && one.path_override == other.path_override
        && one.static_headers == other.static_headers
        && one.credentials == other.credentials
        && both(one.timeout_ms, other.timeout_ms)
        && both(one.response_transfer_mode.as_ref(), other.response_transfer_mode.as_ref())
        && both(one.payload_format_version.as_ref(), other.payload_format_version.as_ref())
}

fn both<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Cause, Gap};

    fn integration(connection_id: Observed<String>, uri: &str) -> Integration {
        Integration {
            kind: "HTTP_PROXY".into(),
            connection_type: Some("VPC_LINK".into()),
            connection_id,
            target: Observed::Absent,
            uri: Observed::Known(uri.into()),
            http_method: Some("GET".into()),
            ..Integration::default()
        }
    }

    fn configuration(integration: Integration) -> Configuration {
        let route = Route {
            path: "/a".into(),
            method: "GET".into(),
            resource_id: None,
            authorization: Observed::Known("NONE".into()),
            authorizer: None,
            authorization_scopes: Vec::new(),
            api_key_required: false,
            request_validator: None,
            integration: Observed::Known(integration),
        };
        Configuration { routes: vec![route] }
    }

    #[test]
    fn a_hole_is_filled_only_from_the_same_integration() {
        let gap = Gap::new("apigateway:GET", Cause::NotSupported);
        let exported = configuration(integration(Observed::Unknown(gap), "http://a/x"));
        assert!(has_holes(&exported));
        let mut same = exported.clone();
        fill(
            &mut same,
            &configuration(Integration { timeout_ms: Some(29000), ..integration(Observed::Known("abc123".into()), "http://a/x") }),
        );
        assert_eq!(same.routes[0].integration.known().unwrap().connection_id, Observed::Known("abc123".into()));
        assert!(!has_holes(&same));
        let mut moved_on = exported.clone();
        fill(&mut moved_on, &configuration(integration(Observed::Known("abc123".into()), "http://b/x")));
        assert_eq!(moved_on, exported);
    }

    #[test]
    fn a_hole_in_both_stays_a_hole() {
        let gap = Gap::new("apigateway:GET", Cause::NotSupported);
        let mut exported = configuration(integration(Observed::Unknown(gap.clone()), "http://a/x"));
        fill(&mut exported, &configuration(integration(Observed::Unknown(gap), "http://a/x")));
        assert!(has_holes(&exported));
    }
}
