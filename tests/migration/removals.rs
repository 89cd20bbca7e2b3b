//! What is deleted, and when AWS refuses.

use apiaudit::inventory::Peer;
use apiaudit::migrate::cloud::{CallError, Made, Mark};
use apiaudit::migrate::thing::{Create, Remove};

use crate::gateway::stage_key;
use crate::store::View;
use crate::things::api_of;
use crate::world::{Service, Stage, World};

type Done = Result<(), CallError>;

fn busy(what: impl Into<String>) -> Done {
    Err(CallError::Busy(what.into()))
}

impl World {
    pub(crate) fn delete(&mut self, thing: &Create, made: &Made) -> Done {
        self.dirty = true;
        let id = &made.id;
        match thing {
            Create::SecurityGroup { .. } => self.delete_group(id),
            Create::GroupRules { group, .. } => {
                self.revoke(group, made.parts.get("rules").map_or(&[], Vec::as_slice));
                Ok(())
            }
            Create::LoadBalancer { .. } => self.delete_balancer(id),
            Create::TargetGroup { .. } => self.delete_target_group(id),
            Create::Listener { .. } => {
                self.delete_listener(id);
                Ok(())
            }
            Create::AlbTarget { target_group, balancer, .. } => {
                self.registered.remove(&(target_group.clone(), balancer.clone()));
                Ok(())
            }
            Create::VpcLinkV1 { .. } | Create::VpcLinkV2 { .. } => self.delete_link(id),
            Create::Service { .. } => {
                self.delete_service(id);
                Ok(())
            }
            Create::RestDeployment { api, stage, canary_percent } => {
                let ended = self.end_canary(api, stage.as_deref().filter(|_| canary_percent.is_some()), id);
                if ended && self.rng.chance(300) {
                    return busy("Active stages pointing to this deployment must be moved or deleted");
                }
                self.delete_deployment(api, id)
            }
            Create::HttpDeployment { api } => self.delete_deployment(api, id),
            Create::RestApi { .. } | Create::HttpApi { .. } => {
                self.delete_api(id);
                Ok(())
            }
            _ => self.delete_in_api(thing, id),
        }
    }

    fn deleted(&mut self, id: &str, mark: Option<&Mark>) {
        if mark.is_none() {
            self.deleted.push(id.to_owned());
        }
    }

    fn delete_group(&mut self, id: &str) -> Done {
        let Some(group) = self.groups.get(id).cloned() else { return Ok(()) };
        let peer = Peer::SecurityGroup(id.to_owned());
        let referring = self.groups.values().find(|other| other.id != id && other.rules.iter().any(|(rule, _)| rule.peer == peer));
        if let Some(other) = referring {
            return busy(format!("DependencyViolation: {id} is referenced by {}", other.id));
        }
        let id = id.to_owned();
        let carried = self.balancers.values().any(|balancer| balancer.groups.contains(&id))
            || self.links.values().any(|link| link.groups.contains(&id))
            || self.services.values().any(|service| service.groups.contains(&id))
            || self.lingering.iter().any(|(_, groups)| groups.contains(&id));
        if carried {
            return busy(format!("DependencyViolation: {id} has a dependent object"));
        }
        self.deleted(&id, group.mark.as_ref());
        let (now, lag) = (self.now, self.lag());
        self.groups.put(&id, None, now, lag);
        Ok(())
    }

    fn revoke(&mut self, id: &str, rules: &[String]) {
        let Some(mut group) = self.groups.get(id).cloned() else { return };
        for (rule, mark) in &group.rules {
            if mark.is_none() && rule.id.as_ref().is_some_and(|id| rules.contains(id)) {
                self.deleted.push(format!("{id} {rule:?}"));
            }
        }
        group.rules.retain(|(rule, _)| !rule.id.as_ref().is_some_and(|id| rules.contains(id)));
        let (now, lag) = (self.now, self.lag());
        self.groups.put(id, Some(group), now, lag);
    }

    fn delete_balancer(&mut self, id: &str) -> Done {
        let Some(balancer) = self.balancers.get(id).cloned() else { return Ok(()) };
        if self.links.values().any(|link| link.balancer.as_deref() == Some(id)) {
            return busy("ResourceInUse: currently associated with another service");
        }
        if self.registered.keys().any(|(_, target)| target == id) {
            return busy("ResourceInUse: is a target of a target group");
        }
        if balancer.attributes.get("deletion_protection.enabled").is_some_and(|value| value == "true") {
            return Err(CallError::Rejected("OperationNotPermitted: deletion protection is enabled".to_owned()));
        }
        let (now, lag) = (self.now, self.lag());
        for listener in self.listeners.values().filter(|listener| listener.balancer == id).cloned().collect::<Vec<_>>() {
            self.listeners.put(&listener.arn, None, now, lag);
        }
        let linger = self.rng.range(20, 240);
        let until = self.wake_in(linger);
        self.lingering.push((until, balancer.groups.clone()));
        self.deleted(id, balancer.mark.as_ref());
        self.balancers.put(id, None, now, lag);
        Ok(())
    }

    fn delete_target_group(&mut self, id: &str) -> Done {
        let Some(group) = self.target_groups.get(id).cloned() else { return Ok(()) };
        if self.listeners_of(id).next().is_some() {
            return busy("ResourceInUse: the target group is in use by a listener or a rule");
        }
        self.registered.retain(|(of, _), _| of != id);
        self.deleted(id, group.mark.as_ref());
        let (now, lag) = (self.now, self.lag());
        self.target_groups.put(id, None, now, lag);
        Ok(())
    }

