//! The subjects that flags choose: what is left out, and what cannot be told to be another's.

use super::args::Subjects;
use super::paths::no_such;
use super::source::Source;
use super::{Ended, Failure};
use crate::assessment::{Assessment, Glob, Subject, Tag};
use crate::inventory::{Cause, Observed, TagIndex};
use crate::network::SharedRanges;
use crate::rules::hint::nearest;
use crate::topology::{Reach, Topology, Ways};

/// How many names there are to choose from before the rest is only counted.
const MOST_NAMES: usize = 20;

/// The conclusion about the chosen subjects; about all of them where no flag chooses.
pub(super) fn narrow(assessment: Assessment, asked: &Subjects, source: &Source, ranges: &SharedRanges) -> Result<Assessment, Failure> {
    let by = in_words(asked);
    if by.is_empty() {
        return Ok(assessment);
    }
    let tags = TagIndex::new(&source.inventory);
    let chosen = Chosen {
        globs: asked.resource.iter().map(|glob| Glob::new(glob)).collect(),
        wanted: asked.tag.iter().map(|text| tag(text)).collect::<Result<_, _>>()?,
        tags: &tags,
        reach: reach(asked, source, ranges)?,
    };
    chosen.check(&assessment, source.interrupted)?;
    Ok(assessment.narrow(by, |subject| chosen.takes(subject)))
}

/// The flags as they were typed.
fn in_words(asked: &Subjects) -> Vec<String> {
    let flags = [("--resource", &asked.resource), ("--tag", &asked.tag), ("--api", &asked.api)];
    flags.into_iter().flat_map(|(flag, values)| values.iter().map(move |value| format!("{flag} {value}"))).collect()
}

fn tag(text: &str) -> Result<Tag, Failure> {
    let (key, value) = text.split_once('=').map_or((text, None), |(key, value)| (key, Some(value.to_owned())));
    if key.is_empty() {
        return Err(Failure::usage(format!("`--tag {text}` names no tag"), "give a key, or a key and a value: --tag team=orders"));
    }
    Ok(Tag { key: key.to_owned(), value })
}

fn reach(asked: &Subjects, source: &Source, ranges: &SharedRanges) -> Result<Option<Reach>, Failure> {
    if asked.api.is_empty() {
        return Ok(None);
    }
    let topology = Topology::new(&source.inventory);
    let ways = Ways::new(&topology, ranges);
    Reach::of(&topology, &ways, &asked.api).map(Some).map_err(|wrong| no_such(&wrong, source.interrupted))
}

/// What was chosen: a subject must meet every kind of flag, by one of its values.
struct Chosen<'c> {
    globs: Vec<Glob>,
    wanted: Vec<Tag>,
    tags: &'c TagIndex<'c>,
    reach: Option<Reach>,
}

impl Chosen<'_> {
    /// What could not be listed may hold what was chosen, and what has tags that could not be read may have the one: neither is left out.
    fn takes(&self, subject: &Subject) -> bool {
        let is_unread = subject.is_unread();
        let named = self.globs.is_empty() || is_unread || self.globs.iter().any(|glob| fits(glob, subject));
        let tagged = self.wanted.is_empty() || is_unread || self.wanted.iter().any(|tag| self.may_have(tag, subject));
        named && tagged && self.reach.as_ref().is_none_or(|reach| reach.takes(subject))
    }

    fn may_have(&self, tag: &Tag, subject: &Subject) -> bool {
        match tag.is_on(&subject.region, &subject.id, self.tags) {
            Observed::Known(has) => has,
            Observed::Unknown(gap) => gap.cause != Cause::NotSupported,
            Observed::Absent => false,
        }
    }

    /// Refuses what fits nothing: most likely it was meant otherwise.
    fn check(&self, assessment: &Assessment, interrupted: bool) -> Result<(), Failure> {
        let judged = || assessment.outcomes.iter().map(|outcome| outcome.subject.as_ref()).filter(|subject| !subject.is_unread());
        for glob in &self.globs {
            if !judged().any(|subject| fits(glob, subject)) {
                let names = judged().filter_map(|subject| subject.names().pop());
                return Err(nothing(
                    &format!("nothing that the rules judge is called `{}`", glob.as_str()),
                    glob.as_str(),
                    names,
                    interrupted,
                ));
            }
        }
        for tag in &self.wanted {
            if !judged().any(|subject| self.may_have(tag, subject)) {
                let all: Vec<String> = self.tags.all().into_iter().map(|(key, value)| format!("{key}={value}")).collect();
                let typed = tag.value.as_ref().map_or_else(|| tag.key.clone(), |value| format!("{}={value}", tag.key));
                let message = format!("nothing that the rules judge has the tag `{typed}`");
                return Err(nothing(&message, &typed, all.iter().map(String::as_str), interrupted));
            }
        }
        Ok(())
    }
}

fn fits(glob: &Glob, subject: &Subject) -> bool {
    subject.names().into_iter().any(|name| glob.fits(name))
}

fn nothing<'n>(message: &str, typed: &str, names: impl Iterator<Item = &'n str>, interrupted: bool) -> Failure {
    let names: std::collections::BTreeSet<&str> = names.collect();
    let names: Vec<&str> = names.into_iter().collect();
    let mut help = Vec::new();
    if let Some(name) = nearest(typed, &names) {
        help.push(format!("did you mean `{name}`?"));
    }
    let more = if names.len() > MOST_NAMES { format!(", and {} more", names.len() - MOST_NAMES) } else { String::new() };
    let shown = &names[..names.len().min(MOST_NAMES)];
    help.push(if names.is_empty() { "there is nothing at all".to_owned() } else { format!("there is {}{more}", shown.join(", ")) });
    // What was not read before an interruption may be what was meant.
    let ended = if interrupted { Ended::Interrupted } else { Ended::Usage };
    Failure::Told { ended, message: message.to_owned(), help }
}
