//! What a run says on stderr while it goes on: each step, what it waits for, and how long that usually takes.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::migrate::run::Event;
use crate::report::text::escape;
use crate::shell::Shell;

/// How often a wait is told where no terminal shows it go on, in seconds.
const TELL_AGAIN: u64 = 60;

/// Tells how far a run is.
pub(super) struct Teller {
    shell: Shell,
    total: usize,
    line: Option<ProgressBar>,
    told: Option<u64>,
}

impl Teller {
    pub(super) fn new(shell: Shell, total: usize) -> Self {
        let style = ProgressStyle::with_template("  {spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner());
        let line = shell.chatty.then(|| ProgressBar::new_spinner().with_style(style));
        if let Some(line) = &line {
            line.enable_steady_tick(Duration::from_millis(120));
        }
        Self { shell, total, line, told: None }
    }

    fn say(&mut self, words: &str) {
        self.told = None;
        let words = escape(words);
        match &self.line {
            Some(line) => line.suspend(|| self.shell.say(words)),
            None => self.shell.say(words),
        }
    }

    pub(super) fn tell(&mut self, event: Event<'_>) {
        match event {
            Event::Step { number, step } => {
                let usual = if step.usual_seconds >= 30 { format!(" (usually {})", span(step.usual_seconds)) } else { String::new() };
                self.say(&format!("[{number}/{}] {}{usual}", self.total, step.title));
                self.show("");
            }
            Event::Waiting { what, since, usual, deadline } => {
                let words = format!("waiting {}: {what}; usually {}, at most {}", span(since), span(usual), span(deadline));
                if self.line.is_some() {
                    self.show(&words);
                } else if self.told.is_none_or(|told| since >= told + TELL_AGAIN) && since > 0 {
                    self.shell.say(format_args!("  {}", escape(&words)));
                    self.told = Some(since);
                }
            }
            Event::Done(_) => self.show(""),
            Event::GoingBack(why) => self.say(&format!("going back: {why}")),
            Event::Undoing(title) => self.say(&format!("  undoing: {title}")),
            Event::Note(words) => self.say(&format!("note: {words}")),
        }
    }

    fn show(&self, words: &str) {
        if let Some(line) = &self.line {
            line.set_message(escape(words).into_owned());
        }
    }

    pub(super) fn finish(&self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }
}

/// A time in words.
fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        _ => format!("{} min", seconds.div_ceil(60)),
    }
}
