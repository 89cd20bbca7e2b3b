//! Runs a checked program over facts, some of which are absent and some not known.
//!
//! It never fails and never panics: what an expression cannot decide is unknown, and says why.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use super::ast::Fold;
use super::functions::Function;
use super::ir::{Gather, Ir, Order};
use super::trace::Trace;
use super::truth::{Truth, equal};
use crate::rules::schema::{RecordType, Type};
use crate::rules::value::{List, Unknown, Value};

/// A variable in scope, and where its value came from.
pub(super) struct Frame<'a> {
    pub value: &'a Value,
    pub outer: Option<&'a Self>,
    /// For the variable of a macro: the list, and the place in it.
    pub origin: Option<(&'a Ir, usize)>,
}

impl<'a> Frame<'a> {
    pub(super) fn up(&'a self, scopes: usize) -> Option<&'a Self> {
        let mut frame = self;
        for _ in 0..scopes {
            frame = frame.outer?;
        }
        Some(frame)
    }
}

static ABSENT: Value = Value::Absent;

/// One run of a program.
pub(super) struct Eval<'t> {
    /// Where to write down which facts were read; nowhere on the hot path.
    pub trace: Option<&'t RefCell<Trace>>,
}

/// What keeps a strict operator from its operands.
enum Stop {
    Absent,
    Unknown(Unknown),
}

impl From<Stop> for Value {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Absent => Self::Absent,
            Stop::Unknown(unknown) => Self::Unknown(unknown),
        }
    }
}

impl From<Stop> for Truth {
    /// A question about something absent has the answer no.
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Absent => Self::False,
            Stop::Unknown(unknown) => Self::Unknown(unknown),
        }
    }
}

/// Absent wins over unknown: whatever the unknown turns out to be, the other operand stays absent.
fn present(values: &[&Value]) -> Result<(), Stop> {
    let mut unknown = None;
    for value in values {
        match value {
            Value::Absent => return Err(Stop::Absent),
            Value::Unknown(more) => Unknown::merge(&mut unknown, more),
            _ => {}
        }
    }
    unknown.map_or(Ok(()), |unknown| Err(Stop::Unknown(unknown)))
}

