//! Values as code gives them: known, made up for what only deployment decides, or unknown.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::text::Span;
use crate::inventory::{Cause, Gap};

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it stands: of an attribute, the name and the value together.
    pub span: Option<Span>,
}

/// A value of code.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(Text),
    /// A list, a tuple or a set; nested blocks of one kind, too.
    List(Vec<Node>),
    /// A map, an object, or the inside of a block.
    Map(BTreeMap<String, Node>),
    /// What only deployment, or a file that is not at hand, decides.
    Unknown(Why),
}

/// A text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text {
    /// The text.
    pub text: Arc<str>,
    /// Whether it holds the name that apiaudit made up for what only deployment decides, such as an ARN: it may be put
    /// together with other text and compared with itself, and looked into by nobody.
    pub made_up: bool,
}

/// Why a value is unknown, in words that begin with what it is: `var.vpc_id has no value here`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Why(pub Arc<str>);

impl Why {
    /// A reason.
    pub fn new(words: impl Into<Arc<str>>) -> Self {
        Self(words.into())
    }

    /// The gap it leaves in an inventory.
    pub fn gap(&self, address: &str) -> Gap {
        let mut gap = Gap::new("", Cause::Undeployed).because(&*self.0);
        gap.resource = Some(address.to_owned());
        gap
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Self { value, span: None }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Text { text: text.into(), made_up: false })
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Text { text: text.into(), made_up: false })
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl Value {
    /// A text that was made up.
    pub fn made_up(text: impl Into<Arc<str>>) -> Self {
        Self::Text(Text { text: text.into(), made_up: true })
    }

    /// Something that is not known.
    pub fn unknown(words: impl Into<Arc<str>>) -> Self {
        Self::Unknown(Why::new(words))
    }

    /// A value of JSON.
    pub fn from_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(*value),
            serde_json::Value::Number(number) => Self::Number(number.as_f64().unwrap_or(f64::NAN)),
            serde_json::Value::String(text) => Self::from(text.as_str()),
            serde_json::Value::Array(items) => Self::List(items.iter().map(|item| Self::from_json(item).into()).collect()),
            serde_json::Value::Object(map) => {
                Self::Map(map.iter().map(|(key, item)| (key.clone(), Self::from_json(item).into())).collect())
            }
        }
    }

    /// The value as JSON, with made-up names as they are; the reason where a part is not known.
    pub fn to_json(&self) -> Result<serde_json::Value, Why> {
        Ok(match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Number(number) => whole(*number).map_or_else(|| serde_json::json!(number), Into::into),
            Self::Text(text) => text.text.to_string().into(),
            Self::List(items) => serde_json::Value::Array(items.iter().map(|item| item.value.to_json()).collect::<Result<_, _>>()?),
            Self::Map(map) => {
                let pairs = map.iter().map(|(key, item)| Ok((key.clone(), item.value.to_json()?)));
                serde_json::Value::Object(pairs.collect::<Result<_, Why>>()?)
            }
            Self::Unknown(why) => return Err(why.clone()),
        })
    }

    /// Why it, or a part of it, is not known.
    pub fn why(&self) -> Option<&Why> {
        match self {
            Self::Unknown(why) => Some(why),
            Self::List(items) => items.iter().find_map(|item| item.value.why()),
            Self::Map(map) => map.values().find_map(|item| item.value.why()),
            _ => None,
        }
    }

    /// Whether it holds a name that was made up.
    pub fn is_made_up(&self) -> bool {
        match self {
            Self::Text(text) => text.made_up,
            Self::List(items) => items.iter().any(|item| item.value.is_made_up()),
            Self::Map(map) => map.values().any(|item| item.value.is_made_up()),
            _ => false,
        }
    }

    /// What people call this kind of value.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a bool",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The words of a scalar; none for null. Numbers and bools are written as both languages write them.
    pub fn words(&self) -> Result<Option<Arc<str>>, Why> {
        match self {
            Self::Null => Ok(None),
            Self::Text(text) => Ok(Some(Arc::clone(&text.text))),
            Self::Bool(value) => Ok(Some(value.to_string().into())),
            Self::Number(number) => Ok(Some(whole(*number).map_or_else(|| number.to_string(), |whole| whole.to_string()).into())),
            Self::Unknown(why) => Err(why.clone()),
            Self::List(_) | Self::Map(_) => Err(Why::new(format!("{} stands where a text belongs", self.kind()))),
        }
    }
}

/// A number without a fraction.
pub fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "the range was looked at")]
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

/// An absent attribute.
static NULL: Node = Node { value: Value::Null, span: None };

impl Node {
    /// An empty map.
    pub fn empty() -> Self {
        Value::Map(BTreeMap::new()).into()
    }

