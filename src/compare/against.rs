//! A run held against an earlier one: what is new, what is fixed, and of what nothing can be told any more.

use crate::assessment::{Baseline, Fixed, Novelty, Record, Said, Scope, Standing, Told, Untold};

/// Why two runs cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// They are of two accounts.
    #[error("it is of account {before}, and this is account {now}")]
    Account {
        /// The account of the earlier one.
        before: String,
        /// The account of this one.
        now: String,
    },
    /// One judged code and the other an account, or they judged code of two kinds.
    #[error("it judged {before}, and this judges {now}: they do not name things alike")]
    Kind {
        /// What the earlier one judged.
        before: String,
        /// What this one judges.
        now: String,
    },
    /// They have no region in common.
    #[error("it is of {before}, and this is of {now}: they have no region in common")]
    Regions {
        /// The regions of the earlier one.
        before: String,
        /// The regions of this one.
        now: String,
    },
}

/// Refuses what cannot be compared.
pub fn check(before: &Record, now: &Record) -> Result<(), Mismatch> {
    if let (Some(earlier), Some(later)) = (&before.account, &now.account)
        && earlier != later
    {
        return Err(Mismatch::Account { before: earlier.clone(), now: later.clone() });
    }
    if language(before) != language(now) {
        return Err(Mismatch::Kind { before: language(before).to_owned(), now: language(now).to_owned() });
    }
    let is_apart = before.regions.is_disjoint(&now.regions) && !before.regions.is_empty() && !now.regions.is_empty();
    if is_apart {
        let names = |record: &Record| record.regions.iter().cloned().collect::<Vec<_>>().join(", ");
        return Err(Mismatch::Regions { before: names(before), now: names(now) });
    }
    Ok(())
}

/// By whose names resources are known: AWS's, or those of code.
fn language(record: &Record) -> &str {
    match record.code.as_deref() {
        None => "an account",
        Some(kind) if kind.starts_with("terraform") => "Terraform code",
        Some(kind) => kind,
    }
}

/// Holds a run against an earlier one.
pub fn against(before: &Record, now: &Record, name: &str) -> Result<Baseline, Mismatch> {
    check(before, now)?;
    let mut found = Baseline { name: name.to_owned(), taken_at: before.taken_at.clone(), notes: notes(before, now), ..Baseline::default() };
    for ((rule, subject), said) in &now.said {
        if let Some(standing) = standing(before, now, said) {
            found.standings.insert((rule.clone(), subject.clone()), standing);
        }
    }
    for said in before.said.values().filter(|said| said.verdict == Told::Fail) {
        match fate(said, before, now) {
            Fate::Unchanged => {}
            Fate::Replaced => found.replaced.push(said.clone()),
            Fate::Fixed(how) => found.fixed.push((said.clone(), how)),
            Fate::Untold(why) => found.untold.push((said.clone(), why)),
        }
    }
    Ok(found)
}

/// What became of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Unchanged,
    Replaced,
    Fixed(Fixed),
    Untold(Untold),
}

/// What became of a finding of before.
pub(super) fn fate(said: &Said, before: &Record, now: &Record) -> Fate {
    if !now.rules.contains(&said.rule) {
        return Fate::Untold(Untold::RuleNotApplied);
    }
    // A finding of a working copy goes on in what is deployed, once that can be read.
    let found = now.said.get(&said.key()).or_else(|| now.of(&said.rule, &deployed(&said.id)?));
    match found.map(|found| (found.verdict, found)) {
        Some((Told::Fail | Told::Suppressed, found)) if is_same(said, found) => Fate::Unchanged,
        Some((Told::Fail | Told::Suppressed, _)) => Fate::Replaced,
        Some((Told::Unknown, _)) => Fate::Untold(Untold::Unknown),
        Some((Told::Pass, _)) => Fate::Fixed(Fixed::Passes),
        Some((Told::NotApplicable, _)) if now.may_leave_out(&said.kind, before) => Fate::Untold(Untold::OutOfScope),
        Some((Told::NotApplicable, _)) => Fate::Fixed(Fixed::NotApplicable),
        None if !now.regions.contains(&said.region) => Fate::Untold(Untold::RegionNotRead),
        None if now.may_have_more(&said.rule, &said.region) => Fate::Untold(Untold::NotListed),
        None if !is_one_account(before, now) => Fate::Untold(Untold::AccountUnknown),
        None => Fate::Fixed(if now.is_whole { Fixed::Gone } else { Fixed::NotListed }),
    }
}

