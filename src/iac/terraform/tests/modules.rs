//! Modules: local, fetched, absent; providers handed down.

use super::{addresses, find, read, text_at, why};

const CHILD: &str = r#"
variable "subnets" {}
variable "name" { default = "none" }
resource "aws_lb" "this" {
  name     = var.name
  subnets  = var.subnets
  internal = true
}
output "arn" { value = aws_lb.this.arn }
output "lb" { value = aws_lb.this }
"#;

#[test]
fn modules_take_inputs_and_give_outputs_for_every_instance() {
    let code = read(&[
        (
            "main.tf",
            r#"
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "west"
  region = "us-west-2"
}
module "lb" {
  source    = "./child"
  for_each  = toset(["a", "b"])
  name      = each.key
  subnets   = [aws_subnet.x.id]
  providers = { aws = aws.west }
}
resource "aws_subnet" "x" {}
resource "aws_lb_listener" "x" {
  load_balancer_arn = module.lb["b"].arn
  name              = module.lb["a"].lb.name
  dns               = module.lb["a"].lb.dns_name
  all               = [for key, lb in module.lb : lb.arn]
  zone              = module.lb["a"].lb.zone_id
}
"#,
        ),
        ("child/main.tf", CHILD),
    ]);
    assert_eq!(addresses(&code), ["aws_lb_listener.x", "aws_subnet.x", "module.lb[\"a\"].aws_lb.this", "module.lb[\"b\"].aws_lb.this"]);
    let (listener, b) = (find(&code, "aws_lb_listener.x"), find(&code, "module.lb[\"b\"].aws_lb.this"));
    assert_eq!(listener.body.get("load_balancer_arn").text().unwrap().as_deref(), b.name("arn"));
    assert_eq!(listener.body.get("name").text().unwrap().unwrap(), "a");
    assert!(listener.body.get("dns").value.is_made_up());
    assert_eq!(listener.body.get("all").items().unwrap().len(), 2);
    assert!(why(listener.body.get("zone")).ends_with(".zone_id is known only after apply"));
    assert_eq!(b.region.as_deref(), Some("us-west-2"));
    assert_eq!(listener.region.as_deref(), Some("eu-west-1"));
    assert_eq!(b.body.get("subnets").texts().unwrap(), ["aws_subnet.x"]);
    assert_eq!(text_at(&code, b.body.get("internal").span), "internal = true");
    assert!(text_at(&code, Some(b.calls[0])).starts_with("module \"lb\" {"));
}

#[test]
fn fetched_modules_stand_where_they_are_called() {
    let modules = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},
        {"Key":"alb","Source":"registry.terraform.io/x/alb/aws","Dir":".terraform/modules/alb"},
        {"Key":"alb.inner","Source":"./inner","Dir":".terraform/modules/alb/inner"}]}"#;
    let code = read(&[
        ("main.tf", "module \"alb\" {\n  source  = \"x/alb/aws\"\n  subnets = [\"subnet-1\"]\n}\n"),
        (".terraform/modules/modules.json", modules),
        (".terraform/modules/alb/main.tf", CHILD),
        (".terraform/modules/alb/more.tf", "module \"inner\" {\n  source = \"./inner\"\n}\n"),
        (".terraform/modules/alb/inner/main.tf", "resource \"aws_sg\" \"x\" {}\n"),
    ]);
    assert_eq!(addresses(&code), ["module.alb.aws_lb.this", "module.alb.module.inner.aws_sg.x"]);
    for declaration in &code.declarations {
        assert_eq!(text_at(&code, declaration.head), "module \"alb\"");
        assert_eq!(declaration.calls.len(), 1);
        assert_eq!(declaration.body.get("subnets").span, None);
    }
    assert_eq!(code.files.iter().count(), 1);
}

#[test]
fn absent_modules_are_unknown_and_told() {
    let code = read(&[(
        "main.tf",
        "module \"vpc\" {\n  source = \"x/vpc/aws\"\n  cidr = \"10.0.0.0/16\"\n}\nmodule \"waf\" {\n  source = \"x/waf/aws\"\n  for = aws_lb.a.arn\n}\nresource \"aws_lb\" \"a\" {\n  subnets = module.vpc.public_subnets\n}\n",
    )]);
    assert_eq!(why(find(&code, "aws_lb.a").body.get("subnets")), "module.vpc is not at hand (its source is x/vpc/aws)");
    assert!(code.notes[0].contains("terraform init"));
    assert_eq!(
        code.uncounted.iter().map(|it| (it.address.as_str(), it.kind.as_str())).collect::<Vec<_>>(),
        [("module.waf", "module")],
        "only a module that is told of something here can add to it"
    );
}

#[test]
fn a_module_of_unknown_count_leaves_its_resources_uncounted() {
    let code = read(&[
        (
            "main.tf",
            "variable \"n\" {}\nmodule \"a\" {\n  source = \"./child\"\n  count = var.n\n  subnets = []\n}\nresource \"aws_x\" \"y\" {\n  a = module.a[0].arn\n}\n",
        ),
        ("child/main.tf", CHILD),
    ]);
    assert_eq!(code.uncounted[0].address, "module.a.aws_lb.this");
    assert_eq!(why(find(&code, "aws_x.y").body.get("a")), "var.n has no value here");
}

#[test]
fn files_are_read_beside_their_module() {
    let code = read(&[
        ("main.tf", "module \"a\" {\n  source = \"./child\"\n}\n"),
        (
            "child/main.tf",
            "resource \"aws_x\" \"a\" {\n  a = templatefile(\"${path.module}/t.tpl\", { ports = [80, 443] })\n  b = file(\"${path.module}/none\")\n  c = timestamp()\n}\n",
        ),
        ("child/t.tpl", "%{ for p in ports ~}\n${p},\n%{ endfor ~}\nend"),
    ]);
    let body = &find(&code, "module.a.aws_x.a").body;
    assert_eq!(body.get("a").text().unwrap().unwrap(), "80,\n443,\nend");
    assert_eq!(why(body.get("b")), "a file that file reads is not at hand");
    assert_eq!(why(body.get("c")), "function timestamp is not evaluated");
    assert_eq!(code.notes, ["function timestamp is not evaluated (once)"]);
}
