use std::collections::BTreeMap;

use super::*;
use crate::iac::Value;
use crate::iac::folder::InMemory;

pub(in crate::iac::cloudformation) fn here() -> Destination {
    Destination { partition: "aws".into(), region: "eu-west-1".into(), account: "123456789012".into() }
}

pub(in crate::iac::cloudformation) fn code_of(files: &[(&str, &str)], templates: &[&str], parameters: &[(&str, &str)]) -> Code {
    let parameters: BTreeMap<String, String> = parameters.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    let templates: Vec<String> = templates.iter().map(|path| (*path).to_owned()).collect();
    read(&templates, &InMemory::of(files.iter().copied()), &parameters, &here())
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(|error| error.render(false, 100)).collect::<Vec<_>>().join("\n")))
}

pub(in crate::iac::cloudformation) fn wrong(files: &[(&str, &str)], parameters: &[(&str, &str)]) -> String {
    let parameters: BTreeMap<String, String> = parameters.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    let errors = read(&[files[0].0.to_owned()], &InMemory::of(files.iter().copied()), &parameters, &here()).unwrap_err();
    errors.iter().map(|error| error.render(false, 100)).collect::<Vec<_>>().join("\n")
}

/// A value in short: made-up texts begin with `~`, unknown values with `?`.
pub(in crate::iac::cloudformation) fn short(value: &Value) -> String {
    match value {
        Value::Text(text) if text.made_up => format!("~{}", text.text),
        Value::Unknown(why) => format!("?{}", why.0),
        Value::List(items) => format!("[{}]", items.iter().map(|item| short(&item.value)).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => {
            format!("{{{}}}", map.iter().map(|(key, item)| format!("{key}: {}", short(&item.value))).collect::<Vec<_>>().join(", "))
        }
        Value::Null => "null".to_owned(),
        other => other.words().unwrap().unwrap().to_string(),
    }
}

pub(in crate::iac::cloudformation) fn value(code: &Code, address: &str, path: &[&str]) -> String {
    let declaration = code.declarations.iter().find(|declaration| declaration.address == address);
    short(&declaration.unwrap_or_else(|| panic!("{address} is not declared")).body.at(path).value)
}

fn addresses(code: &Code) -> Vec<&str> {
    code.declarations.iter().map(|declaration| declaration.address.as_str()).collect()
}

#[test]
fn a_declaration_has_its_places_and_its_names() {
    let text = "Resources:\n  Alb:\n    Type: AWS::ElasticLoadBalancingV2::LoadBalancer\n    Properties:\n      Scheme: internet-facing\n  Listener:\n    Type: AWS::ElasticLoadBalancingV2::Listener\n    Properties: {LoadBalancerArn: !Ref Alb}\n";
    let code = code_of(&[("infra/alb.yaml", text)], &["infra/alb.yaml"], &[]);
    assert_eq!(addresses(&code), ["Alb", "Listener"]);
    let alb = &code.declarations[0];
    let place = |span| {
        let place = code.files.place(span).unwrap();
        format!("{}:{}:{}-{}:{}", place.file, place.start_line, place.start_column, place.end_line, place.end_column)
    };
    assert_eq!(place(alb.head.unwrap()), "infra/alb.yaml:2:3-2:6");
    assert_eq!(place(alb.block.unwrap()), "infra/alb.yaml:2:3-5:30");
    assert_eq!(place(alb.body.get("Scheme").span.unwrap()), "infra/alb.yaml:5:7-5:30");
    assert_eq!(value(&code, "Listener", &["LoadBalancerArn"]), format!("~{}", alb.names["Ref"]));
    assert_eq!(code.region.as_deref(), Some("eu-west-1"));
    assert!(code.notes.is_empty(), "{:?}", code.notes);
}

#[test]
fn templates_share_exports_and_keep_their_names_apart() {
    let network = "Resources:\n  Vpc: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: 10.0.0.0/16}}\nOutputs:\n  V:\n    Value: !Ref Vpc\n    Export: {Name: vpc}\n  L:\n    Value: !Join [',', [!Ref Vpc, b, !Sub 'x-${Vpc}']]\n    Export: {Name: list}\n";
    let app = "Parameters: {P: {Type: String, Default: vpc}}\nResources:\n  Sg:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      VpcId: {'Fn::ImportValue': !Ref P}\n      Other: !ImportValue nowhere\n      Two: !Select [2, !Split [',', !ImportValue list]]\n";
    let code = code_of(&[("network.yaml", network), ("app.yaml", app)], &["network.yaml", "app.yaml"], &[]);
    assert_eq!(addresses(&code), ["app.Sg", "network.Vpc"]);
    assert_eq!(value(&code, "app.Sg", &["VpcId"]), "~network.Vpc");
    assert_eq!(value(&code, "app.Sg", &["Two"]), "~x-network.Vpc");
    assert_eq!(value(&code, "app.Sg", &["Other"]), "?export nowhere is not among the templates given");
    let twice = code_of(&[("a/t.yaml", network), ("b/t.yaml", network), ("app.yaml", app)], &["a/t.yaml", "b/t.yaml", "app.yaml"], &[]);
    assert_eq!(addresses(&twice), ["a/t.Vpc", "app.Sg", "b/t.Vpc"]);
    assert!(value(&twice, "app.Sg", &["VpcId"]).contains("more than one"));
}

#[test]
fn nested_stacks_are_followed_where_they_are_at_hand() {
    let outer = "Resources:\n  Vpc: {Type: 'AWS::EC2::VPC'}\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./nested/inner.yaml\n      Parameters: {Vpc: !Ref Vpc, Subnets: !Join [',', [a, !Ref Vpc]]}\n  Far:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: 'https://s3.amazonaws.com/b/t.yaml'}\n  Use:\n    Type: Custom::X\n    Properties: {Sg: !GetAtt Inner.Outputs.Sg, Far: !GetAtt Far.Outputs.X, None: !GetAtt Inner.Outputs.Y}\n";
    let inner = "Parameters: {Vpc: {Type: String}, Subnets: {Type: 'List<AWS::EC2::Subnet::Id>'}}\nResources:\n  Sg:\n    Type: AWS::EC2::SecurityGroup\n    Properties: {VpcId: !Ref Vpc, S: !Ref Subnets}\nOutputs:\n  Sg: {Value: !GetAtt Sg.GroupId}\n";
    let code = code_of(&[("infra/outer.yaml", outer), ("infra/nested/inner.yaml", inner)], &["infra/outer.yaml"], &[]);
    assert_eq!(addresses(&code), ["Inner", "Inner.Sg", "Use", "Vpc"]);
    assert_eq!(value(&code, "Inner.Sg", &["VpcId"]), "~Vpc");
    assert_eq!(value(&code, "Inner.Sg", &["S"]), "[a, ~Vpc]");
    assert_eq!(value(&code, "Use", &["Sg"]), "~Inner.Sg");
    assert!(value(&code, "Use", &["Far"]).starts_with("?Far has a template that is not at hand"));
    assert!(value(&code, "Use", &["None"]).starts_with("?output Y is not declared"));
    assert_eq!(code.uncounted.len(), 1);
    assert_eq!(code.uncounted[0].address, "Far");
    assert_eq!(code.notes.len(), 1);
    let itself = "Resources:\n  Me:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: me.yaml}\n";
    assert!(wrong(&[("me.yaml", itself)], &[]).contains("me.yaml is nested in itself"));
}

#[test]
fn conditions_decide_what_there_is() {
    let text = "Parameters:\n  Env: {Type: String, Default: prod}\n  Ask: {Type: String}\nConditions:\n  IsProd: !Equals [!Ref Env, prod]\n  Asked: !Equals [!Ref Ask, yes]\n  Both: !And [!Condition IsProd, !Condition Asked]\n  Either: !Or [!Condition Asked, !Condition IsProd]\nResources:\n  A: {Type: 'T::A', Condition: IsProd}\n  B: {Type: 'T::B', Condition: Asked}\n  C: {Type: 'T::C', Condition: Either, Properties: {b: !Ref B, d: !Ref D}}\n  D: {Type: 'T::D', Condition: Nope}\n  M: {Type: 'My::Own::Thing::MODULE'}\n";
    let code = code_of(&[("a.yaml", text)], &["a.yaml"], &[]);
    assert_eq!(addresses(&code), ["A", "C"]);
    let uncounted: Vec<&str> = code.uncounted.iter().map(|found| found.address.as_str()).collect();
    assert_eq!(uncounted, ["B", "D", "M"]);
    assert_eq!(value(&code, "C", &["b"]), "?parameter Ask has no value here (give it with --parameters)");
    let code = code_of(&[("a.yaml", text)], &["a.yaml"], &[("Env", "dev"), ("Ask", "no")]);
    assert!(addresses(&code).is_empty());
}

#[test]
fn loops_are_written_out() {
    let text = "Transform: AWS::LanguageExtensions\nParameters: {Names: {Type: CommaDelimitedList, Default: 'a, b-c'}, Ask: {Type: CommaDelimitedList}}\nResources:\n  Fn::ForEach::Sgs:\n    - N\n    - !Ref Names\n    - Sg&{N}:\n        Type: AWS::EC2::SecurityGroup\n        Properties:\n          GroupName: !Sub 'x-${N}'\n          Fn::ForEach::Tags: [K, [k], {'${K}': !Ref N}]\n  Fn::ForEach::Unknown:\n    - N\n    - !Ref Ask\n    - Sg${N}: {Type: 'AWS::EC2::Subnet'}\n";
    let code = code_of(&[("a.yaml", text)], &["a.yaml"], &[]);
    assert_eq!(addresses(&code), ["Sga", "Sgbc"]);
    assert_eq!(value(&code, "Sgbc", &[]), "{GroupName: x-b-c, k: b-c}");
    assert_eq!(code.uncounted[0].kind, "AWS::EC2::Subnet");
}

#[test]
fn what_is_wrong_names_its_place() {
    assert!(wrong(&[("a.yaml", "Hello: 1\n")], &[]).contains("a.yaml:1:1"));
    assert!(wrong(&[("a.yaml", "Resources:\n  A: {Properties: {}}\n")], &[]).contains("resource A has no Type"));
    assert!(wrong(&[("a.yaml", "- a\n")], &[]).contains("no resources"));
    let text = "Parameters:\n  Env:\n    Type: String\n    AllowedValues: [prod, dev]\n  Key:\n    Type: String\n    NoEcho: true\n    AllowedPattern: '[a-z]+'\n    Default: abc\nResources:\n  A: {Type: 'T::A', Properties: {k: !Ref Key, s: !Sub 'x${Key}'}}\n";
    let told = wrong(&[("a.yaml", text)], &[("Env", "tset"), ("Key", "S3CRET")]);
    assert!(told.contains("a.yaml:4:5") && told.contains("a.yaml:8:5") && !told.contains("S3CRET"), "{told}");
    let code = code_of(&[("a.yaml", text)], &["a.yaml"], &[("Key", "hidden"), ("Env", "dev"), ("Typo", "x")]);
    assert_eq!(value(&code, "A", &["s"]), "~xthe secret parameter Key");
    assert_eq!(code.notes, ["parameter Typo is declared by none of the templates"]);
    let none = read(&["no.yaml".into()], &InMemory::default(), &BTreeMap::new(), &here()).unwrap_err();
    assert!(none[0].message.contains("no.yaml"));
}

#[test]
fn macros_are_told_of() {
    let text = "Transform: [AWS::LanguageExtensions, Mine, {Name: 'AWS::Include', Parameters: {Location: 's3://b/k'}}]\nResources:\n  Fn::Transform: {Name: 'AWS::Include', Parameters: {Location: 's3://b/k'}}\n  A: {Type: 'T::A', Properties: {p: {'Fn::Transform': {Name: X}, q: 1}, r: 2}}\n";
    let code = code_of(&[("a.yaml", text)], &["a.yaml"], &[]);
    assert_eq!(code.uncounted.len(), 3);
    assert!(value(&code, "A", &["p"]).starts_with("?Fn::Transform"));
    assert_eq!(value(&code, "A", &["r"]), "2");
    assert_eq!(code.notes.len(), 2);
}