/// How what a rule says now stands to what was said before; none where nothing is wrong, and for what is put up with and was not there.
fn standing(before: &Record, now: &Record, said: &Said) -> Option<Standing> {
    if !said.verdict.is_bad() {
        return None;
    }
    let known = before.said.get(&said.key()).or_else(|| drafts(&said.id).iter().find_map(|draft| before.of(&said.rule, draft)));
    let standing = match known.map(|known| (known.verdict, known)) {
        Some((Told::Fail, known)) if is_same(known, said) => Standing::Unchanged,
        Some((Told::Suppressed, known)) if is_same(known, said) && said.verdict == Told::Suppressed => Standing::Unchanged,
        Some((Told::Suppressed, known)) if is_same(known, said) => Standing::New(Novelty::WasSuppressed),
        Some((Told::Fail | Told::Suppressed, _)) => Standing::New(Novelty::OtherEvidence),
        Some((Told::Unknown, _)) => Standing::New(Novelty::WasUnknown),
        None if !before.rules.contains(&said.rule) => Standing::New(Novelty::NewRule),
        None if !before.regions.contains(&said.region) => Standing::New(Novelty::NewRegion),
        None if before.may_have_more(&said.rule, &said.region) => Standing::New(Novelty::WasUnknown),
        Some((Told::NotApplicable, _)) | None if is_wider(before, now, &said.kind) => Standing::New(Novelty::NewScope),
        Some((Told::Pass | Told::NotApplicable, _)) | None => Standing::New(Novelty::Appeared),
    };
    (said.verdict == Told::Fail || standing == Standing::Unchanged).then_some(standing)
}

/// Whether two findings of one rule are the same: by fingerprint, where both have one and it was made of the same subject.
fn is_same(before: &Said, now: &Said) -> bool {
    before.id != now.id || before.fingerprint.is_empty() || now.fingerprint.is_empty() || before.fingerprint == now.fingerprint
}

/// Whether what one run did not see and the other did is provably gone: only of one account can that be said.
pub(super) fn is_one_account(before: &Record, now: &Record) -> bool {
    before.account == now.account && (now.account.is_some() || now.code.is_some())
}

/// Whether a subject of this kind was perhaps left out only because less of the account was judged.
fn is_wider(before: &Record, now: &Record, kind: &str) -> bool {
    before.scope == Some(Scope::ApiPaths) && before.may_leave_out(kind, now)
}

/// The id of what is deployed, for one of a working copy.
fn deployed(id: &str) -> Option<String> {
    let plain = id.strip_suffix("#working-copy").map(ToOwned::to_owned);
    plain.or_else(|| id.split_once("/working-copy#").map(|(stage, route)| format!("{stage}#{route}")))
}

/// The ids that a working copy of this gets.
fn drafts(id: &str) -> Vec<String> {
    let route = id.split_once('#').map(|(stage, route)| format!("{stage}/working-copy#{route}"));
    [Some(format!("{id}#working-copy")), route].into_iter().flatten().collect()
}

pub(super) fn notes(before: &Record, now: &Record) -> Vec<String> {
    let mut notes = Vec::new();
    let list = |names: Vec<&String>| names.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let not_now: Vec<&String> = before.regions.difference(&now.regions).collect();
    if !not_now.is_empty() {
        notes.push(format!("{} was read before and not now: nothing can be told of what failed there", list(not_now)));
    }
    let not_then: Vec<&String> = now.regions.difference(&before.regions).collect();
    if !not_then.is_empty() {
        notes.push(format!("{} was not read before: what fails there is new", list(not_then)));
    }
    let rules = before.rules.difference(&now.rules).count();
    if rules > 0 {
        notes.push(format!("rules applied before and not now: {rules}"));
    }
    let rules = now.rules.difference(&before.rules).count();
    if rules > 0 {
        notes.push(format!("rules applied now and not before: {rules}; what they find is new by a new rule"));
    }
    if let (Some(earlier), Some(later)) = (before.scope, now.scope)
        && earlier != later
    {
        notes.push(format!("the scope was `{}` before and is `{}` now", earlier.as_str(), later.as_str()));
    }
    for (record, which) in [(before, "earlier"), (now, "later")] {
        if record.is_narrowed {
            notes.push(format!("the {which} run was narrowed to some subjects: nothing can be told of what it left out"));
        }
    }
    if !is_one_account(before, now) {
        notes.push("nobody knows whether both are of one account: nothing counts as gone".to_owned());
    }
    notes
}
