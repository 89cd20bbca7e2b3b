//! REST APIs: what each stage serves, from its export, and the working copy only where an export does not suffice.

use std::collections::BTreeMap;

use aws_sdk_apigateway::operation::get_integration::GetIntegrationOutput;
use aws_sdk_apigateway::types as sdk;
use futures::StreamExt as _;

use super::ask::{Asker, Pages, paged};
use super::client::Clients;
use super::gap::{Failure, Meaning};
use super::links::Links;
use super::{Needs, calls, fill, from_apigateway as from};
use crate::inventory::{Api, Cause, ClientCertificate, Configuration, Gap, Integration, Listed, Observed, Protocol, Region, Route, Stage};
use crate::openapi::{self, Exported, mark_holes};

/// How many APIs are read at a time: enough to keep the budget busy, and no more.
const AT_A_TIME: usize = 6;

/// The REST APIs.
pub(super) async fn list(asker: &Asker<'_>, clients: &Clients) -> Pages<sdk::RestApi> {
    let request = || clients.apigateway.get_rest_apis().limit(500);
    paged!(asker, &calls::GET_REST_APIS, None, request(), set_position, items, position)
}

/// The REST APIs with their stages and what those serve. One that is gone by now is left out.
pub(super) async fn read(asker: &Asker<'_>, clients: &Clients, needs: Needs, links: &Links, apis: Pages<sdk::RestApi>) -> Listed<Api> {
    let listed = apis.listed(from::api);
    let each = listed.items.into_iter().map(|api| {
        let reader = Reader { asker, clients, needs, links, id: api.id.clone() };
        async move { reader.read(api).await }
    });
    let items: Vec<Option<Api>> = futures::stream::iter(each).buffered(AT_A_TIME).collect().await;
    Listed { items: items.into_iter().flatten().collect(), gaps: listed.gaps }
}

/// Reads one API.
struct Reader<'a> {
    asker: &'a Asker<'a>,
    clients: &'a Clients,
    needs: Needs,
    links: &'a Links,
    id: String,
}

/// The stage variables as requests see them: with and without a canary's overrides.
type Variables = Vec<BTreeMap<String, String>>;

