//! What stands beside stages in code of its own: settings of methods, and web ACLs.

use std::collections::BTreeMap;

use super::super::Room;
use super::super::read::Attributes as _;
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Why};
use crate::inventory::{MethodSettings, Stage, undeployed_id};

/// Reads it all.
pub(super) fn fill(room: &mut Room<'_, '_>) {
    settings(room);
    web_acls(room);
}

/// Settings of methods. No rule asks for them: one that is not known is left out.
fn settings(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_api_gateway_method_settings"]) {
        room.name(declaration, &declaration.address);
        let texts = [declaration.text_at("rest_api_id"), declaration.text_at("stage_name"), declaration.text_at("method_path")];
        let [Ok(Some(api)), Ok(Some(stage)), Ok(Some(path))] = texts else { continue };
        let Some(api) = room.draft.api(&api) else { continue };
        if let Some(stage) = api.stages.items.iter_mut().find(|known| known.name == stage)
            && let Ok(settings) = method_settings(declaration.block("settings"))
        {
            stage.method_settings.insert(path, settings);
        }
    }
}

fn method_settings(block: &Node) -> Result<MethodSettings, Why> {
    Ok(MethodSettings {
        logging_level: block.text_at("logging_level")?,
        data_trace_enabled: block.flag("data_trace_enabled")?,
        metrics_enabled: block.flag("metrics_enabled")?,
        // The provider writes -1 where the account's own limit holds.
        throttling_rate_limit: block.attr("throttling_rate_limit").number()?.filter(|limit| *limit >= 0.0),
        throttling_burst_limit: block.attr("throttling_burst_limit").integer()?.filter(|limit| *limit >= 0),
        caching_enabled: block.flag("caching_enabled")?,
        cache_data_encrypted: block.flag("cache_data_encrypted")?,
    })
}

/// Settings of routes, the default ones under `*`.
pub(super) fn of_routes(declaration: &Declaration) -> BTreeMap<String, MethodSettings> {
    let mut all = BTreeMap::new();
    let blocks = |name: &str| declaration.blocks(name).unwrap_or_default().iter();
    let default = blocks("default_route_settings").map(|block| (Some("*".to_owned()), block));
    let each = blocks("route_settings").map(|block| (block.text_at("route_key").ok().flatten(), block));
    for (key, block) in default.chain(each) {
        if let (Some(key), Ok(settings)) = (key, route_setting(block)) {
            all.insert(key, settings);
        }
    }
    all
}

fn route_setting(block: &Node) -> Result<MethodSettings, Why> {
    Ok(MethodSettings {
        logging_level: block.text_at("logging_level")?,
        data_trace_enabled: block.flag("data_trace_enabled")?,
        metrics_enabled: block.flag("detailed_metrics_enabled")?,
        throttling_rate_limit: block.attr("throttling_rate_limit").number()?,
        throttling_burst_limit: block.attr("throttling_burst_limit").integer()?,
        ..MethodSettings::default()
    })
}

/// Web ACLs in front of stages. Where it is not known before which resource one stands, no stage without one is known.
fn web_acls(room: &mut Room<'_, '_>) {
    for declaration in room.of(&["aws_wafv2_web_acl_association"]) {
        let acl = declaration.text_at("web_acl_arn").ok().flatten();
        let acl = acl.unwrap_or_else(|| undeployed_id(&format!("{}.web_acl_arn", declaration.address)));
        match declaration.required("resource_arn") {
            Ok(resource) => before(room, &resource, &acl),
            Err(why) => before_any(room, &declaration.address, &why),
        }
    }
    for block in room.uncounted_of(&["aws_wafv2_web_acl_association"]) {
        before_any(room, &block.address, &block.why);
    }
}

fn before(room: &mut Room<'_, '_>, resource: &str, acl: &str) {
    let to = room.draft.to.clone();
    for api in &mut room.draft.region.rest_apis.items {
        let arn = to.api("restapis", &api.id);
        let own = |stage: &&mut Stage| format!("{arn}/stages/{}", stage.name) == resource;
        if let Some(stage) = api.stages.items.iter_mut().find(own) {
            stage.web_acl_arn = Some(acl.to_owned());
        }
    }
}

fn before_any(room: &mut Room<'_, '_>, address: &str, why: &Why) {
    let mut lost = Vec::new();
    for api in &mut room.draft.region.rest_apis.items {
        let before = api.stages.items.len();
        api.stages.items.retain(|stage| stage.web_acl_arn.is_some());
        if api.stages.items.len() < before {
            lost.push(api.id.clone());
        }
    }
    for api in lost {
        room.lose(List::Stages(Some(api)), address, why);
    }
}
