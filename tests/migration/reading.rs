//! The world as a scan reads it.

use apiaudit::inventory::{Inventory, SecurityGroupRule};
use apiaudit::migrate::cloud::{Mark, PLAN_TAG, STEP_TAG};
use serde_json::{Value, json};

use crate::scene::{CERTIFICATE, cluster, private_subnet, public_subnet, zone_name};
use crate::store::View;
use crate::world::{ACCOUNT, Api, Balancer, Listener, REGION, Rolling, Service, Settings, Snapshot, Stage, TargetGroup, VPC, World};

impl World {
    /// Everything, as reads show it at a moment.
    pub(crate) fn inventory(&self, view: View) -> Inventory {
        let region = json!({
            "name": REGION,
            "rest_apis": self.apis.all_seen(view).filter(|api| api.rest).map(|api| self.api(api, view)).collect::<Vec<_>>(),
            "http_apis": self.apis.all_seen(view).filter(|api| !api.rest).map(|api| self.api(api, view)).collect::<Vec<_>>(),
            "vpc_links_v1": self.vpc_links(view, true),
            "vpc_links_v2": self.vpc_links(view, false),
            "domain_names": [],
            "cloud_map_services": [],
            "load_balancers": self.balancers.all_seen(view).map(|balancer| self.balancer(balancer, view)).collect::<Vec<_>>(),
            "target_groups": self.target_groups.all_seen(view).map(|group| self.target_group(group, view)).collect::<Vec<_>>(),
            "ssl_policies": [{"name": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "protocols": ["TLSv1.2", "TLSv1.3"],
                              "ciphers": ["TLS_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"]}],
            "certificates": [{"arn": CERTIFICATE, "domain_name": "orders.example.com", "status": "ISSUED", "type": "AMAZON_ISSUED",
                              "not_after": "2027-10-01T00:00:00Z", "renewal_eligibility": "ELIGIBLE"}],
            "vpcs": [{"id": VPC, "cidr_blocks": ["10.20.0.0/16"], "is_default": false}],
            "subnets": self.subnets(),
            "route_tables": self.route_tables(),
            "internet_gateways": [{"id": "igw-1", "vpc_ids": [VPC]}],
            "network_acls": self.network_acls(),
            "security_groups": self.groups.all_seen(view).map(security_group).collect::<Vec<_>>(),
            "prefix_lists": [],
            "network_interfaces": self.interfaces(view),
            "addresses": [],
            "clusters": [{"arn": cluster(), "name": "orders", "services": self.services.all_seen(view).map(|service| self.service(service)).collect::<Vec<_>>(),
                          "tasks": self.task_list()}],
            "task_definitions": [{"arn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders:17", "network_mode": "awsvpc",
                "containers": [{"name": "orders", "image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:2026.11.3",
                                "port_mappings": [{"container_port": 8080, "host_port": 8080, "protocol": "tcp"}], "log_driver": "awslogs"}]}],
        });
        let whole = json!({
            "format": "apiaudit-inventory", "version": 1, "tool_version": "test", "taken_at": "2026-11-24T10:00:00Z",
            "account": {"id": ACCOUNT, "partition": "aws", "caller_arn": null}, "regions": [region],
        });
        serde_json::from_value(whole).unwrap()
    }

    fn api(&self, api: &Api, view: View) -> Value {
        let stages = self.stages.all_seen(view).filter(|stage| stage.api == api.id).map(|stage| self.stage(stage, view));
        let copy = Self::snapshot(api);
        json!({"id": api.id, "name": api.name, "protocol": if api.rest { "REST" } else { "HTTP" }, "endpoint_types": ["REGIONAL"],
               "status": api.rest.then_some("AVAILABLE"), "authorizers": [], "working_copy": configuration(&copy, true),
               "stages": stages.collect::<Vec<_>>()})
    }

    fn stage(&self, stage: &Stage, view: View) -> Value {
        let held = |id: &Option<String>| {
            let deployment = self.deployments.seen(&format!("{}/{}", stage.api, id.as_ref()?), view)?;
            Some(configuration(&deployment.snapshot, !deployment.snapshot.rest))
        };
        let canary =
            stage.canary.as_ref().map(|(id, percent)| json!({"deployment_id": id, "percent_traffic": percent.parse::<f64>().unwrap()}));
        json!({"name": stage.name, "deployment_id": stage.deployment, "auto_deploy": stage.auto_deploy, "canary": canary,
               "access_log": {"destination_arn": "arn:aws:logs:eu-west-1:123456789012:log-group:/api"},
               "deployed": held(&stage.deployment), "canary_deployed": stage.canary.as_ref().and_then(|(id, _)| held(&Some(id.clone())))})
    }

