//! A good log, and the smallest change that makes each mistake.

use serde_json::{Value, json};

/// A log without a mistake.
pub(super) fn good() -> Value {
    let place = |id: Option<u32>| {
        let mut place = json!({
            "physicalLocation": {
                "artifactLocation": {"uri": "infra/alb.tf", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 4, "startColumn": 3, "endLine": 4, "endColumn": 19},
            },
        });
        if let Some(id) = id {
            place["id"] = json!(id);
        }
        place
    };
    let words = |text: &str| json!({"text": text});
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "a tool", "rules": [{
                "id": "a",
                "name": "A",
                "shortDescription": words("Short."),
                "fullDescription": words("Full."),
                "help": words("Help."),
                "defaultConfiguration": {"level": "error"},
                "properties": {"tags": ["security"], "precision": "high", "problem.severity": "error", "security-severity": "8.0"},
            }]}},
            "automationDetails": {"id": "a/b/"},
            "invocations": [{"executionSuccessful": true, "endTimeUtc": "2026-01-31T12:00:00Z"}],
            "results": [{
                "ruleId": "a",
                "ruleIndex": 0,
                "level": "error",
                "message": words("Look at [this](1)."),
                "locations": [place(None)],
                "relatedLocations": [place(Some(1))],
                "codeFlows": [{"threadFlows": [{"locations": [{"location": place(None)}]}]}],
                "partialFingerprints": {"primaryLocationLineHash": "39fa2ee980eb94b0:1"},
            }],
        }],
    })
}

pub(super) const RULE: &str = "/runs/0/tool/driver/rules/0";
pub(super) const RESULT: &str = "/runs/0/results/0";
const PLACE: &str = "/runs/0/results/0/locations/0/physicalLocation";

/// The good log with one change; a value of none takes the member away.
pub(super) fn changed(pointer: &str, value: Option<Value>) -> Value {
    let mut log = good();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = log.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer} leads nowhere"));
    match (value, parent) {
        (Some(value), Value::Array(list)) if name == "-" => list.push(value),
        (Some(value), parent) => {
            if let Ok(index) = name.parse::<usize>() {
                parent[index] = value;
            } else {
                parent[name] = value;
            }
        }
        (None, parent) => drop(parent.as_object_mut().unwrap().remove(name).unwrap()),
    }
    log
}

