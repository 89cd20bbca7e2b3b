use std::fmt::Write as _;

use proptest::prelude::*;

use crate::iac::Value;
use crate::iac::cloudformation::read::tests::{code_of, here, short, value};

const AROUND: &str = "
Parameters:
  Known: {Type: String, Default: k}
  Ask: {Type: String}
  Names: {Type: CommaDelimitedList, Default: 'a, b'}
  Ami: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/x}
  Key: {Type: String, NoEcho: true, Default: secret}
Mappings:
  M: {k: {v: 1, l: [x, y]}}
Conditions:
  Yes: !Equals [a, a]
  No: !Not [!Condition Yes]
  Unknown: !Equals [!Ref Ask, a]
  HasKey: !Not [!Equals [!Ref Key, '']]
  Itself: !Not [!Condition Itself]
Resources:
  Vpc: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: 10.0.0.0/16}}
  Lb: {Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: {Name: web, Scheme: !If [No, internal, internet-facing]}}
  Stage: {Type: 'AWS::ApiGateway::Stage', Properties: {StageName: !Ref Known}}
  Absent: {Type: 'AWS::EC2::VPC', Condition: No}
  X:
    Type: T::X
    Properties:
      v: ";

fn evaluated(expression: &str) -> String {
    let text = format!("{AROUND}{expression}\n");
    value(&code_of(&[("a.yaml", &text)], &["a.yaml"], &[]), "X", &["v"])
}

#[test]
fn functions_give_what_cloudformation_gives() {
    for (expression, expected) in [
        ("!Ref Known", "k"),
        ("!Ref Names", "[a, b]"),
        ("!Ref Ask", "?parameter Ask has no value here (give it with --parameters)"),
        ("!Ref Ami", "?parameter Ami is looked up in SSM only at deployment"),
        ("!Ref AWS::Region", "eu-west-1"),
        ("!Ref AWS::AccountId", "123456789012"),
        ("!Ref AWS::NoValue", "null"),
        ("!Sub '${AWS::Partition}.${AWS::URLSuffix}'", "aws.amazonaws.com"),
        ("!Ref Vpc", "~Vpc"),
        ("!GetAtt Vpc.CidrBlock", "10.0.0.0/16"),
        ("!GetAtt [Vpc, CidrBlock]", "10.0.0.0/16"),
        ("!GetAtt Lb.LoadBalancerName", "web"),
        ("!GetAtt Lb.CanonicalHostedZoneID", "?Lb.CanonicalHostedZoneID is known only after deployment"),
        ("!Ref Stage", "k"),
        ("!Ref Absent", "?Absent is not made, for its condition does not hold"),
        ("!Ref Nobody", "?Nobody is not declared in a.yaml"),
        ("!Sub 'a-${Known}-${!Known}-${ Vpc }'", "~a-k-${Known}-Vpc"),
        ("!Sub ['${x}-${Known}-${Vpc.CidrBlock}', {x: !Ref Known}]", "k-k-10.0.0.0/16"),
        ("!Sub 'open ${Known'", "open ${Known"),
        ("!Join ['-', [a, !Ref Known, 3]]", "a-k-3"),
        ("!Join ['-', [a, !Ref Ask]]", "?parameter Ask has no value here (give it with --parameters)"),
        ("!Join ['', [a, !Ref Vpc]]", "~aVpc"),
        ("!Split ['|', 'a|b|c']", "[a, b, c]"),
        ("!Select [1, !Split ['|', 'a|b|c']]", "b"),
        ("!Select ['1', [a, !Ref Vpc]]", "~Vpc"),
        ("!Select [0, [a, !Ref Ask]]", "a"),
        ("!Select [1, [!Ref Ask, a]]", "?parameter Ask has no value here (give it with --parameters)"),
        ("!Select [5, [a]]", "?Fn::Select asks for item 5 of a list of 1"),
        ("!FindInMap [M, !Ref Known, v]", "1"),
        ("!FindInMap [M, k, l]", "[x, y]"),
        ("!FindInMap [M, k, no, {DefaultValue: d}]", "d"),
        ("!FindInMap [M, k, no]", "?mapping M has no k.no"),
        ("!If [Yes, a, !Ref Ask]", "a"),
        ("!If [No, a, b]", "b"),
        ("!If [Unknown, a, b]", "?parameter Ask has no value here (give it with --parameters)"),
        ("!If [Unknown, a, !Join ['', [a]]]", "a"),
        ("!If [HasKey, a, b]", "a"),
        ("!If [Itself, a, b]", "?condition Itself is made from itself"),
        ("{p: !If [No, a, !Ref AWS::NoValue], q: 1}", "{q: 1}"),
        ("[!If [No, a, !Ref AWS::NoValue], b]", "[b]"),
        ("!Ref Key", "~the secret parameter Key"),
        ("!Base64 foo", "Zm9v"),
        ("!Select [1, !Cidr [!GetAtt Vpc.CidrBlock, 2, 8]]", "10.0.1.0/24"),
        ("!Select [0, !GetAZs '']", "?Fn::GetAZs is known only after deployment"),
        ("!ImportValue x", "?export x is not among the templates given"),
        ("{'Fn::Length': !Ref Names}", "2"),
        ("{'Fn::ToJsonString': {a: [1, true]}}", "{\"a\":[1,true]}"),
        ("'{{resolve:ssm:/a/b:1}}'", "?{{resolve:ssm:/a/b:1}} is looked up only at deployment"),
        (
            "!Sub 'x{{resolve:secretsmanager:${Known}:SecretString}}'",
            "?{{resolve:secretsmanager:k:SecretString}} is looked up only at deployment",
        ),
        ("{Condition: {StringEquals: {a: b}}}", "{Condition: {StringEquals: {a: b}}}"),
        ("!Nonsense x", "?Fn::Nonsense is not evaluated"),
    ] {
        assert_eq!(evaluated(expression), expected, "{expression}");
    }
}

