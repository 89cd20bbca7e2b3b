//! HTTP and WebSocket APIs: what each stage serves. AWS exports HTTP APIs; of a WebSocket API only the working copy can be read.

use std::collections::BTreeMap;

use aws_sdk_apigatewayv2::types as sdk;
use futures::StreamExt as _;

use super::apigateway::{complete, wanting};
use super::ask::{Asker, Pages, paged};
use super::client::Clients;
use super::{Needs, calls, fill, from_apigatewayv2 as from};
use crate::inventory::{Api, Authorizer, Cause, Configuration, Gap, Integration, Listed, Observed, Protocol, Route, Stage};
use crate::openapi::{self, Exported, mark_holes};

/// How many APIs are read at a time.
const AT_A_TIME: usize = 6;

/// The HTTP and WebSocket APIs.
pub(super) async fn list(asker: &Asker<'_>, clients: &Clients) -> Pages<sdk::Api> {
    let request = || clients.apigatewayv2.get_apis();
    paged!(asker, &calls::GET_APIS, None, request(), set_next_token, items, next_token)
}

/// The APIs with their stages and what those serve. One that is gone by now is left out.
pub(super) async fn read(asker: &Asker<'_>, clients: &Clients, needs: Needs, apis: Pages<sdk::Api>) -> Listed<Api> {
    let listed = apis.listed(from::api);
    let each = listed.items.into_iter().map(|api| {
        let reader = Reader { asker, clients, needs, id: api.id.clone(), protocol: api.protocol };
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
    id: String,
    protocol: Protocol,
}

impl Reader<'_> {
    async fn read(&self, mut api: Api) -> Option<Api> {
        let request = || self.clients.apigatewayv2.get_stages().api_id(&self.id);
        let pages = paged!(self.asker, &calls::GET_HTTP_STAGES, Some(&self.id), request(), set_next_token, items, next_token);
        if pages.gone() {
            return None;
        }
        let rolled_out: BTreeMap<String, bool> =
            pages.items.iter().filter_map(|stage| Some((stage.stage_name.clone()?, rolled_out(stage)))).collect();
        api.stages = pages.listed(|stage| from::stage(&stage));
        api.stages.items.sort_by(|a, b| a.name.cmp(&b.name));
        let exports = self.exported(&mut api.stages.items).await;
        let moves = |stage: &Stage| self.needs.working_copies && fill::is_over_the_internet(&stage.deployed);
        if api.stages.iter().any(|stage| wanting(&stage.deployed) || moves(stage)) || !api.stages.is_complete() {
            api.working_copy = self.working_copy().await;
        }
        for stage in &mut api.stages.items {
            settle(stage, &api.working_copy, rolled_out.get(&stage.name) == Some(&true));
        }
        api.authorizers = self.authorizers(exports, &api.working_copy).await;
        Some(api)
    }

    fn name(&self, stage: &str) -> String {
        format!("{}/{stage}", self.id)
    }

    /// What the stages serve by their exports: one for each deployment that a stage points at.
    async fn exported(&self, stages: &mut [Stage]) -> Vec<Result<Exported, Gap>> {
        let mut exports: BTreeMap<String, Result<Exported, Gap>> = BTreeMap::new();
        for stage in stages {
            // An endpoint may not name the deployment of a stage that deploys by itself.
            let deployment = match &stage.deployment_id {
                Some(deployment) => deployment.clone(),
                None if stage.auto_deploy => format!("stage {}", stage.name),
                None => {
                    stage.deployed = Observed::Absent;
                    continue;
                }
            };
            if !exports.contains_key(&deployment) {
                let export = self.export(&stage.name).await;
                exports.insert(deployment.clone(), export);
            }
            stage.deployed = match &exports[&deployment] {
                Ok(export) => Observed::Known(export.configuration.clone()),
                Err(gap) => Observed::Unknown(Gap { resource: Some(self.name(&stage.name)), ..gap.clone() }),
            };
        }
        exports.into_values().collect()
    }

    async fn export(&self, stage: &str) -> Result<Exported, Gap> {
        let name = self.name(stage);
        if self.protocol == Protocol::WebSocket {
            let gap = self.asker.gap(&calls::EXPORT_API, Some(&name), Cause::NotSupported);
            return Err(gap.because("AWS exports no WebSocket API"));
        }
        let request = self.clients.apigatewayv2.export_api().api_id(&self.id).stage_name(stage).specification("OAS30").output_type("JSON");
        let answer = self.asker.ask(&calls::EXPORT_API, Some(&name), request.send()).await.map_err(|failure| failure.gap)?;
        let source = self.asker.gap(&calls::EXPORT_API, Some(&name), Cause::Failed);
        let text = answer.body.map(aws_smithy_types::Blob::into_inner).unwrap_or_default();
        openapi::read(&text, self.protocol, &source).map_err(|error| source.clone().because(error.to_string()))
    }

    /// What the next deployment would ship.
    async fn working_copy(&self) -> Observed<Configuration> {
        let request = || self.clients.apigatewayv2.get_routes().api_id(&self.id);
        let routes = paged!(self.asker, &calls::GET_ROUTES, Some(&self.id), request(), set_next_token, items, next_token);
        if let Some(failure) = routes.failure {
            return Observed::Unknown(failure.gap);
        }
        let integrations = self.integrations().await;
        let missing = |id: &str| {
            let unread = integrations.gaps.first().cloned();
            let gone = || {
                self.asker
                    .gap(&calls::GET_INTEGRATIONS, Some(&format!("{}/{id}", self.id)), Cause::Failed)
                    .because("not among the integrations")
            };
            Observed::Unknown(unread.unwrap_or_else(gone))
        };
        let mut routes: Vec<Route> = routes.items.iter().filter_map(|route| from::route(route, &integrations.items, missing)).collect();
        routes.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
        Observed::Known(Configuration { routes })
    }

    async fn integrations(&self) -> Listed<Integration> {
        let request = || self.clients.apigatewayv2.get_integrations().api_id(&self.id);
        let pages = paged!(self.asker, &calls::GET_INTEGRATIONS, Some(&self.id), request(), set_next_token, items, next_token);
        let source = self.asker.gap(&calls::GET_INTEGRATIONS, Some(&self.id), Cause::Failed);
        pages.listed(|integration| {
            let mut integration = from::integration(integration)?;
            mark_holes(&mut integration, &source, &|_| false);
            Some(integration)
        })
    }

    /// The authorizers in use: the exports tell for nothing, and the call is made only where a working copy names one.
    async fn authorizers(&self, exports: Vec<Result<Exported, Gap>>, working_copy: &Observed<Configuration>) -> Listed<Authorizer> {
        let named = working_copy.known().is_some_and(|copy| copy.routes.iter().any(|route| route.authorizer.is_some()));
        let failed = exports.iter().any(Result::is_err);
        let mut known = Listed::from(Vec::new());
        if failed && named {
            let request = || self.clients.apigatewayv2.get_authorizers().api_id(&self.id);
            let pages = paged!(self.asker, &calls::GET_HTTP_AUTHORIZERS, Some(&self.id), request(), set_next_token, items, next_token);
            known = pages.listed(from::authorizer);
        } else if failed {
            known.gaps.extend(working_copy.gap().cloned());
        }
        for authorizer in exports.into_iter().flatten().flat_map(|export| export.authorizers) {
            if !known.iter().any(|known| known.name == authorizer.name) {
                known.items.push(authorizer);
            }
        }
        known
    }
}

/// What the working copy can add. A stage that deploys every change at once serves the working copy.
fn settle(stage: &mut Stage, working_copy: &Observed<Configuration>, rolled_out: bool) {
    let Observed::Known(copy) = working_copy else { return };
    if !wanting(&stage.deployed) {
        return;
    }
    complete(&mut stage.deployed, copy);
    let unread = stage.deployed.gap().is_some_and(|gap| gap.cause != Cause::NotAsked);
    if unread && stage.auto_deploy && rolled_out {
        stage.deployed = Observed::Known(copy.clone());
    }
}

/// Whether the last change was deployed as well: AWS says so in words.
fn rolled_out(stage: &sdk::Stage) -> bool {
    stage.last_deployment_status_message.as_deref().is_none_or(|message| message.is_empty() || message.starts_with("Success"))
}
