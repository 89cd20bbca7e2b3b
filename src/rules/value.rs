//! The facts themselves: values that may be absent, unknown, or known in part.
//!
//! *Absent* means AWS answered and there is none. *Unknown* means we could not read it, and carries every
//! [`Gap`] that kept us from it. A [`List`] may be known in part: what was read, and why the rest was not.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::inventory::{Cause, Gap};
use crate::rules::schema::{RecordType, Type};

/// A fact. Cloning one copies a pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// AWS answered, and there is none.
    Absent,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Str(Arc<str>),
    /// Some or all of a list.
    List(Arc<List>),
    /// Text to values.
    Map(Arc<BTreeMap<Arc<str>, Self>>),
    /// A record.
    Record(Arc<Record>),
    /// Not readable.
    Unknown(Unknown),
}

/// Why a value is not known: a sorted set of gaps, never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown(Arc<[Gap]>);

impl Unknown {
    /// The set of `gaps`; nothing when there are none.
    pub fn of(gaps: impl IntoIterator<Item = Gap>) -> Option<Self> {
        let mut gaps: Vec<Gap> = gaps.into_iter().collect();
        gaps.sort();
        gaps.dedup();
        (!gaps.is_empty()).then(|| Self(gaps.into()))
    }

    /// The gaps, sorted.
    pub fn gaps(&self) -> &[Gap] {
        &self.0
    }

    /// The gaps of both: resolving one of them alone would not do.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if Arc::ptr_eq(&self.0, &other.0) || other.0.iter().all(|gap| self.0.contains(gap)) {
            return self.clone();
        }
        let mut gaps: Vec<Gap> = self.0.iter().chain(&*other.0).cloned().collect();
        gaps.sort();
        gaps.dedup();
        Self(gaps.into())
    }

    /// Adds `more` to what is missing so far.
    pub(crate) fn merge(into: &mut Option<Self>, more: &Self) {
        *into = Some(match into.take() {
            Some(already) => already.union(more),
            None => more.clone(),
        });
    }
}

impl From<Gap> for Unknown {
    fn from(gap: Gap) -> Self {
        Self(Arc::new([gap]))
    }
}

/// A list, or the part of one that could be read.
///
/// With something `missing` the real list holds the items, in some order, and perhaps others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    items: Vec<Value>,
    missing: Option<Unknown>,
}

impl List {
    /// A list that was read to its end. Absent items are left out: a list holds what is there.
    pub fn complete(items: Vec<Value>) -> Self {
        Self::partial(items, None)
    }

    /// A list of which some items could not be read.
    pub fn partial(mut items: Vec<Value>, missing: Option<Unknown>) -> Self {
        items.retain(|item| !matches!(item, Value::Absent));
        Self { items, missing }
    }

    /// The items that were read. One of them may itself be unknown: it is there, but we do not know what it is.
    pub fn items(&self) -> &[Value] {
        &self.items
    }

    /// Why there may be other items.
    pub fn missing(&self) -> Option<&Unknown> {
        self.missing.as_ref()
    }

    /// Everything that keeps the list and its items from being known.
    pub fn unknowns(&self) -> Option<Unknown> {
        let mut all = self.missing.clone();
        for item in &self.items {
            if let Some(unknown) = item.unknowns() {
                Unknown::merge(&mut all, &unknown);
            }
        }
        all
    }
}

/// A record of facts, its fields in the order of its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    ty: &'static RecordType,
    fields: Vec<Value>,
}

impl Record {
    /// The type of the record.
    pub fn ty(&self) -> &'static RecordType {
        self.ty
    }

    /// The values, one a field of the type.
    pub fn fields(&self) -> &[Value] {
        &self.fields
    }

    /// The field called `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let (place, _) = self.ty.field(name)?;
        self.fields.get(place)
    }
}

/// Builds a [`Record`], holding it to its type.
///
/// A wrong name, a wrong type and a required field left out are mistakes in this program: they stop a debug
/// build. A release build makes such a field unknown, because a guess could turn into a Pass.
#[derive(Debug)]
pub struct RecordBuilder {
    ty: &'static RecordType,
    fields: Vec<Option<Value>>,
}

impl RecordBuilder {
    /// Starts a record of the type with every field unset.
    pub fn new(ty: &'static RecordType) -> Self {
        Self { ty, fields: vec![None; ty.fields.len()] }
    }

