use super::*;
use crate::iac::folder::InMemory;

const MANIFEST: &str = r#"{"version": "48.0.0", "artifacts": {
  "St.assets": {"type": "cdk:asset-manifest"},
  "St": {"type": "aws:cloudformation:stack", "environment": "aws://123456789012/eu-west-1",
    "properties": {"templateFile": "St.template.json", "parameters": {"P": "given"}},
    "additionalMetadataFile": "St.metadata.json"},
  "assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}}}"#;
const INNER: &str = r#"{"artifacts": {"ProdApi": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region",
    "properties": {"templateFile": "Api.template.json"},
    "metadata": {"/Prod/Api/Sg": [{"type": "aws:cdk:logicalId", "data": "Sg", "trace": ["new X (/ci/build/node_modules/aws-cdk-lib/a.js:1:1)", "Api (/ci/build/infra/lib/api.ts:2:3)"]}]}}}}"#;
const METADATA: &str = r#"{"/St/Alb/Resource": [{"type": "aws:cdk:logicalId", "data": "Alb16C2F182"},
    {"type": "aws:cdk:creationStack", "data": ["...new ApplicationLoadBalancer2 in aws-cdk-lib...", "new S (/somewhere/app.js:2:5)", "node:internal/x:1:1"]}],
  "/St/Far": [{"type": "aws:cdk:logicalId", "data": "Far"}, {"type": "aws:cdk:creationStack", "data": ["new S (/somewhere/other.js:2:5)"]}],
  "/St/Nested/Sg": [{"type": "aws:cdk:logicalId", "data": "Sg"}, {"type": "aws:cdk:creationStack", "data": ["new S (/somewhere/infra/lib/api.ts:1:1)"]}]}"#;
const TEMPLATE: &str = r#"{"Parameters": {"P": {"Type": "String"}}, "Resources": {
	"Alb16C2F182": {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"Scheme": "internet-facing", "Name": {"Ref": "P"}}},
	"Far": {"Type": "AWS::EC2::VPC"},
	"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Fn::Sub": "https://s3/${AWS::Region}"}},
		"Metadata": {"aws:asset:path": "Nested.template.json", "aws:asset:property": "TemplateURL"}}}}"#;
const NESTED: &str = r#"{"Resources": {"Sg": {"Type": "AWS::EC2::SecurityGroup", "Metadata": {"aws:cdk:path": "St/Nested/Sg"}}}}"#;
const API: &str = r#"{"Resources": {"Sg": {"Type": "AWS::EC2::SecurityGroup"}}}"#;

fn folder() -> InMemory {
    InMemory::of([
        ("cdk.out/manifest.json", MANIFEST),
        ("cdk.out/St.template.json", TEMPLATE),
        ("cdk.out/St.metadata.json", METADATA),
        ("cdk.out/Nested.template.json", NESTED),
        ("cdk.out/assembly-Prod/manifest.json", INNER),
        ("cdk.out/assembly-Prod/Api.template.json", API),
        ("app.js", "const x = 1;\n    new Alb(this, 'Alb');  \n"),
        ("infra/lib/api.ts", "one\n  two();\n"),
        ("a/other.js", "1\n2\n"),
        ("b/other.js", "1\n2\n"),
        ("node_modules/x/app.js", ""),
    ])
}

#[test]
fn resources_are_placed_where_the_program_made_them() {
    let code = read_cdk("cdk.out", &folder(), &BTreeMap::new(), &Destination::default()).unwrap();
    let place = |address: &str| {
        let declaration = code.declarations.iter().find(|found| found.address == address).unwrap_or_else(|| panic!("{address}"));
        let place = code.files.place(declaration.head.unwrap()).unwrap();
        format!("{}:{}:{}-{}", place.file, place.start_line, place.start_column, place.end_column)
    };
    assert_eq!(place("St.Alb16C2F182"), "app.js:2:5-26");
    assert_eq!(place("ProdApi.Sg"), "infra/lib/api.ts:2:3-9");
    assert_eq!(place("St.Nested.Sg"), "infra/lib/api.ts:1:1-4");
    // Two files could be meant, so none is.
    assert_eq!(place("St.Far"), "cdk.out/St.template.json:3:2-7");
    let alb = code.declarations.iter().find(|found| found.address == "St.Alb16C2F182").unwrap();
    assert_eq!(alb.body.get("Scheme").span, None);
    assert_eq!(alb.body.get("Name").text(), Ok(Some("given".to_owned())));
    assert_eq!(alb.region.as_deref(), Some("eu-west-1"));
    assert_eq!(code.region, None, "the other stack says of no region");
}

#[test]
fn a_broken_assembly_is_told_of() {
    let wrong = |change: &dyn Fn(&mut InMemory)| {
        let mut folder = folder();
        change(&mut folder);
        read_cdk("cdk.out", &folder, &BTreeMap::new(), &Destination::default()).unwrap_err()[0].render(false, 100)
    };
    assert!(wrong(&|folder| drop(folder.0.remove("cdk.out/manifest.json"))).contains("there is no cdk.out/manifest.json"));
    let broken = wrong(&|folder| drop(folder.0.insert("cdk.out/manifest.json".into(), "{\n \"a\": }".into())));
    assert!(broken.contains("manifest.json:2:"), "{broken}");
    let outside = MANIFEST.replace("\"St.template.json\"", "\"../../St.template.json\"");
    assert!(wrong(&|folder| drop(folder.0.insert("cdk.out/manifest.json".into(), outside.as_str().into()))).contains("outside"));
}
