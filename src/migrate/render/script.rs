//! A plan as a commented script of AWS CLI commands, each with the one that takes it back.

mod checks;
mod create;
mod set;

use std::io;

use super::shell::{comment, variable, word};
use super::text::{heading, undo};
use crate::migrate::cloud::{PLAN_TAG, STEP_TAG};
use crate::migrate::plan::{Action, Plan, Step};
use crate::migrate::thing::Remove;

/// What every script begins with: a failure takes back what was done, last step first.
const PREAMBLE: &str = r#"set -euo pipefail
export AWS_PAGER=''
work=$(mktemp -d)
undo=()

# Takes back what was done, the last step first, so that requests have a way at every moment. It stops at the first that fails.
roll_back() {
    trap - ERR INT TERM
    echo 'something failed: taking back what was done' >&2
    for ((place = ${#undo[@]} - 1; place >= 0; place--)); do
        echo "+ ${undo[place]}" >&2
        eval "${undo[place]}"
    done
    exit 5
}
trap roll_back ERR INT TERM

# Waits until a command prints what is wanted: what for, how many seconds at most, the pattern, the command.
wait_for() {
    local what=$1 deadline=$((SECONDS + $2)) pattern=$3
    shift 3
    until [[ "$("$@" 2>/dev/null || true)" =~ $pattern ]]; do
        ((SECONDS < deadline)) || { echo "gave up waiting for $what" >&2; return 1; }
        sleep 10
    done
}

# Stops where something is not as it was when the plan was made: what, what it must be, the command.
must_be() {
    local what=$1 wanted=$2 found
    shift 2
    found=$("$@")
    [[ "$found" == "$wanted" ]] || { echo "$what is $found, and was $wanted when the plan was made" >&2; return 1; }
}
"#;

/// Writes a plan as a script.
pub fn script(plan: &Plan, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "#!/usr/bin/env bash")?;
    writeln!(out, "{}", comment(&plan.summary))?;
    writeln!(out, "{}", comment(&format!("Plan {} of apiaudit {}, made {}.", plan.id, plan.tool_version, plan.made_at)))?;
    writeln!(out, "# Needs bash, curl and the AWS CLI v2. Read it before you run it; it stops and goes back when a step fails.")?;
    for warning in &plan.warnings {
        writeln!(out, "{}", comment(&format!("Note: {warning}")))?;
    }
    write!(out, "{PREAMBLE}")?;
    writeln!(out, "export AWS_DEFAULT_REGION={} AWS_REGION={}\n", word(&plan.region), word(&plan.region))?;
    writeln!(out, "# curl signs requests with the same credentials as the AWS CLI.")?;
    writeln!(out, "eval \"$(aws configure export-credentials --format env)\"")?;
    writeln!(out, "# These credentials must be for the account that the plan was made for.")?;
    let account = "aws sts get-caller-identity --query Account --output text";
    writeln!(out, "must_be 'the account' {} {account}", word(&plan.account))?;
    let mut phase = None;
    for (place, step) in plan.steps.iter().enumerate() {
        if phase != Some(step.phase) {
            phase = Some(step.phase);
            writeln!(out, "\n{}", comment(&format!("---- {}", heading(step.phase))))?;
        }
        writeln!(out, "\n{}", comment(&format!("{}. {} ({})", place + 1, step.title, undo(&step.action))))?;
        for line in lines(plan, step) {
            writeln!(out, "{line}")?;
        }
        if step.settle_seconds > 0 {
            writeln!(out, "sleep {}", step.settle_seconds)?;
        }
    }
    writeln!(out, "\ntrap - ERR INT TERM")?;
    writeln!(out, "echo 'done; to take it back by hand, run these from the last to the first:'")?;
    writeln!(out, "printf '%s\\n' \"${{undo[@]}}\"")
}

fn lines(plan: &Plan, step: &Step) -> Vec<String> {
    match &step.action {
        Action::Create(thing) => create::lines(plan, step, thing),
        Action::Discard { step: of } => match plan.step(of).map(|step| &step.action) {
            Some(Action::Create(thing)) => vec![create::delete(of, thing)],
            _ => Vec::new(),
        },
        Action::Set { property, before, after, undone_by_earlier } => set::lines(property, before, after, *undone_by_earlier),
        Action::Check(check) => checks::lines(plan, step, check),
        Action::Remove(thing) => vec![remove(thing)],
    }
}

fn remove(thing: &Remove) -> String {
    match thing {
        Remove::Listener { listener } => format!("aws elbv2 delete-listener --listener-arn {}", word(listener)),
        Remove::LoadBalancer { balancer } => format!("aws elbv2 delete-load-balancer --load-balancer-arn {}", word(balancer)),
        Remove::TargetGroup { target_group } => format!("aws elbv2 delete-target-group --target-group-arn {}", word(target_group)),
    }
}

/// The line that remembers how to take a step back. What steps made is filled in when the step is done.
fn remember(command: &str) -> String {
    let mut text = String::new();
    for (place, letter) in command.char_indices() {
        let ours = command[place..].starts_with("$s_") || command[place..].starts_with("${s_");
        if matches!(letter, '\\' | '`' | '"') || (letter == '$' && !ours) {
            text.push('\\');
        }
        text.push(letter);
    }
    format!("undo+=(\"{text}\")")
}

/// The tags of what a step makes, in the form that most services take.
fn tags(plan: &Plan, step: &str) -> String {
    format!("Key={PLAN_TAG},Value={} Key={STEP_TAG},Value={step}", plan.id)
}

/// The tags in the form that API Gateway takes.
fn tag_map(plan: &Plan, step: &str) -> String {
    format!("{PLAN_TAG}={},{STEP_TAG}={step}", plan.id)
}

/// The variable of a step as a word.
fn made(step: &str) -> String {
    format!("\"${}\"", variable(step))
}
