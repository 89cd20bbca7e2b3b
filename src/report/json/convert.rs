//! From the core's types to those of the report.

use std::collections::BTreeMap;

use super::baseline::{Baseline, Standing};
use super::document::{
    Account, Cause, Coverage, Evidence, Finding, Gap, Hop, Judged, Judgement, Mapping, Narrowed, Place, Remediation, Report, Rule,
    Severity, SkippedRegion, Source, Subject, Suppressed, Suppression, Tally, Unknown,
};
use super::{FORMAT, VERSION};
use crate::assessment::{self, Assessment, Located, Outcome, RuleInfo, Verdict};
use crate::inventory;
use crate::report::gaps;

impl<'a> From<&'a Assessment> for Report<'a> {
    fn from(assessment: &'a Assessment) -> Self {
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
        for outcome in &assessment.outcomes {
            tallies.entry(&outcome.rule.id).or_default().add(outcome);
        }
        Self {
            format: FORMAT,
            version: VERSION,
            tool_version: &assessment.tool_version,
            taken_at: &assessment.taken_at,
            account: assessment.account.as_ref().map(Into::into),
            regions: &assessment.regions,
            skipped_regions: assessment.skipped_regions.iter().map(Into::into).collect(),
            complete: assessment.is_complete(),
            worst: assessment.worst().map(Into::into),
            code: assessment.code.as_ref(),
            summary: assessment.tally().into(),
            baseline: Baseline::of(assessment),
            coverage: (&assessment.coverage).into(),
            scope: assessment.scope.as_str(),
            narrowed: assessment.narrowed.as_ref().map(|narrowed| Narrowed { by: &narrowed.by, left_out: narrowed.left_out }),
            rules: assessment
                .rules
                .iter()
                .map(|rule| Rule::new(rule, tallies.get(rule.id.as_str()).copied().unwrap_or_default()))
                .collect(),
            findings: assessment.fails().map(|outcome| Finding::new(assessment, outcome)).collect(),
            suppressed: assessment.suppressed().map(|outcome| Finding::new(assessment, outcome)).collect(),
            suppressions: assessment.suppressions.iter().map(Into::into).collect(),
            unknowns: assessment.unknowns().map(Into::into).collect(),
            verdicts: None,
            gaps: assessment.gaps.iter().map(Into::into).collect(),
            missing_permissions: gaps::permissions(assessment),
        }
    }
}

impl<'a> Report<'a> {
    /// The same report with every verdict listed.
    #[must_use]
    pub fn with_verdicts(mut self, assessment: &'a Assessment) -> Self {
        self.verdicts = Some(assessment.outcomes.iter().map(Into::into).collect());
        self
    }
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        match outcome.verdict {
            Verdict::Fail if outcome.suppressed.is_some() => self.suppressed += 1,
            Verdict::Fail => self.fail += 1,
            Verdict::Pass if outcome.subject.draft => self.pass_of_draft += 1,
            Verdict::Pass => self.pass += 1,
            Verdict::Unknown(_) => self.unknown += 1,
            Verdict::NotApplicable => self.not_applicable += 1,
        }
    }
}

impl From<assessment::Tally> for Tally {
    fn from(tally: assessment::Tally) -> Self {
        let assessment::Tally { fail, suppressed, pass, pass_of_draft, unknown, not_applicable } = tally;
        Self { fail, suppressed, pass, pass_of_draft, unknown, not_applicable }
    }
}

impl From<&assessment::Coverage> for Coverage {
    fn from(coverage: &assessment::Coverage) -> Self {
        let &assessment::Coverage { apis, stages, routes, draft_routes, load_balancers, target_groups, services, tasks } = coverage;
        Self { apis, stages, routes, draft_routes, load_balancers, target_groups, services, tasks }
    }
}

impl<'a> From<&'a inventory::Account> for Account<'a> {
    fn from(account: &'a inventory::Account) -> Self {
        Self { id: &account.id, partition: &account.partition, caller_arn: account.caller_arn.as_deref() }
    }
}

impl<'a> From<&'a inventory::SkippedRegion> for SkippedRegion<'a> {
    fn from(region: &'a inventory::SkippedRegion) -> Self {
        Self { name: &region.name, reason: &region.reason }
    }
}

impl<'a> Rule<'a> {
    fn new(rule: &'a RuleInfo, verdicts: Tally) -> Self {
        Self {
            id: &rule.id,
            title: &rule.title,
            severity: rule.severity.into(),
            precision: &rule.precision,
            family: &rule.family,
            what: &rule.what,
            why: &rule.why,
            fix: &rule.fix,
            references: &rule.references,
            mappings: rule.mappings.iter().map(|(catalogue, id)| Mapping { catalogue, id }).collect(),
            verdicts,
        }
    }
}

impl From<assessment::Severity> for Severity {
    fn from(severity: assessment::Severity) -> Self {
        match severity {
            assessment::Severity::Info => Self::Info,
            assessment::Severity::Low => Self::Low,
            assessment::Severity::Medium => Self::Medium,
            assessment::Severity::High => Self::High,
            assessment::Severity::Critical => Self::Critical,
        }
    }
}

impl<'a> From<&'a assessment::Subject> for Subject<'a> {
    fn from(subject: &'a assessment::Subject) -> Self {
        Self { kind: &subject.kind, id: &subject.id, name: &subject.name, region: &subject.region, draft: subject.draft }
    }
}

