//! The lock: a tag on every API of a plan, with owner and age, so that two runs exclude each other.

use super::{Event, Halt, Run};
use crate::migrate::cloud::{Cloud, LOCK_TAG};
use crate::migrate::journal::Journal;
use crate::migrate::thing::{Property, State};

/// How long two runs that lock at the same moment may not see each other, in seconds.
const RACE_SECONDS: u64 = 30;

impl<C: Cloud + ?Sized, J: Journal + ?Sized> Run<'_, C, J> {
    /// Locks every API of the plan. Whose lock is in the way, in words.
    pub(super) fn lock(&mut self) -> Result<Option<String>, Halt> {
        let apis = self.told.plan.locks.clone();
        let mut taken = false;
        for api in &apis {
            match self.holder(api)? {
                None => {
                    self.tag(api)?;
                    taken = true;
                }
                Some(holder) if self.is_mine(&holder) => {}
                Some(holder) => return self.give_way(api, &holder).map(Some),
            }
        }
        if taken {
            self.pause(RACE_SECONDS)?;
        }
        for api in &apis {
            match self.holder(api)? {
                Some(holder) if self.is_mine(&holder) => {}
                Some(holder) => return self.give_way(api, &holder).map(Some),
                None => return Ok(Some(format!("the lock on {api} was taken away"))),
            }
        }
        Ok(None)
    }

    /// Takes the locks away. A tag that stays hurts nobody but the next run, which names it.
    pub(super) fn unlock(&mut self) {
        for api in self.told.plan.locks.clone() {
            let Ok(Some(holder)) = self.holder(&api) else { continue };
            if !self.is_mine(&holder) {
                continue;
            }
            let (from, to) = (State::settings([(LOCK_TAG, holder)]), State::settings::<&str, &str>([]));
            let property = Property::Lock { api: api.clone() };
            if let Err(Halt::Failed(why)) = self.send(|cloud| cloud.write(&property, &from, &to)) {
                (self.listen)(Event::Note(format!("the tag {LOCK_TAG} of {api} could not be taken away: {why}")));
            }
        }
    }

    fn holder(&mut self, api: &str) -> Result<Option<String>, Halt> {
        let property = Property::Lock { api: api.to_owned() };
        let state = self.ask("the API's tags", |cloud| cloud.read(&property))?;
        Ok(state.and_then(|state| state.get(LOCK_TAG).map(str::to_owned)))
    }

    fn is_mine(&self, holder: &str) -> bool {
        holder.starts_with(&self.signature())
    }

    /// Who holds the lock: a tag's value takes letters, digits, spaces and a few signs.
    fn signature(&self) -> String {
        format!("plan={} owner={} ", self.told.plan.id, self.told.owner)
    }

    fn tag(&mut self, api: &str) -> Result<(), Halt> {
        let value = format!("{}since={}", self.signature(), self.cloud.now());
        let (from, to) = (State::settings::<&str, &str>([]), State::settings([(LOCK_TAG, value)]));
        let property = Property::Lock { api: api.to_owned() };
        self.intend("lock", false)?;
        self.send(|cloud| cloud.write(&property, &from, &to)).map_err(|halt| match halt {
            Halt::Failed(why) => Halt::Failed(format!("{api} cannot be locked: {why}")),
            other => other,
        })?;
        Ok(())
    }

    /// Another run was first.
    fn give_way(&mut self, api: &str, holder: &str) -> Result<String, Halt> {
        self.unlock();
        let since = holder.rsplit_once("since=").and_then(|(_, since)| since.trim().parse::<u64>().ok());
        let age = since.map_or(0, |since| self.cloud.now().saturating_sub(since) / 60);
        Ok(format!("{api} is locked: {holder} ({age} min ago)"))
    }
}