impl Reader<'_> {
    async fn read(&self, mut api: Api) -> Option<Api> {
        match self.stages().await {
            Ok(stages) => {
                api.stages = stages.into();
                self.deployed(&mut api).await;
            }
            Err(failure) if failure.meaning == Meaning::Gone => return None,
            Err(failure) => {
                api.stages = Listed::unknown(failure.gap);
                api.working_copy = self.working_copy(&Vec::new()).await;
                api.authorizers = self.authorizers(&[], &api.working_copy).await;
            }
        }
        Some(api)
    }

    async fn stages(&self) -> Result<Vec<Stage>, Failure> {
        let request = self.clients.apigateway.get_stages().rest_api_id(&self.id);
        let answer = self.asker.ask(&calls::GET_REST_STAGES, Some(&self.id), request.send()).await?;
        let mut stages: Vec<Stage> = answer.item.unwrap_or_default().into_iter().filter_map(from::stage).collect();
        stages.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(stages)
    }

    /// What the stages serve: one export for each deployment that a stage points at.
    async fn deployed(&self, api: &mut Api) {
        let mut exports: BTreeMap<String, Result<Exported, Gap>> = BTreeMap::new();
        for stage in &mut api.stages.items {
            let Some(deployment) = stage.deployment_id.clone() else {
                stage.deployed = Observed::Absent;
                continue;
            };
            if !exports.contains_key(&deployment) {
                let export = self.export(&stage.name).await;
                exports.insert(deployment.clone(), export);
            }
            stage.deployed = match &exports[&deployment] {
                Ok(export) => Observed::Known(self.marked(export.configuration.clone(), stage)),
                Err(gap) => Observed::Unknown(Gap { resource: Some(self.name(&stage.name)), ..gap.clone() }),
            };
        }
        let moves = |stage: &Stage| self.needs.working_copies && fill::is_over_the_internet(&stage.deployed);
        if api.stages.iter().any(|stage| wanting(&stage.deployed) || moves(stage)) {
            let variables = api.stages.iter().flat_map(variables).collect();
            api.working_copy = self.working_copy(&variables).await;
            if let Observed::Known(copy) = &api.working_copy {
                let served = api.stages.items.iter_mut().map(|stage| &mut stage.deployed);
                served.for_each(|served| complete(served, copy));
            }
        }
        for stage in &mut api.stages.items {
            stage.canary_deployed = self.canary(stage);
        }
        let exports: Vec<_> = exports.into_values().collect();
        api.authorizers = self.authorizers(&exports, &api.working_copy).await;
    }

    fn name(&self, stage: &str) -> String {
        format!("{}/{stage}", self.id)
    }

    async fn export(&self, stage: &str) -> Result<Exported, Gap> {
        let name = self.name(stage);
        let request = self
            .clients
            .apigateway
            .get_export()
            .rest_api_id(&self.id)
            .stage_name(stage)
            .export_type("oas30")
            .parameters("extensions", "apigateway,authorizers")
            .accepts("application/json");
        let answer = self.asker.ask(&calls::GET_EXPORT, Some(&name), request.send()).await.map_err(|failure| failure.gap)?;
        let source = self.asker.gap(&calls::GET_EXPORT, Some(&name), Cause::Failed);
        let text = answer.body.map(aws_smithy_types::Blob::into_inner).unwrap_or_default();
        openapi::read(&text, Protocol::Rest, &source).map_err(|error| source.clone().because(error.to_string()))
    }

    /// An export as this stage sees it: where a private integration's link may be V2, a missing target is a gap.
    fn marked(&self, mut configuration: Configuration, stage: &Stage) -> Configuration {
        let source = self.asker.gap(&calls::GET_EXPORT, Some(&self.name(&stage.name)), Cause::Failed);
        self.mark(&mut configuration.routes, &source, &variables(stage).collect());
        configuration
    }

    fn mark(&self, routes: &mut [Route], source: &Gap, variables: &Variables) {
        for route in routes {
            if let Observed::Known(integration) = &mut route.integration {
                self.mark_one(integration, source, variables);
            }
        }
    }

    fn mark_one(&self, integration: &mut Integration, source: &Gap, variables: &Variables) {
        mark_holes(integration, source, &|id| self.links.may_be_v2(id, variables));
    }

    /// What the canary serves: the same as the stage, or nobody can tell.
    fn canary(&self, stage: &Stage) -> Observed<Configuration> {
        match &stage.canary {
            None => Observed::Absent,
            Some(canary) if canary.deployment_id.is_some() && canary.deployment_id == stage.deployment_id => stage.deployed.clone(),
            Some(_) => {
                let gap = self.asker.gap(&calls::GET_EXPORT, Some(&self.name(&stage.name)), Cause::NotSupported);
                Observed::Unknown(gap.because("AWS exports only a stage's own deployment, not its canary's"))
            }
        }
    }

    /// What the next deployment would ship.
    async fn working_copy(&self, variables: &Variables) -> Observed<Configuration> {
        let request = || self.clients.apigateway.get_resources().rest_api_id(&self.id).embed("methods").limit(500);
        let pages = paged!(self.asker, &calls::GET_RESOURCES, Some(&self.id), request(), set_position, items, position);
        if let Some(failure) = pages.failure {
            return Observed::Unknown(failure.gap);
        }
        let mut routes: Vec<Route> = pages.items.into_iter().flat_map(from::routes).collect();
        let source = self.asker.gap(&calls::GET_RESOURCES, Some(&self.id), Cause::Failed);
        self.mark(&mut routes, &source, variables);
        let each = routes.into_iter().map(|route| self.looked_up(route, variables));
        let mut routes: Vec<Route> = futures::stream::iter(each).buffered(AT_A_TIME).collect().await;
        routes.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
        Observed::Known(Configuration { routes })
    }

    /// The route with its integration asked for by itself, where the list did not show it whole.
    async fn looked_up(&self, mut route: Route, variables: &Variables) -> Route {
        let whole = matches!(route.integration, Observed::Known(_)) && !fill::has_hole(&route.integration);
        let Some(resource_id) = route.resource_id.clone().filter(|_| !whole) else { return route };
        let name = format!("{}{} {}", self.id, route.path, route.method);
        let request = self.clients.apigateway.get_integration().rest_api_id(&self.id).resource_id(resource_id).http_method(&route.method);
        match self.asker.ask(&calls::GET_INTEGRATION, Some(&name), request.send()).await {
            Ok(answer) => {
                let mut integration = from::integration(same(answer));
                let source = self.asker.gap(&calls::GET_INTEGRATION, Some(&name), Cause::Failed);
                self.mark_one(&mut integration, &source, variables);
                route.integration = Observed::Known(integration);
            }
            Err(failure) if failure.meaning == Meaning::Gone => {}
            Err(failure) if route.integration == Observed::Absent => route.integration = Observed::Unknown(failure.gap),
            Err(_) => {}
        }
        route
    }

    /// The authorizers in use: the exports tell for nothing, and the call is made only where a working copy names one.
    async fn authorizers(
        &self,
        exports: &[Result<Exported, Gap>],
        working_copy: &Observed<Configuration>,
    ) -> Listed<crate::inventory::Authorizer> {
        let mut known = Listed::from(Vec::new());
        let failed = exports.iter().any(Result::is_err) || exports.is_empty();
        let named = working_copy.known().is_some_and(|copy| copy.routes.iter().any(|route| route.authorizer.is_some()));
        if failed && named {
            let request = || self.clients.apigateway.get_authorizers().rest_api_id(&self.id).limit(500);
            let pages = paged!(self.asker, &calls::GET_REST_AUTHORIZERS, Some(&self.id), request(), set_position, items, position);
            known = pages.listed(from::authorizer);
        } else if failed {
            known.gaps.extend(exports.iter().filter_map(|export| export.as_ref().err()).cloned());
            known.gaps.extend(working_copy.gap().filter(|_| exports.is_empty()).cloned());
        }
        for authorizer in exports.iter().flatten().flat_map(|export| &export.authorizers) {
            if !known.iter().any(|known| known.name == authorizer.name) {
                known.items.push(authorizer.clone());
            }
        }
        known
    }
}

