//! `--stats`: what a scan cost.
#![cfg(feature = "aws")]

use std::fmt::Write as _;
use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};

use crate::collect::{Cost, Stats};

/// A table of calls, retries, throttles, bytes and time per region and service.
pub(super) fn render(stats: &Stats) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["region", "service", "calls", "retries", "throttled", "failed", "bytes", "seconds", "waited"]);
    for ((region, service), cost) in stats.by_service() {
        table.add_row(row(&region, service, cost));
    }
    table.add_row(row("all", "", stats.total()));
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    let mut text = lines.join("\n");
    let _ = write!(text, "\n{} s in all", seconds(stats.elapsed));
    for note in &stats.notes {
        let _ = write!(text, "\nnote: {note}");
    }
    text
}

fn row(region: &str, service: &str, cost: Cost) -> Vec<String> {
    let numbers = [cost.calls, cost.retries, cost.throttles, cost.failures, cost.bytes].map(|number| number.to_string());
    let times = [seconds(cost.time), seconds(cost.waited)];
    [region.to_owned(), service.to_owned()].into_iter().chain(numbers).chain(times).collect()
}

fn seconds(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64())
}