#[test]
fn nobody_looks_into_what_was_made_up() {
    for (expression, expected) in [
        ("!Split ['.', !GetAtt Lb.DNSName]", "?"),
        ("!Split [',', !GetAtt Lb.DNSName]", "[~"),
        ("!Split [',', !Join [',', [!Ref Vpc, x]]]", "[~Vpc, x]"),
        ("!Split [',', !Sub 'a-${Vpc},${Known}']", "[~a-Vpc, k]"),
        ("!Cidr [!Ref Vpc, 1, 8]", "?"),
        ("!FindInMap [M, !Ref Vpc, v]", "?"),
    ] {
        assert!(evaluated(expression).starts_with(expected), "{expression}: {}", evaluated(expression));
    }
    let decided = |condition: &str| {
        let text = AROUND.replace("Conditions:", &format!("Conditions:\n  T: {condition}"));
        value(&code_of(&[("a.yaml", &format!("{text}!If [T, yes, no]\n"))], &["a.yaml"], &[]), "X", &["v"])
    };
    assert_eq!(decided("!Equals [!Ref Vpc, !GetAtt Vpc.VpcId]"), "yes");
    assert_eq!(decided("!Equals [!Ref Vpc, !Ref Lb]"), "no");
    assert_eq!(decided("!Equals [!Ref Vpc, '']"), "no");
    assert!(decided("!Equals [!Ref Vpc, vpc-1]").starts_with('?'));
    assert!(decided("!Equals [!Sub 'a${Vpc}', !Sub 'b${Vpc}']").starts_with('?'));
    assert_eq!(decided("!And [!Equals [1, 2], !Equals [!Ref Ask, 1]]"), "no");
    assert_eq!(decided("!Or [!Equals [!Ref Ask, 1], !Equals ['1', 1]]"), "yes");
}

#[test]
fn texts_do_not_grow_without_end() {
    let mut text = "Resources:\n  R0: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: xxxxxxxxxx}}\n".to_owned();
    for level in 1..60 {
        let before = format!("!GetAtt R{}.CidrBlock", level - 1);
        writeln!(
            text,
            "  R{level}: {{Type: 'AWS::EC2::VPC', Properties: {{CidrBlock: !Join ['', [{before}, {before}, {before}, {before}]]}}}}"
        )
        .unwrap();
    }
    let code = code_of(&[("a.yaml", &text)], &["a.yaml"], &[]);
    assert!(value(&code, "R59", &["CidrBlock"]).starts_with('?'));
    let mut text = "Resources:\n  R0: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: [x, x]}}\n".to_owned();
    for level in 1..60 {
        let before = format!("!GetAtt R{}.CidrBlock", level - 1);
        writeln!(text, "  R{level}: {{Type: 'AWS::EC2::VPC', Properties: {{CidrBlock: [{before}, {before}, {before}]}}}}").unwrap();
    }
    let code = code_of(&[("a.yaml", &text)], &["a.yaml"], &[]);
    assert!(!code.notes.is_empty());
    let chain = (1..900).fold(String::new(), |mut chain, level| {
        writeln!(chain, "  R{level}: {{Type: 'AWS::EC2::VPC', Properties: {{CidrBlock: !GetAtt R{}.CidrBlock}}}}", level - 1).unwrap();
        chain
    });
    let text = format!("Resources:\n  R0: {{Type: 'AWS::EC2::VPC', Properties: {{CidrBlock: 10.0.0.0/8}}}}\n{chain}");
    drop(code_of(&[("a.yaml", &text)], &["a.yaml"], &[]));
}

