//! What people see: plans and how far a run is.

use super::{farewell, http, nlb, of, planned, refused, written};
use crate::migrate::cloud::Made;
use crate::migrate::journal::{Record, Told};
use crate::migrate::planner::{Options, Planned, Target};
use crate::migrate::render::{status, text};
use crate::report::Style;
use crate::report::text::is_hidden;

fn shown(planned: &Planned, width: u16) -> String {
    written(|out| text(planned, "nothing is to be moved", Style { width, ..Style::default() }, out))
}

#[test]
fn nlb_wide() {
    insta::assert_snapshot!(shown(&nlb(), 100));
}

#[test]
fn nlb_narrow() {
    insta::assert_snapshot!(shown(&nlb(), 60));
}

#[test]
fn nlb_alb() {
    insta::assert_snapshot!(shown(&of(|_| {}, &Options { target: Target::NlbAlb, ..Options::default() }), 100));
}

#[test]
fn alb() {
    insta::assert_snapshot!(shown(&of(|_| {}, &Options { target: Target::Alb, ..Options::default() }), 100));
}

#[test]
fn http_api() {
    let options = Options { target: Target::Nlb, lockdown: true, ..Options::default() };
    insta::assert_snapshot!(shown(&planned(&http("$default"), &options), 100));
}

#[test]
fn refusals() {
    let refused = refused();
    assert!(refused.plan.is_none());
    insta::assert_snapshot!(shown(&refused, 100));
}

#[test]
fn nothing_to_do_is_said() {
    assert_eq!(shown(&Planned::default(), 80), "Nothing is to be moved.\n");
}

#[test]
fn what_cannot_be_undone_is_said_before_any_step() {
    let text = shown(&Planned { plan: Some(farewell()), ..Planned::default() }, 80);
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("no {words:?} in {text}"));
    assert!(place("from step 2 on it CANNOT be taken back") < place("  1. "), "{text}");
    assert!(text.contains("elbv2:DeleteLoadBalancer; CANNOT be undone"), "{text}");
}

#[test]
fn lines_keep_to_the_page() {
    for planned in [nlb(), refused()] {
        for width in [24, 40, 60, 76, 80, 120] {
            for unicode in [true, false] {
                let style = Style { width, unicode, ..Style::default() };
                let text = written(|out| text(&planned, "", style, out));
                for line in text.lines() {
                    assert!(textwrap::core::display_width(line) <= usize::from(width), "{width}: {line}");
                    assert!(!line.contains(is_hidden) && line.trim_end() == line && (unicode || line.is_ascii()), "{line:?}");
                }
            }
        }
    }
}

fn told(records: Vec<Record>) -> Told {
    let mut told = Told::of(nlb().plan.unwrap(), "ann@desk:12".to_owned());
    for record in records {
        told.hear(record);
    }
    told
}

fn done(step: &str) -> Record {
    Record::Done { step: step.to_owned(), made: Some(Made::id("x")), answers: Vec::new() }
}

fn intent(step: &str, undo: bool) -> Record {
    Record::Intent { step: step.to_owned(), undo }
}

fn status_of(records: Vec<Record>) -> String {
    written(|out| status(&told(records), "a journal's.file", Style { width: 80, ..Style::default() }, out))
}

#[test]
fn at_work() {
    insta::assert_snapshot!(status_of(vec![done("link-group"), done("nlb-group"), intent("nlb-rules", false)]));
}

#[test]
fn going_back_and_stuck() {
    let records = vec![
        done("link-group"),
        done("nlb-group"),
        done("nlb-rules"),
        Record::GoingBack { why: "the answer is 502 and was 200".to_owned() },
        intent("nlb-rules", true),
        Record::Undone { step: "nlb-rules".to_owned() },
        intent("nlb-group", true),
        Record::Stuck { step: "nlb-group".to_owned(), why: "something still uses sg-1".to_owned() },
    ];
    let text = status_of(records.clone());
    let line = |words: &str| text.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("no {words:?} in {text}"));
    assert!(line("let the link in to the NLB").contains("undone"), "{text}");
    assert!(line("create the NLB's security group").contains("stuck"), "{text}");
    assert!(text.contains("2 of 46 steps done.") && text.contains("something still uses sg-1"), "{text}");
    assert!(text.contains(r"apiaudit fix --rollback 'a journal'\''s.file'") && !text.contains("--resume"), "{text}");
    let moving = status_of(records[..7].to_vec());
    assert!(moving.lines().any(|line| line.contains("undoing") && line.contains("create the NLB's security group")), "{moving}");
}

#[test]
fn ended() {
    let applied = status_of(vec![Record::Ended { applied: true }]);
    assert!(applied.contains("applied and verified") && applied.contains("--rollback"), "{applied}");
    let restored = status_of(vec![Record::Ended { applied: false }]);
    assert!(restored.contains("as it was before") && !restored.contains("apiaudit fix"), "{restored}");
}
