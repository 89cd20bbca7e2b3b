//! What becomes of an API of whose definition a place is not known.

/// What a place of a definition decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decides {
    /// Nothing that an inventory holds.
    Nothing,
    /// Who or what is meant: something else takes its place.
    Identity,
    /// A part of an integration that an inventory can leave open.
    Slot,
    /// An integration.
    Integration,
    /// What the API serves.
    Everything,
}

/// The parts of a definition that say nothing of routes.
const BESIDE: [&str; 16] = [
    "info",
    "tags",
    "host",
    "schemes",
    "externalDocs",
    "definitions",
    "consumes",
    "produces",
    "x-amazon-apigateway-gateway-responses",
    "x-amazon-apigateway-documentation",
    "x-amazon-apigateway-binary-media-types",
    "x-amazon-apigateway-minimum-compression-size",
    "x-amazon-apigateway-cors",
    "x-amazon-apigateway-request-validators",
    "x-amazon-apigateway-policy",
    "x-amazon-apigateway-endpoint-configuration",
];
/// The same of its components.
const BESIDE_COMPONENTS: [&str; 7] = ["schemas", "responses", "parameters", "examples", "requestBodies", "headers", "links"];
/// The same of an operation.
const BESIDE_OPERATION: [&str; 10] =
    ["responses", "parameters", "description", "summary", "tags", "operationId", "consumes", "produces", "requestBody", "deprecated"];
/// The same of an integration.
const BESIDE_INTEGRATION: [&str; 6] =
    ["responses", "requestTemplates", "passthroughBehavior", "contentHandling", "cacheNamespace", "cacheKeyParameters"];

/// What the place decides that a path of keys leads to. `base` says whether the base path counts.
pub(super) fn decides(path: &[String], base: bool) -> Decides {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["servers" | "basePath", ..] if !base => Decides::Nothing,
        [first, ..] if BESIDE.contains(first) => Decides::Nothing,
        ["components", kind, ..] if BESIDE_COMPONENTS.contains(kind) => Decides::Nothing,
        ["components", "securitySchemes", _, rest @ ..] | ["securityDefinitions", _, rest @ ..] => scheme(rest),
        // An integration that routes share is not known to belong to one of them.
        ["components", "x-amazon-apigateway-integrations", _, rest @ ..] => match integration(rest) {
            Decides::Integration => Decides::Everything,
            decides => decides,
        },
        ["paths", _, "parameters", ..] => Decides::Nothing,
        ["paths", _, _, "x-amazon-apigateway-integration", rest @ ..] => integration(rest),
        ["paths", _, _, "x-amazon-apigateway-request-validator"] => Decides::Identity,
        ["paths", _, _, key, ..] if BESIDE_OPERATION.contains(key) => Decides::Nothing,
        _ => Decides::Everything,
    }
}

fn scheme(path: &[&str]) -> Decides {
    match path {
        ["name" | "in" | "description", ..] => Decides::Nothing,
        ["x-amazon-apigateway-authorizer", key, ..] if *key != "type" => Decides::Identity,
        _ => Decides::Everything,
    }
}

fn integration(path: &[&str]) -> Decides {
    match path {
        ["uri" | "connectionId" | "integrationTarget" | "integration-target"] => Decides::Slot,
        ["credentials"] => Decides::Identity,
        [key, ..] if BESIDE_INTEGRATION.contains(key) => Decides::Nothing,
        _ => Decides::Integration,
    }
}
