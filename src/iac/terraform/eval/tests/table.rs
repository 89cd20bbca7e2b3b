//! What Terraform itself makes of expressions: the right side is what `terraform show -json` wrote of a plan with the left
//! side as an output (Terraform 1.11).

use super::{Variables, evaluate};

const TABLE: &str = include_str!("table.txt");

#[test]
fn expressions_are_what_terraform_makes_of_them() {
    let none = Variables::default();
    for (expr, expected) in TABLE.lines().filter_map(|line| line.split_once(" ==> ")) {
        let found = evaluate(expr, &none).and_then(|value| value.to_json());
        let expected: serde_json::Value = serde_json::from_str(expected).unwrap();
        let found = found.unwrap_or_else(|why| panic!("{expr}: {}", why.0));
        // Numbers are floats on both sides: 1 is 1.0.
        let plain = |json: &serde_json::Value| crate::iac::value::Value::from_json(json);
        assert_eq!(plain(&found), plain(&expected), "{expr}");
    }
}
