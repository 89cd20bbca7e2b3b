//! Files that are right, and what is wrong with others.

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;
use crate::rules::{RulePack, Thresholds, embedded, facts};

const RULES: [&str; 7] = [
    "public-alb-behind-api",
    "unauthenticated-route",
    "no-healthy-target",
    "api-without-access-logs",
    "certificate-expiring",
    "weak-listener-tls",
    "backend-bypasses-api",
];

fn pack() -> &'static RulePack {
    static PACK: std::sync::OnceLock<RulePack> = std::sync::OnceLock::new();
    // Some rules only, so that new ones change no message here.
    let is_known = |name: &str| RULES.iter().any(|rule| name.ends_with(&format!("/{rule}.toml")));
    PACK.get_or_init(|| RulePack::load(embedded().into_iter().filter(|(name, _)| is_known(name)), &facts::registry()).unwrap())
}

fn parsed(text: &str) -> Result<Config, String> {
    read("apiaudit.toml", text).finish(Some(pack())).map_err(|errors| {
        let shown: Vec<String> = errors.iter().map(|error| error.render(false, 100)).collect();
        shown.join("\n\n")
    })
}

fn fits_schema(text: &str) -> bool {
    static SCHEMA: std::sync::OnceLock<Validator> = std::sync::OnceLock::new();
    let validator = SCHEMA.get_or_init(|| jsonschema::validator_for(&schema()).unwrap());
    let value: toml::Value = toml::from_str(text).unwrap();
    validator.is_valid(&json(value))
}

/// TOML as a checker of schemas sees it.
fn json(value: toml::Value) -> Json {
    match value {
        toml::Value::Datetime(day) => Json::String(day.to_string()),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => Json::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect()),
        other => serde_json::to_value(other).unwrap(),
    }
}

const WHOLE: &str = r#"
accounts = ["111111111111", { id = "222222222222", name = "staging" }]
regions = ["eu-west-1"]
scope = "account"
fail-on = "none"
strict = true

[filters]
skip = ["no-healthy-target"]
families = ["path"]
severity = "medium"
frameworks = ["security-hub", "cwe=CWE-6*"]

[severity]
api-without-access-logs = "info"

[thresholds]
certificate-expiring = { days = 7 }

[[suppress]]
rule = "unauthenticated-route"
resource = "GET /health*"
tag = "team=a=b"
fingerprint = "0123456789abcdef0123456789abcdef"
account = "222222222222"
reason = " a reason "
expires = 2026-12-31

[[suppress]]
resource = "*"
reason = "quoted day"
expires = "2026-01-01"
"#;

#[test]
fn every_key_is_read() {
    let config = parsed(WHOLE).unwrap();
    assert!(fits_schema(WHOLE));
    assert_eq!(config.accounts.iter().map(Account::in_words).collect::<Vec<_>>(), ["111111111111", "222222222222 (staging)"]);
    assert!(config.allows("222222222222") && !config.allows("333333333333"));
    assert_eq!((config.scope, config.fail_on, config.strict), (Some(Scope::Account), Some(None), Some(true)));
    assert_eq!(config.severities, [("api-without-access-logs".to_owned(), Severity::Info)]);
    let first = &config.suppressions[0];
    assert_eq!((first.reason.as_str(), first.expires.to_string().as_str()), ("a reason", "2026-12-31"));
    assert_eq!(first.tag.as_ref().unwrap().value.as_deref(), Some("a=b"));
    assert_eq!(first.place.start_line, 20);
    assert_eq!(config.suppressions[1].expires.to_string(), "2026-01-01");
    let chosen = config.filters.of(pack());
    assert_eq!(chosen.iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(), ["public-alb-behind-api"]);
}

#[test]
fn nothing_is_a_configuration_too() {
    let config = parsed("").unwrap();
    assert!(config.accounts.is_empty() && config.allows("333333333333") && config.fail_on.is_none());
    assert!(config.filters.of(pack()).len() == pack().rules().len());
}

#[test]
fn a_threshold_takes_the_place_of_the_rule_s() {
    let own = read("apiaudit.toml", WHOLE).thresholds();
    let files = || embedded().into_iter().filter(|(name, _)| name.contains("certificate-expiring"));
    let value = |own: &Thresholds| RulePack::load_with(files(), &facts::registry(), own).unwrap().rules()[0].thresholds[0].value;
    assert_eq!((value(&own), value(&Thresholds::new())), (7, 30));
}

