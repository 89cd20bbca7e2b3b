//! JSON that knows where it stands.

use std::ops::Range;

/// A value of JSON with its place in bytes.
#[derive(Debug, Clone)]
pub(crate) struct Json {
    pub kind: JsonKind,
    pub span: Range<usize>,
}

/// The kinds of JSON.
#[derive(Debug, Clone)]
pub(crate) enum JsonKind {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    /// Keys with where they begin.
    Object(Vec<(String, usize, Json)>),
}

/// How deep lists and objects may stand in one another.
const DEPTH: usize = 100;

/// Reads a text. What is wrong with it, and where.
pub(crate) fn read(text: &str) -> Result<Json, (usize, String)> {
    let mut reader = Reader { text, at: text.len() - text.trim_start_matches('\u{feff}').len() };
    let value = reader.value(0)?;
    reader.space();
    if reader.at < text.len() { reader.fail("something stands after the end") } else { Ok(value) }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

type Outcome<T> = Result<T, (usize, String)>;

impl Reader<'_> {
    fn fail<T>(&self, reason: &str) -> Outcome<T> {
        Err((self.at, reason.to_owned()))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.space();
        let here = self.peek() == Some(byte);
        self.at += usize::from(here);
        here
    }

    fn value(&mut self, depth: usize) -> Outcome<Json> {
        self.space();
        if depth > DEPTH {
            return self.fail(&format!("lists and objects stand more than {DEPTH} deep in one another"));
        }
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => JsonKind::Text(self.string()?),
            Some(_) => self.word()?,
            None => return self.fail("the file ends where a value belongs"),
        };
        Ok(Json { kind, span: start..self.at })
    }

    fn object(&mut self, depth: usize) -> Outcome<JsonKind> {
        self.at += 1;
        let mut pairs = Vec::new();
        if self.take(b'}') {
            return Ok(JsonKind::Object(pairs));
        }
        loop {
            self.space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.fail("expected a key in quotes");
            }
            let key = self.string()?;
            if !self.take(b':') {
                return self.fail("expected `:` after a key");
            }
            pairs.push((key, start, self.value(depth + 1)?));
            if self.take(b'}') {
                return Ok(JsonKind::Object(pairs));
            }
            if !self.take(b',') {
                return self.fail("expected `,` or `}`");
            }
        }
    }

    fn list(&mut self, depth: usize) -> Outcome<JsonKind> {
        self.at += 1;
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(JsonKind::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Ok(JsonKind::List(items));
            }
            if !self.take(b',') {
                return self.fail("expected `,` or `]`");
            }
        }
    }

    /// A text. Where it ends is looked for here; what it says is `serde_json`'s.
    fn string(&mut self) -> Outcome<String> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut end = start + 1;
        loop {
            match bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => end += 2,
                Some(byte) if *byte >= 0x20 => end += 1,
                _ => return self.fail("a text does not end"),
            }
        }
        self.at = end + 1;
        let quoted = self.text.get(start..self.at).unwrap_or_default();
        serde_json::from_str(quoted).map_err(|_| (start, "a text has an escape that JSON does not know".to_owned()))
    }

    fn word(&mut self) -> Outcome<JsonKind> {
        let rest = &self.text[self.at..];
        let end = rest.find(|sign: char| !(sign.is_ascii_alphanumeric() || "+-.".contains(sign))).unwrap_or(rest.len());
        let kind = match serde_json::from_str::<serde_json::Value>(&rest[..end]) {
            Ok(serde_json::Value::Null) => JsonKind::Null,
            Ok(serde_json::Value::Bool(value)) => JsonKind::Bool(value),
            Ok(serde_json::Value::Number(number)) => JsonKind::Number(number.as_f64().unwrap_or(f64::NAN)),
            _ => return self.fail("expected a value"),
        };
        self.at += end;
        Ok(kind)
    }
}
