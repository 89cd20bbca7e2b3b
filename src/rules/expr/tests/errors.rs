//! Broken expressions: what is said, and where.

use super::super::Want;
use super::*;
use crate::diagnostics::Diagnostic;

/// Every error of the expression as the user sees it.
fn errors(source: &str) -> String {
    let errors = compile(source, Want::Bool).expect_err(source);
    let shown = errors.into_iter().map(|error| {
        let mut diagnostic = Diagnostic::error(error.message).in_file("rule", source.into()).label(error.span, error.label);
        diagnostic.help = error.help;
        diagnostic.render(false, 160)
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn names() {
    insta::assert_snapshot!(errors("lb.shceme == 'x' && listner.port == 1"), @r"
    error: load_balancer has no field `shceme`
     --> rule:1:4
      |
    1 | lb.shceme == 'x' && listner.port == 1
      |    ^^^^^^
      |
      = help: did you mean `scheme`?
      = help: its fields: name, arn, scheme, azs, protected, idle, dns, zones, ports, tags, listeners, first
    error: unknown variable `listner`
     --> rule:1:21
      |
    1 | lb.shceme == 'x' && listner.port == 1
      |                     ^^^^^^^
      |
      = help: there is: lb
    ");
    insta::assert_snapshot!(errors("has(lb.first.prot) && lb.listeners.exists(l, l . prt == 80)"), @r"
    error: listener has no field `prot`
     --> rule:1:14
      |
    1 | has(lb.first.prot) && lb.listeners.exists(l, l . prt == 80)
      |              ^^^^
      |
      = help: did you mean `port`?
      = help: its fields: port, protocol, certificate, mutual
    error: listener has no field `prt`
     --> rule:1:50
      |
    1 | has(lb.first.prot) && lb.listeners.exists(l, l . prt == 80)
      |                                                  ^^^
      |
      = help: did you mean `port`?
      = help: its fields: port, protocol, certificate, mutual
    ");
    insta::assert_snapshot!(errors("lb.listeners.port == 80"), @r"
    error: a list of listener has no fields
     --> rule:1:14
      |
    1 | lb.listeners.port == 80
      |              ^^^^
      |
      = help: ask about its items: `.exists(item, item.port …)`
    ");
    insta::assert_snapshot!(errors("lb.name.startWith('x') || sise(lb.zones) > 1"), @r"
    error: unknown method `startWith`
     --> rule:1:9
      |
    1 | lb.name.startWith('x') || sise(lb.zones) > 1
      |         ^^^^^^^^^
      |
      = help: did you mean `startsWith`?
      = help: there are: size, startsWith, endsWith, contains, matches, lowerAscii, has, exists, all, exists_one, filter, map
    error: unknown function `sise`
     --> rule:1:27
      |
    1 | lb.name.startWith('x') || sise(lb.zones) > 1
      |                           ^^^^
      |
      = help: did you mean `size`?
      = help: there are: size, startsWith, endsWith, contains, matches, lowerAscii, has, exists, all, exists_one, filter, map
    ");
    insta::assert_snapshot!(errors("lb.name . frob(lb.nme)"), @r"
    error: load_balancer has no field `nme`
     --> rule:1:19
      |
    1 | lb.name . frob(lb.nme)
      |                   ^^^
      |
      = help: did you mean `name`?
      = help: its fields: name, arn, scheme, azs, protected, idle, dns, zones, ports, tags, listeners, first
    error: unknown method `frob`
     --> rule:1:11
      |
    1 | lb.name . frob(lb.nme)
      |           ^^^^
      |
      = help: there are: size, startsWith, endsWith, contains, matches, lowerAscii, has, exists, all, exists_one, filter, map
    ");
}

#[test]
fn types() {
    insta::assert_snapshot!(errors("lb.azs == '2' || lb.zones == 'a'"), @r"
    error: `==` between an int and a string
     --> rule:1:1
      |
    1 | lb.azs == '2' || lb.zones == 'a'
      | ^^^^^^^^^^^^^ can never be equal
    error: `==` between a list of string and a string
     --> rule:1:18
      |
    1 | lb.azs == '2' || lb.zones == 'a'
      |                  ^^^^^^^^^^^^^^^ can never be equal
      |
      = help: to find a value in a list, write `value in list`
    ");
    insta::assert_snapshot!(errors("lb.listeners > 0 && lb.name"), @r"
    error: `>` between a list of listener and an int
     --> rule:1:1
      |
    1 | lb.listeners > 0 && lb.name
      | ^^^^^^^^^^^^^^^^ only two ints or two strings have an order
      |
      = help: to count a list, write `size(list)`
    error: `&&` needs a bool, and this is a string
     --> rule:1:21
      |
    1 | lb.listeners > 0 && lb.name
      |                     ^^^^^^^
      |
      = help: compare it: `… == …`
    ");
    insta::assert_snapshot!(errors("lb.zones && lb.name < 3"), @r"
    error: `&&` needs a bool, and this is a list of string
     --> rule:1:1
      |
    1 | lb.zones && lb.name < 3
      | ^^^^^^^^
      |
      = help: ask `size(…) > 0`, or `.exists(item, …)`
    error: `<` between a string and an int
     --> rule:1:13
      |
    1 | lb.zones && lb.name < 3
      |             ^^^^^^^^^^^ only two ints or two strings have an order
    ");
    insta::assert_snapshot!(errors("'a' in lb.ports || 'a' in lb.name"), @r"
    error: a list of int holds no string
     --> rule:1:1
      |
    1 | 'a' in lb.ports || 'a' in lb.name
      | ^^^
    error: `in` needs a list or a map, and this is a string
     --> rule:1:27
      |
    1 | 'a' in lb.ports || 'a' in lb.name
      |                           ^^^^^^^
      |
      = help: to look for text inside text, write `text.contains(part)`
    ");
    insta::assert_snapshot!(errors("lb.zones.contains('a')"), @r"
    error: `contains` needs a string, and this is a list of string
     --> rule:1:1
      |
    1 | lb.zones.contains('a')
      | ^^^^^^^^
      |
      = help: to find a value in a list, write `value in list`
    ");
}

#[test]
fn more_types() {
    insta::assert_snapshot!(errors("lb.ports.exists(p, p + 1)"), @r"
    error: the condition needs a bool, and this is an int
     --> rule:1:20
      |
    1 | lb.ports.exists(p, p + 1)
      |                    ^^^^^
      |
      = help: compare it: `… == …`
    ");
    insta::assert_snapshot!(errors("lb.azs"), @r"
    error: a condition needs a bool, and this is an int
     --> rule:1:1
      |
    1 | lb.azs
      | ^^^^^^
      |
      = help: compare it: `… == …`
    ");
    insta::assert_snapshot!(errors("(lb.protected ? 1 : 'a') == 1"), @r"
    error: one side of `?:` is an int, the other a string
     --> rule:1:2
      |
    1 | (lb.protected ? 1 : 'a') == 1
      |  ^^^^^^^^^^^^^^^^^^^^^^
    ");
    insta::assert_snapshot!(errors("[1, 'a'] == [2] || lb.name == null || [lb.dns] == []"), @r"
    error: a list of int cannot hold a string
     --> rule:1:5
      |
    1 | [1, 'a'] == [2] || lb.name == null || [lb.dns] == []
      |     ^^^
    error: this is never absent
     --> rule:1:20
      |
    1 | [1, 'a'] == [2] || lb.name == null || [lb.dns] == []
      |                    ^^^^^^^
      |
      = help: only an optional fact can equal `null`
    error: a list cannot hold what may be absent
     --> rule:1:40
      |
    1 | [1, 'a'] == [2] || lb.name == null || [lb.dns] == []
      |                                        ^^^^^^
      |
      = help: compare with `==` instead, or use a fact that is always there
    ");
    insta::assert_snapshot!(errors("lb.azs / 0 == 1 || lb.azs == 1.5"), @r"
    error: this divides by zero
     --> rule:1:1
      |
    1 | lb.azs / 0 == 1 || lb.azs == 1.5
      | ^^^^^^^^^^
    error: rules cannot use a number with a fraction
     --> rule:1:30
      |
    1 | lb.azs / 0 == 1 || lb.azs == 1.5
      |                              ^^^
    ");
}

#[test]
fn calls() {
    insta::assert_snapshot!(errors("lb.name.matches('(') || lb.name.matches(lb.arn)"), @r"
    error: not a regular expression: unclosed group
     --> rule:1:17
      |
    1 | lb.name.matches('(') || lb.name.matches(lb.arn)
      |                 ^^^
    error: a pattern must be written out
     --> rule:1:41
      |
    1 | lb.name.matches('(') || lb.name.matches(lb.arn)
      |                                         ^^^^^^
      |
      = help: it is compiled when the rule is loaded
    ");
    insta::assert_snapshot!(errors("lb.ports.exists(p == 1) || lb.name.startsWith()"), @r"
    error: `exists` is not called like this
     --> rule:1:10
      |
    1 | lb.ports.exists(p == 1) || lb.name.startsWith()
      |          ^^^^^^
      |
      = help: write `list.exists(item, condition)`
    error: `startsWith` is not called like this
     --> rule:1:36
      |
    1 | lb.ports.exists(p == 1) || lb.name.startsWith()
      |                                    ^^^^^^^^^^
      |
      = help: write `text.startsWith(text)`
    ");
    insta::assert_snapshot!(errors("has(lb)"), @r"
    error: invalid argument to has() macro
     --> rule:1:5
      |
    1 | has(lb)
      |     ^
    ");
}

#[test]
fn syntax() {
    insta::assert_snapshot!(errors("lb.azs == "), @r"
    error: the expression ends too early
     --> rule:1:11
      |
    1 | lb.azs == 
      |           ^
    ");
    insta::assert_snapshot!(errors("lb.name == 'é' &&\n  (lb.azs == 1"), @r"
    error: missing ')' at the end
     --> rule:2:15
      |
    2 |   (lb.azs == 1
      |               ^
    ");
    insta::assert_snapshot!(errors("lb.azs = 1"), @r"
    error: unexpected `=`
     --> rule:1:8
      |
    1 | lb.azs = 1
      |        ^
      |
      = help: to compare, write `==`
    error: extraneous input '1'
     --> rule:1:10
      |
    1 | lb.azs = 1
      |          ^
    ");
    insta::assert_snapshot!(errors("  "), @r"
    error: the expression is empty
     --> rule:1:1
      |
    1 |   
      | ^^
    ");
    insta::assert_snapshot!(errors("'é' == lb.name && lb.nam == 'x'"), @r"
    error: load_balancer has no field `nam`
     --> rule:1:22
      |
    1 | 'é' == lb.name && lb.nam == 'x'
      |                      ^^^
      |
      = help: did you mean `name`?
      = help: its fields: name, arn, scheme, azs, protected, idle, dns, zones, ports, tags, listeners, first
    ");
}

#[test]
fn comments_and_raw_strings_keep_the_places() {
    let source = "// don't (\nlb.name == r'\\' && size(lb.name, 1) == 'a'";
    insta::assert_snapshot!(errors(source), @r"
    error: `size` is not called like this
     --> rule:2:20
      |
    2 | lb.name == r'\' && size(lb.name, 1) == 'a'
      |                    ^^^^
      |
      = help: write `size(string, list or map)`
    ");
}

#[test]
fn limits() {
    let deep = format!("{}true{}", "(".repeat(33), ")".repeat(33));
    assert!(errors(&deep).contains("brackets nest deeper than 32"));
    let ok = format!("{}true{}", "(".repeat(32), ")".repeat(32));
    assert!(compile(&ok, Want::Bool).is_ok());
    assert!(errors(&format!("'{}' == 'a'", "a".repeat(5000))).contains("4096 is the limit"));
    assert!(errors(&format!("{}1 == 1", "1 + ".repeat(900))).contains("nested too deeply"));
    let ternaries = errors(&format!("{}true", "true ? true : ".repeat(200)));
    assert!(ternaries.contains("nested too deeply"), "{ternaries}");
    let wide = format!("{}true", "lb.azs == 1 || ".repeat(250));
    assert!(compile(&wide, Want::Bool).is_ok());
}
