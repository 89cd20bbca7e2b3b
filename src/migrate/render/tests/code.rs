//! Plans as code: what parses, and what it holds.

use saphyr::{LoadableYamlNode as _, Yaml};

use super::{plan, plans, written};
use crate::migrate::plan::Plan;
use crate::migrate::render::{cloudformation, terraform};

pub(super) fn hcl(plan: &Plan) -> (String, hcl::Body) {
    let text = written(|out| terraform(plan, out));
    let body = hcl::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    (text, body)
}

pub(super) fn yaml(plan: &Plan) -> (String, Yaml<'static>) {
    let text = written(|out| cloudformation(plan, out));
    let mut documents = Yaml::load_from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(documents.len(), 1, "{text}");
    (text, documents.remove(0))
}

/// The kinds of resources, with how many of each.
fn kinds(body: &hcl::Body) -> Vec<String> {
    let labels = |block: &hcl::Block| block.labels.iter().map(|label| label.as_str().to_owned()).collect::<Vec<_>>().join(" ");
    let mut found: Vec<String> = body.blocks().filter(|block| block.identifier() != "locals").map(labels).collect();
    found.sort();
    found
}

#[test]
fn terraform_of_every_plan_parses_and_names_nothing_twice() {
    for (name, plan) in plans() {
        let (text, body) = hcl(plan);
        let kinds = kinds(&body);
        let mut unique = kinds.clone();
        unique.dedup();
        assert_eq!(kinds, unique, "{name}\n{text}");
        for (place, _) in text.match_indices("local.apiaudit_") {
            let local: String = text[place + 6..].chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
            assert!(text.contains(&format!("  {local} = ")), "{name}: {local} is used and not there\n{text}");
        }
    }
}

#[test]
fn cloudformation_of_every_plan_parses_and_refers_to_what_it_holds() {
    for (name, plan) in plans() {
        let (text, document) = yaml(plan);
        let resources = document.as_mapping_get("Resources").unwrap_or_else(|| panic!("{name}\n{text}"));
        let named: Vec<&str> = resources.as_mapping().unwrap().keys().filter_map(Yaml::as_str).collect();
        for word in text.split(['[', ']', ',', ' ', '\n', '}']).filter(|word| word.starts_with("Apiaudit")) {
            let logical = word.trim_end_matches(':').trim_end_matches(".GroupId");
            assert!(named.contains(&logical), "{name}: {logical} is not in {named:?}\n{text}");
        }
    }
}

#[test]
fn terraform_nlb() {
    insta::assert_snapshot!(hcl(&plan("nlb")).0);
}

#[test]
fn terraform_nlb_alb_v1() {
    insta::assert_snapshot!(hcl(&plan("nlb_alb_v1")).0);
}

#[test]
fn terraform_alb() {
    insta::assert_snapshot!(hcl(&plan("alb")).0);
}

#[test]
fn terraform_http() {
    insta::assert_snapshot!(hcl(&plan("http")).0);
}

#[test]
fn terraform_https() {
    insta::assert_snapshot!(hcl(&plan("https")).0);
}

#[test]
fn cloudformation_nlb() {
    insta::assert_snapshot!(yaml(&plan("nlb")).0);
}

#[test]
fn cloudformation_nlb_alb_v1() {
    insta::assert_snapshot!(yaml(&plan("nlb_alb_v1")).0);
}

#[test]
fn cloudformation_alb() {
    insta::assert_snapshot!(yaml(&plan("alb")).0);
}

#[test]
fn cloudformation_http() {
    insta::assert_snapshot!(yaml(&plan("http")).0);
}

#[test]
fn cloudformation_https() {
    insta::assert_snapshot!(yaml(&plan("https")).0);
}
