//! The JSON Schema of the file, for editors.

use serde_json::{Value as Json, json};

use super::keys::CONFIG;
use crate::rules::schema_json::table;

/// What twelve digits look like.
const ACCOUNT: &str = "^[0-9]{12}$";

/// The JSON Schema of `apiaudit.toml`.
pub fn schema() -> Json {
    let mut schema = table(CONFIG);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("The configuration of apiaudit");
    let properties = &mut schema["properties"];
    let forms = &mut properties["accounts"]["items"]["anyOf"];
    forms[0]["pattern"] = json!(ACCOUNT);
    forms[1]["properties"]["id"]["pattern"] = json!(ACCOUNT);
    properties["regions"]["items"]["pattern"] = json!("^[a-z0-9]+(-[a-z0-9]+){2,}$");
    let entry = &mut properties["suppress"]["items"];
    entry["anyOf"] = json!([
        { "required": ["rule"] },
        { "required": ["resource"] },
        { "required": ["tag"] },
        { "required": ["fingerprint"] },
    ]);
    entry["properties"]["account"]["pattern"] = json!(ACCOUNT);
    entry["properties"]["tag"]["pattern"] = json!("^[^=]+=");
    entry["properties"]["fingerprint"]["pattern"] = json!("^[0-9a-f]{32}$");
    schema
}
