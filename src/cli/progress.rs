//! Progress on stderr, and Ctrl-C.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use tokio_util::sync::CancellationToken;

use crate::collect::Event;
use crate::shell::Shell;

/// The line of each region, and how many answers it brought.
type Lines = HashMap<String, (ProgressBar, u64)>;

/// One line a region that is being read; nothing when nobody reads along.
pub(super) struct Progress {
    lines: Option<(MultiProgress, Mutex<Lines>)>,
}

impl Progress {
    pub(super) fn new(shell: Shell) -> Self {
        Self { lines: shell.chatty.then(|| (MultiProgress::new(), Mutex::default())) }
    }

    pub(super) fn tell(&self, event: Event<'_>) {
        let Some((all, lines)) = &self.lines else { return };
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::RegionStarted(region) => {
                let style = ProgressStyle::with_template("{spinner} {prefix}: {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
                let line = all.add(ProgressBar::new_spinner().with_style(style).with_prefix(region.to_owned()));
                line.enable_steady_tick(Duration::from_millis(120));
                lines.insert(region.to_owned(), (line, 0));
            }
            Event::Asking { region, operation } => {
                if let Some((line, answers)) = lines.get(region) {
                    line.set_message(format!("{answers} answers, asking {operation}"));
                }
            }
            Event::Answered { region, .. } => {
                if let Some((_, answers)) = lines.get_mut(region) {
                    *answers += 1;
                }
            }
            Event::RegionDone(region) => {
                if let Some((line, _)) = lines.remove(region) {
                    line.finish_and_clear();
                }
            }
        }
    }

    pub(super) fn finish(&self) {
        if let Some((all, _)) = &self.lines {
            // A terminal that went away keeps no lines.
            let _ = all.clear();
        }
    }
}

/// The first Ctrl-C ends a run that writes, after the call in flight; no second one tears it off.
pub(super) fn stop_gently(runtime: &tokio::runtime::Runtime, shell: Shell, words: &'static str) -> CancellationToken {
    let stop = CancellationToken::new();
    let cancel = stop.clone();
    runtime.spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            cancel.cancel();
            shell.say(words);
        }
    });
    stop
}

/// The first Ctrl-C stops asking, the second the program.
pub(super) fn stop_on_ctrl_c(runtime: &tokio::runtime::Runtime, shell: Shell) -> CancellationToken {
    let stop = CancellationToken::new();
    let cancel = stop.clone();
    runtime.spawn(async move {
        if tokio::signal::ctrl_c().await.is_err() {
            return;
        }
        cancel.cancel();
        shell.say("\ninterrupted: asking no further, reporting what was read; press Ctrl-C again to stop at once");
        if tokio::signal::ctrl_c().await.is_ok() {
            stop_at_once();
        }
    });
    stop
}

#[expect(clippy::exit, clippy::disallowed_methods, reason = "the user asked twice; reading has nothing to put back")]
fn stop_at_once() {
    std::process::exit(130);
}
