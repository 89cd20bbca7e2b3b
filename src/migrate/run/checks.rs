//! What a step makes sure of.

use std::collections::BTreeMap;

use super::{Halt, Run, SETTLE_SECONDS};
use crate::assessment::Verdict;
use crate::migrate::cloud::{Answer, Cloud, Request};
use crate::migrate::journal::Journal;
use crate::migrate::plan::{Check, FindingKey, Step};
use crate::migrate::thing::{Property, State};
use crate::rules::assess;

/// How often a proof is looked at again while it has to hold, in seconds.
const LOOK_AGAIN_SECONDS: u64 = 15;
/// How long an answer may differ before it counts: a stage takes its time to serve what it was told to.
const PATIENCE_SECONDS: u64 = 120;

impl<C: Cloud + ?Sized, J: Journal + ?Sized> Run<'_, C, J> {
    /// Makes sure of something. The answers that a baseline holds.
    pub(super) fn check(&mut self, step: &Step, check: &Check) -> Result<Vec<(Answer, Answer)>, Halt> {
        match check {
            Check::Healthy { target_group, zones, at_least } => self.healthy(step, target_group, zones, *at_least)?,
            Check::Baseline { requests, untouched } => return self.baseline(requests, untouched),
            Check::SameAs { baseline, requests, for_seconds } => self.same_as(baseline, requests, *for_seconds)?,
            Check::Rescan { gone, known, touched, expected } => {
                self.wait(step.usual_seconds, 2 * SETTLE_SECONDS, |run, _| run.rescan(gone, known, touched, expected))?;
            }
        }
        Ok(Vec::new())
    }

    fn healthy(&mut self, step: &Step, group: &str, zones: &[String], at_least: usize) -> Result<(), Halt> {
        self.wait(step.usual_seconds, step.deadline_seconds, |run, _| {
            let targets = run.ask("the target group", |cloud| cloud.targets(group))?.unwrap_or_default();
            let healthy: Vec<_> = targets.iter().filter(|target| target.state == "healthy").collect();
            let in_zone =
                |zone: &String| healthy.iter().any(|target| target.zone.as_ref() == Some(zone) || target.zone.as_deref() == Some("all"));
            let missing: Vec<&str> = zones.iter().filter(|zone| !in_zone(zone)).map(String::as_str).collect();
            if healthy.len() >= at_least && missing.is_empty() {
                return Ok(Ok(()));
            }
            let reasons = targets.iter().filter(|target| target.state != "healthy" && target.state != "draining");
            let mut reasons: Vec<String> =
                reasons.map(|target| format!("{} {}", target.state, target.reason.as_deref().unwrap_or(""))).collect();
            reasons.sort();
            reasons.dedup();
            let zones = if missing.is_empty() { String::new() } else { format!(", none in {}", missing.join(", ")) };
            Ok(Err(format!("{} of {at_least} targets are healthy{zones} ({})", healthy.len(), reasons.join("; "))))
        })
    }

    fn baseline(&mut self, requests: &[Request], untouched: &[(Property, State)]) -> Result<Vec<(Answer, Answer)>, Halt> {
        for (property, before) in untouched {
            let state = self.ask("the working copy", |cloud| cloud.read(property))?.map(|state| state.narrowed(before, before));
            if state.as_ref() != Some(before) {
                return Err(Halt::Failed("the old way is no longer there to compare with".to_owned()));
            }
        }
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            let both = (self.answer(request)?, self.answer(request)?);
            if let Some(why) = proves_nothing(request, &both.0) {
                return Err(Halt::Failed(why));
            }
            answers.push(both);
        }
        Ok(answers)
    }

    fn answer(&mut self, request: &Request) -> Result<Answer, Halt> {
        let answer = self.ask("the answer", |cloud| cloud.request(request))?;
        answer.ok_or_else(|| Halt::Failed("there is nothing to send a request to".to_owned()))
    }

    fn same_as(&mut self, baseline: &str, requests: &[Request], for_seconds: u64) -> Result<(), Halt> {
        let before = self.told.answers.get(baseline).cloned().unwrap_or_default();
        if before.len() != requests.len() {
            return Err(Halt::Failed("what the old way answered is not known any more, so nothing can be proven".to_owned()));
        }
        let start = self.cloud.now();
        let mut wrong_since = None;
        loop {
            let now = self.cloud.now();
            match self.differs(&before, requests)? {
                None => wrong_since = None,
                Some(why) => {
                    let since = *wrong_since.get_or_insert(now);
                    if now.saturating_sub(since) >= PATIENCE_SECONDS {
                        return Err(Halt::Failed(why));
                    }
                }
            }
            if wrong_since.is_none() && now.saturating_sub(start) >= for_seconds {
                return Ok(());
            }
            self.pause(LOOK_AGAIN_SECONDS)?;
        }
    }

    fn differs(&mut self, before: &[(Answer, Answer)], requests: &[Request]) -> Result<Option<String>, Halt> {
        for ((first, second), request) in before.iter().zip(requests) {
            let now = self.answer(request)?;
            if let Some(why) = difference(first, second, &now) {
                return Ok(Some(why));
            }
        }
        Ok(None)
    }

    /// What a scan finds that it should not; AWS may still show what was before.
    fn rescan(
        &mut self,
        gone: &[FindingKey],
        known: &[FindingKey],
        touched: &[String],
        expected: &BTreeMap<String, String>,
    ) -> Result<Result<(), String>, Halt> {
        let found = self.ask("the region", Cloud::inventory)?;
        let inventory = found.ok_or_else(|| Halt::Failed("the region cannot be read".to_owned()))?;
        let assessment = assess(&inventory, self.rules, "");
        let mut wrong = Vec::new();
        let is_new = |key: &FindingKey| {
            let ours = touched.iter().any(|touched| key.subject.starts_with(touched.as_str()));
            ours && !known.contains(key) && !expected.contains_key(&key.rule)
        };
        for outcome in &assessment.outcomes {
            let key = FindingKey { rule: outcome.rule.id.clone(), subject: outcome.subject.id.clone() };
            match outcome.verdict {
                Verdict::Fail if gone.contains(&key) => wrong.push(format!("{} still stands: {}", key.rule, outcome.subject.name)),
                Verdict::Unknown(_) if gone.contains(&key) => {
                    wrong.push(format!("{} cannot be told: {}", key.rule, outcome.subject.name));
                }
                Verdict::Fail if is_new(&key) => wrong.push(format!("{} is new: {}", key.rule, outcome.subject.name)),
                _ => {}
            }
        }
        Ok(if wrong.is_empty() { Ok(()) } else { Err(format!("the scan afterwards found: {}", wrong.join("; "))) })
    }
}

/// Why an answer says nothing about the way to a back end: it never got there. A stage that asks for a login answers strangers so, and
/// is no proof by itself; a test and a signed request get past it, so there it is none at all.
fn proves_nothing(request: &Request, answer: &Answer) -> Option<String> {
    let gets_through = matches!(request, Request::TestInvoke { .. } | Request::Invoke { signed: true, .. });
    let reached = !matches!(answer.status, 401 | 403 | 429 | 500..);
    (gets_through && !reached).then(|| format!("the old way answered {}: nothing can be proven by that", answer.status))
}

/// What an answer differs in from what the same request brought twice before.
fn difference(first: &Answer, second: &Answer, now: &Answer) -> Option<String> {
    if now.status != first.status && now.status != second.status {
        return Some(format!("the answer is {} and was {}", now.status, first.status));
    }
    if first.body == second.body && now.body != first.body {
        return Some("the body is another one".to_owned());
    }
    match (&first.sent, &now.sent) {
        (Some(was), Some(is)) if was != is => Some(format!("the back end was asked for {is}, and for {was} before")),
        _ => None,
    }
}
