//! What a plan made, as reads show it: what bears its mark, and how far AWS is with it.

use apiaudit::migrate::cloud::{CallError, Made, Mark, Status};
use apiaudit::migrate::thing::Create;

use crate::gateway::stage_key;
use crate::store::View;
use crate::things::api_of;
use crate::world::{Rolling, World};

impl World {
    /// What bears a mark, as a read shows it.
    pub(crate) fn find(&self, thing: &Create, mark: &Mark, view: View) -> Result<Vec<Made>, CallError> {
        let is = |known: &Option<Mark>| known.as_ref() == Some(mark);
        let found: Vec<Made> = match thing {
            Create::SecurityGroup { .. } => {
                self.groups.all_seen(view).filter(|group| is(&group.mark)).map(|group| Made::id(&group.id)).collect()
            }
            Create::GroupRules { group, .. } => {
                let rules = self.groups.seen(group, view).map_or(&[][..], |group| &group.rules);
                let ids: Vec<String> = rules.iter().filter(|(_, known)| is(known)).filter_map(|(rule, _)| rule.id.clone()).collect();
                if ids.is_empty() { Vec::new() } else { vec![Made::id(group).with("rules", ids)] }
            }
            Create::LoadBalancer { .. } => self
                .balancers
                .all_seen(view)
                .filter(|balancer| is(&balancer.mark))
                .map(|balancer| Made::id(&balancer.arn).with("dns", vec![balancer.dns.clone()]))
                .collect(),
            Create::TargetGroup { .. } => {
                self.target_groups.all_seen(view).filter(|group| is(&group.mark)).map(|group| Made::id(&group.arn)).collect()
            }
            Create::Listener { .. } => {
                self.listeners.all_seen(view).filter(|known| is(&known.mark)).map(|known| Made::id(&known.arn)).collect()
            }
            Create::AlbTarget { target_group, balancer, .. } => {
                let entry = self.registered.get(&(target_group.clone(), balancer.clone()));
                entry.filter(|entry| !entry.draining).map(|_| Made::id(balancer)).into_iter().collect()
            }
            Create::VpcLinkV1 { .. } | Create::VpcLinkV2 { .. } => self
                .links
                .all_seen(view)
                .filter(|link| is(&link.mark) && link.gone_at.is_none_or(|gone| gone > self.now))
                .map(|link| Made::id(&link.id))
                .collect(),
            Create::Service { .. } => {
                self.services.all_seen(view).filter(|service| is(&service.mark)).map(|service| Made::id(&service.arn)).collect()
            }
            Create::RestDeployment { .. } | Create::HttpDeployment { .. } => self
                .deployments
                .all_seen(view)
                .filter(|deployment| is(&deployment.mark))
                .map(|deployment| Made::id(&deployment.id))
                .collect(),
            Create::RestApi { .. } | Create::HttpApi { .. } => self
                .apis
                .all_seen(view)
                .filter(|api| is(&api.mark))
                .map(|api| {
                    let made = Made::id(&api.id);
                    if api.rest { made.with("root", vec!["root".to_owned()]) } else { made }
                })
                .collect(),
            _ => return self.find_in_api(thing, view),
        };
        Ok(found)
    }

    fn find_in_api(&self, thing: &Create, view: View) -> Result<Vec<Made>, CallError> {
        let id = api_of(thing);
        let api = self.apis.seen(id, view).ok_or_else(|| CallError::Gone(format!("{id} is not there")))?;
        let found: Vec<String> = match thing {
            Create::RestResource { .. } => api.resources.keys().cloned().collect(),
            Create::RestMethod { resource, .. } => {
                api.methods.iter().filter(|known| *known == resource).map(|_| "ANY".to_owned()).collect()
            }
            Create::RestIntegration { resource, .. } => {
                let there = api.integrations.contains_key(&format!("{resource}/ANY"));
                there.then(|| "ANY".to_owned()).into_iter().collect()
            }
            Create::HttpIntegration { .. } => api.integrations.keys().cloned().collect(),
            Create::HttpRoute { .. } => api.routes.iter().map(|route| route.resource.clone()).collect(),
            Create::HttpStage { stage, .. } => {
                self.stages.seen(&stage_key(id, stage), view).map(|stage| stage.name.clone()).into_iter().collect()
            }
            _ => unreachable!("{thing:?}"),
        };
        Ok(found.into_iter().map(Made::id).collect())
    }

    pub(crate) fn status(&self, thing: &Create, made: &Made, view: View) -> Status {
        let ready = |there: bool| if there { Status::Ready(made.clone()) } else { Status::Gone };
        match thing {
            Create::SecurityGroup { .. } => ready(self.groups.seen(&made.id, view).is_some()),
            Create::GroupRules { group, .. } => {
                let ids = made.parts.get("rules").cloned().unwrap_or_default();
                let rules = self.groups.seen(group, view).map_or(&[][..], |group| &group.rules);
                ready(!ids.is_empty() && rules.iter().any(|(rule, _)| rule.id.as_ref().is_some_and(|id| ids.contains(id))))
            }
            Create::LoadBalancer { .. } => match self.balancers.seen(&made.id, view) {
                None => Status::Gone,
                Some(balancer) if balancer.active_at > self.now => Status::Waiting("provisioning".to_owned()),
                Some(balancer) => {
                    let addresses = balancer.nodes.iter().map(|(_, _, address)| address.clone()).collect();
                    Status::Ready(Made::id(&made.id).with("dns", vec![balancer.dns.clone()]).with("addresses", addresses))
                }
            },
            Create::TargetGroup { .. } => ready(self.target_groups.seen(&made.id, view).is_some()),
            Create::Listener { .. } => ready(self.listeners.seen(&made.id, view).is_some()),
            Create::AlbTarget { target_group, balancer, .. } => {
                ready(self.registered.contains_key(&(target_group.clone(), balancer.clone())))
            }
            Create::VpcLinkV1 { .. } | Create::VpcLinkV2 { .. } => match self.links.seen(&made.id, view) {
                None => Status::Gone,
                Some(link) if link.gone_at.is_some_and(|gone| gone <= self.now) => Status::Gone,
                Some(link) if link.gone_at.is_some() => Status::Waiting("DELETING".to_owned()),
                Some(link) if link.ready_at > self.now => Status::Waiting("PENDING".to_owned()),
                Some(link) if link.fails => {
                    Status::Failed("FAILED: NLB is already associated with another VPC Endpoint Service".to_owned())
                }
                Some(_) => Status::Ready(made.clone()),
            },
            Create::Service { .. } => match self.services.seen(&made.id, view) {
                None => Status::Gone,
                Some(service) if service.deleting => Status::Waiting("DRAINING".to_owned()),
                Some(_) => match self.rollouts.get(&made.id).and_then(|rollouts| rollouts.last()).map(|rollout| rollout.state) {
                    Some(Rolling::Completed) => Status::Ready(made.clone()),
                    Some(Rolling::Failed) => Status::Failed("the deployment circuit breaker tripped".to_owned()),
                    _ => Status::Waiting("rolling out".to_owned()),
                },
            },
            Create::RestDeployment { api, .. } | Create::HttpDeployment { api } => {
                ready(self.deployments.seen(&stage_key(api, &made.id), view).is_some())
            }
            Create::RestApi { .. } | Create::HttpApi { .. } => ready(self.apis.seen(&made.id, view).is_some()),
            _ => ready(self.find_in_api(thing, view).is_ok_and(|found| found.iter().any(|known| known.id == made.id))),
        }
    }
}
