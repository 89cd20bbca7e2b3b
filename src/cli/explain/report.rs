//! What a JSON report holds of a finding.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::super::args::Form;
use super::super::{Ended, Failure};
use crate::report::text::escape;
use crate::rules::{Rule, Wanted};
use crate::shell;

/// Where a report lists findings.
const LISTS: [(&str, &str); 3] = [("findings", "fail"), ("suppressed", "fail, suppressed"), ("unknowns", "unknown")];

/// Tells of the finding in a report.
pub(super) fn tell(file: &Path, rules: &[&Rule], wanted: Wanted<'_>, form: Form) -> Result<String, Failure> {
    let name = file.display();
    let help = "give a report that `apiaudit scan --format json=FILE` wrote";
    let text = shell::read_file(file).map_err(|error| Failure::usage(format!("{name} cannot be read: {error}"), help))?;
    let report: Value = serde_json::from_str(&text).map_err(|error| Failure::usage(format!("{name}: {error}"), help))?;
    if report["format"] != "apiaudit-report" {
        return Err(Failure::usage(format!("{name} is no JSON report of apiaudit"), help));
    }
    let listed =
        LISTS.iter().flat_map(|(list, verdict)| report[*list].as_array().into_iter().flatten().map(move |found| (found, *verdict)));
    let found: Vec<(&Value, &str)> = listed.filter(|(found, _)| is_meant(found, rules, wanted)).collect();
    let (found, verdict) = match found.as_slice() {
        [one] => *one,
        [] => {
            let help = "a report holds fails and unknowns; for a pass, give the inventory with --inventory FILE";
            return Err(Failure::usage(format!("{name} holds no such finding"), help));
        }
        several => {
            let names = several
                .iter()
                .map(|(found, _)| format!("{} {}@{}", words(&found["fingerprint"]), words(&found["rule"]), words(&found["subject"]["id"])));
            let message = format!("{} findings of {name} may be meant; say which", several.len());
            return Err(Failure::Told { ended: Ended::Usage, message, help: names.collect() });
        }
    };
    Ok(match form {
        Form::Text => text_of(found, verdict),
        Form::Json => format!("{:#}\n", json!({ "format": "apiaudit-explanation", "version": 1, "verdict": verdict, "reported": found })),
    })
}

fn is_meant(found: &Value, rules: &[&Rule], wanted: Wanted<'_>) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    match wanted {
        Wanted::Fingerprint(digits) => text(&found["fingerprint"]).starts_with(digits),
        Wanted::Resource(name) => {
            let (rule, name) = (text(&found["rule"]), name.to_lowercase());
            let of_rule = rules.iter().any(|known| known.is_called(&rule));
            of_rule && [&found["subject"]["id"], &found["subject"]["name"]].iter().any(|part| text(part).contains(&name))
        }
    }
}

fn text_of(found: &Value, verdict: &str) -> String {
    let mut text = String::new();
    let subject = &found["subject"];
    let _ = writeln!(text, "{verdict}: {} on {}", words(&found["rule"]), words(&subject["name"]));
    let _ = writeln!(text, "  severity {} · {}\n  {}", words(&found["severity"]), words(&subject["region"]), words(&subject["id"]));
    let _ = writeln!(text, "  fingerprint {}\n\n{}", words(&found["fingerprint"]), words(&found["message"]));
    if let Some(reason) = found["suppressed"]["reason"].as_str() {
        let _ = writeln!(text, "Suppressed: {}", escape(reason));
    }
    list(&mut text, "Evidence", &found["evidence"], |item| format!("{} = {}", words(&item["label"]), words(&item["value"])));
    list(&mut text, "Ways", &found["paths"], |path| {
        let hops = path.as_array().or_else(|| path["hops"].as_array()).into_iter().flatten();
        hops.map(|hop| words(&hop["text"])).collect::<Vec<_>>().join(" -> ")
    });
    list(&mut text, "Missing", &found["gaps"], |gap| format!("{} {}", words(&gap["action"]), words(&gap["detail"])).trim().to_owned());
    list(&mut text, "How to fix", &found["remediation"]["steps"], words);
    if let Some(cli) = found["remediation"]["cli"].as_str() {
        text.push('\n');
        for command in cli.lines() {
            let _ = writeln!(text, "  {}", escape(command));
        }
    }
    text.push_str(
        "\nA report does not hold the facts: `--inventory FILE` shows each, where it comes from, and what the condition made of it.\n",
    );
    text
}

fn list(text: &mut String, heading: &str, items: &Value, words: impl Fn(&Value) -> String) {
    let items = items.as_array().map(Vec::as_slice).unwrap_or_default();
    if !items.is_empty() {
        let _ = writeln!(text, "\n{heading}");
    }
    for item in items {
        let _ = writeln!(text, "  {}", words(item));
    }
}

fn words(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default()).into_owned()
}
