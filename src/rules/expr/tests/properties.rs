//! Knowing less may make an answer unknown, and never another one.
//!
//! Expressions and facts are drawn from a seed over a small universe, so that values often meet.

use std::fmt::Write;

use proptest::prelude::*;

use super::super::{Truth, Want};
use super::*;
use crate::rules::value::List;

/// A small generator: what it draws is a function of its seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % (sides as u64)).unwrap()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

const WORDS: [&str; 5] = ["a", "b", "ab", "A", ""];

/// A value of the type; with some chance unknown, and lists known in part.
pub(crate) fn draw(dice: &mut Dice, ty: &Type, optional: bool, unknown: usize) -> Value {
    if dice.chance(unknown) {
        return some_gap(dice).into();
    }
    if optional && dice.chance(40) {
        return Value::Absent;
    }
    match ty {
        Type::Bool => dice.chance(50).into(),
        Type::Int => i64::try_from(dice.roll(4)).unwrap().into(),
        Type::Str => dice.pick(&WORDS).into(),
        Type::List(item) => {
            let items = (0..dice.roll(4)).map(|_| draw(dice, item, false, unknown)).collect();
            let missing = dice.chance(unknown).then(|| some_gap(dice).into());
            Value::partial_list(items, missing)
        }
        Type::Map(value) => {
            let keys: Vec<&str> = WORDS[..3].iter().copied().filter(|_| dice.chance(50)).collect();
            let entries = keys.into_iter().map(|key| (key, draw(dice, value, false, unknown)));
            entries.collect::<Vec<_>>().into_iter().collect()
        }
        Type::Record(ty) => {
            let fields = ty.fields.iter();
            let record =
                fields.fold(RecordBuilder::new(ty), |record, field| record.set(field.name, draw(dice, &field.ty, field.optional, unknown)));
            record.build()
        }
    }
}

fn some_gap(dice: &mut Dice) -> Gap {
    gap(dice.pick(&["X", "Y", "Z"]))
}

/// Finds out some of what is unknown; everything at 100 percent.
pub(crate) fn learn(dice: &mut Dice, value: &Value, ty: &Type, optional: bool, percent: usize) -> Value {
    match (value, ty) {
        (Value::Unknown(_), ty) if dice.chance(percent) => draw(dice, ty, optional, 100 - percent),
        (Value::List(list), Type::List(item)) => {
            let mut items: Vec<Value> = Vec::new();
            let mut missing = list.missing().cloned();
            for known in list.items() {
                items.push(learn(dice, known, item, false, percent));
            }
            if missing.is_some() && dice.chance(percent) {
                missing = None;
                for _ in 0..dice.roll(3) {
                    // Where the others turn up, nobody said.
                    let place = dice.roll(items.len() + 1);
                    items.insert(place, draw(dice, item, false, 100 - percent));
                }
            }
            Value::List(List::partial(items, missing).into())
        }
        (Value::Map(map), Type::Map(inner)) => {
            let entries = map.iter().map(|(key, value)| (key, learn(dice, value, inner, false, percent)));
            entries.collect::<Vec<_>>().into_iter().collect()
        }
        (Value::Record(record), Type::Record(ty)) => {
            let fields = ty.fields.iter().zip(record.fields());
            let learned = fields.fold(RecordBuilder::new(ty), |record, (field, value)| {
                record.set(field.name, learn(dice, value, &field.ty, field.optional, percent))
            });
            learned.build()
        }
        (value, _) => value.clone(),
    }
}

/// Writes well-typed expressions. `listeners`, `words` and `numbers` are the variables in scope.
struct Writer<'d> {
    dice: &'d mut Dice,
    listeners: Vec<String>,
    words: Vec<String>,
    numbers: Vec<String>,
    names: usize,
}

