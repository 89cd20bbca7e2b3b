//! The tags of everything that was read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Cause, Gap, Inventory, Observed, Region};

/// The tag in which `CloudFormation` names the stack.
pub const STACK_NAME: &str = "aws:cloudformation:stack-name";

type Tags = BTreeMap<String, String>;

impl Region {
    /// Every resource whose tags were read: its ARN or id, and the tags.
    pub fn tagged(&self) -> Vec<(&str, &Tags)> {
        let mut found: Vec<(&str, &Tags)> = Vec::new();
        found.extend(self.rest_apis.iter().chain(&self.http_apis).map(|api| (api.id.as_str(), &api.tags)));
        found.extend(self.vpc_links_v1.iter().chain(&self.vpc_links_v2).map(|link| (link.id.as_str(), &link.tags)));
        found.extend(self.load_balancers.iter().filter_map(|balancer| Some((balancer.arn.as_str(), balancer.tags.known()?))));
        found.extend(self.target_groups.iter().filter_map(|group| Some((group.arn.as_str(), group.tags.known()?))));
        found.extend(self.vpcs.iter().map(|vpc| (vpc.id.as_str(), &vpc.tags)));
        found.extend(self.subnets.iter().map(|subnet| (subnet.id.as_str(), &subnet.tags)));
        found.extend(self.security_groups.iter().map(|group| (group.id.as_str(), &group.tags)));
        let services = self.clusters.iter().flat_map(|cluster| &cluster.services);
        found.extend(services.map(|service| (service.arn.as_str(), &service.tags)));
        found
    }
}

/// The stacks that tags name.
pub fn stack_names(region: &Region) -> BTreeSet<String> {
    region.tagged().into_iter().filter_map(|(_, tags)| tags.get(STACK_NAME)).cloned().collect()
}

/// The tags of an inventory, to be looked up by the ids that subjects have.
#[derive(Debug)]
pub struct TagIndex<'a> {
    by_place: HashMap<(&'a str, String), Observed<&'a Tags>>,
}

impl<'a> TagIndex<'a> {
    /// Gathers every resource whose tags are read, or would be.
    pub fn new(inventory: &'a Inventory) -> Self {
        let mut by_place = HashMap::new();
        for region in &inventory.regions {
            let name = region.name.as_str();
            for (id, tags) in region.tagged() {
                by_place.insert((name, id.to_owned()), Observed::Known(tags));
            }
            for api in region.rest_apis.iter().chain(&region.http_apis) {
                by_place.extend(api.stages.iter().map(|stage| ((name, stage_key(&api.id, &stage.name)), Observed::Known(&stage.tags))));
            }
            let balancers = region.load_balancers.iter().map(|balancer| (&balancer.arn, &balancer.tags));
            let asked = balancers.chain(region.target_groups.iter().map(|group| (&group.arn, &group.tags)));
            let mut not_asked = None;
            for (arn, tags) in asked {
                if let Some(gap) = tags.gap().filter(|gap| gap.cause == Cause::NotAsked) {
                    not_asked = Some(gap.clone());
                }
                by_place.insert((name, arn.clone()), tags.as_ref());
            }
            // Tags of services come with the same wish: where the ones were not asked for, none were.
            if let Some(gap) = not_asked {
                let services = region.clusters.iter().flat_map(|cluster| &cluster.services);
                for service in services.filter(|service| service.tags.is_empty()) {
                    by_place.insert((name, service.arn.clone()), Observed::Unknown(gap.clone()));
                }
            }
        }
        Self { by_place }
    }

    /// What a subject's tag says: its own, or else that of what it is a part of (a listener's load balancer, a route's stage and
    /// API). Unknown also for what apiaudit reads no tags of.
    pub fn find(&self, region: &str, id: &str, key: &str) -> Observed<&'a str> {
        let mut nearest = None;
        for place in places(id) {
            match self.by_place.get(&(region, place)) {
                Some(Observed::Known(tags)) => match tags.get(key) {
                    Some(value) => return Observed::Known(value),
                    None => nearest = Some(Observed::Absent),
                },
                Some(Observed::Unknown(gap)) => return Observed::Unknown(gap.clone().or_action("elasticloadbalancing:DescribeTags")),
                Some(Observed::Absent) => nearest = Some(Observed::Absent),
                None => {}
            }
        }
        nearest.unwrap_or_else(|| {
            Observed::Unknown(Gap::new("", Cause::NotSupported).because("apiaudit does not read tags of such resources"))
        })
    }

    /// Every tag that was read.
    pub fn all(&self) -> BTreeSet<(&'a str, &'a str)> {
        let known: BTreeSet<&Tags> = self.by_place.values().filter_map(|tags| tags.known().copied()).collect();
        known.into_iter().flatten().map(|(key, value)| (key.as_str(), value.as_str())).collect()
    }
}

