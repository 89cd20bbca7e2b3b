//! A plan as a commented script of AWS CLI commands, each with the one that takes it back.

mod before;
mod checks;
mod create;
mod remove;
mod set;

use std::io;

use super::shell::{comment, quoted, variable, word};
use super::text::{heading, lasting, undo};
use crate::migrate::cloud::{PLAN_TAG, Request, STEP_TAG};
use crate::migrate::plan::{Action, Check, Plan, Step};

/// What every script begins with: however it ends too early, what was done is taken back, last step first.
const PREAMBLE: &str = include_str!("script/preamble.sh");
/// What scripts that send requests need.
const PROOFS: &str = include_str!("script/proofs.sh");
/// What scripts that scan again need.
const SCAN: &str = include_str!("script/scan.sh");

/// Writes a plan as a script.
pub fn script(plan: &Plan, out: &mut dyn io::Write) -> io::Result<()> {
    head(plan, out)?;
    let mut phase = None;
    let mut lasts = false;
    for (place, step) in plan.steps.iter().enumerate() {
        if phase != Some(step.phase) {
            phase = Some(step.phase);
            writeln!(out, "\n{}", comment(&format!("---- {}", heading(step.phase))))?;
        }
        if matches!(step.action, Action::Remove(_)) && !std::mem::replace(&mut lasts, true) {
            writeln!(out, "\n# From here on there is no way back: what was done before stays done.\nundo=()")?;
        }
        writeln!(out, "\n{}", comment(&format!("{}. {} ({})", place + 1, step.title, undo(&step.action))))?;
        for line in lines(plan, step) {
            writeln!(out, "{line}")?;
        }
        if step.settle_seconds > 0 {
            writeln!(out, "sleep {} # until nothing is on its old way any more", step.settle_seconds)?;
        }
    }
    writeln!(out, "\nfinished=yes\nif ((${{#undo[@]}} > 0)); then")?;
    writeln!(out, "    echo 'done; this takes it back:'\n    by_hand \"${{#undo[@]}}\"\nfi")
}

/// The comment at the top, the functions, and what must be so before anything is done.
fn head(plan: &Plan, out: &mut dyn io::Write) -> io::Result<()> {
    let (asks, scans) = (asks(plan), scans(plan));
    let tools = if scans { "bash, curl, apiaudit and the AWS CLI v2" } else { "bash, curl and the AWS CLI v2" };
    writeln!(out, "#!/usr/bin/env bash")?;
    writeln!(out, "{}", comment(&plan.summary))?;
    writeln!(out, "{}", comment(&format!("Plan {} of apiaudit {}, made {}.", plan.id, plan.tool_version, plan.made_at)))?;
    writeln!(out, "{}", comment(&format!("{} steps; {}.", plan.steps.len(), lasting(plan))))?;
    writeln!(out, "# Needs {tools}. Read it before you run it; it stops and goes back when a step fails.")?;
    for warning in &plan.warnings {
        writeln!(out, "{}", comment(&format!("Note: {warning}")))?;
    }
    // What takes a step back is kept as it is written, for later; so are JMESPath's own quotes.
    writeln!(
        out,
        "# shellcheck disable=SC1003,SC2016,SC2034\n{PREAMBLE}{}{}",
        if asks { PROOFS } else { "" },
        if scans { SCAN } else { "" }
    )?;
    writeln!(out, "export AWS_DEFAULT_REGION={0} AWS_REGION={0}", word(&plan.region))?;
    writeln!(out, "s_plan={}", word(&plan.id))?;
    if asks {
        writeln!(out, "# curl signs requests with the same credentials as the AWS CLI.")?;
        writeln!(out, "eval \"$(aws configure export-credentials --format env)\"")?;
    }
    writeln!(out, "# These credentials must be for the account that the plan was made for.")?;
    writeln!(out, "must_be 'the account' {} aws sts get-caller-identity --query Account --output text", word(&plan.account))
}

fn asks(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| matches!(step.action, Action::Check(Check::Baseline { .. } | Check::SameAs { .. })))
}

fn scans(plan: &Plan) -> bool {
    plan.steps.iter().any(|step| matches!(&step.action, Action::Check(Check::Rescan { gone, .. }) if !gone.is_empty()))
}

fn lines(plan: &Plan, step: &Step) -> Vec<String> {
    match &step.action {
        Action::Create(thing) => create::lines(plan, step, thing),
        Action::Discard { step: of } => match plan.step(of).map(|step| &step.action) {
            Some(Action::Create(thing)) => vec![remove::discard(of, thing)],
            _ => Vec::new(),
        },
        Action::Set { property, before, after, undone_by_earlier } => {
            let mut lines: Vec<String> = before::lines(&step.title, property, before);
            lines.extend(set::lines(plan, step, property, before, after, *undone_by_earlier));
            lines
        }
        Action::Check(check) => checks::lines(plan, step, check),
        Action::Remove(thing) => vec![remove::remove(thing)],
    }
}

/// The lines that remember how to take a step back. It is kept as it is written, and what steps made is filled in when it runs:
/// no name is ever read as a command.
fn remember(command: &str) -> [String; 2] {
    [comment(&format!("undo: {command}")), format!("undo+=({})", quoted(command))]
}

/// The tags of what a step makes, in the form that most services take.
fn tags(plan: &Plan, step: &str) -> String {
    let tag = |key: &str, value: &str| format!("{},{}", word(&format!("Key={key}")), word(&format!("Value={value}")));
    format!("{} {}", tag(PLAN_TAG, &plan.id), tag(STEP_TAG, step))
}

/// The tags in the form that API Gateway takes.
fn tag_map(plan: &Plan, step: &str) -> String {
    word(&format!("{PLAN_TAG}={},{STEP_TAG}={step}", plan.id))
}

/// The variable of a step as a word.
fn made(step: &str) -> String {
    format!("\"${}\"", variable(step))
}

/// Whether the service runs what it was last told to run, and nothing else.
fn rolled_out(cluster: &str, service: &str, deadline: u64) -> String {
    let query = word("join(' ', services[0].deployments[].rolloutState)");
    let read = format!("aws ecs describe-services --cluster {cluster} --services {service} --query {query} --output text");
    format!("wait_for 'the rollout' {deadline} COMPLETED {read}")
}

/// How a request is sent: the body comes back, and on the last line the status.
fn request(plan: &Plan, request: &Request) -> String {
    match request {
        Request::TestInvoke { api, resource, method, path } => {
            format!("ask_test {} {} {} {}", word(api), word(resource), word(method), word(path))
        }
        Request::Invoke { api, stage, path, signed } => {
            let how = if *signed { "ask_signed" } else { "ask" };
            let stage = if stage == "$default" { String::new() } else { format!("/{stage}") };
            let suffix = if plan.partition == "aws-cn" { "amazonaws.com.cn" } else { "amazonaws.com" };
            format!("{how} {}", word(&format!("https://{api}.execute-api.{}.{suffix}{stage}{path}", plan.region)))
        }
    }
}