    /// Sets the field called `name`.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let Some((place, field)) = self.ty.field(name) else {
            debug_assert!(false, "{} has no field {name}", self.ty.name);
            return self;
        };
        let fits = field.ty.admits(&value) || (field.optional && value == Value::Absent);
        debug_assert!(fits, "{}.{name} is {}, not {value:?}", self.ty.name, field.ty);
        self.fields[place] = fits.then_some(value);
        self
    }

    /// The finished record.
    pub fn build(self) -> Value {
        let ty = self.ty;
        let fields = ty.fields.iter().zip(self.fields);
        let fields = fields.map(|(field, value)| match value {
            Some(value) => value,
            None if field.optional => Value::Absent,
            None => {
                debug_assert!(false, "{}.{} was never set", ty.name, field.name);
                Value::Unknown(never_filled(ty, field.name).into())
            }
        });
        Value::Record(Arc::new(Record { ty, fields: fields.collect() }))
    }
}

/// The gap of a field that this program forgot.
fn never_filled(ty: &RecordType, field: &str) -> Gap {
    Gap::new("", Cause::Failed).because(format!("apiaudit did not fill in {}.{field}: please report this", ty.name))
}

impl Type {
    /// Whether the value is one of the type. What is unknown may be anything.
    pub fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (_, Value::Unknown(_)) | (Self::Bool, Value::Bool(_)) | (Self::Int, Value::Int(_)) | (Self::Str, Value::Str(_)) => true,
            (Self::List(item), Value::List(list)) => list.items.iter().all(|value| item.admits(value)),
            (Self::Map(entry), Value::Map(map)) => map.values().all(|value| entry.admits(value)),
            (Self::Record(ty), Value::Record(record)) => record.ty == *ty,
            _ => false,
        }
    }
}

impl Value {
    /// A list that was read to its end.
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Arc::new(List::complete(items)))
    }

    /// A list of which some items could not be read.
    pub fn partial_list(items: Vec<Self>, missing: Option<Unknown>) -> Self {
        Self::List(Arc::new(List::partial(items, missing)))
    }

    /// Everything that keeps the value, to its last part, from being known.
    pub fn unknowns(&self) -> Option<Unknown> {
        match self {
            Self::Unknown(unknown) => Some(unknown.clone()),
            Self::List(list) => list.unknowns(),
            Self::Map(map) => union_of(map.values()),
            Self::Record(record) => union_of(&record.fields),
            _ => None,
        }
    }

    /// The value as text for a person: in messages, evidence and traces.
    pub fn render(&self) -> String {
        match self {
            Self::Absent => "none".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Str(value) => value.to_string(),
            Self::List(list) => render_list(list),
            Self::Map(map) => {
                let entries = map.iter().map(|(key, value)| format!("{key}={}", value.render()));
                entries.collect::<Vec<_>>().join(", ")
            }
            Self::Record(record) => format!("a {}", record.ty.name.replace('_', " ")),
            Self::Unknown(unknown) => render_unknown(unknown),
        }
    }
}

/// What is missing from any of the values.
fn union_of<'a>(values: impl IntoIterator<Item = &'a Value>) -> Option<Unknown> {
    let mut all = None;
    for value in values {
        if let Some(unknown) = value.unknowns() {
            Unknown::merge(&mut all, &unknown);
        }
    }
    all
}

fn render_list(list: &List) -> String {
    let mut parts: Vec<String> = list.items.iter().map(Value::render).collect();
    if parts.len() > 1 && matches!(list.items[0], Value::Record(_)) {
        parts = vec![format!("{} of them", parts.len())];
    }
    match &list.missing {
        Some(missing) if parts.is_empty() => parts.push(render_unknown(missing)),
        Some(missing) => parts.push(render_unknown(missing).replacen("unknown", "perhaps others", 1)),
        None if parts.is_empty() => return "none".to_owned(),
        None => {}
    }
    parts.join(", ")
}

fn render_unknown(unknown: &Unknown) -> String {
    let mut actions: Vec<&str> = unknown.gaps().iter().map(|gap| gap.action.as_str()).filter(|action| !action.is_empty()).collect();
    actions.dedup();
    if actions.is_empty() { "unknown".to_owned() } else { format!("unknown ({})", actions.join(", ")) }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(value.into())
    }
}

impl From<u16> for Value {
    fn from(value: u16) -> Self {
        Self::Int(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Str(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Str(value.into())
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Str(value.as_str().into())
    }
}

impl From<Arc<str>> for Value {
    fn from(value: Arc<str>) -> Self {
        Self::Str(value)
    }
}

impl From<Unknown> for Value {
    fn from(value: Unknown) -> Self {
        Self::Unknown(value)
    }
}

impl From<Gap> for Value {
    fn from(value: Gap) -> Self {
        Self::Unknown(value.into())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::list(values.into_iter().map(Into::into).collect())
    }
}

impl<K: AsRef<str>, T: Into<Self>> FromIterator<(K, T)> for Value {
    fn from_iter<I: IntoIterator<Item = (K, T)>>(entries: I) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (Arc::from(key.as_ref()), value.into()));
        Self::Map(Arc::new(entries.collect()))
    }
}
