//! Code that means harm ends soon, with a place and a reason.

use super::{find, read, why};
use crate::iac::folder::InMemory;
use crate::iac::terraform::read_folder;

#[test]
fn deep_brackets_are_refused_with_their_place() {
    for (open, close) in [("[", "]"), ("(", ")"), ("{a=", "}"), ("\"${", "}\""), ("!", ""), ("f(", ")"), ("-", "")] {
        let text = format!("x = 1\ny = {}1{}\n", open.repeat(100_000), close.repeat(100_000));
        let errors = read_folder(&InMemory::of([("main.tf", text.as_str())]), "").unwrap_err();
        assert!(errors[0].message.starts_with("main.tf:2:"), "{open}: {}", errors[0].message);
        assert_eq!(errors[0].labels.len(), 1);
    }
    let json = format!("{{\"locals\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let errors = read_folder(&InMemory::of([("main.tf.json", json.as_str())]), "").unwrap_err();
    assert!(errors[0].message.contains("main.tf.json:1:") && errors[0].message.contains("deep"), "{}", errors[0].message);
}

#[test]
fn large_files_and_large_objects_are_refused() {
    let large = "# comment\n".repeat(1 << 20);
    let errors = read_folder(&InMemory::of([("main.tf", large.as_str())]), "").unwrap_err();
    assert!(errors[0].message.contains("larger than 8 MB"));
    let keys = (0..60_000).map(|key| format!("k{key} = 1, ")).collect::<Vec<_>>().concat();
    let errors = read_folder(&InMemory::of([("main.tf", format!("locals {{\n  a = {{ {keys} }}\n}}\n").as_str())]), "").unwrap_err();
    assert!(errors[0].message.contains("main.tf:2:") && errors[0].message.contains("too many keys"), "{}", errors[0].message);
}

#[test]
fn evaluation_has_a_budget() {
    let code = read(&[(
        "main.tf",
        r#"
locals {
  a = range(1e12)
  b = format("%999999999s", "x")
  c = [for x in range(90000) : [for y in range(90000) : [for z in range(90000) : x]]]
  d = join("", [for x in range(90000) : local.text])
  text = join("", [for x in range(1000) : "a text that is long enough to hurt when it is taken often"])
  e = setproduct(range(1000), range(1000), range(1000))
  f = replace(local.text, "", local.text)
}
resource "aws_x" "a" {
  a = local.a
  b = local.b
  d = local.d
  e = local.e
  f = local.f
  z = local.c
}
resource "aws_x" "many" { count = 1e9 }
"#,
    )]);
    let body = &find(&code, "aws_x.a").body;
    assert_eq!(why(body.get("a")), "range gets longer than apiaudit takes");
    assert_eq!(why(body.get("b")), "format makes a text wider than 1000");
    assert_eq!(why(body.get("d")), "a text gets longer than apiaudit takes");
    assert_eq!(why(body.get("e")), "setproduct gets longer than apiaudit takes");
    assert_eq!(why(body.get("f")), "replace makes a text longer than apiaudit takes");
    assert_eq!(why(body.get("z")), "evaluating the code takes more steps than apiaudit takes");
    assert!(code.uncounted[0].why.0.contains("instances"));
}

#[test]
fn long_chains_end_before_the_stack_does() {
    let chain = (0..20_000).map(|at| format!("  l{at} = [local.l{}]\n", at + 1)).collect::<Vec<_>>().concat();
    let code = read(&[("main.tf", format!("locals {{\n{chain}}}\nresource \"aws_x\" \"a\" {{\n  a = local.l0\n}}\n").as_str())]);
    assert!(why(find(&code, "aws_x.a").body.get("a")).contains("deeper than apiaudit follows"));
    let chain =
        (0..2_000).map(|at| format!("resource \"aws_x\" \"r{at}\" {{\n  a = aws_x.r{}.id\n}}\n", at + 1)).collect::<Vec<_>>().concat();
    let code = read(&[("main.tf", format!("{chain}resource \"aws_x\" \"r2000\" {{}}\n").as_str())]);
    let links =
        (0..2_000).map(|at| format!("resource \"aws_x\" \"s{at}\" {{\n  a = aws_x.s{}.a\n}}\n", at + 1)).collect::<Vec<_>>().concat();
    let links = read(&[("main.tf", format!("{links}resource \"aws_x\" \"s2000\" {{\n  a = 1\n}}\n").as_str())]);
    assert!(why(find(&links, "aws_x.s0").body.get("a")).contains("deeper than apiaudit follows"));
    assert_eq!(find(&links, "aws_x.s1990").body.get("a").number(), Ok(Some(1.0)));
    // From near enough, everything is known.
    assert!(find(&code, "aws_x.r1990").body.get("a").value.is_made_up());
    assert!(find(&code, "aws_x.r0").body.get("a").value.is_made_up());
    let doubling = (0..40).map(|at| format!("  d{at} = [local.d{0}, local.d{0}]\n", at + 1)).collect::<Vec<_>>().concat();
    let code =
        read(&[("main.tf", format!("locals {{\n{doubling}  d40 = [1]\n}}\nresource \"aws_x\" \"a\" {{\n  a = local.d0\n}}\n").as_str())]);
    assert!(why(find(&code, "aws_x.a").body.get("a")).contains("more steps"));
}
