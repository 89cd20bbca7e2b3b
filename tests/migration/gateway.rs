//! API Gateway: working copies, deployments, what stages serve, and what keeps a VPC link from being deleted.

use std::sync::Arc;

use apiaudit::migrate::cloud::{CallError, Mark};

use crate::world::{Api, Deployment, Served, Snapshot, Stage, World};

/// How long the servers of a stage may go on with what was before, in seconds.
const LONGEST_PROPAGATION: u64 = 60;
/// How long a request may be on its way, in seconds.
const LONGEST_REQUEST: u64 = 29;

pub(crate) fn stage_key(api: &str, stage: &str) -> String {
    format!("{api}/{stage}")
}

impl World {
    /// What a deployment made now would hold.
    pub(crate) fn snapshot(api: &Api) -> Arc<Snapshot> {
        let wired = |route: &crate::world::RouteConfig| Some((route.clone(), api.integrations.get(&route.integration)?.clone()));
        Arc::new(Snapshot { rest: api.rest, routes: api.routes.iter().filter_map(wired).collect() })
    }

    /// Makes a deployment that no stage serves yet.
    pub(crate) fn deploy(&mut self, api: &str, mark: Option<Mark>, automatic: bool) -> Result<String, CallError> {
        let found = self.apis.get(api).ok_or_else(|| CallError::Gone(format!("API {api} is not there")))?;
        let snapshot = Self::snapshot(found);
        let refers =
            |link: &&crate::world::Link| snapshot.routes.iter().any(|(_, settings)| settings.values().any(|value| *value == link.id));
        if self.links.values().filter(refers).any(|link| link.fails || link.gone_at.is_some()) {
            return Err(CallError::Rejected("the VPC link is not AVAILABLE".to_owned()));
        }
        let id = format!("d{}", self.fresh());
        let deployment = Deployment { api: api.to_owned(), id: id.clone(), snapshot, automatic, mark };
        let (now, lag) = (self.now, if automatic { 0 } else { self.lag() });
        self.deployments.put(&stage_key(api, &id), Some(deployment), now, lag);
        Ok(id)
    }

    /// Sets what a stage is; its servers learn it bit by bit.
    pub(crate) fn set_stage(&mut self, stage: Stage) {
        let key = stage_key(&stage.api, &stage.name);
        let (now, lag) = (self.now, self.lag());
        self.serve(&stage);
        self.stages.put(&key, Some(stage), now, lag);
    }

    fn serve(&mut self, stage: &Stage) {
        let ids = stage.deployment.iter().chain(stage.canary.iter().map(|(id, _)| id));
        let held: Vec<Arc<Snapshot>> = ids
            .filter_map(|id| self.deployments.get(&stage_key(&stage.api, id)))
            .map(|deployment| Arc::clone(&deployment.snapshot))
            .collect();
        let lasting = self.rng.range(0, LONGEST_PROPAGATION) + LONGEST_REQUEST;
        let until = self.wake_in(lasting);
        let serving = self.serving.entry(stage_key(&stage.api, &stage.name)).or_default();
        for served in serving.iter_mut().filter(|served| served.until.is_none()) {
            if !held.iter().any(|snapshot| Arc::ptr_eq(snapshot, &served.snapshot)) {
                served.until = Some(until);
            }
        }
        for snapshot in held {
            if !serving.iter().any(|served| served.until.is_none() && Arc::ptr_eq(&served.snapshot, &snapshot)) {
                serving.push(Served { snapshot, until: None });
            }
        }
        self.dirty = true;
    }

    /// What follows from a change of an HTTP API: stages that deploy by themselves do.
    pub(crate) fn deploy_automatically(&mut self, api: &str) {
        let waiting: Vec<Stage> = self.stages.values().filter(|stage| stage.api == api && stage.auto_deploy).cloned().collect();
        for stage in waiting {
            if let Ok(id) = self.deploy(api, None, true) {
                self.set_stage(Stage { deployment: Some(id), ..stage });
            }
        }
    }

    /// What uses a link, in AWS's words.
    pub(crate) fn references(&self, link: &str) -> Option<String> {
        let through = |settings: &crate::world::Settings| {
            let private =
                ["/connectionType", "ConnectionType"].iter().any(|key| settings.get(*key).is_some_and(|value| value == "VPC_LINK"));
            private && settings.values().any(|value| value == link)
        };
        for api in self.apis.values() {
            if api.integrations.values().any(through) {
                return Some(format!("Vpc link '{link}', is referenced in [{}:working copy]", api.id));
            }
        }
        for deployment in self.deployments.values() {
            let serves = |stage: &&Stage| {
                let ids = [stage.deployment.as_ref(), stage.canary.as_ref().map(|(id, _)| id)];
                stage.api == deployment.api && ids.contains(&Some(&deployment.id))
            };
            let pins = self.stages.values().any(|stage| serves(&stage)) || (self.nature.orphans_pin && deployment.snapshot.rest);
            if pins && deployment.snapshot.routes.iter().any(|(_, settings)| through(settings)) {
                return Some(format!("Vpc link '{link}', is referenced in [{}:{}]", deployment.api, deployment.id));
            }
        }
        None
    }
}