    fn delete_listener(&mut self, id: &str) {
        let Some(listener) = self.listeners.get(id).cloned() else { return };
        self.deleted(id, listener.mark.as_ref());
        let (now, lag) = (self.now, self.lag());
        self.listeners.put(id, None, now, lag);
    }

    fn delete_link(&mut self, id: &str) -> Done {
        let Some(mut link) = self.links.get(id).cloned() else { return Ok(()) };
        if link.gone_at.is_some() {
            return busy("the VPC link is being deleted");
        }
        if let Some(why) = self.references(id) {
            return busy(format!("Cannot delete vpc link. {why}"));
        }
        self.deleted(id, link.mark.as_ref());
        let deleting = self.rng.range(5, 90);
        link.gone_at = Some(self.wake_in(deleting));
        let (now, lag) = (self.now, self.lag());
        self.links.put(id, Some(link), now, lag);
        Ok(())
    }

    fn delete_service(&mut self, id: &str) {
        let Some(service) = self.services.get(id).cloned() else { return };
        self.deleted(id, service.mark.as_ref());
        let tasks: Vec<String> = self.rollouts[id].iter().flat_map(|rollout| rollout.tasks.clone()).collect();
        self.drain(&tasks);
        let (now, lag) = (self.now, self.lag());
        self.services.put(id, Some(Service { deleting: true, ..service }), now, lag);
        self.wake_in(1);
    }

    /// A canary goes before its deployment can.
    fn end_canary(&mut self, api: &str, stage: Option<&str>, deployment: &str) -> bool {
        let Some(stage) = stage.and_then(|name| self.stages.get(&stage_key(api, name)).cloned()) else { return false };
        let canary = stage.canary.as_ref().is_some_and(|(id, _)| id == deployment);
        if canary {
            self.set_stage(Stage { canary: None, ..stage });
        }
        canary
    }

    fn delete_deployment(&mut self, api: &str, id: &str) -> Done {
        let key = stage_key(api, id);
        let Some(deployment) = self.deployments.get(&key).cloned() else { return Ok(()) };
        let served =
            |stage: &Stage| stage.deployment.as_deref() == Some(id) || stage.canary.as_ref().is_some_and(|(canary, _)| canary == id);
        if self.stages.values().any(|stage| stage.api == api && served(stage)) {
            return Err(CallError::Busy("Active stages pointing to this deployment must be moved or deleted".to_owned()));
        }
        self.deleted(&key, deployment.mark.as_ref());
        let (now, lag) = (self.now, self.lag());
        self.deployments.put(&key, None, now, lag);
        Ok(())
    }

    fn delete_api(&mut self, id: &str) {
        let Some(api) = self.apis.get(id).cloned() else { return };
        self.deleted(id, api.mark.as_ref());
        let (now, lag) = (self.now, self.lag());
        for stage in self.stages.values().filter(|stage| stage.api == id).cloned().collect::<Vec<_>>() {
            let key = stage_key(id, &stage.name);
            self.serving.remove(&key);
            self.stages.put(&key, None, now, lag);
        }
        for deployment in self.deployments.values().filter(|deployment| deployment.api == id).cloned().collect::<Vec<_>>() {
            self.deployments.put(&stage_key(id, &deployment.id), None, now, lag);
        }
        self.apis.put(id, None, now, lag);
    }

    fn delete_in_api(&mut self, thing: &Create, id: &str) -> Done {
        let owner = api_of(thing).to_owned();
        let Some(mut api) = self.apis.get(&owner).cloned() else { return Ok(()) };
        match thing {
            Create::RestResource { .. } => {
                api.resources.remove(id);
                api.routes.retain(|route| route.resource != id);
            }
            Create::RestMethod { resource, .. } => {
                api.methods.remove(resource);
            }
            Create::RestIntegration { resource, .. } => {
                api.integrations.remove(&format!("{resource}/ANY"));
            }
            Create::HttpIntegration { .. } => {
                if api.routes.iter().any(|route| route.integration == id) {
                    return Err(CallError::Rejected("the integration is used by a route".to_owned()));
                }
                api.integrations.remove(id);
            }
            Create::HttpRoute { .. } => api.routes.retain(|route| route.resource != id),
            Create::HttpStage { .. } => {
                let key = stage_key(&owner, id);
                self.serving.remove(&key);
                self.stages.put(&key, None, self.now, 0);
            }
            _ => unreachable!("{thing:?}"),
        }
        let (now, lag) = (self.now, self.lag());
        self.apis.put(&owner, Some(api), now, lag);
        Ok(())
    }

    pub(crate) fn remove(&mut self, thing: &Remove) -> Done {
        self.dirty = true;
        match thing {
            Remove::Listener { listener } => {
                self.delete_listener(listener);
                Ok(())
            }
            Remove::LoadBalancer { balancer } => self.delete_balancer(balancer),
            Remove::TargetGroup { target_group } => self.delete_target_group(target_group),
        }
    }

    pub(crate) fn exists(&self, thing: &Remove, view: View) -> bool {
        match thing {
            Remove::Listener { listener } => self.listeners.seen(listener, view).is_some(),
            Remove::LoadBalancer { balancer } => self.balancers.seen(balancer, view).is_some(),
            Remove::TargetGroup { target_group } => self.target_groups.seen(target_group, view).is_some(),
        }
    }
}