/// Every mistake of a file is told, in the order of the file, and none hides another.
#[test]
fn every_mistake_is_told_with_its_place() {
    let text = r#"acounts = ["123456789012"]
accounts = ["12345", { id = "111111111111" }, "111111111111", { name = "nameless" }, 7]
regions = ["Ireland"]
all-regions = true
scope = "paths"
fail-on = "dreadful"
strict = "yes"

[filters]
only = ["public-alb-behind-ap"]
families = ["pth"]
frameworks = ["securityhub", "security-hub=ELB.999"]

[severity]
unauthenticated-rout = "low"
weak-listener-tls = "lower"

[thresholds.certificate-expiring]
day = 3
days = "three"

[[suppress]]
reason = "names nothing"
expires = 2026-12-31

[[suppress]]
rule = "no-such-rule"
tag = "team"
fingerprint = "abc"
account = "me"
expires = 2026-02-28T00:00:00Z

[[suppress]]
rule = "weak-listener-tls"
reason = ""
expires = "31.12.2026"
"#;
    insta::assert_snapshot!(parsed(text).unwrap_err());
}

#[test]
fn what_is_no_toml_is_one_mistake() {
    insta::assert_snapshot!(parsed("regions = [\"eu-west-1\"\nscope = \"x\"\n").unwrap_err());
    insta::assert_snapshot!(
        parsed("[[suppress]]\nrule = \"weak-listener-tls\"\nexpires = 2026-02-30\nreason = \"no such day\"\n").unwrap_err()
    );
}

/// The file with what `#` alone switches off.
fn switched_on(template: &str) -> String {
    let on = |line: &str| match line.strip_prefix('#') {
        Some(code) if !code.is_empty() && !code.starts_with([' ', ':']) => format!("{code}\n"),
        _ => format!("{line}\n"),
    };
    template.lines().map(on).collect()
}

#[test]
fn the_template_is_valid_switched_off_and_on() {
    let template = template();
    assert!(template.starts_with("#:schema ./apiaudit.schema.json\n"));
    let off = parsed(&template).unwrap();
    assert_eq!(Config { file: String::new(), text: "".into(), ..off }, Config::default());
    let text = switched_on(&template);
    let on = parsed(&text).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
    assert!(fits_schema(&text), "{text}");
    assert_eq!((on.accounts.len(), on.regions.len(), on.suppressions.len()), (1, 2, 1));
    let only = &on.suppressions[0];
    assert!(only.rule.is_some() && only.tag.is_some() && only.resource.is_some() && only.fingerprint.is_some() && only.account.is_some());
}

#[test]
fn the_template_explains_every_key() {
    use crate::rules::keys::{Key, Shape};
    fn paths(keys: &[Key], value: &toml::Value, missing: &mut Vec<String>) {
        for key in keys {
            let Some(found) = value.get(key.name) else {
                missing.push(key.name.to_owned());
                continue;
            };
            match key.shape {
                Shape::Table(keys) => paths(keys, found, missing),
                Shape::Tables(keys, _) => paths(keys, &found[0], missing),
                _ => {}
            }
        }
    }
    let text = template();
    let value: toml::Value = toml::from_str(&switched_on(&text)).unwrap();
    let mut missing = Vec::new();
    paths(keys::CONFIG, &value, &mut missing);
    assert_eq!(missing, Vec::<String>::new());
    let words = text.replace("\n# ", " ");
    assert!(keys::CONFIG.iter().chain(keys::SUPPRESS).chain(keys::FILTERS).all(|key| words.contains(key.doc)));
    assert!(text.lines().all(|line| line.chars().count() <= 110), "{text}");
}

#[test]
fn the_reference_names_every_key() {
    let page = reference();
    for key in keys::CONFIG.iter().chain(keys::ACCOUNT).chain(keys::SUPPRESS).chain(keys::FILTERS) {
        assert!(page.contains(&format!("| `{}`", key.name)) && page.contains(key.doc), "{}", key.name);
    }
}

proptest! {
    /// A file that is cut off or filled with anything is refused or read, and never the end of the program.
    #[test]
    fn any_text_is_read_or_refused(cut in 0..WHOLE.len(), text in "[a-z\\[\\]=\"\\n0-9é.-]{0,40}") {
        let cut = WHOLE.floor_char_boundary(cut);
        drop(parsed(&WHOLE[..cut]));
        drop(parsed(&format!("{}{text}{}", &WHOLE[..cut], &WHOLE[cut..])));
        drop(parsed(&text));
    }
}
