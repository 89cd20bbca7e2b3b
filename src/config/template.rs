//! What `apiaudit init` writes: every key explained and switched off.

use std::fmt::Write as _;

use super::SCHEMA_FILE;
use super::keys::CONFIG;
use crate::rules::keys::{Key, Shape};

/// Columns of the explanations.
const WIDTH: usize = 100;

/// What a key looks like when it is switched on, by its path. What is missing here fails a test.
const EXAMPLES: [(&str, &str); 21] = [
    ("accounts", "accounts = [{ id = \"123456789012\", name = \"production\" }]"),
    ("regions", "regions = [\"eu-west-1\", \"us-east-1\"]"),
    ("all-regions", "all-regions = false"),
    ("scope", "scope = \"api-paths\""),
    ("rules", "rules = [\"rules\"]"),
    ("fail-on", "fail-on = \"low\""),
    ("strict", "strict = false"),
    ("filters.only", "only = [\"public-alb-behind-api\", \"unauthenticated-route\"]"),
    ("filters.skip", "skip = [\"no-healthy-target\"]"),
    ("filters.families", "families = [\"api\", \"path\"]"),
    ("filters.severity", "severity = \"info\""),
    ("filters.frameworks", "frameworks = [\"security-hub\", \"cwe=CWE-*\"]"),
    ("severity", "api-without-access-logs = \"info\""),
    ("thresholds", "certificate-expiring = { days = 14 }"),
    ("suppress.rule", "rule = \"unauthenticated-route\""),
    ("suppress.resource", "resource = \"GET /health*\""),
    ("suppress.tag", "tag = \"team=orders\""),
    ("suppress.fingerprint", "fingerprint = \"0123456789abcdef0123456789abcdef\""),
    ("suppress.account", "account = \"123456789012\""),
    ("suppress.reason", "reason = \"The health check tells nothing that is not public\""),
    ("suppress.expires", "expires = 2026-12-31"),
];

/// A commented `apiaudit.toml`. Explanations begin with `# `; what begins with `#` alone is switched on by taking that away.
pub fn template() -> String {
    let mut page = format!("#:schema ./{SCHEMA_FILE}\n");
    for line in [
        "The configuration of apiaudit. It is read from the folder that apiaudit runs in; --config FILE names another, --no-config none.",
        "Flags win over what stands here. Everything is switched off: take away the # in front of a line to switch it on.",
    ] {
        explain(&mut page, line);
    }
    for key in CONFIG {
        page.push('\n');
        explain(&mut page, key.doc);
        match key.shape {
            Shape::Table(keys) => section(&mut page, &format!("[{}]", key.name), key, keys),
            Shape::Tables(keys, None) => section(&mut page, &format!("[[{}]]", key.name), key, keys),
            Shape::Named(_) => {
                let _ = writeln!(page, "#[{}]", key.name);
                example(&mut page, key.name);
            }
            _ => example(&mut page, key.name),
        }
    }
    page
}

fn section(page: &mut String, heading: &str, table: &Key, keys: &[Key]) {
    let _ = writeln!(page, "#{heading}");
    for key in keys {
        let required = if key.required { "Required. " } else { "" };
        explain(page, &format!("{required}{}", key.doc));
        example(page, &format!("{}.{}", table.name, key.name));
    }
}

fn explain(page: &mut String, text: &str) {
    for line in textwrap::wrap(text, WIDTH) {
        let _ = writeln!(page, "# {line}");
    }
}

fn example(page: &mut String, path: &str) {
    let found = EXAMPLES.iter().find(|(name, _)| *name == path);
    if let Some((_, example)) = found {
        let _ = writeln!(page, "#{example}");
    }
}
