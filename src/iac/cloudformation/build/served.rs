//! What APIs would serve if they were deployed now, and which stages serve it.

use super::Builder;
use crate::iac::code::Declaration;
use crate::iac::value::Why;
use crate::inventory::{Api, Authorizer, Configuration, Gap, Listed, Observed, Protocol, Route, Stage};

/// What an API would serve if it were deployed now, and which of its stages serve that.
#[derive(Debug, Default)]
pub(super) struct Served {
    routes: Vec<Route>,
    /// Why that is not known.
    gap: Option<Gap>,
    /// The stages that serve it, by name.
    stages: Vec<String>,
}

impl Served {
    /// Adds a route; the same one told twice is the one told last.
    fn add(&mut self, route: Route) {
        self.routes.retain(|known| known.key() != route.key());
        self.routes.push(route);
    }

    /// Notes a stage that serves it.
    pub(super) fn serve(&mut self, stage: String) {
        self.stages.push(stage);
    }

    fn configuration(&self) -> Observed<Configuration> {
        if let Some(gap) = &self.gap {
            return Observed::Unknown(gap.clone());
        }
        let mut routes = self.routes.clone();
        routes.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
        Observed::Known(Configuration { routes })
    }
}

impl Builder<'_, '_> {
    /// Adds a route to what an API serves.
    pub(super) fn serve(&mut self, api: &str, route: Route) {
        self.served.entry(api.to_owned()).or_default().add(route);
    }

    /// Notes that nobody knows what an API serves.
    pub(super) fn spoil(&mut self, api: &str, declaration: &str, why: &Why) {
        let mut gap = why.gap(declaration);
        gap.region.clone_from(&self.draft.to.region);
        self.served.entry(api.to_owned()).or_default().gap.get_or_insert(gap);
    }

    /// Notes that nobody knows what any API of a kind serves.
    pub(super) fn spoil_all(&mut self, rest: bool, declaration: &str, why: &Why) {
        let apis = if rest { &self.draft.region.rest_apis } else { &self.draft.region.http_apis };
        let ids: Vec<String> = apis.iter().map(|api| api.id.clone()).collect();
        for id in ids {
            self.spoil(&id, declaration, why);
        }
    }

    /// Adds a stage to its API. With `serves`, it serves what the API would serve if it were deployed now.
    pub(super) fn add_stage(&mut self, api: &str, stage: Stage, serves: bool) {
        if serves {
            self.served.entry(api.to_owned()).or_default().stages.push(stage.name.clone());
        }
        if let Some(api) = self.draft.api(api) {
            api.stages.items.push(stage);
        }
    }

    /// Notes the ids of a stage.
    pub(super) fn name_stage(&mut self, declaration: &Declaration, kind: &str, api: &str, stage: &str) {
        let arn = self.api_arn(kind, api);
        self.built.name(&declaration.address, format!("{arn}/stages/{stage}"));
    }

    /// Gives every stage what it serves.
    pub(super) fn deploy(&mut self) {
        let region = &mut self.draft.region;
        for api in region.rest_apis.items.iter_mut().chain(&mut region.http_apis.items) {
            let Some(served) = self.served.get(&api.id) else { continue };
            let configuration = served.configuration();
            for stage in api.stages.items.iter_mut().filter(|stage| served.stages.contains(&stage.name)) {
                stage.deployed = configuration.clone();
                let canary = stage.canary.as_ref().and_then(|canary| canary.deployment_id.as_ref());
                if canary.is_some() && canary == stage.deployment_id.as_ref() {
                    stage.canary_deployed = configuration.clone();
                }
            }
        }
    }
}

/// An API without anything in it yet.
pub(super) fn api(id: String, name: String, protocol: Protocol) -> Api {
    Api {
        cors: Observed::default(),
        id,
        name,
        protocol,
        endpoint_types: Vec::new(),
        vpc_endpoint_ids: Vec::new(),
        policy: None,
        disable_execute_api_endpoint: false,
        security_policy: None,
        endpoint_access_mode: None,
        api_key_source: None,
        status: None,
        tags: std::collections::BTreeMap::default(),
        working_copy: Observed::default(),
        authorizers: Listed::from(Vec::<Authorizer>::new()),
        stages: Listed::from(Vec::<Stage>::new()),
    }
}

/// A stage without anything in it yet, to which nothing was deployed.
pub(super) fn stage(name: String) -> Stage {
    Stage {
        secret_variables: Listed::default(),
        name,
        deployment_id: None,
        auto_deploy: false,
        variables: std::collections::BTreeMap::default(),
        canary: None,
        method_settings: std::collections::BTreeMap::default(),
        unread_settings: Vec::new(),
        access_log: None,
        client_certificate_id: None,
        web_acl_arn: None,
        tracing_enabled: false,
        cache_cluster_enabled: false,
        tags: std::collections::BTreeMap::default(),
        deployed: Observed::Absent,
        canary_deployed: Observed::Absent,
    }
}
