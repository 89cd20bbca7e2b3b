//! API Gateway: APIs of both services, what their stages serve, VPC links and custom domain names.

mod authorizers;
mod body;
mod domains;
mod http;
mod integrations;
mod links;
mod rest;
mod routes;
mod settings;
mod stages;

use super::Room;
use super::read::{Attributes as _, id};
use crate::iac::code::Declaration;
use crate::iac::value::Why;
use crate::inventory::{Configuration, Gap, Observed, Route};

/// Reads everything of API Gateway.
pub(super) fn fill(room: &mut Room<'_, '_>) {
    rest::fill(room);
    http::fill(room);
    authorizers::fill(room);
    stages::fill(room);
    links::fill(room);
    domains::fill(room);
}

/// The routes of an API in the making, and why they are not all known.
#[derive(Default)]
struct Routes {
    routes: Vec<Route>,
    gap: Option<Gap>,
}

impl Routes {
    /// Notes why there may be others, or why one of them cannot be told.
    fn unknown(&mut self, why: &Why, address: &str) {
        self.gap.get_or_insert_with(|| why.gap(address));
    }

    /// Adds a route; one of the same path and method goes.
    fn set(&mut self, route: Route) {
        self.routes.retain(|known| known.path != route.path || known.method != route.method);
        self.routes.push(route);
    }

    fn finish(mut self) -> Observed<Configuration> {
        self.routes.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
        match self.gap {
            Some(gap) => Observed::Unknown(gap),
            None => Observed::Known(Configuration { routes: self.routes }),
        }
    }
}

/// The id under which the route of an API is spoken of.
fn route_id(api_arn: &str, method: &str, path: &str) -> String {
    if method.is_empty() { format!("{api_arn}#{path}") } else { format!("{api_arn}#{method} {path}") }
}

impl<'c> Room<'c, '_> {
    /// The declarations of a kind that are part of an API, and the reasons why others may be.
    fn parts_of(&self, api: &str, kind: &str, attribute: &str) -> (Vec<&'c Declaration>, Vec<(String, Why)>) {
        let mut unsure: Vec<(String, Why)> =
            self.uncounted_of(&[kind]).into_iter().map(|block| (block.address.clone(), block.why.clone())).collect();
        let mut own = Vec::new();
        for declaration in self.of(&[kind]) {
            match declaration.text_at(attribute) {
                Ok(of) if of.as_deref() == Some(api) => own.push(declaration),
                Ok(_) => {}
                Err(why) => unsure.push((declaration.address.clone(), why)),
            }
        }
        (own, unsure)
    }

    /// The name of an authorizer or validator that is told by id, as exports tell it; an id that nobody knows stays one.
    fn name_of(&self, kind: &str, told: Result<Option<String>, Why>, address: &str) -> Option<String> {
        match told {
            Ok(told) => told.map(|told| {
                let found = self.of(&[kind]).into_iter().find(|one| id(one) == told);
                found.and_then(|one| one.text_at("name").ok().flatten()).unwrap_or(told)
            }),
            Err(_) => Some(crate::inventory::undeployed_id(address)),
        }
    }
}
