//! The stages of REST APIs, and the deployments that make them.

use std::collections::BTreeMap;

use super::Builder;
use super::read::{flag, id, needed, optional, own_id, reference, tags};
use super::rest::of_api;
use super::routes::{access_log, variables};
use super::served;
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Why};
use crate::inventory::{Canary, Cause, Gap, MethodSettings, Observed, Stage};

impl Builder<'_, '_> {
    pub(super) fn rest_stages(&mut self) {
        for declaration in self.of("ApiGateway::Stage") {
            let Some(of) = self.parent(declaration, &of_api(List::Stages)) else { continue };
            let made = needed(&declaration.body, "StageName").and_then(|name| rest_stage(declaration, &declaration.body, name));
            match made {
                Ok(stage) => self.add_rest_stage(declaration, &of, stage),
                Err(why) => self.lose(List::Stages(Some(of)), declaration, &why),
            }
        }
        for declaration in self.of("ApiGateway::Deployment") {
            self.stage_of_deployment(declaration);
        }
    }

    /// Adds a stage, and what it serves: what a deployment of the code would hold. What another holds is not known here.
    fn add_rest_stage(&mut self, declaration: &Declaration, api: &str, mut stage: Stage) {
        self.name_stage(declaration, "restapis", api, &stage.name);
        let told = declaration.body.get("DeploymentId").text();
        stage.deployment_id = id(declaration, "DeploymentId");
        let serves = match told {
            Ok(None) => false,
            Ok(Some(id)) if self.deploys(&id) => true,
            Ok(Some(id)) => {
                let why = Why::new(format!("deployment {id} is not in this code"));
                stage.deployed = Observed::Unknown(why.gap(&declaration.address));
                false
            }
            Err(why) => {
                stage.deployed = Observed::Unknown(why.gap(&declaration.address));
                false
            }
        };
        self.add_stage(api, stage, serves);
    }

    fn deploys(&self, id: &str) -> bool {
        self.of("ApiGateway::Deployment").into_iter().any(|deployment| reference(deployment) == id)
    }

    /// A deployment that names a stage makes it, or moves it where it is there already.
    fn stage_of_deployment(&mut self, declaration: &Declaration) {
        let name = match declaration.body.get("StageName").text() {
            Ok(None) => return,
            Ok(Some(name)) => Ok(name),
            Err(why) => Err(why),
        };
        let Some(of) = self.parent(declaration, &of_api(List::Stages)) else { return };
        let id = reference(declaration);
        let there = self.draft.api(&of).map(|api| &mut api.stages.items);
        let there = there.and_then(|stages| name.as_ref().ok().and_then(|name| stages.iter_mut().find(|stage| stage.name == *name)));
        if let Some(stage) = there {
            let (unset, name) = (stage.deployment_id.is_none(), stage.name.clone());
            stage.deployment_id.get_or_insert(id);
            if unset {
                self.served.entry(of.clone()).or_default().serve(name);
            }
            self.name_stage(declaration, "restapis", &of, &name_of(declaration));
            return;
        }
        let made = name.and_then(|name| {
            let stage = rest_stage(declaration, declaration.body.get("StageDescription"), name)?;
            let canary = canary(declaration, declaration.body.get("DeploymentCanarySettings"), &id)?;
            Ok(Stage { deployment_id: Some(id), canary: stage.canary.clone().or(canary), ..stage })
        });
        match made {
            Ok(stage) => {
                self.name_stage(declaration, "restapis", &of, &stage.name);
                self.add_stage(&of, stage, true);
            }
            Err(why) => {
                self.lose_undeployed(Some(&of));
                self.lose(List::Stages(Some(of)), declaration, &why);
            }
        }
    }

    /// Takes out the stages to which nothing is deployed, of one API or of all: a deployment that is not known may be for them.
    pub(super) fn lose_undeployed(&mut self, of: Option<&str>) {
        let region = &mut self.draft.region;
        for api in region.rest_apis.items.iter_mut().chain(&mut region.http_apis.items) {
            if of.is_none_or(|of| of == api.id) {
                api.stages.items.retain(|stage| stage.deployment_id.is_some() || stage.auto_deploy);
            }
        }
    }
}

