//! Custom domain names.

use super::api::{Api, Kind};
use super::merge::{at, list, map, picked};
use crate::iac::made_up::digits;
use crate::iac::value::{Node, Value};

/// The resources that a domain of an API becomes: logical id, type and properties.
pub(super) fn of(api: &Api, reference: &Node, stage: &Node) -> Vec<(String, &'static str, Node)> {
    let domain = api.properties.get("Domain");
    if domain.is_null() {
        return Vec::new();
    }
    let name = domain.get("DomainName");
    let tag = name.text().ok().flatten().map_or_else(|| api.id.clone(), |name| digits(&name));
    if api.kind == Kind::Rest { rest(api, domain, reference, stage, &tag) } else { http(api, domain, reference, stage, &tag) }
}

fn rest(api: &Api, domain: &Node, reference: &Node, stage: &Node, tag: &str) -> Vec<(String, &'static str, Node)> {
    let endpoint = match domain.get("EndpointConfiguration") {
        endpoint if endpoint.is_null() => at("REGIONAL", domain.span),
        endpoint => endpoint.clone(),
    };
    let regional = matches!(endpoint.text(), Ok(Some(kind)) if kind == "REGIONAL");
    let private = matches!(endpoint.text(), Ok(Some(kind)) if kind == "PRIVATE");
    let certificate = if regional { "RegionalCertificateArn" } else { "CertificateArn" };
    let types = map([("Types", list([endpoint.clone()], endpoint.span))], endpoint.span);
    let own = [("EndpointConfiguration", types), (certificate, domain.get("CertificateArn").clone())];
    let names =
        ["DomainName", "SecurityPolicy", "MutualTlsAuthentication", "Policy", "OwnershipVerificationCertificateArn", "EndpointAccessMode"];
    let properties = map(own.into_iter().chain(picked(domain, &names)), domain.span);
    let (kind, mapping, prefix) = if private {
        ("AWS::ApiGateway::DomainNameV2", "AWS::ApiGateway::BasePathMappingV2", "ApiGatewayDomainNameV2")
    } else {
        ("AWS::ApiGateway::DomainName", "AWS::ApiGateway::BasePathMapping", "ApiGatewayDomainName")
    };
    let mut made = vec![(format!("{prefix}{tag}"), kind, properties)];
    for (id, path) in base_paths(api, domain, "BasePathMapping") {
        let target = if private { "DomainNameArn" } else { "DomainName" };
        let pairs =
            [(target, domain.get("DomainName").clone()), ("RestApiId", reference.clone()), ("Stage", stage.clone()), ("BasePath", path)];
        made.push((id, mapping, map(pairs, domain.span)));
    }
    made
}

fn http(api: &Api, domain: &Node, reference: &Node, stage: &Node, tag: &str) -> Vec<(String, &'static str, Node)> {
    let endpoint = match domain.get("EndpointConfiguration") {
        endpoint if endpoint.is_null() => at("REGIONAL", domain.span),
        endpoint => endpoint.clone(),
    };
    let own = [("EndpointType", endpoint)]
        .into_iter()
        .chain(picked(domain, &["CertificateArn", "SecurityPolicy", "OwnershipVerificationCertificateArn"]));
    let configurations = list([map(own, domain.span)], domain.span);
    let pairs =
        [("DomainNameConfigurations", configurations)].into_iter().chain(picked(domain, &["DomainName", "MutualTlsAuthentication"]));
    let mut made = vec![(format!("ApiGatewayDomainNameV2{tag}"), "AWS::ApiGatewayV2::DomainName", map(pairs, domain.span))];
    for (id, path) in base_paths(api, domain, "ApiMapping") {
        let pairs = [
            ("DomainName", domain.get("DomainName").clone()),
            ("ApiId", reference.clone()),
            ("Stage", stage.clone()),
            ("ApiMappingKey", path),
        ];
        made.push((id, "AWS::ApiGatewayV2::ApiMapping", map(pairs, domain.span)));
    }
    made
}

/// The base paths of a domain, with the logical ids of their mappings.
fn base_paths(api: &Api, domain: &Node, suffix: &str) -> Vec<(String, Node)> {
    let written = domain.get("BasePath");
    let keeps = matches!(domain.get("NormalizeBasePath").bool(), Ok(Some(false)));
    let paths = match written.items() {
        Ok([]) => return vec![(format!("{}{suffix}", api.id), Node::from(Value::Null))],
        Ok(items) => items,
        Err(why) => return vec![(format!("{}{suffix}", api.id), at(Value::Unknown(why), written.span))],
    };
    let mapping = |item: &Node| match item.text() {
        Ok(text) => {
            let text = text.unwrap_or_default();
            let plain: String = text.chars().filter(|sign| sign.is_alphanumeric()).collect();
            let key = if keeps { text } else { plain.clone() };
            (format!("{}{plain}{suffix}", api.id), at(key, item.span.or(written.span)))
        }
        Err(why) => (format!("{}{suffix}", api.id), at(Value::Unknown(why), written.span)),
    };
    paths.iter().map(mapping).collect()
}
