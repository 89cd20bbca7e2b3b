//! The stages of HTTP and WebSocket APIs.

use std::collections::BTreeMap;

use super::Builder;
use super::http::of_api;
use super::read::{flag, id, needed, optional, reference, tags};
use super::routes::{access_log, variables};
use super::served;
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Why};
use crate::inventory::{Gap, MethodSettings, Observed, Stage};

impl Builder<'_, '_> {
    pub(super) fn http_stages(&mut self) {
        for declaration in self.of("ApiGatewayV2::Stage") {
            let Some(of) = self.parent(declaration, &of_api(List::Stages)) else { continue };
            match http_stage(declaration) {
                Ok(stage) => self.add_http_stage(declaration, &of, stage),
                Err(why) => self.lose(List::Stages(Some(of)), declaration, &why),
            }
        }
    }

    fn add_http_stage(&mut self, declaration: &Declaration, api: &str, mut stage: Stage) {
        self.name_stage(declaration, "apis", api, &stage.name);
        let deployed = if stage.auto_deploy { Ok(true) } else { self.is_deployed(declaration, api, &mut stage) };
        match deployed {
            Ok(serves) => self.add_stage(api, stage, serves),
            Err(why) if stage.deployment_id.is_some() => {
                stage.deployed = Observed::Unknown(why.gap(&declaration.address));
                self.add_stage(api, stage, false);
            }
            // Not even whether anything is deployed to it is known.
            Err(why) => self.lose(List::Stages(Some(api.to_owned())), declaration, &why),
        }
    }

    /// Whether a stage serves what a deployment of the code would hold: one that it names, or one that names it.
    fn is_deployed(&mut self, declaration: &Declaration, api: &str, stage: &mut Stage) -> Result<bool, Why> {
        let told = declaration.body.get("DeploymentId").text();
        stage.deployment_id = id(declaration, "DeploymentId");
        let deployments = self.of("ApiGatewayV2::Deployment");
        if let Some(told) = told? {
            let known = deployments.iter().any(|deployment| reference(deployment) == told);
            return if known { Ok(true) } else { Err(Why::new(format!("deployment {told} is not in this code"))) };
        }
        for deployment in deployments {
            let body = &deployment.body;
            if needed(body, "ApiId")? == api && body.get("StageName").text()?.as_deref() == Some(&stage.name) {
                stage.deployment_id = Some(reference(deployment));
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn http_stage(declaration: &Declaration) -> Result<Stage, Why> {
    let body = &declaration.body;
    let (method_settings, unread_settings) = settings(declaration);
    Ok(Stage {
        auto_deploy: flag(body, "AutoDeploy")?,
        variables: variables(body.get("StageVariables"))?,
        method_settings,
        unread_settings,
        access_log: access_log(body.get("AccessLogSettings"))?,
        client_certificate_id: body.get("ClientCertificateId").text()?,
        tags: tags(body.get("Tags")),
        ..served::stage(needed(body, "StageName")?)
    })
}

/// Settings by route key, those for all routes under `*`, and why there may be others.
fn settings(declaration: &Declaration) -> (BTreeMap<String, MethodSettings>, Vec<Gap>) {
    let mut all = BTreeMap::new();
    let general = declaration.body.get("DefaultRouteSettings");
    if !general.is_null() {
        all.insert("*".to_owned(), one(declaration, general));
    }
    match declaration.body.get("RouteSettings").pairs() {
        Ok(each) => {
            all.extend(each.into_iter().map(|(key, item)| (key.to_owned(), one(declaration, item))));
            (all, Vec::new())
        }
        Err(why) => (all, vec![why.gap(&declaration.address)]),
    }
}

fn one(declaration: &Declaration, item: &Node) -> MethodSettings {
    MethodSettings {
        logging_level: optional(declaration, item.get("LoggingLevel").text()),
        data_trace_enabled: optional(declaration, item.get("DataTraceEnabled").bool()),
        metrics_enabled: optional(declaration, item.get("DetailedMetricsEnabled").bool()),
        throttling_rate_limit: optional(declaration, item.get("ThrottlingRateLimit").number()),
        throttling_burst_limit: optional(declaration, item.get("ThrottlingBurstLimit").integer()),
        ..MethodSettings::NONE
    }
}
