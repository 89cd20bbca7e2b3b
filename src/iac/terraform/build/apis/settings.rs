//! What stands beside stages in code of its own: settings of methods, and web ACLs.

use std::collections::BTreeMap;

use super::super::Room;
use super::super::read::{Attributes as _, observed};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::{Node, Why};
use crate::inventory::{Gap, MethodSettings, Stage, undeployed_id};

/// The resource that holds the settings of a method, or of all of a stage.
const SETTINGS: &str = "aws_api_gateway_method_settings";

/// Reads it all.
pub(super) fn fill(room: &mut Room<'_, '_>) {
    settings(room);
    web_acls(room);
}

/// Settings of methods, each value as far as it is known. Of those whose method or stage is not known, every stage that may be
/// theirs says so.
fn settings(room: &mut Room<'_, '_>) {
    for declaration in room.of(&[SETTINGS]) {
        room.name(declaration, &declaration.address);
        let address = &declaration.address;
        let [api, name, path] = ["rest_api_id", "stage_name", "method_path"].map(|name| declaration.required(name));
        let [known_api, known_name] = [&api, &name].map(|told| told.as_deref().ok());
        for stage in stages(room, known_api, known_name) {
            match (&api, &name, &path) {
                (Ok(_), Ok(_), Ok(path)) => {
                    stage.method_settings.insert(path.clone(), method_settings(address, declaration.block("settings")));
                }
                (Err(why), ..) | (_, Err(why), _) | (.., Err(why)) => stage.unread_settings.push(why.gap(address)),
            }
        }
    }
    for block in room.uncounted_of(&[SETTINGS]) {
        let gap = block.why.gap(&block.address);
        stages(room, None, None).for_each(|stage| stage.unread_settings.push(gap.clone()));
    }
}

/// The stages of REST APIs by the API and their name, all where that is not known.
fn stages<'r>(room: &'r mut Room<'_, '_>, api: Option<&'r str>, name: Option<&'r str>) -> impl Iterator<Item = &'r mut Stage> {
    let apis = room.draft.region.rest_apis.items.iter_mut().filter(move |known| api.is_none_or(|api| known.id == api));
    apis.flat_map(|api| &mut api.stages.items).filter(move |stage| name.is_none_or(|name| stage.name == name))
}

fn method_settings(address: &str, block: &Node) -> MethodSettings {
    let flag = |name: &str| observed(address, block.attr(name).bool());
    // The provider writes -1 where the account's own limit holds.
    let (rate, burst) = (block.attr("throttling_rate_limit").number(), block.attr("throttling_burst_limit").integer());
    MethodSettings {
        logging_level: observed(address, block.text_at("logging_level")),
        data_trace_enabled: flag("data_trace_enabled"),
        metrics_enabled: flag("metrics_enabled"),
        throttling_rate_limit: observed(address, rate.map(|rate| rate.filter(|limit| *limit >= 0.0))),
        throttling_burst_limit: observed(address, burst.map(|burst| burst.filter(|limit| *limit >= 0))),
        caching_enabled: flag("caching_enabled"),
        cache_data_encrypted: flag("cache_data_encrypted"),
    }
}

/// Settings of routes, the default ones under `*`, and why there may be others.
pub(super) fn of_routes(declaration: &Declaration) -> (BTreeMap<String, MethodSettings>, Vec<Gap>) {
    let (mut all, mut unread) = (BTreeMap::new(), Vec::new());
    let address = &declaration.address;
    for (name, default) in [("default_route_settings", true), ("route_settings", false)] {
        let blocks = declaration.blocks(name).unwrap_or_else(|why| {
            unread.push(why.gap(address));
            &[]
        });
        for block in blocks {
            let key = if default { Ok("*".to_owned()) } else { block.required("route_key") };
            match key {
                Ok(key) => drop(all.insert(key, route_settings(address, block))),
                Err(why) => unread.push(why.gap(address)),
            }
        }
    }
    (all, unread)
}

fn route_settings(address: &str, block: &Node) -> MethodSettings {
    MethodSettings {
        logging_level: observed(address, block.text_at("logging_level")),
        data_trace_enabled: observed(address, block.attr("data_trace_enabled").bool()),
        metrics_enabled: observed(address, block.attr("detailed_metrics_enabled").bool()),
        throttling_rate_limit: observed(address, block.attr("throttling_rate_limit").number()),
        throttling_burst_limit: observed(address, block.attr("throttling_burst_limit").integer()),
        ..MethodSettings::NONE
    }
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