impl Writer<'_> {
    fn name(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }

    fn listener(&mut self) -> String {
        let own = self.listeners.len();
        match self.dice.roll(own + 2) {
            n if n < own => self.listeners[n].clone(),
            n if n == own => "lb.first".to_owned(),
            _ => format!("lb.listeners[{}]", self.dice.roll(3)),
        }
    }

    fn bool(&mut self, depth: usize) -> String {
        let deeper = depth.saturating_sub(1);
        match self.dice.roll(if depth == 0 { 5 } else { 18 }) {
            0 => "lb.protected".to_owned(),
            1 => format!("{}.mutual", self.listener()),
            2 => {
                let listener = self.listener();
                let field = self.dice.pick(&["certificate", "mutual"]);
                format!("has({listener}.{field})")
            }
            3 => self
                .dice
                .pick(&["has(lb.idle)", "lb.dns == null", "has(lb.tags.a)", "lb.first != null", "true", "'b' in lb.tags"])
                .to_owned(),
            4 => format!("{}.certificate == null", self.listener()),
            5 => format!("!({})", self.bool(deeper)),
            6 | 7 => format!("({} && {})", self.bool(deeper), self.bool(deeper)),
            8 | 9 => format!("({} || {})", self.bool(deeper), self.bool(deeper)),
            10 => format!("({} ? {} : {})", self.bool(deeper), self.bool(deeper), self.bool(deeper)),
            11 => {
                let op = self.dice.pick(&["==", "!=", "<", "<=", ">", ">="]);
                format!("({} {op} {})", self.int(deeper), self.int(deeper))
            }
            12 => {
                let op = self.dice.pick(&["==", "!=", "<", ">="]);
                format!("({} {op} {})", self.text(deeper), self.text(deeper))
            }
            13 => {
                let method = self.dice.pick(&["startsWith", "endsWith", "contains"]);
                format!("({}).{method}({})", self.text(deeper), self.text(deeper))
            }
            14 => format!("({}).matches('^a')", self.text(deeper)),
            15 => match self.dice.roll(6) {
                0 => format!("({} in {})", self.text(deeper), self.texts(deeper)),
                1 => format!("({} in {})", self.int(deeper), self.ints(deeper)),
                2 => format!("({} == {})", self.ints(deeper), self.ints(deeper)),
                3 => format!("({} != {})", self.texts(deeper), self.texts(deeper)),
                4 => format!("({} == {})", self.listener(), self.listener()),
                _ => format!("({} in {})", self.text(deeper), "lb.tags"),
            },
            16 => {
                let op = self.dice.pick(&["==", "!=", "<", "<=", ">", ">="]);
                let n = self.dice.roll(4);
                let list = match self.dice.roll(3) {
                    0 => self.ints(deeper),
                    1 => self.texts(deeper),
                    _ => self.records(deeper),
                };
                if self.dice.chance(50) { format!("(size({list}) {op} {n})") } else { format!("({n} {op} size({list}))") }
            }
            _ => self.fold(deeper),
        }
    }

    fn fold(&mut self, depth: usize) -> String {
        let kind = self.dice.pick(&["exists", "all", "exists_one"]);
        let (range, var, body) = self.bound(depth, Self::bool);
        format!("{range}.{kind}({var}, {body})")
    }

    /// A range, a variable over it, and something written in its scope.
    fn bound(&mut self, depth: usize, write: fn(&mut Self, usize) -> String) -> (String, String, String) {
        let kind = self.dice.roll(3);
        let range = match kind {
            0 => self.records(depth),
            1 => self.texts(depth),
            _ => self.ints(depth),
        };
        let var = self.name();
        match kind {
            0 => self.listeners.push(var.clone()),
            1 => self.words.push(var.clone()),
            _ => self.numbers.push(var.clone()),
        }
        let body = write(self, depth);
        match kind {
            0 => self.listeners.pop(),
            1 => self.words.pop(),
            _ => self.numbers.pop(),
        };
        (range, var, body)
    }

    fn int(&mut self, depth: usize) -> String {
        let deeper = depth.saturating_sub(1);
        match self.dice.roll(if depth == 0 { 5 } else { 10 }) {
            0 => self.dice.roll(4).to_string(),
            1 => "lb.azs".to_owned(),
            2 => "lb.idle".to_owned(),
            3 => format!("{}.port", self.listener()),
            4 => self.numbers.last().cloned().unwrap_or_else(|| "lb.azs".to_owned()),
            5 => format!("size({})", self.ints(deeper)),
            6 => format!("size({})", self.text(deeper)),
            7 => {
                let op = self.dice.pick(&["+", "-", "*", "/", "%"]);
                let mut right = self.int(deeper);
                if right == "0" {
                    "1".clone_into(&mut right);
                }
                format!("({} {op} {right})", self.int(deeper))
            }
            8 => format!("{}[{}]", self.ints(deeper), self.dice.roll(3)),
            _ => format!("({} ? {} : {})", self.bool(deeper), self.int(deeper), self.int(deeper)),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        let deeper = depth.saturating_sub(1);
        match self.dice.roll(if depth == 0 { 5 } else { 9 }) {
            0 => format!("'{}'", self.dice.pick(&WORDS)),
            1 => self.dice.pick(&["lb.name", "lb.scheme", "lb.dns", "lb.tags.a", "lb.tags['b']"]).to_owned(),
            2 => format!("{}.protocol", self.listener()),
            3 => format!("{}.certificate", self.listener()),
            4 => self.words.last().cloned().unwrap_or_else(|| "lb.name".to_owned()),
            5 => format!("({} + {})", self.text(deeper), self.text(deeper)),
            6 => format!("({}).lowerAscii()", self.text(deeper)),
            7 => format!("{}[{}]", self.texts(deeper), self.dice.roll(3)),
            _ => format!("({} ? {} : {})", self.bool(deeper), self.text(deeper), self.text(deeper)),
        }
    }

    fn ints(&mut self, depth: usize) -> String {
        let deeper = depth.saturating_sub(1);
        match self.dice.roll(if depth == 0 { 2 } else { 6 }) {
            0 => "lb.ports".to_owned(),
            1 => format!("[{}, lb.azs]", self.dice.roll(4)),
            2 => format!("({} + {})", self.ints(deeper), self.ints(deeper)),
            3 => self.filtered(Self::ints, |writer| &mut writer.numbers, deeper),
            4 => format!("({} ? {} : {})", self.bool(deeper), self.ints(deeper), self.ints(deeper)),
            _ => {
                let (range, var, body) = self.bound(deeper, Self::int);
                format!("{range}.map({var}, {body})")
            }
        }
    }

    fn texts(&mut self, depth: usize) -> String {
        let deeper = depth.saturating_sub(1);
        match self.dice.roll(if depth == 0 { 2 } else { 5 }) {
            0 => "lb.zones".to_owned(),
            1 => "lb.tags.map(k, k)".to_owned(),
            2 => format!("({} + {})", self.texts(deeper), self.texts(deeper)),
            3 => self.filtered(Self::texts, |writer| &mut writer.words, deeper),
            _ => {
                let (range, var, body) = self.bound(deeper, Self::text);
                format!("{range}.map({var}, {body})")
            }
        }
    }

    fn records(&mut self, depth: usize) -> String {
        if depth == 0 || self.dice.chance(50) {
            return "lb.listeners".to_owned();
        }
        self.filtered(Self::records, |writer| &mut writer.listeners, depth - 1)
    }

    fn filtered(&mut self, range: fn(&mut Self, usize) -> String, scope: fn(&mut Self) -> &mut Vec<String>, depth: usize) -> String {
        let range = range(self, depth);
        let var = self.name();
        scope(self).push(var.clone());
        let body = self.bool(depth);
        scope(self).pop();
        format!("{range}.filter({var}, {body})")
    }
}

