//! Creation stacks: where in a program a construct was made.

use serde_json::Value;

/// A place that a frame names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame<'t> {
    /// The file, as the machine that ran the program had it.
    pub(super) file: &'t str,
    /// The line, from 1.
    pub(super) line: u32,
    /// The column, from 1.
    pub(super) column: u32,
}

/// What frames have in them that lie in libraries or in the machinery.
const LIBRARIES: [&str; 9] = [
    "node_modules/",
    "aws-cdk-lib",
    "node:",
    "internal/modules/",
    "jsii-runtime",
    "jsii-kernel",
    "lib/program.js",
    "site-packages/",
    "dist-packages/",
];

/// The frames of a construct: of its creation stack, or in older libraries the trace of its logical id.
pub(super) fn trace(entries: &Value) -> Option<Vec<String>> {
    let entries = entries.as_array()?;
    let of = |kind: &str, key: &str| {
        let entry = entries.iter().find(|entry| entry.get("type").and_then(Value::as_str) == Some(kind) && entry.get(key).is_some())?;
        entry.get(key)
    };
    let frames = of("aws:cdk:creationStack", "data").or_else(|| of("aws:cdk:logicalId", "trace"))?;
    match frames {
        Value::Array(frames) => Some(frames.iter().filter_map(|frame| Some(frame.as_str()?.to_owned())).collect()),
        Value::String(text) => Some(text.lines().map(ToOwned::to_owned).collect()),
        _ => None,
    }
}

/// The place of a frame; none in a library.
pub(super) fn place(frame: &str) -> Option<Frame<'_>> {
    let frame = frame.trim();
    if LIBRARIES.iter().any(|library| frame.contains(library)) || frame.contains("/constructs/lib/") {
        return None;
    }
    let inside = frame.rfind('(').map_or(frame, |start| frame[start + 1..].trim_end_matches(')'));
    let inside = inside.strip_prefix("at ").unwrap_or(inside);
    let inside = inside.strip_prefix("file://").unwrap_or(inside);
    let (rest, column) = inside.rsplit_once(':')?;
    let column: u32 = column.parse().ok()?;
    // Some runtimes tell no column.
    match rest.rsplit_once(':').and_then(|(file, line)| Some((file, line.parse().ok()?))) {
        Some((file, line)) => Some(Frame { file, line, column }),
        None => Some(Frame { file: rest, line: column, column: 1 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_in_many_forms() {
        let found = |text| place(text).map(|frame| (frame.file.to_owned(), frame.line, frame.column));
        assert_eq!(found("new S (/w/app.js:4:12)"), Some(("/w/app.js".into(), 4, 12)));
        assert_eq!(found("    at Object.<anonymous> (C:\\w\\app.ts:10:1)"), Some(("C:\\w\\app.ts".into(), 10, 1)));
        assert_eq!(found("/w/lib/stack.ts:4:12"), Some(("/w/lib/stack.ts".into(), 4, 12)));
        assert_eq!(found("file:///w/a b/app.mjs:1:2"), Some(("/w/a b/app.mjs".into(), 1, 2)));
        assert_eq!(found("app.py:7"), Some(("app.py".into(), 7, 1)));
        for other in [
            "...new ApplicationLoadBalancer2 in aws-cdk-lib...",
            "new X (/w/node_modules/constructs/lib/construct.js:1:2)",
            "node:internal/main/run_main_module:28:49",
            "Kernel._create (/tmp/jsii-kernel-x/lib/program.js:1:2)",
            "nothing",
        ] {
            assert_eq!(found(other), None, "{other}");
        }
    }
}