    fn vpc_links(&self, view: View, v1: bool) -> Vec<Value> {
        let links = self.links.all_seen(view).filter(|link| link.balancer.is_some() == v1);
        let status = |link: &crate::world::Link| match link {
            link if link.gone_at.is_some() => "DELETING",
            link if link.ready_at > self.now => "PENDING",
            link if link.fails => "FAILED",
            _ => "AVAILABLE",
        };
        let shown = links.map(|link| {
            json!({"id": link.id, "name": link.name, "status": status(link), "target_arns": link.balancer.iter().collect::<Vec<_>>(),
                   "subnet_ids": link.subnets, "security_group_ids": link.groups, "tags": tags(link.mark.as_ref())})
        });
        shown.collect()
    }

    fn balancer(&self, balancer: &Balancer, view: View) -> Value {
        let zones = balancer.nodes.iter().map(|(zone, subnet, _)| json!({"zone": zone, "subnet_id": subnet}));
        let listeners = self.listeners.all_seen(view).filter(|listener| listener.balancer == balancer.arn).map(shown_listener);
        json!({"arn": balancer.arn, "name": balancer.name, "dns_name": balancer.dns,
               "type": if balancer.network { "network" } else { "application" },
               "scheme": if balancer.network { "internal" } else { "internet-facing" }, "ip_address_type": "ipv4", "vpc_id": VPC,
               "state": if balancer.active_at > self.now { "provisioning" } else { "active" }, "zones": zones.collect::<Vec<_>>(),
               "security_groups": balancer.groups,
               "enforce_private_link": balancer.network.then_some(if balancer.enforce { "on" } else { "off" }),
               "attributes": balancer.attributes, "listeners": listeners.collect::<Vec<_>>(), "web_acl_arn": null, "tags": tags(balancer.mark.as_ref())})
    }

    fn target_group(&self, group: &TargetGroup, view: View) -> Value {
        let used = self
            .listeners
            .all_seen(view)
            .filter(|listener| listener.default == group.arn || listener.rules.iter().any(|(_, to)| *to == group.arn));
        let balancers: std::collections::BTreeSet<String> = used.map(|listener| listener.balancer.clone()).collect();
        json!({"arn": group.arn, "name": group.name, "protocol": group.protocol,
               "protocol_version": (group.protocol == "HTTP").then_some("HTTP1"), "port": group.port, "target_type": group.kind,
               "ip_address_type": "ipv4", "vpc_id": VPC, "load_balancer_arns": balancers, "health_check": group.health_check,
               "attributes": group.attributes, "targets": self.target_list(group), "tags": tags(group.mark.as_ref())})
    }

    pub(crate) fn target_list(&self, group: &TargetGroup) -> Vec<apiaudit::inventory::Target> {
        let registered = self.registered.range((group.arn.clone(), String::new())..).take_while(|((of, _), _)| *of == group.arn);
        let shown = registered.map(|((_, target), entry)| {
            let (state, reason) = self.health(group, target);
            apiaudit::inventory::Target {
                id: target.clone(),
                port: Some(entry.port),
                zone: entry.zone.map(zone_name),
                state: state.to_owned(),
                reason: reason.map(str::to_owned),
                description: None,
            }
        });
        shown.collect()
    }

    fn subnets(&self) -> Vec<Value> {
        let subnet = |id: String, zone: usize, block: String| {
            json!({"id": id, "vpc_id": VPC, "zone": zone_name(zone), "zone_id": format!("euw1-az{}", zone + 1), "cidr_block": block,
                   "available_ip_count": 200, "internet_gateway_block_mode": "off"})
        };
        let public = (0..self.zones).map(|zone| subnet(public_subnet(zone), zone, format!("10.20.{zone}.0/24")));
        let private = (0..self.zones).map(|zone| subnet(private_subnet(zone), zone, format!("10.20.{}.0/24", 10 + zone)));
        public.chain(private).collect()
    }

