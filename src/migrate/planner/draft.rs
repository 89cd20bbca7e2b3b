//! Whether the working copy is what a stage serves: a deployment ships all of it.

use crate::inventory::{Api, Integration, Observed, Route, Stage};

/// The first difference between the working copy and what a stage serves, in words.
pub(in crate::migrate) fn difference(api: &Api, stage: &Stage) -> Result<Option<String>, String> {
    let copy = known(&api.working_copy)?;
    let served = known(&stage.deployed)?;
    let (Some(copy), Some(served)) = (copy, served) else {
        return Ok(Some("nothing is deployed to it".to_owned()));
    };
    for route in &copy.routes {
        match served.routes.iter().find(|other| same_place(route, other)) {
            None => return Ok(Some(format!("the working copy has {}, which is not deployed", key(route)))),
            Some(other) => {
                if let Some(what) = differs(route, other)? {
                    return Ok(Some(format!("{} of {} is another one in the working copy", what, key(route))));
                }
            }
        }
    }
    let gone = served.routes.iter().find(|route| !copy.routes.iter().any(|other| same_place(route, other)));
    Ok(gone.map(|route| format!("the working copy no longer has {}", key(route))))
}

fn known<T>(value: &Observed<T>) -> Result<Option<&T>, String> {
    match value {
        Observed::Known(value) => Ok(Some(value)),
        Observed::Absent => Ok(None),
        Observed::Unknown(gap) => Err(gap.clone().or_action("apigateway:GET").to_string()),
    }
}

fn key(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

fn same_place(a: &Route, b: &Route) -> bool {
    a.path == b.path && a.method == b.method
}

/// What of a route differs. Authorizers and validators go by id in one and by name in the other, and are compared by kind.
fn differs(copy: &Route, served: &Route) -> Result<Option<&'static str>, String> {
    if known(&copy.authorization)? != known(&served.authorization)? {
        return Ok(Some("the authorization"));
    }
    if copy.authorizer.is_some() != served.authorizer.is_some() {
        return Ok(Some("the authorizer"));
    }
    if copy.authorization_scopes != served.authorization_scopes {
        return Ok(Some("the scopes a token needs"));
    }
    if copy.api_key_required != served.api_key_required {
        return Ok(Some("the API key"));
    }
    if copy.request_validator.is_some() != served.request_validator.is_some() {
        return Ok(Some("the request validator"));
    }
    match (known(&copy.integration)?, known(&served.integration)?) {
        (None, None) => Ok(None),
        (Some(copy), Some(served)) => Ok(if same_integration(copy, served)? { None } else { Some("the integration") }),
        _ => Ok(Some("the integration")),
    }
}

fn same_integration(copy: &Integration, served: &Integration) -> Result<bool, String> {
    let private = |integration: &Integration| integration.connection_type.as_deref() == Some("VPC_LINK");
    let mut headers = (copy.static_headers.clone(), served.static_headers.clone());
    headers.0.sort();
    headers.1.sort();
    let same = copy.kind == served.kind
        && private(copy) == private(served)
        && known(&copy.uri)? == known(&served.uri)?
        && (!private(copy) || known(&copy.connection_id)? == known(&served.connection_id)?)
        && (!private(copy) || known(&copy.target)? == known(&served.target)?)
        && copy.path_override == served.path_override
        && copy.credentials == served.credentials
        && copy.insecure_skip_verification == served.insecure_skip_verification
        && copy.server_name_to_verify == served.server_name_to_verify
        && copy.host_override == served.host_override
        && headers.0 == headers.1
        && either(copy.http_method.as_ref(), served.http_method.as_ref())
        && either(copy.timeout_ms.as_ref(), served.timeout_ms.as_ref());
    Ok(same)
}

/// An export leaves out what has its default.
fn either<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
    a.is_none() || b.is_none() || a == b
}
