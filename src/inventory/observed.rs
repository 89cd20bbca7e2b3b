//! What was read, what is not there, and what could not be read: three things that must never be mixed up.

use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The key under which a snapshot keeps the gap that stands where a value should be.
const UNKNOWN_KEY: &str = "$unknown";

/// Why something is not known: the call that would have told, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The IAM action of the call, such as `elasticloadbalancing:DescribeTags`; empty when no call is to blame.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub action: String,
    /// The AWS operation, such as `elbv2:DescribeTags`, where the action does not name it (API Gateway's actions are verbs).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub operation: String,
    /// The region that was asked; empty for a global call.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// The resource asked about; none when the call lists a whole kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// What became of the call.
    pub cause: Cause,
    /// AWS's own words, or ours where no call was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What became of a call that brought no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// Refused for want of a permission.
    Denied,
    /// Throttled until the retries ran out.
    Throttled,
    /// Failed for another reason.
    Failed,
    /// AWS offers no way to read it, or this endpoint does not know the call.
    NotSupported,
    /// Not asked: nothing needed it, the scan was interrupted, or the snapshot is older than the question.
    NotAsked,
    /// Known only after the code is deployed, or from code that is not at hand.
    Undeployed,
}

impl fmt::Display for Cause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Denied => "denied",
            Self::Throttled => "throttled",
            Self::Failed => "failed",
            Self::NotSupported => "not supported",
            Self::NotAsked => "not asked",
            Self::Undeployed => "not deployed yet",
        })
    }
}

impl Gap {
    /// A gap left by a question nobody asked.
    pub fn not_asked() -> Self {
        Self::new("", Cause::NotAsked)
    }

    /// A gap in the answer to `action`.
    pub fn new(action: &str, cause: Cause) -> Self {
        Self { action: action.to_owned(), operation: String::new(), region: String::new(), resource: None, cause, detail: None }
    }

    /// The same gap with the action that would fill it, where it names none.
    #[must_use]
    pub fn or_action(mut self, action: &str) -> Self {
        // No permission would tell what is not deployed.
        if self.action.is_empty() && self.cause != Cause::Undeployed {
            action.clone_into(&mut self.action);
        }
        self
    }

    /// The same gap, in words of its own.
    #[must_use]
    pub fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Cause::Undeployed, Some(detail)) = (self.cause, &self.detail) {
            return out.write_str(detail);
        }
        let call = if self.operation.is_empty() { &self.action } else { &self.operation };
        write!(out, "{} {}", if call.is_empty() { "value" } else { call }, self.cause)?;
        if let Some(resource) = &self.resource {
            write!(out, " for {resource}")?;
        }
        if !self.region.is_empty() {
            write!(out, " in {}", self.region)?;
        }
        Ok(())
    }
}

/// A value that comes from a call of its own.
///
/// A snapshot writes it as the value, as `null` when AWS says there is none, and as `{"$unknown": gap}` when the call
/// brought no answer. A field that a snapshot leaves out was not asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Observed<T> {
    /// AWS told.
    Known(T),
    /// AWS told that there is none.
    Absent,
    /// Nobody told.
    Unknown(Gap),
}

impl<T> Default for Observed<T> {
    fn default() -> Self {
        Self::Unknown(Gap::not_asked())
    }
}

impl<T> From<Option<T>> for Observed<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Known)
    }
}

impl<T> Observed<T> {
    /// The value, where it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent | Self::Unknown(_) => None,
        }
    }

    /// The gap, where nobody told.
    pub fn gap(&self) -> Option<&Gap> {
        match self {
            Self::Unknown(gap) => Some(gap),
            Self::Known(_) | Self::Absent => None,
        }
    }

    /// A view of the value.
    pub fn as_ref(&self) -> Observed<&T> {
        match self {
            Self::Known(value) => Observed::Known(value),
            Self::Absent => Observed::Absent,
            Self::Unknown(gap) => Observed::Unknown(gap.clone()),
        }
    }

    /// The same observation of another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Observed<U> {
        match self {
            Self::Known(value) => Observed::Known(change(value)),
            Self::Absent => Observed::Absent,
            Self::Unknown(gap) => Observed::Unknown(gap),
        }
    }

    /// Whether the question was never asked: such a field is left out of a snapshot.
    pub fn is_not_asked(&self) -> bool {
        matches!(self, Self::Unknown(gap) if gap.cause == Cause::NotAsked && gap.detail.is_none())
    }
}

impl<T: Serialize> Serialize for Observed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Absent => serializer.serialize_none(),
            Self::Unknown(gap) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(UNKNOWN_KEY, gap)?;
                map.end()
            }
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Observed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ObservedVisitor(PhantomData))
    }
}

struct ObservedVisitor<T>(PhantomData<T>);