impl Eval<'_> {
    /// The truth of a condition, without building values on the way.
    pub(super) fn truth<'a>(&self, ir: &'a Ir, frame: &'a Frame<'a>) -> Truth {
        match ir {
            Ir::Not(inner) => self.truth(inner, frame).negate(),
            Ir::And(left, right) => self.truth(left, frame).and(|| self.truth(right, frame)),
            Ir::Or(left, right) => self.truth(left, frame).or(|| self.truth(right, frame)),
            Ir::Equal { left, right, negate } => {
                let same = equal(&self.value(left, frame), &self.value(right, frame));
                if *negate { same.negate() } else { same }
            }
            Ir::Compare(order, left, right) => compare(*order, &self.value(left, frame), &self.value(right, frame)),
            Ir::CompareSize(order, of, n) => compare_size(*order, &self.value(of, frame), *n),
            Ir::Has(path) => match &*self.value(path, frame) {
                Value::Absent => Truth::False,
                Value::Unknown(unknown) => Truth::Unknown(unknown.clone()),
                _ => Truth::True,
            },
            Ir::In(item, list) => is_in(&self.value(item, frame), &self.value(list, frame)),
            Ir::Text(kind, text, part) => match (&*self.value(text, frame), &*self.value(part, frame)) {
                (Value::Str(text), Value::Str(part)) => kind.holds(text, part).into(),
                (text, part) => stopped(&[text, part]),
            },
            Ir::Matches(text, regex) => match &*self.value(text, frame) {
                Value::Str(text) => regex.is_match(text).into(),
                other => stopped(&[other]),
            },
            Ir::Fold(fold, range, body) => self.fold(*fold, range, body, frame),
            other => Truth::from(&*self.value(other, frame)),
        }
    }

    /// The value of an expression, borrowed from the facts where it can be.
    pub(super) fn value<'a>(&self, ir: &'a Ir, frame: &'a Frame<'a>) -> Cow<'a, Value> {
        match ir {
            Ir::Const(value) => Cow::Borrowed(value),
            Ir::Var(up) => Cow::Borrowed(frame.up(*up).map_or(&ABSENT, |frame| frame.value)),
            Ir::Field(..) | Ir::Entry(..) => {
                let value = self.path(ir, frame);
                if let Some(trace) = self.trace {
                    trace.borrow_mut().saw(ir, frame, &value);
                }
                value
            }
            Ir::Index(whole, place) => {
                let (whole, place) = (self.value(whole, frame), self.value(place, frame));
                Cow::Owned(index(&whole, &place))
            }
            Ir::List(items) => {
                let items = items.iter().map(|item| self.value(item, frame).into_owned());
                Cow::Owned(Value::list(items.collect()))
            }
            Ir::Cond(parts) => self.cond(parts, frame),
            Ir::Arithmetic(kind, left, right) => {
                let (left, right) = (self.value(left, frame), self.value(right, frame));
                Cow::Owned(match (&*left, &*right) {
                    (Value::Int(left), Value::Int(right)) => kind.apply(*left, *right).into(),
                    (left, right) => present(&[left, right]).err().map_or(Value::Absent, Value::from),
                })
            }
            Ir::Join(left, right) => {
                let (left, right) = (self.value(left, frame), self.value(right, frame));
                Cow::Owned(join(&left, &right))
            }
            Ir::Size(of) => Cow::Owned(size(&self.value(of, frame))),
            Ir::Lower(text) => Cow::Owned(match &*self.value(text, frame) {
                Value::Str(text) => text.to_ascii_lowercase().into(),
                other => present(&[other]).err().map_or(Value::Absent, Value::from),
            }),
            Ir::Call(function, args) => {
                let args: Vec<Value> = args.iter().map(|arg| self.value(arg, frame).into_owned()).collect();
                Cow::Owned(call(*function, &args))
            }
            Ir::Gather(gather) => Cow::Owned(self.gather(gather, frame)),
            boolean => Cow::Owned(self.truth(boolean, frame).into()),
        }
    }

    /// A field or an entry, without a note in the trace for every dot.
    fn path<'a>(&self, ir: &'a Ir, frame: &'a Frame<'a>) -> Cow<'a, Value> {
        match ir {
            Ir::Field(base, ty, place) => match self.path(base, frame) {
                Cow::Borrowed(whole) => Cow::Borrowed(field(whole, ty, *place)),
                Cow::Owned(whole) => Cow::Owned(field(&whole, ty, *place).clone()),
            },
            Ir::Entry(base, key) => match self.path(base, frame) {
                Cow::Borrowed(whole) => Cow::Borrowed(entry(whole, key)),
                Cow::Owned(whole) => Cow::Owned(entry(&whole, key).clone()),
            },
            other => self.value(other, frame),
        }
    }

    fn cond<'a>(&self, parts: &'a [Ir; 3], frame: &'a Frame<'a>) -> Cow<'a, Value> {
        let [cond, yes, no] = parts;
        let unknown = match self.truth(cond, frame) {
            Truth::True => return self.value(yes, frame),
            Truth::False => return self.value(no, frame),
            Truth::Unknown(unknown) => unknown,
        };
        let (yes, no) = (self.value(yes, frame), self.value(no, frame));
        if equal(&yes, &no) == Truth::True {
            return yes;
        }
        let mut all = Some(unknown);
        for more in [yes.unknowns(), no.unknowns()].into_iter().flatten() {
            Unknown::merge(&mut all, &more);
        }
        Cow::Owned(all.map_or(Value::Absent, Value::Unknown))
    }

    fn fold<'a>(&self, fold: Fold, range: &'a Ir, body: &'a Ir, frame: &'a Frame<'a>) -> Truth {
        let whole = self.value(range, frame);
        let list = match items(&whole) {
            Ok(list) => list,
            Err(stop) => return stop.into(),
        };
        let mut unknown = list.missing().cloned();
        let mut found = 0;
        for (place, value) in list.items().iter().enumerate() {
            let inner = Frame { value, outer: Some(frame), origin: Some((range, place)) };
            match (self.truth(body, &inner), fold) {
                (Truth::True, Fold::Exists) => return Truth::True,
                (Truth::False, Fold::All) => return Truth::False,
                (Truth::True, Fold::ExistsOne) if found == 1 => return Truth::False,
                (Truth::True, Fold::ExistsOne) => found = 1,
                (Truth::Unknown(more), _) => Unknown::merge(&mut unknown, &more),
                (Truth::True, Fold::All) | (Truth::False, _) => {}
            }
        }
        match (unknown, fold) {
            (Some(unknown), _) => Truth::Unknown(unknown),
            (None, Fold::Exists) => Truth::False,
            (None, Fold::All) => Truth::True,
            (None, Fold::ExistsOne) => (found == 1).into(),
        }
    }

    fn gather<'a>(&self, gather: &'a Gather, frame: &'a Frame<'a>) -> Value {
        let whole = self.value(&gather.range, frame);
        let list = match items(&whole) {
            Ok(list) => list,
            Err(stop) => return stop.into(),
        };
        let mut missing = list.missing().cloned();
        let mut kept = Vec::new();
        for (place, value) in list.items().iter().enumerate() {
            let inner = Frame { value, outer: Some(frame), origin: Some((&gather.range, place)) };
            let wanted = gather.filter.as_ref().map_or(Truth::True, |filter| self.truth(filter, &inner));
            match wanted {
                Truth::False => continue,
                Truth::Unknown(more) => {
                    Unknown::merge(&mut missing, &more);
                    continue;
                }
                Truth::True => {}
            }
            let item = match &gather.body {
                Some(body) => self.value(body, &inner).into_owned(),
                None => value.clone(),
            };
            match item {
                // It may turn out to be absent, and then it is no item.
                Value::Unknown(more) if gather.optional => Unknown::merge(&mut missing, &more),
                item => kept.push(item),
            }
        }
        Value::partial_list(kept, missing)
    }
}

/// The answer of a question that one of its operands keeps from being asked.
fn stopped(operands: &[&Value]) -> Truth {
    present(operands).err().map_or(Truth::False, Truth::from)
}

