//! The configuration as a whole, to compare before and after: everything a read shows but ids of rules and moments.

use std::collections::BTreeMap;

use apiaudit::inventory::SecurityGroupRule;
use apiaudit::migrate::cloud::Mark;
use serde_json::{Value, json};

use crate::world::{Rolling, Snapshot, World};

impl World {
    pub(crate) fn picture(&self) -> BTreeMap<String, Value> {
        let mut all = BTreeMap::new();
        self.network_picture(&mut all);
        self.balancing_picture(&mut all);
        self.gateway_picture(&mut all);
        all
    }

    fn network_picture(&self, all: &mut BTreeMap<String, Value>) {
        for group in self.groups.values() {
            let mut rules: Vec<SecurityGroupRule> =
                group.rules.iter().map(|(rule, _)| SecurityGroupRule { id: None, ..rule.clone() }).collect();
            rules.sort();
            all.insert(format!("group {}", group.id), json!({"name": group.name, "rules": rules}));
        }
        for (api, lock) in self.locks.iter() {
            all.insert(format!("lock {api}"), json!(lock));
        }
    }

    fn balancing_picture(&self, all: &mut BTreeMap<String, Value>) {
        for balancer in self.balancers.values() {
            let text = json!({"groups": balancer.groups, "enforce": balancer.enforce, "attributes": balancer.attributes, "subnets": balancer.subnets});
            all.insert(format!("balancer {}", balancer.arn), text);
        }
        for group in self.target_groups.values() {
            all.insert(format!("target group {}", group.arn), json!({"attributes": group.attributes, "port": group.port}));
        }
        for listener in self.listeners.values() {
            let text = json!({"default": listener.default, "rules": listener.rules, "more": listener.more_certificates, "policy": listener.ssl_policy});
            all.insert(format!("listener {}", listener.arn), text);
        }
        for service in self.services.values() {
            let rollouts = &self.rollouts[&service.arn];
            let steady = rollouts.len() == 1 && rollouts[0].state == Rolling::Completed;
            let mut targets = service.targets.clone();
            targets.sort();
            let text = json!({"targets": targets, "desired": service.desired, "tasks": rollouts[0].tasks.len(), "steady": steady,
                              "registered": self.registered.len()});
            all.insert(format!("service {}", service.arn), text);
        }
    }

    fn gateway_picture(&self, all: &mut BTreeMap<String, Value>) {
        for link in self.links.values() {
            all.insert(format!("link {}", link.id), json!({"name": link.name}));
        }
        for api in self.apis.values() {
            all.insert(format!("api {}", api.id), shown(&Self::snapshot(api)));
        }
        for stage in self.stages.values() {
            let key = format!("{}/{}", stage.api, stage.name);
            let serving: Vec<Value> =
                self.serving[&key].iter().filter(|served| served.until.is_none()).map(|served| shown(&served.snapshot)).collect();
            let deployment = stage.deployment.as_ref().filter(|_| !stage.auto_deploy);
            all.insert(
                format!("stage {key}"),
                json!({"deployment": deployment, "auto": stage.auto_deploy, "canary": stage.canary, "serving": serving}),
            );
        }
        for deployment in self.deployments.values().filter(|deployment| !deployment.automatic) {
            all.insert(format!("deployment {}/{}", deployment.api, deployment.id), shown(&deployment.snapshot));
        }
    }

    /// What bears a plan's tags, by step.
    pub(crate) fn marked(&self, plan: &str) -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        let groups = self.groups.values();
        let rules = self.groups.values().flat_map(|group| group.rules.iter().map(|(_, mark)| mark));
        let marks = groups
            .map(|group| &group.mark)
            .chain(rules)
            .chain(self.balancers.values().map(|found| &found.mark))
            .chain(self.target_groups.values().map(|found| &found.mark))
            .chain(self.listeners.values().map(|found| &found.mark))
            .chain(self.services.values().map(|found| &found.mark))
            .chain(self.links.values().map(|found| &found.mark))
            .chain(self.apis.values().map(|found| &found.mark))
            .chain(self.deployments.values().map(|found| &found.mark));
        for Mark { plan: of, step } in marks.flatten() {
            if of == plan {
                *found.entry(step.clone()).or_default() += 1;
            }
        }
        found
    }
}

fn shown(snapshot: &Snapshot) -> Value {
    let routes = snapshot.routes.iter().map(|(route, settings)| {
        let private = settings.values().any(|value| value == "VPC_LINK");
        let residue = ["/connectionId", "/integrationTarget"];
        let settings: BTreeMap<_, _> = settings.iter().filter(|(key, _)| private || !residue.contains(&key.as_str())).collect();
        json!([route.method, route.path, settings])
    });
    json!(routes.collect::<Vec<_>>())
}

/// What differs between two pictures.
pub(crate) fn difference(before: &BTreeMap<String, Value>, now: &BTreeMap<String, Value>) -> String {
    let mut text = String::new();
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    for key in keys.into_iter().filter(|key| before.get(*key) != now.get(*key)) {
        let of = |picture: &BTreeMap<String, Value>| picture.get(key).map_or_else(|| "nothing".to_owned(), Value::to_string);
        text.push_str(&format!("{key}\n  was {}\n  is  {}\n", of(before), of(now)));
    }
    text
}
