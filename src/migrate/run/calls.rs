//! One call: tried again while AWS says later, looked after where no answer came.

use super::{Event, Halt, Run, SETTLE_SECONDS};
use crate::migrate::cloud::{CallError, Cloud};
use crate::migrate::journal::Journal;

/// How often a call is tried that AWS puts off or whose answer gets lost.
const TRIES: u32 = 40;
/// The longest pause between two looks, in seconds.
const LONGEST_PAUSE: u64 = 15;

/// What became of a write.
pub(super) enum Wrote<T> {
    /// It was made.
    Answered(T),
    /// It may have been made: look.
    Perhaps(String),
}

impl<C: Cloud + ?Sized, J: Journal + ?Sized> Run<'_, C, J> {
    /// A read, tried until it answers. None when what it speaks of is not there.
    pub(super) fn ask<T>(&mut self, what: &str, mut call: impl FnMut(&mut C) -> Result<T, CallError>) -> Result<Option<T>, Halt> {
        let mut last = CallError::Throttled;
        for attempt in 0..TRIES {
            match call(self.cloud) {
                Ok(answer) => return Ok(Some(answer)),
                Err(CallError::Gone(_)) => return Ok(None),
                Err(CallError::Stopped) => return Err(Halt::Stopped),
                Err(error @ (CallError::Denied(_) | CallError::Rejected(_) | CallError::Taken(_))) => {
                    return Err(Halt::Failed(format!("{what} cannot be read: {error}")));
                }
                Err(error @ (CallError::Throttled | CallError::Busy(_) | CallError::Lost(_))) => last = error,
            }
            self.pause(Self::backoff(attempt))?;
        }
        Err(Halt::Failed(format!("{what} cannot be read: {last}")))
    }

    /// A write, tried again only where it is certain that nothing happened.
    pub(super) fn send<T>(&mut self, mut call: impl FnMut(&mut C) -> Result<T, CallError>) -> Result<Wrote<T>, Halt> {
        let mut last = CallError::Throttled;
        for attempt in 0..TRIES {
            match call(self.cloud) {
                Ok(answer) => return Ok(Wrote::Answered(answer)),
                Err(error @ (CallError::Lost(_) | CallError::Taken(_))) => {
                    // What it may have made is looked for once reads can be believed.
                    self.pause(SETTLE_SECONDS)?;
                    return Ok(Wrote::Perhaps(error.to_string()));
                }
                Err(CallError::Stopped) => return Err(Halt::Stopped),
                Err(error @ (CallError::Throttled | CallError::Busy(_))) => last = error,
                // AWS may not yet show to one service what another has just made.
                Err(error @ CallError::Gone(_)) if attempt < 8 => last = error,
                Err(error) => return Err(Halt::Failed(error.to_string())),
            }
            self.pause(Self::backoff(attempt))?;
        }
        Err(Halt::Failed(last.to_string()))
    }

    pub(super) fn backoff(attempt: u32) -> u64 {
        (1u64 << attempt.min(4)).min(LONGEST_PAUSE)
    }

    /// Lets time pass, unless the run is to end.
    pub(super) fn pause(&mut self, seconds: u64) -> Result<(), Halt> {
        if seconds == 0 {
            return Ok(());
        }
        self.cloud.pause(seconds).map_err(|_| Halt::Stopped)
    }

    /// Waits for something: looks every few seconds, a little irregularly so that many runs do not look at once.
    ///
    /// `look` answers with what it waited for, or with the words for what is missing.
    pub(super) fn wait<T>(
        &mut self,
        usual: u64,
        deadline: u64,
        mut look: impl FnMut(&mut Self, u64) -> Result<Result<T, String>, Halt>,
    ) -> Result<T, Halt> {
        let start = self.cloud.now();
        let mut step = 2;
        loop {
            let since = self.cloud.now().saturating_sub(start);
            match look(self, since)? {
                Ok(found) => return Ok(found),
                Err(what) if since >= deadline => {
                    return Err(Halt::Failed(format!("{what}, after {since} s of waiting")));
                }
                Err(what) => (self.listen)(Event::Waiting { what, since, usual, deadline }),
            }
            self.polls += 1;
            let jitter = self.polls.wrapping_mul(2_654_435_761) % 3;
            self.pause((step + jitter).min(LONGEST_PAUSE))?;
            step = (step * 2).min(LONGEST_PAUSE - 2);
        }
    }
}
