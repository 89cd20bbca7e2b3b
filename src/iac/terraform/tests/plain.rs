//! One module: references, names, counts, and what nobody knows.

use super::{addresses, find, read, why};
use crate::iac::folder::InMemory;
use crate::iac::terraform::{moved, roots};

#[test]
fn references_lead_to_what_is_set_or_to_what_stands_for_it() {
    let code = read(&[(
        "main.tf",
        r#"
provider "aws" { region = "eu-west-1" }
variable "vpc_id" {}
locals { name = "web-${var.stage}" }
variable "stage" { default = "dev" }
resource "aws_lb" "web" {
  name            = local.name
  internal        = false
  security_groups = [aws_security_group.web.id]
  subnets         = aws_subnet.all[*].id
}
resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  port              = "80"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
resource "aws_lb_target_group" "web" {
  name   = aws_lb.web.name
  vpc_id = var.vpc_id
}
resource "aws_security_group" "web" {
  vpc_id = var.vpc_id
  dynamic "ingress" {
    for_each = { http = 80, https = 443 }
    iterator = port
    content {
      from_port   = port.value
      to_port     = port.value
      description = port.key
    }
  }
  dynamic "egress" {
    for_each = var.nothing
    content {}
  }
}
variable "nothing" {}
resource "aws_subnet" "all" {
  count      = 2
  cidr_block = cidrsubnet("10.0.0.0/16", 8, count.index)
  vpc_id     = var.vpc_id
}
resource "aws_eip" "nat" {}
resource "aws_route" "x" {
  destination_cidr_block = "${aws_eip.nat.public_ip}/32"
  gateway_id             = data.aws_internet_gateway.main.id
}
data "aws_internet_gateway" "main" {}
resource "aws_ecs_service" "maybe" { count = var.nothing }
"#,
    )]);
    let web = find(&code, "aws_lb.web");
    assert_eq!(web.region.as_deref(), Some("eu-west-1"));
    assert_eq!(web.body.get("name").text().unwrap().unwrap(), "web-dev");
    assert_eq!(web.body.get("security_groups").texts().unwrap(), ["aws_security_group.web"]);
    assert_eq!(web.body.get("subnets").texts().unwrap(), ["aws_subnet.all[0]", "aws_subnet.all[1]"]);
    let listener = find(&code, "aws_lb_listener.web");
    let arn = listener.body.get("load_balancer_arn");
    assert!(arn.value.is_made_up());
    assert_eq!(arn.text().unwrap().as_deref(), web.name("arn"));
    let group = find(&code, "aws_lb_target_group.web");
    assert_eq!(listener.body.at(&["default_action", "target_group_arn"]).text().unwrap().as_deref(), group.name("arn"));
    assert_eq!(why(group.body.get("vpc_id")), "var.vpc_id has no value here");
    let security = find(&code, "aws_security_group.web");
    let ports: Vec<_> = security.body.get("ingress").items().unwrap().iter().map(|rule| rule.get("from_port").integer::<u16>()).collect();
    assert_eq!(ports, [Ok(Some(80)), Ok(Some(443))]);
    assert_eq!(why(security.body.get("egress")), "var.nothing has no value here");
    assert_eq!(find(&code, "aws_subnet.all[1]").body.get("cidr_block").text().unwrap().unwrap(), "10.0.1.0/24");
    let route = find(&code, "aws_route.x");
    assert_eq!(why(route.body.get("destination_cidr_block")), "aws_eip.nat.public_ip is known only after apply");
    assert_eq!(why(route.body.get("gateway_id")), "data.aws_internet_gateway.main is read only at plan time");
    assert_eq!(code.uncounted.len(), 1);
    assert_eq!((code.uncounted[0].address.as_str(), &*code.uncounted[0].why.0), ("aws_ecs_service.maybe", "var.nothing has no value here"));
}

