//! States.

use super::*;

const STATE: &str = r#"{"version":4,"terraform_version":"1.11.4","serial":3,"lineage":"x","outputs":{"p":{"value":"hush"}},"resources":[
    {"module":"module.svc[\"a\"]","mode":"managed","type":"aws_lb","name":"x","provider":"p","instances":[
        {"index_key":0,"schema_version":0,"attributes":{"arn":"arn:1","id":"arn:1","password":"hush","name":"web","tags":{"id":"hush"},"path":["hush"]}},
        {"index_key":"k\"1","attributes":{"arn":"arn:2"}},
        {"index_key":1,"deposed":"abc","attributes":{"arn":"arn:3"}}]},
    {"mode":"data","type":"aws_x","name":"d","instances":[{"attributes":{"id":"hush"}}]},
    {"mode":"managed","type":"aws_vpc","name":"v","instances":[{"attributes_flat":{"id":"old"}}]}]}"#;

#[test]
fn a_state_gives_what_tells_resources_apart_and_nothing_else() {
    let state = read_state(STATE, "terraform.tfstate").unwrap();
    let addresses: Vec<&str> = state.instances.iter().map(|instance| instance.address.as_str()).collect();
    assert_eq!(addresses, ["aws_vpc.v", "module.svc[\"a\"].aws_lb.x[\"k\\\"1\"]", "module.svc[\"a\"].aws_lb.x[0]"]);
    let first = &state.instances[2];
    assert_eq!(first.kind, "aws_lb");
    assert_eq!(
        first.attributes.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect::<Vec<_>>(),
        [("arn", "arn:1"), ("id", "arn:1"), ("name", "web")]
    );
    assert!(!format!("{state:?}").contains("hush"));
}

#[test]
fn the_json_that_terraform_shows_of_a_state_is_read_too() {
    let shown = r#"{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"aws_lb.a","mode":"managed","type":"aws_lb","values":{"arn":"x"}}],
        "child_modules":[{"address":"module.m","resources":[{"address":"module.m.aws_lb.b[0]","mode":"managed","type":"aws_lb","values":{"id":"y"}}]}]}}}"#;
    let state = read_state(shown, "state.json").unwrap();
    assert_eq!(state.instances[1].address, "module.m.aws_lb.b[0]");
    assert_eq!(state.instances[1].attributes["id"], "y");
    assert!(read_state(r#"{"format_version":"1.0"}"#, "empty.json").unwrap().instances.is_empty());
}

#[test]
fn what_is_no_state_is_named() {
    for (text, says) in [
        (r#"{"version":3}"#, "is a state of version 3"),
        (r#"{"format_version":"1.2","planned_values":{"hush":1}}"#, "is a plan, not a state"),
        (r#"{"format_version":"9.2"}"#, "format_version 9.2"),
        (r#"{"hush":1}"#, "it has no version"),
        (r#"{"version":"hush"}"#, "s.json:1:"),
        ("hush", "is not JSON"),
    ] {
        let said = read_state(text, "s.json").unwrap_err()[0].render(false, 200);
        assert!(said.contains(says) && !said.contains("hush"), "{said}");
    }
}
