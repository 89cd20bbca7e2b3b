//! The lock: a tag on every API of a plan, with owner and age, so that two runs exclude each other.

use super::calls::Wrote;
use super::{Event, Halt, Run, SETTLE_SECONDS};
use crate::migrate::cloud::{CallError, Cloud, LOCK_TAG};
use crate::migrate::journal::Journal;
use crate::migrate::thing::{Property, State};

/// How long after its own lock a run looks again, in seconds: another one's look may have come too early to show that lock, its
/// call may have been on its way for a while, and what it wrote takes its time to be shown in turn.
const RACE_SECONDS: u64 = 2 * SETTLE_SECONDS + 15;
/// How often a tag is set or taken away whose answer gets lost.
const TRIES: u32 = 20;

/// How often all is locked from the beginning.
const ROUNDS: u32 = 3;

/// Who holds the APIs of a plan.
enum Held {
    ByMe,
    By(String, String),
    ByNobody(String),
}

impl<C: Cloud + ?Sized, J: Journal + ?Sized> Run<'_, C, J> {
    /// Locks every API of the plan. Whose lock is in the way, in words.
    pub(super) fn lock(&mut self) -> Result<Option<String>, Halt> {
        match self.take_all() {
            Ok(None) => Ok(None),
            Ok(Some((api, holder))) => self.give_way(&api, &holder).map(Some),
            Err(Halt::Failed(why)) => {
                self.let_go()?;
                Err(Halt::Failed(why))
            }
            Err(halt) => Err(halt),
        }
    }

    /// The API whose lock another run holds, and that lock.
    fn take_all(&mut self) -> Result<Option<(String, String)>, Halt> {
        let mut gone = String::new();
        for _ in 0..ROUNDS {
            if let Some(theirs) = self.take_each()? {
                return Ok(Some(theirs));
            }
            match self.held()? {
                Held::ByMe => return Ok(None),
                Held::By(api, holder) => return Ok(Some((api, holder))),
                // What a killed run had just taken away was still shown at first.
                Held::ByNobody(api) => gone = api,
            }
        }
        Err(Halt::Failed(format!("the lock on {gone} is taken away again and again")))
    }

    fn take_each(&mut self) -> Result<Option<(String, String)>, Halt> {
        let mut taken = false;
        for api in self.told.plan.locks.clone() {
            match self.holder(&api)? {
                // A killed run of this plan left it.
                Some(holder) if self.is_mine(&holder) => self.earlier = Some(true),
                Some(holder) => return Ok(Some((api, holder))),
                None => {
                    taken = true;
                    if let Some(holder) = self.take(&api)? {
                        return Ok(Some((api, holder)));
                    }
                }
            }
        }
        if taken { self.pause(RACE_SECONDS)? }
        Ok(None)
    }

    fn held(&mut self) -> Result<Held, Halt> {
        for api in self.told.plan.locks.clone() {
            match self.holder(&api)? {
                Some(holder) if self.is_mine(&holder) => {}
                Some(holder) => return Ok(Held::By(api, holder)),
                None => return Ok(Held::ByNobody(api)),
            }
        }
        Ok(Held::ByMe)
    }

    /// Tags an API: each try looks first, for a tag would put another run's away. Whose lock it is, where it is another one's.
    fn take(&mut self, api: &str) -> Result<Option<String>, Halt> {
        let property = Property::Lock { api: api.to_owned() };
        let from = State::settings::<&str, &str>([]);
        let mut why = String::new();
        for attempt in 0..TRIES {
            match self.holder(api)? {
                Some(holder) if self.is_mine(&holder) => return Ok(None),
                Some(holder) => return Ok(Some(holder)),
                None => {}
            }
            let to = State::settings([(LOCK_TAG, format!("{}since={}", self.signature(), self.cloud.now()))]);
            self.intend("lock", false)?;
            match self.cloud.write(&property, &from, &to) {
                Ok(()) => return Ok(None),
                Err(CallError::Stopped) => return Err(Halt::Stopped),
                Err(error @ (CallError::Denied(_) | CallError::Rejected(_))) => {
                    return Err(Halt::Failed(format!("{api} cannot be locked: {error}")));
                }
                Err(error @ (CallError::Throttled | CallError::Busy(_))) => {
                    why = error.to_string();
                    self.pause(Self::backoff(attempt))?;
                }
                Err(error) => {
                    // It may have been made: the next look must be able to show it.
                    why = error.to_string();
                    self.pause(SETTLE_SECONDS)?;
                }
            }
        }
        Err(Halt::Failed(format!("{api} cannot be locked: {why}")))
    }

    /// Takes the locks away. A tag that must stay hurts nobody but the next run, which names it.
    pub(super) fn unlock(&mut self) -> Result<(), Halt> {
        for api in self.told.plan.locks.clone() {
            if let Err(halt) = self.release(&api) {
                let Halt::Failed(why) = halt else { return Err(halt) };
                (self.listen)(Event::Note(format!("the tag {LOCK_TAG} of {api} could not be taken away: {why}")));
            }
        }
        Ok(())
    }

    fn release(&mut self, api: &str) -> Result<(), Halt> {
        let property = Property::Lock { api: api.to_owned() };
        let to = State::settings::<&str, &str>([]);
        let mut why = String::new();
        for _ in 0..TRIES {
            let Some(holder) = self.holder(api)?.filter(|holder| self.is_mine(holder)) else { return Ok(()) };
            match self.send(|cloud| cloud.write(&property, &State::settings([(LOCK_TAG, holder.as_str())]), &to))? {
                Wrote::Answered(()) => return Ok(()),
                Wrote::Perhaps(error) => why = error,
            }
        }
        Err(Halt::Failed(why))
    }

    /// Takes away what was only just locked, once reads show it.
    fn let_go(&mut self) -> Result<(), Halt> {
        self.pause(SETTLE_SECONDS)?;
        self.unlock()
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

    /// Another run was first.
    fn give_way(&mut self, api: &str, holder: &str) -> Result<String, Halt> {
        self.let_go()?;
        let since = holder.rsplit_once("since=").and_then(|(_, since)| since.trim().parse::<u64>().ok());
        let age = since.map_or(0, |since| self.cloud.now().saturating_sub(since) / 60);
        Ok(format!("{api} is locked: {holder} ({age} min ago)"))
    }
}