impl<'a> Finding<'a> {
    fn new(assessment: &'a Assessment, outcome: &'a Outcome) -> Self {
        let proof = outcome.proof.as_deref();
        Self {
            rule: &outcome.rule.id,
            severity: outcome.rule.severity.into(),
            subject: outcome.subject.as_ref().into(),
            message: proof.map_or("", |proof| &proof.message),
            evidence: evidence(outcome),
            paths: paths(outcome),
            remediation: proof.map(|proof| (&proof.remediation).into()).unwrap_or_default(),
            fingerprint: proof.map_or("", |proof| &proof.fingerprint),
            source: assessment.located(outcome).map(Into::into),
            standing: Standing::of(assessment, outcome),
            suppressed: outcome.suppressed.as_ref().map(Into::into),
        }
    }
}

impl<'a> From<&'a assessment::Suppression> for Suppressed<'a> {
    fn from(found: &'a assessment::Suppression) -> Self {
        Self { reason: &found.reason, expires: found.expires.map(|day| day.to_string()), place: (&found.place).into() }
    }
}

impl<'a> From<&'a assessment::AppliedSuppression> for Suppression<'a> {
    fn from(applied: &'a assessment::AppliedSuppression) -> Self {
        let rule = &applied.rule;
        Self {
            state: applied.state.as_str(),
            findings: applied.findings,
            reason: &rule.reason,
            expires: rule.expires.to_string(),
            place: (&rule.place).into(),
        }
    }
}

impl<'a> From<Located<'a>> for Source<'a> {
    fn from(found: Located<'a>) -> Self {
        let origin = found.origin;
        Self {
            address: &origin.address,
            via: origin.via.as_str(),
            confidence: origin.confidence.as_str(),
            place: found.place.into(),
            calls: origin.calls.iter().map(Into::into).collect(),
        }
    }
}

impl<'a> From<&'a assessment::Place> for Place<'a> {
    fn from(place: &'a assessment::Place) -> Self {
        let assessment::Place { file, start_line, start_column, end_line, end_column } = place;
        Self { file, start_line: *start_line, start_column: *start_column, end_line: *end_line, end_column: *end_column }
    }
}

impl<'a> From<&'a Outcome> for Unknown<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        let proof = outcome.proof.as_deref();
        let gaps = match &outcome.verdict {
            Verdict::Unknown(gaps) => gaps.iter().map(Into::into).collect(),
            Verdict::Fail | Verdict::Pass | Verdict::NotApplicable => Vec::new(),
        };
        Self {
            rule: &outcome.rule.id,
            severity: outcome.rule.severity.into(),
            subject: outcome.subject.as_ref().into(),
            message: proof.map_or("", |proof| &proof.message),
            gaps,
            evidence: evidence(outcome),
            paths: paths(outcome),
            fingerprint: proof.map_or("", |proof| &proof.fingerprint),
        }
    }
}

impl<'a> From<&'a Outcome> for Judged<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        let verdict = match outcome.verdict {
            Verdict::Fail => Judgement::Fail,
            Verdict::Pass => Judgement::Pass,
            Verdict::Unknown(_) => Judgement::Unknown,
            Verdict::NotApplicable => Judgement::NotApplicable,
        };
        let subject = &outcome.subject;
        Self {
            rule: &outcome.rule.id,
            subject: &subject.id,
            kind: &subject.kind,
            name: &subject.name,
            region: &outcome.subject.region,
            draft: subject.draft,
            verdict,
        }
    }
}

fn evidence(outcome: &Outcome) -> Vec<Evidence<'_>> {
    let all = outcome.proof.iter().flat_map(|proof| &proof.evidence);
    all.map(|evidence| Evidence { label: &evidence.label, value: &evidence.value }).collect()
}

fn paths(outcome: &Outcome) -> Vec<Vec<Hop<'_>>> {
    let paths = outcome.proof.iter().flat_map(|proof| &proof.paths);
    paths.map(|path| path.steps.iter().map(Into::into).collect()).collect()
}

impl<'a> From<&'a assessment::PathStep> for Hop<'a> {
    fn from(step: &'a assessment::PathStep) -> Self {
        Self { kind: &step.kind, id: &step.id, text: &step.text }
    }
}

impl<'a> From<&'a assessment::Remediation> for Remediation<'a> {
    fn from(remediation: &'a assessment::Remediation) -> Self {
        Self {
            steps: &remediation.steps,
            cli: remediation.cli.as_deref(),
            terraform: remediation.terraform.as_deref(),
            cloudformation: remediation.cloudformation.as_deref(),
        }
    }
}

impl<'a> From<&'a inventory::Gap> for Gap<'a> {
    fn from(gap: &'a inventory::Gap) -> Self {
        let cause = match gap.cause {
            inventory::Cause::Denied => Cause::Denied,
            inventory::Cause::Throttled => Cause::Throttled,
            inventory::Cause::Failed => Cause::Failed,
            inventory::Cause::NotSupported => Cause::NotSupported,
            inventory::Cause::NotAsked => Cause::NotAsked,
            inventory::Cause::Undeployed => Cause::Undeployed,
        };
        Self {
            action: &gap.action,
            operation: &gap.operation,
            region: &gap.region,
            resource: gap.resource.as_deref(),
            cause,
            detail: gap.detail.as_deref(),
        }
    }
}
