//! What a plan makes, finds again and deletes, with AWS's refusals.

use std::collections::{BTreeMap, BTreeSet};

use apiaudit::inventory::{Peer, SecurityGroupRule};
use apiaudit::migrate::cloud::{CallError, Made, Mark};
use apiaudit::migrate::thing::{Create, ServiceTarget};

use crate::gateway::stage_key;
use crate::scene::{zone_name, zone_of};
use crate::store::Store;
use crate::world::{
    ACCOUNT, Api, Balancer, Group, Link, Listener, REGION, Registered, RouteConfig, Service, Settings, Stage, TargetGroup, World,
};

type Answered = Result<Made, CallError>;

fn gone(what: &str) -> CallError {
    CallError::Gone(format!("{what} is not there"))
}

fn taken(what: &str) -> CallError {
    CallError::Taken(format!("{what} exists with other settings"))
}

fn busy(what: impl Into<String>) -> CallError {
    CallError::Busy(what.into())
}

/// What is there with a name: of this mark, of another, or nothing.
fn named<T: Clone>(store: &Store<T>, is: impl Fn(&T) -> bool) -> Option<T> {
    store.values().find(|value| is(value)).cloned()
}

impl World {
    /// What another service of AWS has only just been told may not be there for this one.
    fn known<T: Clone>(&self, store: &Store<T>, id: &str) -> Result<T, CallError> {
        let found = store.get(id).cloned().ok_or_else(|| gone(id))?;
        if self.nature.flapping && store.is_fresh(id, self.now) && self.now.is_multiple_of(3) { Err(gone(id)) } else { Ok(found) }
    }

    pub(crate) fn create(&mut self, thing: &Create, mark: &Mark) -> Answered {
        let mark = Some(mark.clone());
        match thing {
            Create::SecurityGroup { name, .. } => self.create_group(name, mark),
            Create::GroupRules { group, rules } => self.authorize(group, rules, mark.as_ref()),
            Create::LoadBalancer { name, subnets, groups } => self.create_balancer(name, subnets, groups, mark),
            Create::TargetGroup { name, protocol, port, target_type, health_check, .. } => {
                if let Some(found) = named(&self.target_groups, |group| group.name == *name) {
                    return if found.mark == mark { Ok(Made::id(found.arn)) } else { Err(taken(name)) };
                }
                let arn = format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/{name}/{:016x}", self.fresh());
                let group = TargetGroup {
                    arn: arn.clone(),
                    name: name.clone(),
                    protocol: protocol.clone(),
                    port: *port,
                    kind: target_type.clone(),
                    health_check: health_check.clone(),
                    attributes: Settings::from([("deregistration_delay.timeout_seconds".to_owned(), "300".to_owned())]),
                    healthy_after: self.rng.range(5, 40),
                    never_healthy: self.nature.never_healthy,
                    mark,
                };
                let (now, lag) = (self.now, self.lag());
                self.target_groups.put(&arn, Some(group), now, lag);
                Ok(Made::id(arn))
            }
            Create::Listener { balancer, protocol, port, target_group, ssl_policy, certificate } => {
                let listener = Listener {
                    arn: String::new(),
                    balancer: balancer.clone(),
                    port: *port,
                    protocol: protocol.clone(),
                    default: target_group.clone(),
                    rules: Vec::new(),
                    ssl_policy: ssl_policy.clone(),
                    certificate: certificate.clone(),
                    more_certificates: Vec::new(),
                    made_at: self.now,
                    mark,
                };
                self.create_listener(listener)
            }
            Create::AlbTarget { target_group, balancer, port } => {
                self.known(&self.target_groups, target_group)?;
                let entry = Registered { port: *port, zone: None, since: self.now, draining: false };
                self.registered.insert((target_group.clone(), balancer.clone()), entry);
                self.dirty = true;
                Ok(Made::id(balancer.clone()))
            }
            Create::VpcLinkV1 { name, balancer } => {
                let found = self.known(&self.balancers, balancer)?;
                if found.active_at > self.now {
                    return Err(busy("the load balancer is provisioning"));
                }
                Ok(self.create_link(name, Some(balancer.clone()), &[], &[], mark))
            }
            Create::VpcLinkV2 { name, subnets, groups } => {
                for group in groups {
                    self.known(&self.groups, group)?;
                }
                Ok(self.create_link(name, None, subnets, groups, mark))
            }
            Create::Service { name, like, task_definition, desired_count, target, .. } => {
                self.create_service(name, like, task_definition, *desired_count, target, mark)
            }
            _ => self.create_in_gateway(thing, mark),
        }
    }

