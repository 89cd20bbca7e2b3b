//! Which rules of a pack are applied.

use std::collections::BTreeSet;

use crate::assessment::{Glob, Severity};
use crate::rules::hint::{hints, nearest};
use crate::rules::keys::MAPPINGS;
use crate::rules::{Rule, RulePack};

/// A choice of rules: those that meet all of it. Nothing of a kind asked for chooses all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Only these, by id or former name.
    pub only: Vec<String>,
    /// Not these, by id or former name.
    pub skip: Vec<String>,
    /// Only those of these families.
    pub families: Vec<String>,
    /// Only those of this severity or a worse one.
    pub severity: Option<Severity>,
    /// Only those that one of these catalogues knows.
    pub frameworks: Vec<Framework>,
}

/// Another catalogue, or some of its ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// Its name, such as `security-hub`.
    pub name: String,
    /// Its ids; none for all of them.
    pub ids: Option<Glob>,
}

/// A name that nothing has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongName {
    /// What is wrong.
    pub message: String,
    /// What may have been meant.
    pub help: Vec<String>,
}

impl Framework {
    /// `security-hub`, `cis=4.*`.
    pub fn parse(text: &str) -> Self {
        match text.split_once('=') {
            Some((name, ids)) => Self { name: name.to_owned(), ids: Some(Glob::new(ids)) },
            None => Self { name: text.to_owned(), ids: None },
        }
    }

    fn knows(&self, rule: &Rule) -> bool {
        let known = rule.mappings.get(self.name.as_str()).map_or(&[][..], Vec::as_slice);
        // People write them as they like: `elb.4`.
        let wanted = self.ids.as_ref().map(|ids| Glob::new(&ids.as_str().to_lowercase()));
        known.iter().any(|id| wanted.as_ref().is_none_or(|ids| ids.fits(&id.to_lowercase())))
    }

    /// Refuses a catalogue that rules do not speak of, and ids that no rule of the pack has.
    pub fn check(&self, pack: &RulePack) -> Result<(), WrongName> {
        let names: Vec<&str> = MAPPINGS.iter().map(|key| key.name).collect();
        if !names.contains(&self.name.as_str()) {
            let message = format!("there is no framework `{}`", self.name);
            return Err(WrongName { message, help: hints(&self.name, "the frameworks are", &names) });
        }
        match &self.ids {
            Some(ids) if !pack.rules().iter().any(|rule| self.knows(rule)) => {
                let of_rule = |rule: &Rule| rule.mappings.get(self.name.as_str()).cloned().unwrap_or_default();
                let known: BTreeSet<String> = pack.rules().iter().flat_map(of_rule).collect();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                let message = format!("no rule has the {} id `{}`", self.name, ids.as_str());
                let near = nearest(ids.as_str(), &known).map(|near| format!("did you mean `{near}`?"));
                let mut help: Vec<String> = near.into_iter().collect();
                help.push("`apiaudit rules list --json` has the ids of every rule".to_owned());
                Err(WrongName { message, help })
            }
            _ => Ok(()),
        }
    }
}

impl Choice {
    /// Refuses names that nothing in the pack has.
    pub fn check(&self, pack: &RulePack) -> Result<(), WrongName> {
        for name in self.only.iter().chain(&self.skip) {
            find_rule(pack, name)?;
        }
        for family in &self.families {
            check_family(pack, family)?;
        }
        self.frameworks.iter().try_for_each(|framework| framework.check(pack))
    }

    /// The rules that meet all of it, sorted by id.
    pub fn of<'p>(&self, pack: &'p RulePack) -> Vec<&'p Rule> {
        pack.rules().iter().filter(|rule| self.takes(rule)).collect()
    }

    fn takes(&self, rule: &Rule) -> bool {
        let named = |names: &[String]| names.iter().any(|name| rule.is_called(name));
        (self.only.is_empty() || named(&self.only))
            && !named(&self.skip)
            && (self.families.is_empty() || self.families.contains(&rule.family))
            && self.severity.is_none_or(|least| rule.severity >= least)
            && (self.frameworks.is_empty() || self.frameworks.iter().any(|framework| framework.knows(rule)))
    }
}

/// The rule of a name.
pub(crate) fn find_rule<'p>(pack: &'p RulePack, name: &str) -> Result<&'p Rule, WrongName> {
    pack.get(name).ok_or_else(|| {
        let known: Vec<&str> = pack.rules().iter().map(|rule| rule.id.as_str()).collect();
        // There are too many to list them here.
        let mut help: Vec<String> = nearest(name, &known).map(|near| format!("did you mean `{near}`?")).into_iter().collect();
        help.push("`apiaudit rules list` lists the rules".to_owned());
        WrongName { message: format!("there is no rule `{name}`"), help }
    })
}

/// Refuses a family that no rule is of.
pub(crate) fn check_family(pack: &RulePack, name: &str) -> Result<(), WrongName> {
    let known: BTreeSet<&str> = pack.rules().iter().map(|rule| rule.family.as_str()).collect();
    if known.contains(name) {
        return Ok(());
    }
    let known: Vec<&str> = known.into_iter().collect();
    Err(WrongName { message: format!("there is no family `{name}`"), help: hints(name, "the families are", &known) })
}