/// Whether a value is another one, or unknown where the other one is known.
fn refines(known: &Value, less: &Value) -> bool {
    match (known, less) {
        (_, Value::Unknown(_)) => true,
        (Value::Text(one), Value::Text(other)) if one.made_up && other.made_up => true,
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| refines(&one.value, &other.value))
        }
        (Value::Map(one), Value::Map(other)) => {
            one.iter().all(|(key, item)| other.get(key).is_some_and(|less| refines(&item.value, &less.value)))
                && other.iter().all(|(key, item)| one.contains_key(key) || matches!(item.value, Value::Unknown(_)))
        }
        _ => short(known) == short(less),
    }
}

const EXPRESSIONS: [&str; 14] = [
    "!Ref A",
    "!Ref B",
    "!If [C, x, !Ref B]",
    "!If [D, !Ref 'AWS::NoValue', y]",
    "!Sub '${A}-${B}'",
    "!Select [!Ref N, [p, q, !Ref A]]",
    "!Select [1, [!If [C, z, !Ref 'AWS::NoValue'], !Ref A, w]]",
    "!Join [!Ref A, [1, !Ref B]]",
    "!Split [!Ref A, 'axbxc']",
    "!FindInMap [M, !Ref A, v]",
    "!FindInMap [M, !Ref B, v, {DefaultValue: none}]",
    "!GetAtt Vpc.CidrBlock",
    "{m: !If [C, 1, 1], n: !If [D, 1, 2]}",
    "!Ref Maybe",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn knowing_less_never_gives_another_answer(values in proptest::collection::vec("[a-cx01]", 3), missing in 0_usize..3, picked in proptest::collection::vec(0_usize..14, 1..6)) {
        let names = ["A", "B", "N"];
        let list: String = picked.iter().flat_map(|index| ["        - ", EXPRESSIONS[*index], "\n"]).collect();
        let text = format!("Parameters: {{A: {{Type: String}}, B: {{Type: String}}, N: {{Type: String}}}}\nMappings: {{M: {{a: {{v: 1}}, b: {{v: 2}}}}}}\nConditions:\n  C: !Equals [!Ref A, !Ref B]\n  D: !Or [!Condition C, !Not [!Equals [!Ref A, a]]]\nResources:\n  Vpc: {{Type: 'AWS::EC2::VPC', Properties: {{CidrBlock: !If [D, !Ref A, '1']}}}}\n  Maybe: {{Type: 'AWS::EC2::VPC', Condition: D}}\n  X:\n    Type: T::X\n    Properties:\n      v:\n{list}");
        let all: Vec<(&str, &str)> = names.iter().copied().zip(values.iter().map(String::as_str)).collect();
        let less: Vec<(&str, &str)> = all.iter().copied().enumerate().filter(|(index, _)| *index != missing).map(|(_, pair)| pair).collect();
        let (known, less) = (code_of(&[("a.yaml", &text)], &["a.yaml"], &all), code_of(&[("a.yaml", &text)], &["a.yaml"], &less));
        let body = |code: &crate::iac::Code| code.declarations.iter().find(|found| found.address == "X").unwrap().body.get("v").clone();
        let (known, less) = (body(&known), body(&less));
        let (Value::List(known_items), Value::List(less_items)) = (&known.value, &less.value) else { panic!() };
        // What may be nothing is unknown, and is left out where it is known to be nothing.
        if known_items.len() == less_items.len() {
            for (one, other) in known_items.iter().zip(less_items) {
                prop_assert!(refines(&one.value, &other.value), "{} became {} in\n{text}", short(&one.value), short(&other.value));
            }
        } else {
            let unknown = less_items.iter().filter(|item| matches!(item.value, Value::Unknown(_))).count();
            prop_assert!(less_items.len() - known_items.len() <= unknown);
        }
    }
}

#[test]
fn without_a_region_names_can_still_be_put_together() {
    let text = format!("{AROUND}!Sub 'arn:${{AWS::Partition}}:x:${{AWS::Region}}:${{AWS::AccountId}}'\n");
    let to = crate::iac::made_up::Destination { region: "any-region".into(), account: String::new(), ..here() };
    let folder = crate::iac::folder::InMemory::of([("a.yaml", text.as_str())]);
    let code = crate::iac::cloudformation::read(&["a.yaml".into()], &folder, &std::collections::BTreeMap::new(), &to).unwrap();
    assert_eq!(value(&code, "X", &["v"]), "~arn:aws:x:any-region:");
}