    fn create_group(&mut self, name: &str, mark: Option<Mark>) -> Answered {
        if named(&self.groups, |group| group.name == name).is_some() {
            return Err(taken(name));
        }
        let id = format!("sg-{:017x}", self.fresh());
        let out = SecurityGroupRule {
            egress: true,
            protocol: "-1".to_owned(),
            from_port: None,
            to_port: None,
            peer: Peer::CidrIpv4("0.0.0.0/0".to_owned()),
            id: Some(format!("sgr-{:017x}", self.fresh())),
            description: None,
        };
        let group = Group { id: id.clone(), name: name.to_owned(), rules: vec![(out, None)], mark };
        let (now, lag) = (self.now, self.lag());
        self.groups.put(&id, Some(group), now, lag);
        Ok(Made::id(id))
    }

    fn authorize(&mut self, id: &str, rules: &[SecurityGroupRule], mark: Option<&Mark>) -> Answered {
        let mut group = self.known(&self.groups, id)?;
        for rule in rules {
            if let Peer::SecurityGroup(peer) = &rule.peer {
                self.known(&self.groups, peer)?;
            }
            if group.rules.iter().any(|(known, _)| same_rule(known, rule)) {
                return Err(CallError::Taken("InvalidPermission.Duplicate".to_owned()));
            }
        }
        let mut ids = Vec::new();
        for rule in rules {
            let id = format!("sgr-{:017x}", self.fresh());
            group.rules.push((SecurityGroupRule { id: Some(id.clone()), ..rule.clone() }, mark.cloned()));
            ids.push(id);
        }
        let (now, lag) = (self.now, self.lag());
        self.groups.put(id, Some(group), now, lag);
        self.dirty = true;
        Ok(Made::id(id).with("rules", ids))
    }

    fn create_balancer(&mut self, name: &str, subnets: &[String], groups: &[String], mark: Option<Mark>) -> Answered {
        for group in groups {
            self.known(&self.groups, group)?;
        }
        if let Some(found) = named(&self.balancers, |balancer| balancer.name == name) {
            return if found.mark == mark { Ok(Made::id(found.arn).with("dns", vec![found.dns])) } else { Err(taken(name)) };
        }
        let number = self.fresh();
        let arn = format!("arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/net/{name}/{number:016x}");
        let node =
            |subnet: &String| (zone_name(zone_of(subnet)), subnet.clone(), format!("10.20.{}.{}", 10 + zone_of(subnet), 200 + number % 50));
        let provisioning = self.rng.range(10, 240);
        let balancer = Balancer {
            arn: arn.clone(),
            name: name.to_owned(),
            dns: format!("{name}-{number:016x}.elb.{REGION}.amazonaws.com"),
            network: true,
            subnets: subnets.to_vec(),
            groups: groups.to_vec(),
            enforce: true,
            attributes: Settings::from([("load_balancing.cross_zone.enabled".to_owned(), "false".to_owned())]),
            active_at: self.wake_in(provisioning),
            mark,
            nodes: subnets.iter().map(node).collect(),
        };
        let dns = balancer.dns.clone();
        let (now, lag) = (self.now, self.lag());
        self.balancers.put(&arn, Some(balancer), now, lag);
        Ok(Made::id(arn).with("dns", vec![dns]))
    }

