//! The routes of HTTP and WebSocket APIs, and their integrations.

use super::Builder;
use super::http::{of_api, split};
use super::integrations::of_http;
use super::read::{flag, needed, observed, reference, text_or};
use super::routes::scopes;
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::Why;
use crate::inventory::{Integration, Observed, Route};

impl<'c> Builder<'c, '_> {
    pub(super) fn http_routes(&mut self) {
        for declaration in self.of("ApiGatewayV2::Route") {
            if let Err(why) = needed(&declaration.body, "ApiId") {
                // Any API may have it.
                self.spoil_all(false, &declaration.address, &why);
            }
            let Some(of) = self.parent(declaration, &of_api(|_| List::HttpApis)) else { continue };
            match self.http_route(declaration, &of) {
                Ok(route) => self.serve(&of, route),
                Err(why) => self.spoil(&of, &declaration.address, &why),
            }
        }
    }

    fn http_route(&mut self, declaration: &'c Declaration, api: &str) -> Result<Route, Why> {
        let body = &declaration.body;
        let (method, path) = split(&needed(body, "RouteKey")?);
        let web_socket = self.draft.api(api).is_some_and(|api| api.protocol == crate::inventory::Protocol::WebSocket);
        let (integration, answers) = self.answer(declaration, web_socket);
        let route = Route {
            path,
            method,
            resource_id: None,
            authorization: observed(declaration, text_or(body, "AuthorizationType", "NONE")),
            authorizer: self.named(declaration, "AuthorizerId", &["ApiGatewayV2::Authorizer"]),
            authorization_scopes: scopes(declaration),
            api_key_required: flag(body, "ApiKeyRequired")?,
            request_validator: None,
            integration,
        };
        let arn = self.api_arn("apis", api);
        for named in answers.into_iter().chain([declaration]) {
            self.name_route(named, &arn, &route.key());
        }
        Ok(route)
    }

    /// What answers a route, and the declaration of it.
    fn answer(&self, declaration: &Declaration, web_socket: bool) -> (Observed<Integration>, Option<&'c Declaration>) {
        let target = match declaration.body.get("Target").text() {
            Ok(Some(target)) => target,
            Ok(None) => return (Observed::Absent, None),
            Err(why) => return (Observed::Unknown(why.gap(&declaration.address)), None),
        };
        let id = target.strip_prefix("integrations/").unwrap_or(&target);
        let Some(named) = self.of("ApiGatewayV2::Integration").into_iter().find(|known| reference(known) == id) else {
            let why = Why::new(format!("integration {id} is not in this code"));
            return (Observed::Unknown(why.gap(&declaration.address)), None);
        };
        // Exports, which HTTP APIs are read from, name no ids of integrations.
        let integration = of_http(named).map(|found| Integration { id: web_socket.then(|| id.to_owned()), ..found });
        (integration, Some(named))
    }
}
