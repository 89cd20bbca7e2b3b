//! What a plan makes sure of, as commands.

use super::super::shell::word;
use crate::migrate::cloud::Request;
use crate::migrate::plan::{Check, Plan, Step};

/// The commands of a check.
pub(super) fn lines(plan: &Plan, step: &Step, check: &Check) -> Vec<String> {
    match check {
        Check::Healthy { target_group, at_least, .. } => {
            let query = "length(TargetHealthDescriptions[?TargetHealth.State=='healthy'])";
            let command =
                format!("aws elbv2 describe-target-health --target-group-arn {} --query \"{query}\" --output text", word(target_group));
            let pattern = format!("^({at_least}|{})$", more_than(*at_least));
            vec![format!("wait_for '{at_least} healthy targets' {} '{pattern}' {command}", step.deadline_seconds)]
        }
        Check::Baseline { requests, .. } => requests
            .iter()
            .enumerate()
            .map(|(number, request)| format!("{} > \"$work\"/{}-{number}", ask(plan, request), step.id))
            .collect(),
        Check::SameAs { baseline, requests, .. } => requests
            .iter()
            .enumerate()
            .map(|(number, request)| format!("{} | diff \"$work\"/{baseline}-{number} -", ask(plan, request)))
            .collect(),
        Check::Rescan { gone, .. } => {
            let mut rules: Vec<&str> = gone.iter().map(|key| key.rule.as_str()).collect();
            rules.sort_unstable();
            rules.dedup();
            if rules.is_empty() {
                return vec!["# nothing has to be gone".to_owned()];
            }
            vec![format!("apiaudit scan --region {} --only {} --fail-on info", word(&plan.region), rules.join(","))]
        }
    }
}

/// Numbers above one, as a pattern: as many digits with a greater value, or more digits.
fn more_than(number: usize) -> String {
    let digits = number.to_string();
    let mut ways: Vec<String> = digits
        .char_indices()
        .filter(|(_, digit)| *digit < '9')
        .map(|(place, digit)| {
            let greater = char::from(digit as u8 + 1);
            format!("{}[{greater}-9][0-9]{{{}}}", &digits[..place], digits.len() - place - 1)
        })
        .collect();
    ways.push(format!("[1-9][0-9]{{{},}}", digits.len()));
    ways.join("|")
}

/// A request whose status and body are printed.
fn ask(plan: &Plan, request: &Request) -> String {
    match request {
        Request::TestInvoke { api, resource, method, path } => {
            let method = if method == "ANY" { "GET" } else { method };
            format!(
                "aws apigateway test-invoke-method --rest-api-id {} --resource-id {} --http-method {method} --path-with-query-string {} \
                 --query '[status,body]' --output text",
                word(api),
                word(resource),
                word(path),
            )
        }
        Request::Invoke { api, stage, path, signed } => {
            let signature = if *signed {
                format!(
                    " --aws-sigv4 aws:amz:{}:execute-api --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\" \
                         ${{AWS_SESSION_TOKEN:+-H \"x-amz-security-token: $AWS_SESSION_TOKEN\"}}",
                    plan.region
                )
            } else {
                String::new()
            };
            let stage = if stage == "$default" { String::new() } else { format!("/{}", word(stage)) };
            let suffix = if plan.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
            format!(
                "curl -sS -w '\\n%{{http_code}}\\n'{signature} https://{}.execute-api.{}.{suffix}{stage}{}",
                word(api),
                plan.region,
                word(path),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::more_than;

    #[test]
    fn numbers_above() {
        for number in 0..120_usize {
            let pattern = regex::Regex::new(&format!("^({number}|{})$", more_than(number))).unwrap();
            for other in 0..1200_usize {
                assert_eq!(pattern.is_match(&other.to_string()), other >= number, "{other} against {number}");
            }
        }
    }
}
