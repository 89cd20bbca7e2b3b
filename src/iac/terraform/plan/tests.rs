//! Plans.

mod aws;

use super::read_plan;
use crate::iac::code::{Code, Declaration};
use crate::iac::folder::InMemory;
use crate::iac::value::Node;

/// A plan that Terraform 1.11 wrote of the code beside it.
const PLAN: &str = include_str!("../../../../fixtures/terraform/builtin/plan.json");
const MAIN: &str = include_str!("../../../../fixtures/terraform/builtin/main.tf");
const CHILD: &str = include_str!("../../../../fixtures/terraform/builtin/child/main.tf");

fn find<'c>(code: &'c Code, address: &str) -> &'c Declaration {
    code.declarations.iter().find(|declaration| declaration.address == address).unwrap()
}

fn made_up(node: &Node) -> String {
    assert!(node.value.is_made_up(), "{node:?}");
    node.text().unwrap().unwrap()
}

fn why(node: &Node) -> String {
    node.value.why().unwrap_or_else(|| panic!("known: {node:?}")).0.to_string()
}

#[test]
fn code_beside_a_plan_says_what_the_plan_does_not() {
    let folder = InMemory::of([("tf/main.tf", MAIN), ("tf/child/main.tf", CHILD)]);
    let code = read_plan(PLAN, "plan.json", Some((&folder, "tf"))).unwrap();
    assert_eq!(code.declarations.len(), 5);
    let input = |address: &str| find(&code, address).body.get("input").clone();
    let c = input("module.m[\"y z\"].terraform_data.c");
    assert_eq!(made_up(c.get("a")), "terraform_data.a[0]");
    assert_eq!(c.get("b").text().unwrap().unwrap(), "y z");
    let b = input("terraform_data.b");
    assert_eq!(made_up(b.get("one")), "module.m[\"x\"].terraform_data.c");
    assert_eq!(made_up(&b.get("ids").items().unwrap()[0]), "terraform_data.a[1]");
    assert_eq!(b.get("ids").items().unwrap()[1].text().unwrap().unwrap(), "known");
    assert_eq!(b.get("two").text().unwrap().unwrap(), "k");
    let place = code.files.place(b.span.unwrap()).unwrap();
    assert_eq!((&*place.file, place.start_line), ("tf/main.tf", 18));
    let c = find(&code, "module.m[\"x\"].terraform_data.c");
    assert_eq!(code.files.place(c.calls[0]).unwrap().start_line, 10);
    assert_eq!(&*code.files.place(c.head.unwrap()).unwrap().file, "tf/child/main.tf");
    assert!(code.notes.is_empty(), "{:?}", code.notes);
}

#[test]
fn a_plan_alone_knows_less_and_says_so() {
    let code = read_plan(PLAN, "plan.json", None).unwrap();
    let b = find(&code, "terraform_data.b");
    assert_eq!((b.head, b.body.span), (None, None));
    assert!(why(b.body.get("input").get("one")).contains("is not in the plan"));
    assert_eq!(b.body.get("input").get("two").text().unwrap().unwrap(), "k");
    assert!(code.notes[0].contains("nothing has a line"), "{:?}", code.notes);
    let said = format!("{:?}", code.notes);
    assert!(!said.contains("hush"));
}

#[test]
fn what_is_no_plan_is_named_for_what_it_is() {
    for (text, says) in [
        ("PK\u{3}\u{4}", "binary form"),
        ("{", "ends before its JSON does"),
        ("nonsense \"hush\"", "is not JSON"),
        (r#"{"format_version":"2.0","planned_values":{}}"#, "format_version 2.0"),
        (r#"{"version":4,"serial":1,"lineage":"x","resources":[{"hush":1}]}"#, "is a state, not a plan"),
        (r#"{"format_version":"1.0","values":{"hush":1}}"#, "is a state, not a plan"),
        (r#"{"format_version":"1.0"}"#, "holds no planned values"),
        (r#"{"Resources":{"hush":1}}"#, "no format_version"),
        (r#"{"format_version":"1.0","planned_values":"hush"}"#, "plan.json:1:"),
    ] {
        let errors = read_plan(text, "plan.json", None).unwrap_err();
        let said = errors[0].render(false, 200);
        assert!(said.contains(says) && !said.contains("hush"), "{said}");
        assert!(!errors[0].help.is_empty());
    }
}
