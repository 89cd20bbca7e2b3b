//! Stages: what each would serve if the code were deployed now.

use std::collections::BTreeMap;

use super::super::Room;
use super::super::read::{Attributes, id, tags};
use super::settings;
use crate::iac::code::Declaration;
use crate::iac::draft::{List, undeployed};
use crate::iac::value::{Node, Why};
use crate::inventory::{AccessLog, Api, Canary, Configuration, Listed, Observed, Protocol, Stage, undeployed_id};

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for (kind, api, name) in [("aws_api_gateway_stage", "rest_api_id", "stage_name"), ("aws_apigatewayv2_stage", "api_id", "name")] {
        for declaration in room.of(&[kind]) {
            add(room, declaration, api, name, kind == "aws_api_gateway_stage");
        }
    }
    legacy(room);
    quick(room);
    settings::fill(room);
    forget_working_copies(room);
}

fn add(room: &mut Room<'_, '_>, declaration: &Declaration, api: &str, name: &str, rest: bool) {
    let of = match declaration.required(api) {
        Ok(of) => of,
        Err(why) => return room.lose(List::Stages(None), &declaration.address, &why),
    };
    let list = List::Stages(Some(of.clone()));
    let read = declaration.required(name).and_then(|name| if rest { rest_stage(declaration, name) } else { http_stage(declaration, name) });
    if let Some(stage) = room.kept(list, &declaration.address, read) {
        push(room, declaration, &of, stage);
    }
}

/// Puts a stage into its API, with what it serves.
fn push(room: &mut Room<'_, '_>, declaration: &Declaration, of: &str, mut stage: Stage) {
    let Some(api) = room.draft.api(of) else { return };
    let (kind, copy) = (if api.protocol == Protocol::Rest { "restapis" } else { "apis" }, api.working_copy.clone());
    stage.deployed = served(room, declaration, of, &stage, &copy);
    stage.canary_deployed = canary_served(&stage);
    room.name(declaration, format!("{}/stages/{}", room.draft.to.api(kind, of), stage.name));
    if let Some(api) = room.draft.api(of) {
        api.stages.items.retain(|known| known.name != stage.name);
        api.stages.items.push(stage);
    }
}

/// What a stage serves: its deployment is made of the code as it is now.
fn served(
    room: &Room<'_, '_>,
    declaration: &Declaration,
    of: &str,
    stage: &Stage,
    copy: &Observed<Configuration>,
) -> Observed<Configuration> {
    if stage.auto_deploy {
        return copy.clone();
    }
    let Some(deployment) = &stage.deployment_id else { return Observed::Absent };
    let kinds = ["aws_api_gateway_deployment", "aws_apigatewayv2_deployment"];
    let own = room.of(&kinds).into_iter().any(|one| id(one) == *deployment && of_api(one, of));
    if own {
        return copy.clone();
    }
    let why = Why::new(format!("what deployment {deployment} holds is not in this code"));
    Observed::Unknown(why.gap(&declaration.address))
}

fn of_api(deployment: &Declaration, api: &str) -> bool {
    ["rest_api_id", "api_id"].iter().any(|name| deployment.text_at(name).ok().flatten().as_deref() == Some(api))
}

/// What the canary serves: the same as the stage, or nobody can tell, as with a live one.
fn canary_served(stage: &Stage) -> Observed<Configuration> {
    match &stage.canary {
        None => Observed::Absent,
        Some(canary) if canary.deployment_id.is_some() && canary.deployment_id == stage.deployment_id => stage.deployed.clone(),
        Some(_) => Observed::Unknown(undeployed("what the canary's own deployment holds")),
    }
}

fn rest_stage(declaration: &Declaration, name: String) -> Result<Stage, Why> {
    let deployment = declaration.text_at("deployment_id");
    Ok(Stage {
        deployment_id: deployment.unwrap_or_else(|_| Some(undeployed_id(&format!("{}.deployment_id", declaration.address)))),
        client_certificate_id: declaration.text_at("client_certificate_id")?,
        tracing_enabled: declaration.flag("xray_tracing_enabled")?,
        cache_cluster_enabled: declaration.flag("cache_cluster_enabled")?,
        canary: canary(declaration)?,
        ..common(declaration, name, "variables")?
    })
}