/// The client certificates, where a stage shows one.
pub(super) async fn client_certificates(asker: &Asker<'_>, clients: &Clients, needs: Needs, region: &Region) -> Listed<ClientCertificate> {
    let mut stages = region.rest_apis.iter().chain(&region.http_apis).flat_map(|api| &api.stages);
    if !needs.client_certificates || stages.all(|stage| stage.client_certificate_id.is_none()) {
        return Listed::default();
    }
    let request = || clients.apigateway.get_client_certificates().limit(500);
    paged!(asker, &calls::GET_CLIENT_CERTIFICATES, None, request(), set_position, items, position).listed(from::client_certificate)
}

/// Whether what a stage serves could not be read, or not whole.
pub(super) fn wanting(served: &Observed<Configuration>) -> bool {
    match served {
        Observed::Known(served) => fill::has_holes(served),
        Observed::Absent => false,
        Observed::Unknown(_) => true,
    }
}

/// Fills what an export left out from the working copy.
pub(super) fn complete(served: &mut Observed<Configuration>, copy: &Configuration) {
    if let Observed::Known(served) = served {
        fill::fill(served, copy);
    }
}

/// The values of a stage's variables, and those its canary sees.
fn variables(stage: &Stage) -> impl Iterator<Item = BTreeMap<String, String>> + use<> {
    let told = |variables: &BTreeMap<String, Option<String>>| -> BTreeMap<String, String> {
        variables.iter().filter_map(|(name, value)| Some((name.clone(), value.clone()?))).collect()
    };
    let own = told(&stage.variables);
    let canary = stage.canary.as_ref().map(|canary| {
        let mut seen = own.clone();
        seen.extend(told(&canary.variables));
        seen
    });
    [own].into_iter().chain(canary)
}

/// The answer of `GetIntegration` as the type it stands for.
fn same(answer: GetIntegrationOutput) -> sdk::Integration {
    sdk::Integration::builder()
        .set_type(answer.r#type)
        .set_http_method(answer.http_method)
        .set_uri(answer.uri)
        .set_connection_type(answer.connection_type)
        .set_connection_id(answer.connection_id)
        .set_credentials(answer.credentials)
        .set_request_parameters(answer.request_parameters)
        .timeout_in_millis(answer.timeout_in_millis)
        .set_tls_config(answer.tls_config)
        .set_response_transfer_mode(answer.response_transfer_mode)
        .set_integration_target(answer.integration_target)
        .build()
}