/// One scalar of the self-describing format, handed on to the value's own type.
macro_rules! hand_on {
    ($($method:ident: $type:ty),* $(,)?) => {$(
        fn $method<E: de::Error>(self, value: $type) -> Result<Self::Value, E> {
            T::deserialize(value.into_deserializer()).map(Observed::Known)
        }
    )*};
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObservedVisitor<T> {
    type Value = Observed<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a value, null or {{\"{UNKNOWN_KEY}\": …}}")
    }

    hand_on!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str, visit_string: String);

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Observed::Absent)
    }

    fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(Observed::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        T::deserialize(SeqAccessDeserializer::new(seq)).map(Observed::Known)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let first = map.next_key::<String>()?;
        if first.as_deref() == Some(UNKNOWN_KEY) {
            let gap = map.next_value()?;
            return match map.next_key::<String>()? {
                None => Ok(Observed::Unknown(gap)),
                Some(other) => Err(de::Error::unknown_field(&other, &[UNKNOWN_KEY])),
            };
        }
        T::deserialize(MapAccessDeserializer::new(Peeked { first, map })).map(Observed::Known)
    }
}

/// A map whose first key was already taken out to look at it.
struct Peeked<A> {
    first: Option<String>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Peeked<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(key) => seed.deserialize(key.into_deserializer()).map(Some),
            None => self.map.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

impl<T: JsonSchema> JsonSchema for Observed<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Observed_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        let gap = generator.subschema_for::<Gap>();
        json_schema!({
            "anyOf": [
                {"type": "object", "properties": {UNKNOWN_KEY: gap}, "required": [UNKNOWN_KEY], "additionalProperties": false},
                {"type": "null"},
                value,
            ]
        })
    }
}

/// A list as AWS gave it: the items that were read, and a gap for each call that brought none.
///
/// A snapshot writes an array, or `{"items": …, "gaps": …}` when something is missing. A list that a snapshot leaves out
/// was not asked for. Only a list without gaps can say that something does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed<T> {
    /// What was read.
    pub items: Vec<T>,
    /// What was not.
    pub gaps: Vec<Gap>,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { items: Vec::new(), gaps: vec![Gap::not_asked()] }
    }
}

impl<T> From<Vec<T>> for Listed<T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, gaps: Vec::new() }
    }
}

impl<T> Listed<T> {
    /// A list of which nothing could be read.
    pub fn unknown(gap: Gap) -> Self {
        Self { items: Vec::new(), gaps: vec![gap] }
    }

    /// Whether everything was read, so that what is not in it does not exist.
    pub fn is_complete(&self) -> bool {
        self.gaps.is_empty()
    }

    /// Whether nobody asked.
    pub fn is_not_asked(&self) -> bool {
        self.items.is_empty() && self.gaps.len() == 1 && self.gaps[0].cause == Cause::NotAsked && self.gaps[0].detail.is_none()
    }

    /// The items that were read.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }
}

impl<'a, T> IntoIterator for &'a Listed<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

#[derive(Serialize)]
struct Incomplete<'a, T> {
    items: &'a [T],
    gaps: &'a [Gap],
}

impl<T: Serialize> Serialize for Listed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.gaps.is_empty() {
            self.items.serialize(serializer)
        } else {
            Incomplete { items: &self.items, gaps: &self.gaps }.serialize(serializer)
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Listed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ListedVisitor(PhantomData))
    }
}

struct ListedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListedVisitor<T> {
    type Value = Listed<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list, or {\"items\": …, \"gaps\": …}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(seq)).map(Listed::from)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Parts<T> {
            items: Vec<T>,
            gaps: Vec<Gap>,
        }
        let parts = Parts::deserialize(MapAccessDeserializer::new(map))?;
        Ok(Listed { items: parts.items, gaps: parts.gaps })
    }
}

impl<T: JsonSchema> JsonSchema for Listed<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Listed_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let items = generator.subschema_for::<Vec<T>>();
        let gaps = generator.subschema_for::<Vec<Gap>>();
        json_schema!({
            "anyOf": [
                items,
                {"type": "object", "properties": {"items": items, "gaps": gaps}, "required": ["items", "gaps"], "additionalProperties": false},
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_states_survive_a_snapshot() {
        let gap = Gap::new("ec2:DescribeVpcs", Cause::Denied);
        for value in [Observed::Known(vec![1, 2]), Observed::Absent, Observed::Unknown(gap)] {
            let text = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Observed<Vec<i32>>>(&text).unwrap(), value, "{text}");
        }
    }

    #[test]
    fn a_struct_keeps_its_first_field() {
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Pair {
            a: u8,
            b: Observed<String>,
        }
        let pair: Observed<Pair> = serde_json::from_str(r#"{"a": 1, "b": "x"}"#).unwrap();
        assert_eq!(pair, Observed::Known(Pair { a: 1, b: Observed::Known("x".into()) }));
    }

    #[test]
    fn a_gap_with_company_is_refused() {
        let text = r#"{"$unknown": {"cause": "denied"}, "a": 1}"#;
        assert!(serde_json::from_str::<Observed<String>>(text).is_err());
    }

    #[test]
    fn lists_say_what_is_missing() {
        let whole: Listed<u8> = serde_json::from_str("[1, 2]").unwrap();
        assert!(whole.is_complete());
        let text = r#"{"items": [1], "gaps": [{"action": "ecs:ListTasks", "cause": "throttled"}]}"#;
        let part: Listed<u8> = serde_json::from_str(text).unwrap();
        assert!(!part.is_complete());
        assert_eq!(serde_json::from_str::<Listed<u8>>(&serde_json::to_string(&part).unwrap()).unwrap(), part);
    }
}
