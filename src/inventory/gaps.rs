//! Everything an inventory does not know.

use super::{Api, Cause, Cluster, Gap, Inventory, Listed, LoadBalancer, MethodSettings, Observed, Region, Route, TaskDefinition};

impl Inventory {
    /// Every question that was asked and brought no answer, sorted, each once.
    ///
    /// What was never asked is no gap of the scan, unless somebody said why (an interrupted scan does).
    pub fn gaps(&self) -> Vec<Gap> {
        let mut found = Found::default();
        found.value(&self.account);
        for region in &self.regions {
            found.region(region);
        }
        found.gaps.sort();
        found.gaps.dedup();
        found.gaps
    }

    /// Whether not one of the lists that a scan begins with could be read, in any region: nothing was audited.
    pub fn is_unread(&self) -> bool {
        let silent = |region: &Region| {
            let apis = [&region.rest_apis, &region.http_apis].iter().all(|list| list.items.is_empty() && !list.is_complete());
            apis && region.load_balancers.items.is_empty() && !region.load_balancers.is_complete()
        };
        self.regions.iter().all(silent)
    }
}

#[derive(Default)]
struct Found {
    gaps: Vec<Gap>,
}

impl Found {
    fn gap(&mut self, gap: &Gap) {
        if gap.cause != Cause::NotAsked || gap.detail.is_some() {
            self.gaps.push(gap.clone());
        }
    }

    fn value<T>(&mut self, value: &Observed<T>) {
        if let Observed::Unknown(gap) = value {
            self.gap(gap);
        }
    }

    fn list<'a, T>(&mut self, list: &'a Listed<T>) -> &'a [T] {
        for gap in &list.gaps {
            self.gap(gap);
        }
        &list.items
    }

    fn region(&mut self, region: &Region) {
        for apis in [&region.rest_apis, &region.http_apis] {
            for api in self.list(apis) {
                self.api(api);
            }
        }
        self.list(&region.vpc_links_v1);
        self.list(&region.vpc_links_v2);
        self.list(&region.client_certificates);
        for domain in self.list(&region.domain_names) {
            self.list(&domain.mappings);
            self.list(&domain.mutual_tls_warnings);
        }
        self.list(&region.cloud_map_services);
        for balancer in self.list(&region.load_balancers) {
            self.balancer(balancer);
        }
        for group in self.list(&region.target_groups) {
            self.value(&group.attributes);
            self.value(&group.targets);
            self.value(&group.tags);
        }
        self.list(&region.ssl_policies);
        self.list(&region.certificates);
        self.network(region);
        for cluster in self.list(&region.clusters) {
            self.cluster(cluster);
        }
        for definition in self.list(&region.task_definitions) {
            self.task_definition(definition);
        }
    }

    fn task_definition(&mut self, definition: &TaskDefinition) {
        self.value(&definition.pid_mode);
        self.value(&definition.operating_system);
        self.list(&definition.volumes);
        for container in &definition.containers {
            self.value(&container.log_mode);
            self.list(&container.secret_environment);
        }
    }

    fn api(&mut self, api: &Api) {
        self.value(&api.working_copy);
        self.routes(&api.working_copy);
        self.list(&api.authorizers);
        self.value(&api.cors);
        for stage in self.list(&api.stages) {
            self.list(&stage.secret_variables);
            stage.unread_settings.iter().for_each(|gap| self.gap(gap));
            stage.method_settings.values().for_each(|settings| self.settings(settings));
            for served in [&stage.deployed, &stage.canary_deployed] {
                self.value(served);
                self.routes(served);
            }
        }
    }

    fn settings(&mut self, settings: &MethodSettings) {
        self.value(&settings.logging_level);
        for flag in [&settings.data_trace_enabled, &settings.metrics_enabled, &settings.caching_enabled, &settings.cache_data_encrypted] {
            self.value(flag);
        }
        self.value(&settings.throttling_rate_limit);
        self.value(&settings.throttling_burst_limit);
    }

    fn routes(&mut self, configuration: &Observed<super::Configuration>) {
        for route in configuration.known().map_or(&[][..], |configuration| &configuration.routes) {
            self.route(route);
        }
    }

    fn route(&mut self, route: &Route) {
        self.value(&route.authorization);
        self.value(&route.integration);
        if let Observed::Known(integration) = &route.integration {
            self.value(&integration.connection_id);
            self.value(&integration.target);
            self.value(&integration.uri);
        }
    }

    fn balancer(&mut self, balancer: &LoadBalancer) {
        self.value(&balancer.attributes);
        self.value(&balancer.web_acl_arn);
        self.value(&balancer.tags);
        for listener in self.list(&balancer.listeners) {
            self.list(&listener.extra_certificates);
            self.list(&listener.rules);
        }
    }

    fn network(&mut self, region: &Region) {
        self.list(&region.vpcs);
        for subnet in self.list(&region.subnets) {
            self.value(&subnet.internet_gateway_block_mode);
        }
        self.list(&region.route_tables);
        self.list(&region.internet_gateways);
        self.list(&region.network_acls);
        self.list(&region.security_groups);
        for list in self.list(&region.prefix_lists) {
            self.value(&list.entries);
        }
        self.list(&region.network_interfaces);
        self.list(&region.addresses);
        self.list(&region.flow_logs);
    }

    fn cluster(&mut self, cluster: &Cluster) {
        self.value(&cluster.settings);
        for service in self.list(&cluster.services) {
            self.value(&service.platform_family);
        }
        self.list(&cluster.tasks);
    }
}