/// A pointer into the good log, what to put there, and what is found then.
pub(super) type Case = (String, Option<Value>, &'static str);

fn cases_of_the_file() -> Vec<Case> {
    let at = |pointer: &str, value, found| (pointer.to_owned(), value, found);
    vec![
        at("/version", None, "error sarif-version "),
        at("/version", Some(json!("2.0.0")), "error sarif-version "),
        at("/$schema", None, "warning schema-missing "),
        at("/$schema", Some(json!("")), "warning schema-missing "),
        at("/$schema", Some(json!("https://json.schemastore.org/sarif-2.0.0.json")), "warning schema-version "),
        at("/runs", None, "error not-sarif "),
        at("/runs", Some(json!({})), "error not-sarif runs"),
        at("/runs", Some(Value::Null), "error not-sarif runs"),
        at("/more", Some(json!(1)), "error unknown-property more"),
        at("/inlineExternalProperties", Some(json!([{}])), "warning external-properties "),
        at("/runs/-", Some(changed("/x", Some(json!(1)))["runs"][0].clone()), "error same-category runs[1]"),
        at("/runs/0/results", None, "error results-missing runs[0]"),
        at("/runs/0/results", Some(Value::Null), "error not-sarif runs[0].results"),
        at("/runs/0/results", Some(json!("none")), "error not-sarif runs[0].results"),
        at("/runs/0/tool/driver/name", Some(json!("")), "error tool-name-missing runs[0].tool.driver"),
        at("/runs/0/tool/driver/name", None, "error not-sarif runs[0].tool.driver"),
        at("/runs/0/tool/driver/rules", None, "warning rules-missing runs[0].tool.driver"),
        at("/runs/0/automationDetails/id", Some(json!("a")), "warning category-empty runs[0].automationDetails"),
        at("/runs/0/invocations/0/executionSuccessful", Some(json!(false)), "warning execution-unsuccessful runs[0].invocations[0]"),
        at("/runs/0/invocations/0/executionSuccessful", None, "error not-sarif runs[0].invocations[0]"),
        at("/runs/0/invocations/0/endTimeUtc", Some(json!("today")), "error malformed-time runs[0].invocations[0].endTimeUtc"),
        at("/runs/0/externalPropertyFileReferences", Some(json!({})), "warning external-properties runs[0]"),
        at(
            "/runs/0/originalUriBaseIds",
            Some(json!({"%SRCROOT%": {"uri": "src/"}})),
            "warning uri-base-ignored runs[0].originalUriBaseIds[\"%SRCROOT%\"]",
        ),
    ]
}

fn cases_of_rules() -> Vec<Case> {
    let at = |name: &str, value, found| (format!("{RULE}/{name}"), value, found);
    let bag = |name: &str, value, found| (format!("{RULE}/properties/{name}"), value, found);
    vec![
        at("id", Some(json!("")), "error rule-id-missing runs[0].tool.driver.rules[0]"),
        at("name", Some(json!("a".repeat(256))), "warning name-too-long runs[0].tool.driver.rules[0].name"),
        at("help", None, "warning rule-text-missing runs[0].tool.driver.rules[0]"),
        at("help", Some(json!({"text": ""})), "warning rule-text-missing runs[0].tool.driver.rules[0]"),
        at("shortDescription", None, "warning rule-text-missing runs[0].tool.driver.rules[0]"),
        at(
            "fullDescription",
            Some(json!({"text": "ü".repeat(1_025)})),
            "warning description-too-long runs[0].tool.driver.rules[0].fullDescription",
        ),
        at("defaultConfiguration", Some(json!({"level": "none"})), "warning level-none runs[0].tool.driver.rules[0]"),
        at(
            "defaultConfiguration",
            Some(json!({"level": "high"})),
            "error not-sarif runs[0].tool.driver.rules[0].defaultConfiguration.level",
        ),
        bag(
            "security-severity",
            Some(json!(8.0)),
            "error security-severity-invalid runs[0].tool.driver.rules[0].properties.security-severity",
        ),
        bag(
            "security-severity",
            Some(json!("high")),
            "error security-severity-invalid runs[0].tool.driver.rules[0].properties.security-severity",
        ),
        bag(
            "security-severity",
            Some(json!("inf")),
            "error security-severity-invalid runs[0].tool.driver.rules[0].properties.security-severity",
        ),
        bag(
            "security-severity",
            Some(json!("0.0")),
            "warning security-severity-range runs[0].tool.driver.rules[0].properties.security-severity",
        ),
        bag(
            "security-severity",
            Some(json!("10.1")),
            "warning security-severity-range runs[0].tool.driver.rules[0].properties.security-severity",
        ),
        bag("tags", None, "warning security-tag-missing runs[0].tool.driver.rules[0].properties.security-severity"),
        bag("tags", Some(json!(["security", "security"])), "error duplicate-item runs[0].tool.driver.rules[0].properties.tags[1]"),
        bag("precision", Some(json!("certain")), "warning precision-unknown runs[0].tool.driver.rules[0].properties.precision"),
        bag(
            "problem.severity",
            Some(json!("note")),
            "warning problem-severity-unknown runs[0].tool.driver.rules[0].properties[\"problem.severity\"]",
        ),
    ]
}

fn cases_of_results() -> Vec<Case> {
    let at = |name: &str, value, found| (format!("{RESULT}/{name}"), value, found);
    vec![
        at("message", None, "error message-missing runs[0].results[0].message"),
        at("message", Some(json!({"id": "default"})), "error message-missing runs[0].results[0].message"),
        at("message/arguments", Some(json!(["x"])), ""),
        at("level", Some(json!("high")), "error not-sarif runs[0].results[0].level"),
        at("level", Some(json!("none")), "warning level-none runs[0].results[0]"),
        at("kind", Some(json!("failed")), "error not-sarif runs[0].results[0].kind"),
        at("kind", Some(json!("pass")), "warning kind-not-fail runs[0].results[0]"),
        at("baselineState", Some(json!("absent")), "warning result-absent runs[0].results[0]"),
        at("suppressions", Some(json!([{"kind": "external"}])), "warning suppressed-opens runs[0].results[0]"),
        at("suppressions", Some(json!([{"kind": "external", "status": "rejected"}])), ""),
        at("suppressions", Some(json!([])), ""),
        at("partialFingerprints", None, "warning fingerprint-missing runs[0].results[0]"),
        at(
            "partialFingerprints",
            Some(json!({"primaryLocationLineHash": 1})),
            "error not-sarif runs[0].results[0].partialFingerprints.primaryLocationLineHash",
        ),
        at("locations", None, "error location-missing runs[0].results[0]"),
        at("locations", Some(json!([])), "error location-missing runs[0].results[0]"),
        at(
            "locations/-",
            Some(good().pointer(RESULT).unwrap()["locations"][0].clone()),
            "warning further-locations runs[0].results[0].locations",
        ),
        at(
            "relatedLocations/-",
            Some(json!({"physicalLocation": good().pointer(PLACE).unwrap()})),
            "warning related-location-unlinked runs[0].results[0].relatedLocations[1]",
        ),
        at("relatedLocations", Some(json!([])), "warning link-broken runs[0].results[0].relatedLocations"),
        at("codeFlows/0/threadFlows", Some(json!([])), "error not-sarif runs[0].results[0].codeFlows[0].threadFlows"),
        at(
            "codeFlows/0/threadFlows/0/locations",
            Some(json!([])),
            "error not-sarif runs[0].results[0].codeFlows[0].threadFlows[0].locations",
        ),
        at(
            "codeFlows/0/threadFlows/0/locations/0",
            Some(json!({"index": 0})),
            "warning step-by-index runs[0].results[0].codeFlows[0].threadFlows[0].locations[0]",
        ),
        at(
            "codeFlows/0/threadFlows/0/locations/0/location",
            Some(json!({})),
            "error physical-location-missing runs[0].results[0].codeFlows[0].threadFlows[0].locations[0].location",
        ),
        at("ruleId", Some(json!("b")), "warning rule-index-wrong runs[0].results[0]"),
        at("ruleId", Some(json!("a/b")), ""),
        at("ruleId", None, ""),
        at("ruleIndex", Some(json!(1)), "warning rule-index-wrong runs[0].results[0]"),
        at("ruleIndex", None, ""),
        at("rule", Some(json!({"id": "a", "index": 0})), ""),
    ]
}

fn cases_of_locations() -> Vec<Case> {
    let at = |name: &str, value, found| (format!("{PLACE}/{name}"), value, found);
    let uri = |uri: &str, found| (format!("{PLACE}/artifactLocation/uri"), Some(json!(uri)), found);
    let region = |name: &str, value, found| (format!("{PLACE}/region/{name}"), value, found);
    vec![
        (format!("{RESULT}/locations/0/physicalLocation"), None, "error physical-location-missing runs[0].results[0].locations[0]"),
        at("artifactLocation", None, "error physical-location-missing runs[0].results[0].locations[0].physicalLocation"),
        at(
            "artifactLocation",
            Some(json!({"index": 0})),
            "warning uri-by-index runs[0].results[0].locations[0].physicalLocation.artifactLocation",
        ),
        at(
            "artifactLocation",
            Some(json!({"uriBaseId": "ROOT"})),
            "error uri-missing runs[0].results[0].locations[0].physicalLocation.artifactLocation",
        ),
        uri("", "error uri-missing runs[0].results[0].locations[0].physicalLocation.artifactLocation"),
        uri("arn:aws:ecs:eu-west-1:1:service/a", "error uri-scheme runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri"),
        uri("https://example.com/", "error uri-scheme runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri"),
        uri("a%", "error uri-invalid runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri"),
        uri("file:///a/b.tf", "warning uri-file runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri"),
        uri("/a/b.tf", "warning uri-absolute runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri"),
        uri("../b.tf", "warning uri-outside runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri"),
        uri("a b.tf", "warning uri-unencoded runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri"),
        at("region", None, "warning region-missing runs[0].results[0].locations[0].physicalLocation"),
        region("startLine", None, "error start-line-missing runs[0].results[0].locations[0].physicalLocation.region"),
        region("startLine", Some(json!(0)), "error not-sarif runs[0].results[0].locations[0].physicalLocation.region.startLine"),
        region("startLine", Some(json!(5)), "warning region-reversed runs[0].results[0].locations[0].physicalLocation.region"),
        region("startColumn", Some(json!(0)), "error not-sarif runs[0].results[0].locations[0].physicalLocation.region.startColumn"),
        region("startColumn", Some(json!(20)), "warning region-reversed runs[0].results[0].locations[0].physicalLocation.region"),
        region("startColumn", None, "warning columns-missing runs[0].results[0].locations[0].physicalLocation.region"),
        region("endColumn", None, "warning columns-missing runs[0].results[0].locations[0].physicalLocation.region"),
        region("endColumn", Some(json!(3)), ""),
        region("endLine", None, ""),
    ]
}

/// All of them.
pub(super) fn cases() -> Vec<Case> {
    [cases_of_the_file(), cases_of_rules(), cases_of_results(), cases_of_locations()].concat()
}