fn http_stage(declaration: &Declaration, name: String) -> Result<Stage, Why> {
    let deployment = declaration.text_at("deployment_id");
    let auto_deploy = declaration.flag("auto_deploy")?;
    let (method_settings, unread_settings) = settings::of_routes(declaration);
    Ok(Stage {
        deployment_id: deployment.unwrap_or_else(|_| Some(undeployed_id(&format!("{}.deployment_id", declaration.address)))),
        auto_deploy,
        client_certificate_id: declaration.text_at("client_certificate_id")?,
        method_settings,
        unread_settings,
        ..common(declaration, name, "stage_variables")?
    })
}

/// What stages of all kinds have.
fn common(declaration: &Declaration, name: String, variables_in: &str) -> Result<Stage, Why> {
    Ok(Stage {
        secret_variables: Listed::default(),
        name,
        deployment_id: None,
        auto_deploy: false,
        variables: variables(declaration.attr(variables_in))?,
        canary: None,
        method_settings: BTreeMap::new(),
        unread_settings: Vec::new(),
        access_log: access_log(declaration)?,
        client_certificate_id: None,
        web_acl_arn: None,
        tracing_enabled: false,
        cache_cluster_enabled: false,
        tags: tags(declaration),
        deployed: Observed::Absent,
        canary_deployed: Observed::Absent,
    })
}

/// Stage variables. One whose value is not known is there without it, like one whose value was not kept.
fn variables(node: &Node) -> Result<BTreeMap<String, Option<String>>, Why> {
    let pairs = node.pairs()?.into_iter();
    Ok(pairs.map(|(name, value)| (name.to_owned(), value.text().ok().map(Option::unwrap_or_default))).collect())
}

fn access_log(declaration: &Declaration) -> Result<Option<AccessLog>, Why> {
    let Some(block) = declaration.blocks("access_log_settings")?.first() else { return Ok(None) };
    let destination =
        block.text_at("destination_arn").unwrap_or_else(|_| Some(undeployed_id(&format!("{}.access_log", declaration.address))));
    Ok(destination.map(|destination_arn| AccessLog { destination_arn, format: block.text_at("format").unwrap_or_default() }))
}

fn canary(declaration: &Declaration) -> Result<Option<Canary>, Why> {
    let Some(block) = declaration.blocks("canary_settings")?.first() else { return Ok(None) };
    Ok(Some(Canary {
        deployment_id: block.text_at("deployment_id")?,
        percent_traffic: block.attr("percent_traffic").number()?.unwrap_or_default(),
        variables: variables(block.attr("stage_variable_overrides"))?,
    }))
}

/// A deployment of old versions of the provider makes a stage by itself.
fn legacy(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_api_gateway_deployment", "aws_apigatewayv2_deployment"]) {
        room.name(declaration, id(declaration));
        if declaration.attr("stage_name").is_null() {
            continue;
        }
        let of = match declaration.required("rest_api_id") {
            Ok(of) => of,
            Err(why) => {
                room.lose(List::Stages(None), &declaration.address, &why);
                continue;
            }
        };
        let read = declaration.required("stage_name").and_then(|name| common(declaration, name, "variables"));
        let Some(mut stage) = room.kept(List::Stages(Some(of.clone())), &declaration.address, read) else { continue };
        stage.deployment_id = Some(id(declaration));
        let taken = room.draft.api(&of).is_some_and(|api| api.stages.iter().any(|known| known.name == stage.name));
        if !taken {
            push(room, declaration, &of, stage);
        }
    }
    for block in room.uncounted_of(&["aws_api_gateway_deployment"]) {
        let why = Why::new(format!("whether {} makes a stage is not known", block.address));
        room.lose(List::Stages(None), &block.address, &why);
    }
}

/// The stages that come with an API serve it as it is.
fn quick(room: &mut Room<'_, '_>) {
    for api in &mut room.draft.region.http_apis.items {
        let copy = api.working_copy.clone();
        for stage in api.stages.items.iter_mut().filter(|stage| stage.auto_deploy) {
            stage.deployed = copy.clone();
        }
    }
}

/// A scan reads what the next deployment would ship only where it does not know what a stage serves.
fn forget_working_copies(room: &mut Room<'_, '_>) {
    let region = &mut room.draft.region;
    for api in region.rest_apis.items.iter_mut().chain(&mut region.http_apis.items) {
        if !wanting(api) {
            api.working_copy = Observed::default();
        }
    }
}

fn wanting(api: &Api) -> bool {
    api.stages.iter().any(|stage| matches!(stage.deployed, Observed::Unknown(_)))
}