pub(crate) fn expression(dice: &mut Dice) -> String {
    let depth = 1 + dice.roll(3);
    let mut writer = Writer { dice, listeners: Vec::new(), words: Vec::new(), numbers: Vec::new(), names: 0 };
    writer.bool(depth)
}

fn differs(less: &Truth, more: &Truth) -> bool {
    !matches!(less, Truth::Unknown(_)) && less != more
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn knowing_more_never_changes_an_answer(seed in any::<u64>(), doubt in 1_usize..50) {
        let mut dice = Dice(seed);
        let source = expression(&mut dice);
        prop_assume!(source.len() < 1500);
        let program = compile(&source, Want::Bool).map_err(|e| TestCaseError::fail(format!("{source}: {e:#?}")))?;
        let ty = Type::Record(&BALANCER);
        let mut lb = draw(&mut dice, &ty, false, doubt);
        if matches!(lb, Value::Unknown(_)) {
            lb = known().set("tags", Value::from(gap("T"))).build();
        }
        let answer = program.truth(&lb);
        let mut log = String::new();
        for round in 0..12 {
            let some = learn(&mut dice, &lb, &ty, false, 50);
            let all = learn(&mut dice, &some, &ty, false, 100);
            let (middle, end) = (program.truth(&some), program.truth(&all));
            let _ = write!(log, "{round}: {answer:?} -> {middle:?} -> {end:?}\n{lb:?}\n{some:?}\n{all:?}\n");
            prop_assert!(!differs(&answer, &middle), "{source}\n{log}");
            prop_assert!(!differs(&middle, &end), "{source}\n{log}");
            prop_assert!(!matches!(end, Truth::Unknown(_)), "{source}\n{log}");
            log.clear();
        }
        // A trace is for show, and must not change or break anything.
        drop(program.trace(&lb));
    }

    #[test]
    fn no_text_panics(source in "[a-z.()\\[\\]!&|?:'\" 0-9+<=-]{0,60}|(lb|exists|has|size|all|map|\\.|\\(|\\)|,|l|&&|\\?|:|'|=|\\[|\\]|!|1| ){0,25}|\\PC{0,40}") {
        if let Ok(program) = compile(&source, Want::Bool) {
            drop(program.truth(&known().build()));
        }
        if let Ok(program) = compile(&source, Want::Shown) {
            drop(program.value(&known().build()).render());
        }
    }
}