fn field<'a>(whole: &'a Value, ty: &RecordType, place: usize) -> &'a Value {
    match whole {
        Value::Record(record) => {
            debug_assert!(record.ty() == ty, "{:?} is no {ty:?}", record.ty());
            record.fields().get(place).unwrap_or(&ABSENT)
        }
        Value::Unknown(_) => whole,
        _ => &ABSENT,
    }
}

fn entry<'a>(whole: &'a Value, key: &str) -> &'a Value {
    match whole {
        Value::Map(map) => map.get(key).unwrap_or(&ABSENT),
        Value::Unknown(_) => whole,
        _ => &ABSENT,
    }
}

fn index(whole: &Value, place: &Value) -> Value {
    match (whole, place) {
        (Value::Map(map), Value::Str(key)) => map.get(key).cloned().unwrap_or(Value::Absent),
        (Value::List(list), Value::Int(place)) => match list.missing() {
            // The items of a list known in part have lost their places.
            Some(missing) => Value::Unknown(missing.clone()),
            None => usize::try_from(*place).ok().and_then(|place| list.items().get(place).cloned()).unwrap_or(Value::Absent),
        },
        (whole, place) => present(&[whole, place]).err().map_or(Value::Absent, Value::from),
    }
}

fn compare(order: Order, left: &Value, right: &Value) -> Truth {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => order.holds(left.cmp(right)).into(),
        (Value::Str(left), Value::Str(right)) => order.holds(left.cmp(right)).into(),
        (left, right) => stopped(&[left, right]),
    }
}

/// What is missing can only make a list longer, which decides some questions.
fn compare_size(order: Order, of: &Value, n: i64) -> Truth {
    if let Value::List(list) = of
        && let Some(missing) = list.missing()
    {
        let least = i64::try_from(list.items().len()).unwrap_or(i64::MAX);
        return match order {
            Order::Greater | Order::NotEqual if least > n => Truth::True,
            Order::GreaterOrEqual if least >= n => Truth::True,
            Order::LessOrEqual | Order::Equal if least > n => Truth::False,
            Order::Less if least >= n => Truth::False,
            _ => Truth::Unknown(missing.clone()),
        };
    }
    match size(of) {
        Value::Int(size) => order.holds(size.cmp(&n)).into(),
        // As for every other value: absent differs from a number, and is neither more nor less.
        Value::Absent => (order == Order::NotEqual).into(),
        other => Truth::from(&other),
    }
}

fn is_in(item: &Value, list: &Value) -> Truth {
    if let Err(stop) = present(&[item, list]) {
        return stop.into();
    }
    match (item, list) {
        (Value::Str(key), Value::Map(map)) => map.contains_key(key).into(),
        (item, Value::List(list)) => {
            let mut unknown = list.missing().cloned();
            for other in list.items() {
                match equal(item, other) {
                    Truth::True => return Truth::True,
                    Truth::False => {}
                    Truth::Unknown(more) => Unknown::merge(&mut unknown, &more),
                }
            }
            unknown.map_or(Truth::False, Truth::Unknown)
        }
        _ => Truth::False,
    }
}

fn size(of: &Value) -> Value {
    let count = match of {
        Value::Str(text) => text.chars().count(),
        Value::Map(map) => map.len(),
        Value::List(list) => match list.missing() {
            Some(missing) => return Value::Unknown(missing.clone()),
            None => list.items().len(),
        },
        other => {
            return present(&[other]).err().map_or(Value::Absent, Value::from);
        }
    };
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn join(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => format!("{left}{right}").into(),
        (Value::List(left), Value::List(right)) => {
            let mut missing = left.missing().cloned();
            if let Some(more) = right.missing() {
                Unknown::merge(&mut missing, more);
            }
            let items = left.items().iter().chain(right.items()).cloned();
            Value::partial_list(items.collect(), missing)
        }
        (left, right) => present(&[left, right]).err().map_or(Value::Absent, Value::from),
    }
}

/// The items to walk: of a map, its keys.
fn items(whole: &Value) -> Result<Cow<'_, List>, Stop> {
    match whole {
        Value::List(list) => Ok(Cow::Borrowed(list)),
        Value::Map(map) => {
            let keys = map.keys().map(|key| Value::Str(Arc::clone(key)));
            Ok(Cow::Owned(List::complete(keys.collect())))
        }
        other => Err(present(&[other]).err().unwrap_or(Stop::Absent)),
    }
}

fn call(function: Function, args: &[Value]) -> Value {
    let operands: Vec<&Value> = args.iter().collect();
    let is_bool = function.result == Type::Bool;
    match present(&operands) {
        Err(Stop::Absent) if is_bool && !function.optional => return Value::Bool(false),
        Err(stop) => return stop.into(),
        Ok(()) => {}
    }
    if !function.partial {
        let mut unknown = None;
        for more in args.iter().filter_map(Value::unknowns) {
            Unknown::merge(&mut unknown, &more);
        }
        if let Some(unknown) = unknown {
            return Value::Unknown(unknown);
        }
    }
    (function.apply)(args)
}