fn stage_key(api: &str, stage: &str) -> String {
    format!("{api}/stages/{stage}")
}

/// Under which ids a subject's tags may stand, the narrowest first.
fn places(id: &str) -> Vec<String> {
    let resource = id.split_once('#').map_or(id, |(resource, _)| resource);
    if let Some((api, stage)) = resource.split_once("/stages/") {
        let api = api.rsplit('/').next().unwrap_or(api);
        let stage = stage.split_once('/').map_or(stage, |(stage, _)| stage);
        return vec![stage_key(api, stage), api.to_owned()];
    }
    let mut places = vec![resource.to_owned()];
    // arn:…:listener/app/NAME/ID/LISTENER → arn:…:loadbalancer/app/NAME/ID
    if let Some((head, balancer)) = resource.split_once(":listener/") {
        let parts: Vec<&str> = balancer.split('/').take(3).collect();
        places.push(format!("{head}:loadbalancer/{}", parts.join("/")));
    }
    // APIs, links and what EC2 has are kept by their ids.
    if resource.contains(":apigateway:") || resource.contains(":ec2:") {
        places.extend(resource.rsplit('/').next().map(str::to_owned));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::snapshot;

    fn inventory(text: &str) -> Inventory {
        snapshot::read(&format!("{{\"format\":\"apiaudit-inventory\",\"version\":1,\"regions\":[{text}]}}")).unwrap()
    }

    const LB: &str = "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/web/1";

    #[test]
    fn the_nearest_tag_decides() {
        let inventory = inventory(&format!(
            r#"{{"name":"r","rest_apis":[{{"id":"a1","name":"orders","protocol":"REST","tags":{{"team":"a","env":"prod"}},
                "stages":[{{"name":"dev","tags":{{"env":"dev"}}}}]}}],
                "security_groups":[{{"id":"sg-1","name":"web","vpc_id":"vpc-1","tags":{{"team":"net"}}}}],
                "load_balancers":[{{"arn":"{LB}","name":"web","dns_name":"web","type":"application","tags":{{"team":"b"}}}}]}}"#
        ));
        let index = TagIndex::new(&inventory);
        let find = |id: &str, key: &str| index.find("r", id, key).known().copied();
        let route = "arn:aws:apigateway:r::/restapis/a1/stages/dev/canary#GET /stages/{id}";
        assert_eq!(find(route, "env"), Some("dev"));
        assert_eq!(find(route, "team"), Some("a"));
        assert_eq!(find("arn:aws:apigateway:r::/restapis/a1", "env"), Some("prod"));
        assert_eq!(find(&format!("{LB}#working-copy"), "team"), Some("b"));
        assert_eq!(find("arn:aws:elasticloadbalancing:r:1:listener/app/web/1/9", "team"), Some("b"));
        assert_eq!(find("arn:aws:ec2:r:1:security-group/sg-1", "team"), Some("net"));
        assert_eq!(find("sg-1", "team"), Some("net"));
        assert!(matches!(index.find("r", LB, "env"), Observed::Absent));
        assert!(matches!(index.find("r", "arn:aws:acm:r:1:certificate/1", "env"), Observed::Unknown(_)));
        assert_eq!(index.all().len(), 5);
    }

    #[test]
    fn what_was_not_asked_for_is_not_absent() {
        let inventory = inventory(&format!(
            r#"{{"name":"r","load_balancers":[{{"arn":"{LB}","name":"web","dns_name":"web","type":"application"}}],
                "clusters":[{{"arn":"c","name":"c","services":[{{"arn":"s","name":"s","desired_count":1,"running_count":1,"pending_count":0}}]}}]}}"#
        ));
        let index = TagIndex::new(&inventory);
        for id in [LB, "s"] {
            let told = index.find("r", id, "team");
            assert_eq!(told.gap().map(|gap| gap.cause), Some(Cause::NotAsked), "{id}");
        }
    }
}
