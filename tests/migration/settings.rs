//! What a plan sets, and the requests that prove it.

use apiaudit::inventory::SecurityGroupRule;
use apiaudit::migrate::cloud::{Answer, CallError, LOCK_TAG, Request};
use apiaudit::migrate::thing::{Property, ServiceTarget, State};
use sha2::{Digest as _, Sha256};

use crate::gateway::stage_key;
use crate::store::View;
use crate::things::same_rule;
use crate::traffic::{Asked, taken};
use crate::world::{Balancer, RouteConfig, Settings, Stage, World};

type Done = Result<(), CallError>;

fn gone(what: &str) -> CallError {
    CallError::Gone(format!("{what} is not there"))
}

fn rejected(what: &str) -> CallError {
    CallError::Rejected(what.to_owned())
}

fn with(settings: &State) -> &Settings {
    match settings {
        State::Settings(settings) => settings,
        other => panic!("{other:?} are no settings"),
    }
}

impl World {
    pub(crate) fn read(&self, property: &Property, view: View) -> Result<State, CallError> {
        match property {
            Property::LoadBalancerGroups { balancer } => self.balancers.seen(balancer, view).map(groups_of).ok_or_else(|| gone(balancer)),
            Property::LoadBalancerAttributes { balancer } => {
                self.balancers.seen(balancer, view).map(|found| State::Settings(found.attributes.clone())).ok_or_else(|| gone(balancer))
            }
            Property::TargetGroupAttributes { target_group } => self
                .target_groups
                .seen(target_group, view)
                .map(|found| State::Settings(found.attributes.clone()))
                .ok_or_else(|| gone(target_group)),
            Property::ListenerCertificates { listener } => {
                self.listeners.seen(listener, view).map(|found| State::Names(found.more_certificates.clone())).ok_or_else(|| gone(listener))
            }
            Property::ServiceTargets { service, .. } => {
                let found = self.services.seen(service, view).ok_or_else(|| gone(service))?;
                let mut targets = found.targets.clone();
                targets.sort();
                Ok(State::Targets(targets))
            }
            Property::RestIntegration { api, resource, method } => self.integration(api, &format!("{resource}/{method}"), view),
            Property::HttpIntegration { api, integration } => self.integration(api, integration, view),
            Property::RestStage { api, stage } | Property::HttpStage { api, stage } => self
                .stages
                .seen(&stage_key(api, stage), view)
                .map(|found| State::Settings(stage_settings(found, property)))
                .ok_or_else(|| gone(stage)),
            Property::GroupIngress { group } => {
                let found = self.groups.seen(group, view).ok_or_else(|| gone(group))?;
                let mut rules: Vec<SecurityGroupRule> = found
                    .rules
                    .iter()
                    .filter(|(rule, _)| !rule.egress)
                    .map(|(rule, _)| SecurityGroupRule { id: None, ..rule.clone() })
                    .collect();
                rules.sort();
                Ok(State::Rules(rules))
            }
            Property::Lock { api } => {
                let tag = self.locks.seen(api, view).map(|value| (LOCK_TAG, value.clone()));
                Ok(State::settings(tag))
            }
            other => panic!("{other:?} is not simulated"),
        }
    }

    fn integration(&self, api: &str, key: &str, view: View) -> Result<State, CallError> {
        let found = self.apis.seen(api, view).ok_or_else(|| gone(api))?;
        let settings = found.integrations.get(key).ok_or_else(|| gone(key))?;
        let private = settings.get("/connectionType").or_else(|| settings.get("ConnectionType")).is_some_and(|value| value == "VPC_LINK");
        let only_private = ["/connectionId", "/integrationTarget", "ConnectionId", "TlsConfig.ServerNameToVerify"];
        let shown = settings.iter().filter(|(key, _)| private || !only_private.contains(&key.as_str()));
        Ok(State::Settings(shown.map(|(key, value)| (key.clone(), value.clone())).collect()))
    }

