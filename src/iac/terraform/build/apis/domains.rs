//! Custom domain names and what they lead to.

use super::super::Room;
use super::super::read::{Attributes, id, label};
use crate::iac::code::Declaration;
use crate::iac::draft::List;
use crate::iac::value::Why;
use crate::inventory::{DomainName, Listed, Mapping, UNDEPLOYED, undeployed_id};

const KINDS: [&str; 2] = ["aws_api_gateway_domain_name", "aws_apigatewayv2_domain_name"];

pub(super) fn fill(room: &mut Room<'_, '_>) {
    for declaration in room.of(&KINDS) {
        room.name(declaration, label(declaration, "domain_name"));
        let read = domain(declaration);
        if let Some(domain) = room.kept(List::Domains, &declaration.address, read) {
            room.draft.region.domain_names.items.push(domain);
        }
    }
    for (kind, path, stage) in
        [("aws_api_gateway_base_path_mapping", "base_path", "stage_name"), ("aws_apigatewayv2_api_mapping", "api_mapping_key", "stage")]
    {
        for declaration in room.of(&[kind]) {
            room.name(declaration, &declaration.address);
            add(room, declaration, path, stage);
        }
    }
}

fn domain(declaration: &Declaration) -> Result<DomainName, Why> {
    let new = declaration.kind == "aws_apigatewayv2_domain_name";
    let block = if new { declaration.block("domain_name_configuration") } else { declaration.block("endpoint_configuration") };
    let types = if new { block.attr("endpoint_type").texts() } else { block.attr("types").texts() };
    let (default, types) = (if new { "REGIONAL" } else { "EDGE" }, types.unwrap_or_else(|_| vec![UNDEPLOYED.to_owned()]));
    let security_policy = if new { block.text_at("security_policy") } else { declaration.text_at("security_policy") };
    if let Some(why) = declaration.attr("mutual_tls_authentication").items().err() {
        return Err(why);
    }
    let mutual = declaration.block("mutual_tls_authentication");
    let truststore = if mutual.is_null() { None } else { Some(text_or_own(declaration, mutual, "truststore_uri")) };
    Ok(DomainName {
        mutual_tls_warnings: Listed::default(),
        name: label(declaration, "domain_name"),
        endpoint_types: if types.is_empty() { vec![default.to_owned()] } else { types },
        security_policy: security_policy?,
        certificate_arns: certificates(declaration, block),
        mutual_tls_truststore: truststore,
        routing_mode: declaration.text_at("routing_mode").unwrap_or_default(),
        mappings: Vec::new().into(),
    })
}

/// A text that has to be there, or an id of its own: what it says decides nothing, only that it is there.
fn text_or_own(declaration: &Declaration, block: &impl Attributes, name: &str) -> String {
    let told = block.text_at(name).ok().flatten();
    told.unwrap_or_else(|| undeployed_id(&format!("{}.{name}", declaration.address)))
}

fn certificates(declaration: &Declaration, block: &impl Attributes) -> Vec<String> {
    let mut arns = Vec::new();
    for (told, name) in [
        (declaration.text_at("certificate_arn"), "certificate_arn"),
        (declaration.text_at("regional_certificate_arn"), "regional_certificate_arn"),
        (block.text_at("certificate_arn"), "domain_name_configuration.certificate_arn"),
    ] {
        arns.extend(told.unwrap_or_else(|_| Some(undeployed_id(&format!("{}.{name}", declaration.address)))));
    }
    arns
}

/// Adds a mapping to its domain, which code names by its name or by Terraform's id of it.
fn add(room: &mut Room<'_, '_>, declaration: &Declaration, path: &str, stage: &str) {
    let domain = match declaration.required("domain_name") {
        Ok(domain) => domain,
        Err(why) => return room.lose(List::Mappings(None), &declaration.address, &why),
    };
    let own = room.of(&KINDS).into_iter().find(|one| id(one) == domain);
    let domain = own.map_or(domain, |own| label(own, "domain_name"));
    if room.draft.region.domain_names.iter().all(|known| known.name != domain) {
        return room.lose(List::Domains, &domain, &Why::new(format!("{domain} is not in this code")));
    }
    let read = mapping(declaration, path, stage);
    if let Some(mapping) = room.kept(List::Mappings(Some(domain.clone())), &declaration.address, read) {
        let known = room.draft.region.domain_names.items.iter_mut().find(|known| known.name == domain);
        if let Some(known) = known {
            known.mappings.items.push(mapping);
        }
    }
}

fn mapping(declaration: &Declaration, path: &str, stage: &str) -> Result<Mapping, Why> {
    let api_id = declaration.text_at("rest_api_id")?.or(declaration.text_at("api_id")?);
    let path = declaration.text_at(path)?.filter(|path| path != "(none)").unwrap_or_default();
    Ok(Mapping {
        path: path.trim_matches('/').to_owned(),
        api_id: api_id.ok_or_else(|| Why::new("no API is named"))?,
        stage: declaration.text_at(stage)?.filter(|stage| stage != "(none)"),
    })
}
