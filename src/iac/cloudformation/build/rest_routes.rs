//! The methods of REST APIs, by the paths of their resources.

use std::collections::BTreeMap;

use super::Builder;
use super::integrations::of_method;
use super::read::{flag, needed, observed, reference, text_or};
use super::rest::of_api;
use super::routes::scopes;
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::Why;
use crate::inventory::Route;

/// The paths of resources by their ids.
type Paths = BTreeMap<String, Result<String, Why>>;

impl Builder<'_, '_> {
    pub(super) fn methods(&mut self) {
        let paths = paths(&self.of("ApiGateway::Resource"));
        for declaration in self.of("ApiGateway::Method") {
            if let Err(why) = needed(&declaration.body, "RestApiId") {
                // Any API may have it.
                self.spoil_all(true, &declaration.address, &why);
            }
            let Some(of) = self.parent(declaration, &of_api(|_| List::RestApis)) else { continue };
            match self.method(declaration, &of, &paths) {
                Ok(route) => {
                    let arn = self.api_arn("restapis", &of);
                    self.name_route(declaration, &arn, &route.key());
                    self.serve(&of, route);
                }
                Err(why) => self.spoil(&of, &declaration.address, &why),
            }
        }
    }

    fn method(&self, declaration: &Declaration, api: &str, paths: &Paths) -> Result<Route, Why> {
        let body = &declaration.body;
        let resource = needed(body, "ResourceId")?;
        let path = if resource == root(api) { Ok("/".to_owned()) } else { path_of(&resource, paths) };
        Ok(Route {
            path: path?,
            method: needed(body, "HttpMethod")?.to_ascii_uppercase(),
            resource_id: None,
            authorization: observed(declaration, text_or(body, "AuthorizationType", "NONE")),
            authorizer: self.named(declaration, "AuthorizerId", &["ApiGateway::Authorizer"]),
            authorization_scopes: scopes(declaration),
            api_key_required: flag(body, "ApiKeyRequired")?,
            request_validator: self.named(declaration, "RequestValidatorId", &["ApiGateway::RequestValidator"]),
            integration: of_method(declaration),
        })
    }
}

/// What stands for the root resource of an API.
fn root(api: &str) -> String {
    format!("{api}/")
}

fn path_of(resource: &str, paths: &Paths) -> Result<String, Why> {
    paths.get(resource).cloned().unwrap_or_else(|| Err(Why::new(format!("resource {resource} is not in this code"))))
}

/// The path of every resource, by the chain of its parents.
fn paths(resources: &[&Declaration]) -> Paths {
    let by_id: BTreeMap<String, &Declaration> = resources.iter().map(|resource| (reference(resource), *resource)).collect();
    by_id.iter().map(|(id, resource)| (id.clone(), chain(resource, &by_id))).collect()
}

fn chain(resource: &Declaration, by_id: &BTreeMap<String, &Declaration>) -> Result<String, Why> {
    let (mut path, mut at) = (String::new(), resource);
    // No chain is longer than there are resources: a longer one goes round.
    for _ in 0..=by_id.len() {
        path = format!("/{}{path}", needed(&at.body, "PathPart")?);
        let parent = needed(&at.body, "ParentId")?;
        if needed(&at.body, "RestApiId").is_ok_and(|api| parent == root(&api)) || parent.ends_with('/') {
            return Ok(path);
        }
        at = by_id.get(&parent).ok_or_else(|| Why::new(format!("resource {parent} is not in this code")))?;
    }
    Err(Why::new(format!("the parents of resource {} go round", resource.address)))
}