    pub(crate) fn write(&mut self, property: &Property, from: &State, to: &State) -> Done {
        self.dirty = true;
        let (now, lag) = (self.now, self.lag());
        match property {
            Property::LoadBalancerGroups { balancer } => {
                let mut found = self.balancers.get(balancer).cloned().ok_or_else(|| gone(balancer))?;
                found.groups = with(to)["SecurityGroups"].split(',').map(str::to_owned).collect();
                found.enforce = with(to)["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "on";
                self.balancers.put(balancer, Some(found), now, lag);
            }
            Property::LoadBalancerAttributes { balancer } => {
                let mut found = self.balancers.get(balancer).cloned().ok_or_else(|| gone(balancer))?;
                found.attributes.extend(with(to).clone());
                self.balancers.put(balancer, Some(found), now, lag);
            }
            Property::TargetGroupAttributes { target_group } => {
                let mut found = self.target_groups.get(target_group).cloned().ok_or_else(|| gone(target_group))?;
                found.attributes.extend(with(to).clone());
                self.target_groups.put(target_group, Some(found), now, lag);
            }
            Property::ListenerCertificates { listener } => {
                let mut found = self.listeners.get(listener).cloned().ok_or_else(|| gone(listener))?;
                let State::Names(names) = to else { panic!("{to:?}") };
                found.more_certificates.clone_from(names);
                self.listeners.put(listener, Some(found), now, lag);
            }
            Property::ServiceTargets { service, .. } => {
                let State::Targets(targets) = to else { panic!("{to:?}") };
                self.update_service(service, targets)?;
            }
            Property::RestIntegration { api, resource, method } => {
                self.update_integration(api, &format!("{resource}/{method}"), from, to)?
            }
            Property::HttpIntegration { api, integration } => self.update_integration(api, integration, from, to)?,
            Property::RestStage { api, stage } | Property::HttpStage { api, stage } => self.update_stage(property, api, stage, from, to)?,
            Property::GroupIngress { group } => self.update_rules(group, from, to)?,
            Property::Lock { api } => self.locks.put(api, with(to).get(LOCK_TAG).cloned(), now, lag),
            other => panic!("{other:?} is not simulated"),
        }
        Ok(())
    }

    fn update_service(&mut self, service: &str, targets: &[ServiceTarget]) -> Done {
        let mut found = self.services.get(service).cloned().ok_or_else(|| gone(service))?;
        if targets.iter().any(|target| self.listeners_of(&target.target_group).next().is_none()) {
            return Err(CallError::Busy("the target group does not have an associated load balancer".to_owned()));
        }
        found.targets = targets.to_vec();
        let (now, lag) = (self.now, self.lag());
        self.services.put(service, Some(found.clone()), now, lag);
        self.start_rollout(&found, false);
        Ok(())
    }

    fn update_integration(&mut self, id: &str, key: &str, from: &State, to: &State) -> Done {
        let mut api = self.apis.get(id).cloned().ok_or_else(|| gone(id))?;
        let settings = api.integrations.get_mut(key).ok_or_else(|| gone(key))?;
        for gone in with(from).keys().filter(|key| !with(to).contains_key(*key)) {
            // There is no way to take these two away: what is left of them means nothing without a link.
            if gone != "/connectionId" && gone != "/integrationTarget" {
                settings.remove(gone);
            }
        }
        settings.extend(with(to).clone());
        let (now, lag) = (self.now, self.lag());
        let rest = api.rest;
        self.apis.put(id, Some(api), now, lag);
        if !rest {
            self.deploy_automatically(id);
        }
        Ok(())
    }

    fn update_stage(&mut self, property: &Property, api: &str, name: &str, from: &State, to: &State) -> Done {
        let mut stage = self.stages.get(&stage_key(api, name)).cloned().ok_or_else(|| gone(name))?;
        let (from, to) = (with(from), with(to));
        let automatic = to.get("AutoDeploy").map(|value| value == "true");
        if automatic.unwrap_or(stage.auto_deploy) && to.contains_key("DeploymentId") {
            return Err(rejected("Deployment ID cannot be set on stage because AutoDeploy is enabled"));
        }
        let released = automatic == Some(true) && !stage.auto_deploy;
        stage.auto_deploy = automatic.unwrap_or(stage.auto_deploy);
        if let Some(id) = to.get("/deploymentId").or_else(|| to.get("DeploymentId")) {
            if self.deployments.get(&stage_key(api, id)).is_none() {
                return Err(rejected("Invalid deployment identifier specified"));
            }
            stage.deployment = Some(id.clone());
        }
        let canary = ["/canarySettings/deploymentId", "/canarySettings/percentTraffic"];
        if matches!(property, Property::RestStage { .. }) {
            match to.get(canary[0]) {
                Some(id) => stage.canary = Some((id.clone(), to.get(canary[1]).cloned().unwrap_or_else(|| "0".to_owned()))),
                None if canary.iter().any(|key| from.contains_key(*key)) => stage.canary = None,
                None => {}
            }
        }
        self.set_stage(stage);
        if released && self.nature.release_deploys {
            self.deploy_automatically(api);
        }
        Ok(())
    }

    fn update_rules(&mut self, id: &str, from: &State, to: &State) -> Done {
        let mut group = self.groups.get(id).cloned().ok_or_else(|| gone(id))?;
        let (State::Rules(from), State::Rules(to)) = (from, to) else { panic!("{from:?} {to:?}") };
        group.rules.retain(|(rule, _)| !from.iter().any(|old| same_rule(rule, old)) || to.iter().any(|new| same_rule(rule, new)));
        for rule in to {
            if !group.rules.iter().any(|(known, _)| same_rule(known, rule)) {
                let id = Some(format!("sgr-{:017x}", self.fresh()));
                group.rules.push((SecurityGroupRule { id, ..rule.clone() }, None));
            }
        }
        let (now, lag) = (self.now, self.lag());
        self.groups.put(id, Some(group), now, lag);
        Ok(())
    }

    pub(crate) fn answer(&mut self, request: &Request) -> Result<Answer, CallError> {
        match request {
            Request::TestInvoke { api, resource, method, path } => {
                let found = self.apis.get(api).ok_or_else(|| gone(api))?;
                let key = format!("{resource}/{method}");
                let (Some(route), Some(settings)) =
                    (found.routes.iter().find(|route| route.integration == key), found.integrations.get(&key))
                else {
                    return Err(gone(&key));
                };
                let Some(asked) = taken(&route.path, path) else { return Ok(of_status(404)) };
                let snapshot = Self::snapshot(found);
                let sent = settings.get("/uri").map(|uri| uri.replace("{proxy}", "").clone());
                Ok(Answer { sent, ..self.outcome(self.walk(&snapshot, "test-invoke-stage", &asked, settings), settings) })
            }
            Request::Invoke { api, stage, path, .. } => Ok(self.invoke(api, stage, path)),
        }
    }

    fn invoke(&mut self, api: &str, stage: &str, path: &str) -> Answer {
        let key = stage_key(api, stage);
        if self.stages.get(&key).is_none_or(|stage| stage.answers_at > self.now) {
            return of_status(403);
        }
        let Some(held) = self.serving.get(&key).filter(|held| !held.is_empty()) else { return of_status(403) };
        let place = usize::try_from(self.now).unwrap() % held.len();
        let snapshot = held[place].snapshot.clone();
        let fits = |(route, settings): &(RouteConfig, Settings)| {
            let takes = route.method == "GET" || route.method == "ANY";
            takes.then(|| taken(&route.path, path)).flatten().map(|asked| (route.path.contains("+}"), asked, settings.clone()))
        };
        let mut found: Vec<(bool, Asked, Settings)> = snapshot.routes.iter().filter_map(fits).collect();
        found.sort_by_key(|(greedy, asked, _)| (*greedy, asked.values.len()));
        match found.first() {
            None => of_status(404),
            Some((_, asked, settings)) => self.outcome(self.walk(&snapshot, stage, asked, settings), settings),
        }
    }

    fn outcome(&self, walked: Result<String, String>, settings: &Settings) -> Answer {
        let private = settings.values().any(|value| value == "VPC_LINK");
        match walked {
            Err(_) => of_status(503),
            Ok(path) if private && self.nature.other_answers => Answer { status: 200, body: digest(&format!("other {path}")), sent: None },
            Ok(path) => Answer { status: 200, body: digest(&path), sent: None },
        }
    }
}

fn of_status(status: u16) -> Answer {
    Answer { status, body: digest(&status.to_string()), sent: None }
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(4).fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn groups_of(balancer: &Balancer) -> State {
    let mut groups = balancer.groups.clone();
    groups.sort();
    State::settings([
        ("SecurityGroups", groups.join(",")),
        ("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", if balancer.enforce { "on" } else { "off" }.to_owned()),
    ])
}

fn stage_settings(stage: &Stage, property: &Property) -> Settings {
    let mut settings = Settings::new();
    let rest = matches!(property, Property::RestStage { .. });
    if let Some(id) = &stage.deployment {
        settings.insert(if rest { "/deploymentId" } else { "DeploymentId" }.to_owned(), id.clone());
    }
    if let Some((id, percent)) = &stage.canary {
        settings.insert("/canarySettings/deploymentId".to_owned(), id.clone());
        settings.insert("/canarySettings/percentTraffic".to_owned(), percent.clone());
    }
    if !rest {
        settings.insert("AutoDeploy".to_owned(), stage.auto_deploy.to_string());
    }
    settings
}