    fn route_tables(&self) -> Value {
        let local = json!({"destination": "10.20.0.0/16", "target": "local", "state": "active"});
        let to = |target: &str| json!([local, {"destination": "0.0.0.0/0", "target": target, "state": "active"}]);
        let public: Vec<String> = (0..self.zones).map(public_subnet).collect();
        let private: Vec<String> = (0..self.zones).map(private_subnet).collect();
        json!([{"id": "rtb-1", "vpc_id": VPC, "main": true, "routes": [local]},
               {"id": "rtb-2", "vpc_id": VPC, "main": false, "subnet_ids": public, "routes": to("igw-1")},
               {"id": "rtb-3", "vpc_id": VPC, "main": false, "subnet_ids": private, "routes": to("nat-1")}])
    }

    fn network_acls(&self) -> Value {
        let subnets: Vec<String> = (0..self.zones).flat_map(|zone| [public_subnet(zone), private_subnet(zone)]).collect();
        let entry = |egress: bool, number: i32, action: &str| json!({"egress": egress, "rule_number": number, "action": action, "protocol": "-1", "cidr_block": "0.0.0.0/0"});
        let entries = [(false, 100, "allow"), (false, 32_767, "deny"), (true, 100, "allow"), (true, 32_767, "deny")];
        let entries: Vec<Value> = entries.into_iter().map(|(egress, number, action)| entry(egress, number, action)).collect();
        json!([{"id": "acl-1", "vpc_id": VPC, "is_default": true, "subnet_ids": subnets, "entries": entries}])
    }

    fn interfaces(&self, view: View) -> Vec<Value> {
        let mut found = Vec::new();
        for balancer in self.balancers.all_seen(view) {
            let resource = balancer.arn.split_once(":loadbalancer/").unwrap().1;
            for (zone, (_, subnet, address)) in balancer.nodes.iter().enumerate() {
                let public = (!balancer.network).then(|| format!("198.51.100.{}", 24 + zone));
                found.push(json!({"id": format!("eni-{}-{zone}", balancer.name), "description": format!("ELB {resource}"),
                    "interface_type": if balancer.network { "network_load_balancer" } else { "interface" }, "requester_id": "amazon-elb",
                    "subnet_id": subnet, "vpc_id": VPC, "security_groups": balancer.groups,
                    "addresses": [{"private_ip": address, "public_ip": public}]}));
            }
        }
        for link in self.links.all_seen(view).filter(|link| link.balancer.is_none()) {
            for (place, subnet) in link.subnets.iter().enumerate() {
                found.push(
                    json!({"id": format!("eni-{}-{place}", link.id), "description": "VPC link", "interface_type": "api_gateway_managed",
                    "subnet_id": subnet, "vpc_id": VPC, "security_groups": link.groups,
                    "addresses": [{"private_ip": format!("10.20.{}.{}", 10 + place, 230)}]}),
                );
            }
        }
        for (number, task) in self.tasks.values().enumerate() {
            let groups = self.services.get(&task.service).map(|service| service.groups.clone()).unwrap_or_default();
            found.push(json!({"id": format!("eni-task-{}", task.address), "description": format!("arn:aws:ecs:eu-west-1:{ACCOUNT}:attachment/{number}"),
                "interface_type": "interface", "requester_id": "578734482556", "subnet_id": private_subnet(task.zone), "vpc_id": VPC,
                "security_groups": groups, "addresses": [{"private_ip": task.address}]}));
        }
        found
    }

    fn service(&self, service: &Service) -> Value {
        let rollouts = &self.rollouts[&service.arn];
        let count = |rollout: &crate::world::Rollout| rollout.tasks.iter().filter(|task| self.tasks[*task].ready_at <= self.now).count();
        let primary = rollouts.len() - 1;
        let deployments = rollouts.iter().enumerate().map(|(place, rollout)| {
            let state = match rollout.state {
                Rolling::Completed => "COMPLETED",
                Rolling::InProgress => "IN_PROGRESS",
                Rolling::Failed => "FAILED",
            };
            json!({"id": format!("ecs-svc/{place}"), "status": if place == primary { "PRIMARY" } else { "ACTIVE" }, "rollout_state": state,
                   "desired_count": service.desired, "running_count": count(rollout), "task_definition": service.task_definition})
        });
        let running: usize = rollouts.iter().map(count).sum();
        let targets = service.targets.iter().map(
            |target| json!({"target_group_arn": target.target_group, "container_name": target.container, "container_port": target.port}),
        );
        json!({"arn": service.arn, "name": service.name, "status": if service.deleting { "DRAINING" } else { "ACTIVE" },
               "launch_type": "FARGATE", "scheduling_strategy": "REPLICA", "desired_count": service.desired, "running_count": running,
               "pending_count": 0, "task_definition": service.task_definition, "deployment_controller": "ECS",
               "deployment_configuration": {"strategy": "ROLLING", "maximum_percent": 200, "minimum_healthy_percent": 100,
                                            "circuit_breaker": true, "circuit_breaker_rollback": true},
               "load_balancers": targets.collect::<Vec<_>>(),
               "network": {"subnets": (0..self.zones).map(private_subnet).collect::<Vec<_>>(), "security_groups": service.groups,
                           "assign_public_ip": "DISABLED"},
               "deployments": deployments.collect::<Vec<_>>(), "resource_management_type": "CUSTOMER",
               "role_arn": "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"})
    }