fn name_of(declaration: &Declaration) -> String {
    needed(&declaration.body, "StageName").unwrap_or_default()
}

/// A stage by its settings, which stand in its own resource or in its deployment's description of it.
fn rest_stage(declaration: &Declaration, settings: &Node, name: String) -> Result<Stage, Why> {
    let canary_node = settings.get("CanarySetting");
    let canary = canary(declaration, canary_node, "")?;
    let canary_deployed = if canary.is_some() {
        let gap = Gap::new("", Cause::Undeployed).because("what the deployment of a canary holds depends on when it is made");
        Observed::Unknown(gap)
    } else {
        Observed::Absent
    };
    let certificate = settings.get("ClientCertificateId").text()?;
    let (method_settings, unread_settings) = method_settings(declaration, settings);
    Ok(Stage {
        variables: variables(settings.get("Variables"))?,
        canary,
        method_settings,
        unread_settings,
        access_log: access_log(settings.get("AccessLogSetting"))?,
        client_certificate_id: certificate,
        tracing_enabled: flag(settings, "TracingEnabled")?,
        cache_cluster_enabled: flag(settings, "CacheClusterEnabled")?,
        tags: tags(settings.get("Tags")),
        canary_deployed,
        ..served::stage(name)
    })
}

/// A canary; `own` is its deployment where it names none.
fn canary(declaration: &Declaration, node: &Node, own: &str) -> Result<Option<Canary>, Why> {
    if node.is_null() {
        return Ok(None);
    }
    let told = node.get("DeploymentId").text().unwrap_or_else(|_| Some(own_id(declaration, "CanarySetting.DeploymentId")));
    Ok(Some(Canary {
        deployment_id: told.or_else(|| Some(own.to_owned()).filter(|own| !own.is_empty())),
        percent_traffic: node.get("PercentTraffic").number()?.unwrap_or_default(),
        variables: variables(node.get("StageVariableOverrides"))?,
    }))
}

/// Settings by method, keyed as AWS keys them, and why there may be others. A deployment's description has those for all methods
/// beside the list.
fn method_settings(declaration: &Declaration, settings: &Node) -> (BTreeMap<String, MethodSettings>, Vec<Gap>) {
    let (mut all, mut unread) = (BTreeMap::new(), Vec::new());
    let items = settings.get("MethodSettings").items().unwrap_or_else(|why| {
        unread.push(why.gap(&declaration.address));
        &[]
    });
    for item in items {
        match key(item) {
            Ok(key) => drop(all.insert(key, one_method(declaration, item))),
            Err(why) => unread.push(why.gap(&declaration.address)),
        }
    }
    let general = one_method(declaration, settings);
    if general != MethodSettings::NONE {
        all.entry("*/*".to_owned()).or_insert(general);
    }
    (all, unread)
}

fn key(item: &Node) -> Result<String, Why> {
    let path = item.get("ResourcePath").text()?.unwrap_or_else(|| "/*".to_owned());
    let method = item.get("HttpMethod").text()?.unwrap_or_else(|| "*".to_owned());
    let path = if path == "/*" || path == "*" { "*".to_owned() } else { path.replace('/', "~1") };
    Ok(format!("{path}/{method}"))
}

fn one_method(declaration: &Declaration, item: &Node) -> MethodSettings {
    let flag = |name: &str| optional(declaration, item.get(name).bool());
    MethodSettings {
        logging_level: optional(declaration, item.get("LoggingLevel").text()),
        data_trace_enabled: flag("DataTraceEnabled"),
        metrics_enabled: flag("MetricsEnabled"),
        throttling_rate_limit: optional(declaration, item.get("ThrottlingRateLimit").number()),
        throttling_burst_limit: optional(declaration, item.get("ThrottlingBurstLimit").integer()),
        caching_enabled: flag("CachingEnabled"),
        cache_data_encrypted: flag("CacheDataEncrypted"),
    }
}