#[test]
fn variables_take_their_types_their_files_and_their_defaults() {
    let code = read(&[
        (
            "main.tf",
            r#"
variable "rule" {
  type = object({ port = number, cidr = optional(string, "10.0.0.0/8"), note = optional(string) })
}
variable "stage" {
  type    = string
  default = "dev"
}
variable "zones" { type = set(string) }
resource "aws_x" "a" {
  port  = var.rule.port
  cidr  = var.rule.cidr
  stage = var.stage
  zones = var.zones
}
"#,
        ),
        ("terraform.tfvars", "rule = { port = \"80\", other = 1 }\nstage = \"test\"\nzones = [\"b\", \"a\", \"b\"]\n"),
        ("z.auto.tfvars.json", r#"{"stage": "prod"}"#),
    ]);
    let body = &find(&code, "aws_x.a").body;
    assert_eq!(body.get("port").number(), Ok(Some(80.0)));
    assert_eq!(body.get("cidr").text().unwrap().unwrap(), "10.0.0.0/8");
    assert_eq!(body.get("stage").text().unwrap().unwrap(), "prod");
    assert_eq!(body.get("zones").texts().unwrap(), ["a", "b"]);
}

#[test]
fn what_leads_to_itself_is_unknown() {
    let code = read(&[(
        "main.tf",
        "locals {\n  a = local.b\n  b = local.a\n}\nresource \"aws_x\" \"a\" {\n  a = local.a\n  b = aws_x.b.c\n}\nresource \"aws_x\" \"b\" {\n  c = aws_x.a.b\n}\n",
    )]);
    assert_eq!(why(find(&code, "aws_x.a").body.get("a")), "local.a refers to itself");
    assert!(why(find(&code, "aws_x.a").body.get("b")).ends_with("refers to itself"));
}

#[test]
fn overriding_files_change_attributes_and_replace_blocks() {
    let code = read(&[
        ("main.tf", "resource \"aws_lb\" \"a\" {\n  internal = true\n  name = \"x\"\n  access_logs {\n    bucket = \"a\"\n  }\n}\n"),
        ("z_override.tf", "resource \"aws_lb\" \"a\" {\n  internal = false\n  access_logs {\n    bucket = \"b\"\n  }\n}\n"),
    ]);
    let body = &find(&code, "aws_lb.a").body;
    assert_eq!(body.get("internal").bool(), Ok(Some(false)));
    assert_eq!(body.get("name").text().unwrap().unwrap(), "x");
    assert_eq!(body.get("access_logs").items().unwrap().len(), 1);
    assert_eq!(body.at(&["access_logs", "bucket"]).text().unwrap().unwrap(), "b");
}

#[test]
fn a_broken_file_keeps_its_whole_blocks_and_the_names_of_the_others() {
    let code = read(&[
        ("other.tf", ""),
        (
            "main.tf",
            "resource \"aws_lb\" \"good\" {\n  name = \"x\"\n}\n\nresource \"aws_lb\" \"bad\" {\n  name = = \"y\"\n}\n\nresource \"aws_x\" \"uses\" {\n  a = aws_lb.bad.arn\n}\n",
        ),
    ]);
    assert_eq!(addresses(&code), ["aws_lb.good", "aws_x.uses"]);
    assert!(code.notes[0].starts_with("main.tf:6:"), "{:?}", code.notes);
    assert_eq!(code.uncounted[0].address, "aws_lb.bad");
    assert!(why(find(&code, "aws_x.uses").body.get("a")).starts_with("main.tf:6:"));
}

#[test]
fn roots_are_what_nobody_calls_and_moves_are_kept() {
    let folder = InMemory::of([
        ("envs/prod/main.tf", "module \"a\" {\n  source = \"../../modules/a\"\n}\nmoved {\n  from = aws_lb.a\n  to = aws_lb.b[\"x\"]\n}\n"),
        ("modules/a/main.tf", "moved {\n  from = aws_lb.c\n  to = aws_lb.d\n}\n"),
        (".terraform/modules/x/main.tf", ""),
        ("docs/readme.md", ""),
    ]);
    assert_eq!(roots(&folder), ["envs/prod"]);
    let moved = moved(&folder, "envs/prod");
    assert_eq!(moved["aws_lb.a"], "aws_lb.b[\"x\"]");
    assert_eq!(moved["module.a.aws_lb.c"], "module.a.aws_lb.d");
}