    fn task_list(&self) -> Vec<Value> {
        let tasks = self.tasks.values().map(|task| {
            json!({"arn": format!("arn:aws:ecs:eu-west-1:{ACCOUNT}:task/orders/{}", task.address),
                   "group": format!("service:{}", task.service.rsplit('/').next().unwrap()),
                   "task_definition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/orders:17",
                   "last_status": if task.ready_at <= self.now { "RUNNING" } else { "PENDING" }, "launch_type": "FARGATE",
                   "zone": zone_name(task.zone),
                   "interfaces": [{"network_interface_id": format!("eni-task-{}", task.address), "subnet_id": private_subnet(task.zone),
                                   "private_ip": task.address}]})
        });
        tasks.collect()
    }
}

fn tags(mark: Option<&Mark>) -> Settings {
    let pairs = mark.into_iter().flat_map(|mark| [(PLAN_TAG, &mark.plan), (STEP_TAG, &mark.step)]);
    pairs.map(|(key, value)| (key.to_owned(), value.clone())).collect()
}

fn shown_listener(listener: &Listener) -> Value {
    let forward = |group: &str| json!([{"type": "forward", "target_groups": [{"arn": group, "weight": 1}]}]);
    let rules = listener.rules.iter().enumerate().map(|(place, (start, group))| {
        json!({"arn": format!("{}/{place}", listener.arn.replace(":listener/", ":listener-rule/")), "priority": place + 1,
               "conditions": [{"field": "path-pattern", "values": [format!("{start}*")]}], "actions": forward(group)})
    });
    json!({"arn": listener.arn, "port": listener.port, "protocol": listener.protocol, "ssl_policy": listener.ssl_policy,
           "certificate_arns": listener.certificate.iter().collect::<Vec<_>>(), "extra_certificates": listener.more_certificates,
           "default_actions": forward(&listener.default), "rules": rules.collect::<Vec<_>>()})
}

fn security_group(group: &crate::world::Group) -> Value {
    let rules: Vec<&SecurityGroupRule> = group.rules.iter().map(|(rule, _)| rule).collect();
    json!({"id": group.id, "name": group.name, "vpc_id": VPC, "owner_id": ACCOUNT, "rules": rules, "tags": tags(group.mark.as_ref())})
}

fn configuration(snapshot: &Snapshot, ids: bool) -> Value {
    let routes = snapshot.routes.iter().map(|(route, settings)| {
        let value = |keys: [&str; 2]| keys.iter().find_map(|key| settings.get(*key));
        json!({"path": route.path, "method": route.method, "resource_id": (snapshot.rest && ids).then_some(&route.resource),
               "authorization": "NONE",
               "integration": {"id": (!snapshot.rest).then_some(&route.integration), "type": "HTTP_PROXY",
                   "connection_type": value(["/connectionType", "ConnectionType"]), "connection_id": linked(settings, &["/connectionId", "ConnectionId"]),
                   "target": linked(settings, &["/integrationTarget"]), "uri": value(["/uri", "IntegrationUri"]), "http_method": route.method,
                   "server_name_to_verify": settings.get("TlsConfig.ServerNameToVerify"),
                   "path_override": settings.get("RequestParameters.overwrite:path")}})
    });
    json!({"routes": routes.collect::<Vec<_>>()})
}

fn linked<'a>(settings: &'a Settings, keys: &[&str]) -> Option<&'a String> {
    keys.iter().find_map(|key| settings.get(*key))
}