    /// An attribute of a map; of anything else, or where there is none, null. Of an unknown value, that unknown.
    pub fn get(&self, name: &str) -> &Self {
        match &self.value {
            Value::Map(map) => map.get(name).unwrap_or(&NULL),
            Value::Unknown(_) => self,
            _ => &NULL,
        }
    }

    /// An attribute some levels down. A list on the way is taken for its first item, as Terraform writes single blocks.
    pub fn at(&self, path: &[&str]) -> &Self {
        path.iter().fold(self, |node, name| node.first().get(name))
    }

    /// The only item of a list, or the value itself.
    pub fn first(&self) -> &Self {
        match &self.value {
            Value::List(items) => items.first().unwrap_or(&NULL),
            _ => self,
        }
    }

    /// Whether there is nothing.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// A text; none where there is nothing. Empty texts are nothing, as both languages mean them.
    pub fn text(&self) -> Result<Option<String>, Why> {
        Ok(self.value.words()?.filter(|text| !text.is_empty()).map(|text| text.to_string()))
    }

    /// True or false; none where there is nothing. `"true"` counts, as both languages take it.
    pub fn bool(&self) -> Result<Option<bool>, Why> {
        match self.value.words()?.as_deref() {
            None | Some("") => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") || text == "1" => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") || text == "0" => Ok(Some(false)),
            Some(text) => Err(Why::new(format!("{text:?} stands where true or false belongs"))),
        }
    }

    /// A whole number that fits; none where there is nothing.
    pub fn integer<N: TryFrom<i64>>(&self) -> Result<Option<N>, Why> {
        let number = match &self.value {
            Value::Number(number) => whole(*number),
            value => match value.words()? {
                None => return Ok(None),
                Some(text) if text.is_empty() => return Ok(None),
                Some(text) => text.trim().parse::<f64>().ok().and_then(whole),
            },
        };
        let fits = number.and_then(|number| N::try_from(number).ok());
        fits.map(Some).ok_or_else(|| Why::new("a number that does not fit stands where a smaller whole number belongs"))
    }

    /// A number; none where there is nothing.
    pub fn number(&self) -> Result<Option<f64>, Why> {
        match &self.value {
            Value::Number(number) => Ok(Some(*number)),
            value => value.words()?.map(|text| text.parse().map_err(|_| Why::new(format!("{text:?} is no number")))).transpose(),
        }
    }

    /// The items of a list: none of null, the value itself where it is no list, as both languages allow.
    pub fn items(&self) -> Result<&[Self], Why> {
        match &self.value {
            Value::Null => Ok(&[]),
            Value::List(items) => Ok(items),
            Value::Unknown(why) => Err(why.clone()),
            _ => Ok(std::slice::from_ref(self)),
        }
    }

    /// The texts of a list, without what is nothing.
    pub fn texts(&self) -> Result<Vec<String>, Why> {
        self.items()?.iter().filter_map(|item| item.text().transpose()).collect()
    }

    /// The pairs of a map; none of null.
    pub fn pairs(&self) -> Result<Vec<(&str, &Self)>, Why> {
        match &self.value {
            Value::Map(map) => Ok(map.iter().map(|(key, item)| (key.as_str(), item)).collect()),
            Value::Unknown(why) => Err(why.clone()),
            _ => Ok(Vec::new()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(json: &serde_json::Value) -> Node {
        Value::from_json(json).into()
    }

    #[test]
    fn scalars_are_taken_as_both_languages_take_them() {
        let body = node(&serde_json::json!({"port": "80", "on": "true", "name": "", "one": [{"x": 1}]}));
        assert_eq!(body.get("port").integer::<u16>(), Ok(Some(80)));
        assert_eq!(body.get("on").bool(), Ok(Some(true)));
        assert_eq!(body.get("name").text(), Ok(None));
        assert_eq!(body.get("absent").text(), Ok(None));
        assert_eq!(body.at(&["one", "x"]).integer::<i32>(), Ok(Some(1)));
        assert!(node(&serde_json::json!(70_000)).integer::<u16>().is_err());
        assert!(node(&serde_json::json!(1.5)).integer::<u16>().is_err());
        assert!(node(&serde_json::json!("open")).bool().is_err());
    }

    #[test]
    fn the_unknown_goes_all_the_way_down() {
        let unknown = Node::from(Value::unknown("var.x has no value here"));
        assert!(unknown.at(&["a", "b"]).text().is_err());
        assert!(unknown.items().is_err());
        let list = Value::List(vec![Value::from("a").into(), unknown]);
        assert!(list.why().is_some());
        assert!(list.to_json().is_err());
    }
}
