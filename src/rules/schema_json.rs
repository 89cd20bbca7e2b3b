//! The JSON Schema of a rule file, for editors (Taplo and others complete and check by it).

use serde_json::{Map, Value as Json, json};

use crate::rules::keys::{self, Key, Shape};
use crate::rules::subjects::SubjectRegistry;

/// The schema, with the registered subjects as the choices of `subject`.
pub fn rule_file_schema(subjects: &SubjectRegistry) -> Json {
    let mut schema = table(keys::RULE);
    let kinds: Vec<&str> = subjects.subjects().iter().map(|subject| subject.kind).collect();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("A rule of apiaudit");
    if !kinds.is_empty() {
        schema["properties"]["subject"]["enum"] = json!(kinds);
    }
    schema["properties"]["id"]["pattern"] = json!("^(?!no-)[a-z0-9]+(-[a-z0-9]+)*$");
    schema["properties"]["since"]["pattern"] = json!(r"^\d+\.\d+\.\d+$");
    schema
}

/// The schema of a table of keys.
pub(crate) fn table(keys: &[Key]) -> Json {
    let properties: Map<String, Json> = keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required,
        "properties": properties,
    })
}

fn property(key: &Key) -> Json {
    let mut schema = shape(key.shape);
    schema["description"] = json!(key.doc);
    schema
}

fn shape(shape: Shape) -> Json {
    let text = json!({ "type": "string", "minLength": 1 });
    match shape {
        Shape::Text | Shape::Cel | Shape::Template => text,
        Shape::Choice(words) => json!({ "enum": words }),
        Shape::Texts => json!({ "type": "array", "items": text }),
        Shape::Ids(form) => json!({
            "type": "array",
            "items": { "type": "string", "pattern": form.pattern, "examples": form.examples },
        }),
        Shape::Evidence => json!({ "type": "array", "items": { "anyOf": [text, proof()] } }),
        Shape::Table(keys) => table(keys),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Number => json!({ "type": "integer" }),
        // A day without quotes reaches a checker of TOML as text, too.
        Shape::Day => json!({ "type": "string", "format": "date" }),
        Shape::Tables(keys, None) => json!({ "type": "array", "items": table(keys) }),
        Shape::Tables(keys, Some(_)) => json!({ "type": "array", "items": { "anyOf": [text, table(keys)] } }),
        Shape::Named(inner) => json!({ "type": "object", "additionalProperties": self::shape(*inner) }),
    }
}

fn proof() -> Json {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["expr"],
        "properties": {
            "expr": { "type": "string", "description": "CEL: what to show." },
            "label": { "type": "string", "description": "What to call it instead of the expression." },
            "key": { "type": "boolean", "description": "Whether it tells two findings about one subject apart." },
        },
    })
}