    fn create_listener(&mut self, listener: Listener) -> Answered {
        let balancer = self.known(&self.balancers, &listener.balancer)?;
        self.known(&self.target_groups, &listener.default)?;
        if let Some(found) = named(&self.listeners, |known| known.balancer == listener.balancer && known.port == listener.port) {
            return if found.mark == listener.mark { Ok(Made::id(found.arn)) } else { Err(taken("the listener")) };
        }
        let elsewhere = self.listeners_of(&listener.default).any(|known| known.balancer != listener.balancer);
        if elsewhere {
            return Err(CallError::Rejected("a target group is used by one load balancer".to_owned()));
        }
        let arn = format!("{}/{:016x}", balancer.arn.replace(":loadbalancer/", ":listener/"), self.fresh());
        let (now, lag) = (self.now, self.lag());
        self.listeners.put(&arn, Some(Listener { arn: arn.clone(), ..listener }), now, lag);
        self.dirty = true;
        Ok(Made::id(arn))
    }

    fn create_link(&mut self, name: &str, balancer: Option<String>, subnets: &[String], groups: &[String], mark: Option<Mark>) -> Made {
        let id = format!("l{:05}", self.fresh());
        let pending = self.rng.range(10, 200);
        let link = Link {
            id: id.clone(),
            name: name.to_owned(),
            balancer,
            subnets: subnets.to_vec(),
            groups: groups.to_vec(),
            ready_at: self.wake_in(pending),
            fails: self.nature.links_fail,
            gone_at: None,
            mark,
        };
        let (now, lag) = (self.now, self.lag());
        self.links.put(&id, Some(link), now, lag);
        Made::id(id)
    }

    fn create_service(
        &mut self,
        name: &str,
        like: &str,
        definition: &str,
        count: i32,
        target: &ServiceTarget,
        mark: Option<Mark>,
    ) -> Answered {
        let like = self.known(&self.services, like)?;
        let arn = format!("arn:aws:ecs:{REGION}:{ACCOUNT}:service/orders/{name}");
        if self.services.get(&arn).is_some() {
            return Err(taken(name));
        }
        if self.listeners_of(&target.target_group).next().is_none() {
            return Err(busy("the target group does not have an associated load balancer"));
        }
        let service = Service {
            arn: arn.clone(),
            name: name.to_owned(),
            desired: usize::try_from(count).unwrap(),
            targets: vec![target.clone()],
            task_definition: definition.to_owned(),
            groups: like.groups,
            deleting: false,
            mark,
        };
        let (now, lag) = (self.now, self.lag());
        self.services.put(&arn, Some(service.clone()), now, lag);
        self.rollouts.remove(&arn);
        self.start_rollout(&service, false);
        Ok(Made::id(arn))
    }

    fn create_in_gateway(&mut self, thing: &Create, mark: Option<Mark>) -> Answered {
        match thing {
            Create::RestDeployment { api, stage, canary_percent } => {
                let id = self.deploy(api, mark, false)?;
                if let Some(name) = stage {
                    self.deploy_to(api, name, &id, *canary_percent)?;
                }
                Ok(Made::id(id))
            }
            Create::HttpDeployment { api } => Ok(Made::id(self.deploy(api, mark, false)?)),
            Create::RestApi { name } => Ok(self.create_api(name, true, mark)),
            Create::HttpApi { name } => Ok(self.create_api(name, false, mark)),
            _ => self.create_in_api(thing),
        }
    }

    fn deploy_to(&mut self, api: &str, name: &str, id: &str, canary_percent: Option<f64>) -> Result<(), CallError> {
        let key = stage_key(api, name);
        let known = self.stages.get(&key).cloned();
        let fresh = |world: &mut Self| world.now + world.rng.range(0, 25);
        match (known, canary_percent) {
            (Some(stage), None) => self.set_stage(Stage { deployment: Some(id.to_owned()), ..stage }),
            (Some(stage), Some(percent)) => self.set_stage(Stage { canary: Some((id.to_owned(), percent.to_string())), ..stage }),
            (None, None) => {
                let answers_at = fresh(self);
                let stage = Stage {
                    api: api.to_owned(),
                    name: name.to_owned(),
                    deployment: Some(id.to_owned()),
                    auto_deploy: false,
                    canary: None,
                    answers_at,
                };
                self.set_stage(stage);
            }
            (None, Some(_)) => {
                self.deployments.put(&stage_key(api, id), None, self.now, 0);
                return Err(CallError::Rejected("non-existing stage name when creating a canary release deployment".to_owned()));
            }
        }
        Ok(())
    }

    fn create_api(&mut self, name: &str, rest: bool, mark: Option<Mark>) -> Made {
        let id = format!("s{:09}", self.fresh());
        let api = Api {
            id: id.clone(),
            name: name.to_owned(),
            rest,
            routes: Vec::new(),
            resources: BTreeMap::new(),
            methods: BTreeSet::new(),
            integrations: BTreeMap::new(),
            mark,
        };
        let (now, lag) = (self.now, self.lag());
        self.apis.put(&id, Some(api), now, lag);
        let made = Made::id(id);
        if rest { made.with("root", vec!["root".to_owned()]) } else { made }
    }

    /// What lies inside a scratch API.
    fn create_in_api(&mut self, thing: &Create) -> Answered {
        let id = api_of(thing);
        let mut api = self.known(&self.apis, id)?;
        let made = match thing {
            Create::RestResource { .. } => {
                if api.resources.values().any(|path| path == "/{proxy+}") {
                    return Err(taken("/{proxy+}"));
                }
                let made = format!("res{}", self.fresh());
                api.resources.insert(made.clone(), "/{proxy+}".to_owned());
                made
            }
            Create::RestMethod { resource, .. } => {
                if !api.methods.insert(resource.clone()) {
                    return Err(taken("ANY"));
                }
                "ANY".to_owned()
            }
            Create::RestIntegration { resource, uri, .. } => {
                let key = format!("{resource}/ANY");
                let settings = Settings::from([("/connectionType".to_owned(), "INTERNET".to_owned()), ("/uri".to_owned(), uri.clone())]);
                api.integrations.insert(key.clone(), settings);
                let path = api.resources.get(resource).cloned().ok_or_else(|| gone(resource))?;
                api.routes.retain(|route| route.integration != key);
                api.routes.push(RouteConfig { path, method: "ANY".to_owned(), resource: resource.clone(), integration: key });
                "ANY".to_owned()
            }
            Create::HttpIntegration { uri, .. } => {
                let made = format!("i{}", self.fresh());
                let settings =
                    Settings::from([("ConnectionType".to_owned(), "INTERNET".to_owned()), ("IntegrationUri".to_owned(), uri.clone())]);
                api.integrations.insert(made.clone(), settings);
                made
            }
            Create::HttpRoute { integration, .. } => {
                if !api.routes.is_empty() {
                    return Err(taken("ANY /{proxy+}"));
                }
                let made = format!("route{}", self.fresh());
                let (path, method) = ("/{proxy+}".to_owned(), "ANY".to_owned());
                api.routes.push(RouteConfig { path, method, resource: made.clone(), integration: integration.clone() });
                made
            }
            Create::HttpStage { stage, .. } => {
                if self.stages.get(&stage_key(id, stage)).is_some() {
                    return Err(taken(stage));
                }
                let deployment = self.deploy(id, None, true)?;
                let answers_at = self.now + self.rng.range(0, 25);
                let (api, name) = (id.to_owned(), stage.clone());
                self.set_stage(Stage { api, name, deployment: Some(deployment), auto_deploy: true, canary: None, answers_at });
                return Ok(Made::id(stage.clone()));
            }
            _ => unreachable!("{thing:?}"),
        };
        let (id, now, lag) = (id.to_owned(), self.now, self.lag());
        self.apis.put(&id, Some(api), now, lag);
        self.deploy_automatically(&id);
        Ok(Made::id(made))
    }
}

/// The API that something lies in.
pub(crate) fn api_of(thing: &Create) -> &str {
    match thing {
        Create::RestResource { api, .. }
        | Create::RestMethod { api, .. }
        | Create::RestIntegration { api, .. }
        | Create::HttpIntegration { api, .. }
        | Create::HttpRoute { api, .. }
        | Create::HttpStage { api, .. } => api,
        _ => "",
    }
}

pub(crate) fn same_rule(one: &SecurityGroupRule, other: &SecurityGroupRule) -> bool {
    let bare = |rule: &SecurityGroupRule| SecurityGroupRule { id: None, description: None, ..rule.clone() };
    bare(one) == bare(other)
}
