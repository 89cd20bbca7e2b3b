//! Functions of texts.

use regex::{Regex, RegexBuilder};

use super::{Arguments, Result, Stop};
use crate::iac::terraform::eval::budget::TEXT;
use crate::iac::terraform::eval::template::Writing;
use crate::iac::value::{Node, Value};

pub(super) fn call(arguments: &Arguments<'_>) -> Option<Result<Value>> {
    Some(match arguments.name {
        "join" => join(arguments),
        "split" => split(arguments),
        "replace" => replace(arguments),
        "lower" => arguments.text(0).map(|text| Value::from(text.to_lowercase())),
        "upper" => arguments.text(0).map(|text| Value::from(text.to_uppercase())),
        "title" => arguments.text(0).map(|text| Value::from(title(&text))),
        "trimspace" => arguments.text(0).map(|text| Value::from(text.trim())),
        "chomp" => arguments.text(0).map(|text| Value::from(text.trim_end_matches(['\n', '\r']))),
        "trim" => two(arguments, |text, signs| text.trim_matches(|sign| signs.contains(sign)).to_owned()),
        "trimprefix" => two(arguments, |text, start| text.strip_prefix(start).unwrap_or(text).to_owned()),
        "trimsuffix" => two(arguments, |text, end| text.strip_suffix(end).unwrap_or(text).to_owned()),
        "startswith" => test(arguments, |text, start| text.starts_with(start)),
        "endswith" => test(arguments, |text, end| text.ends_with(end)),
        "strcontains" => test(arguments, |text, inside| text.contains(inside)),
        "basename" => arguments.text(0).map(|path| Value::from(path.trim_end_matches('/').rsplit('/').next().unwrap_or_default())),
        "substr" => substr(arguments),
        "regex" => matched(arguments),
        "regexall" => all_matched(arguments),
        _ => return None,
    })
}

fn two(arguments: &Arguments<'_>, with: impl Fn(&str, &str) -> String) -> Result<Value> {
    Ok(Value::from(with(&arguments.text(0)?, &arguments.text(1)?)))
}

fn test(arguments: &Arguments<'_>, with: impl Fn(&str, &str) -> bool) -> Result<Value> {
    Ok(Value::Bool(with(&arguments.text(0)?, &arguments.text(1)?)))
}

/// Puts texts together, made up or not.
fn join(arguments: &Arguments<'_>) -> Result<Value> {
    let between = arguments.any_text(0)?;
    let mut writing = Writing::default();
    let mut first = true;
    for at in 1..arguments.len() {
        for item in arguments.list(at)? {
            if !std::mem::take(&mut first) {
                writing.push(&Value::Text(between.clone())).map_err(Stop::Error)?;
            }
            writing.push(&item.value).map_err(Stop::Error)?;
        }
    }
    Ok(writing.value())
}

fn split(arguments: &Arguments<'_>) -> Result<Value> {
    let (between, text) = (arguments.text(0)?, arguments.text(1)?);
    let parts: Vec<Node> = if between.is_empty() {
        text.chars().map(|sign| Value::from(sign.to_string()).into()).collect()
    } else {
        text.split(&*between).map(|part| Value::from(part).into()).collect()
    };
    super::collections::few(parts)
}

fn replace(arguments: &Arguments<'_>) -> Result<Value> {
    let (text, old, new) = (arguments.text(0)?, arguments.text(1)?, arguments.text(2)?);
    if (text.len() + 1).saturating_mul(new.len()) > TEXT.saturating_mul(4) {
        return Err(Stop::error("replace makes a text longer than apiaudit takes"));
    }
    let pattern = old.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|_| old.len() > 1);
    Ok(Value::from(match pattern {
        Some(pattern) => compiled(pattern)?.replace_all(&text, &*new).into_owned(),
        None => text.replace(&*old, &new),
    }))
}

fn compiled(pattern: &str) -> Result<Regex> {
    let regex = RegexBuilder::new(pattern).size_limit(1 << 20).dfa_size_limit(1 << 20).nest_limit(50).build();
    regex.map_err(|_| Stop::unknown("a regular expression is not one that apiaudit evaluates"))
}

/// What a pattern matches: the groups where it has some, by name where they have names.
fn matched(arguments: &Arguments<'_>) -> Result<Value> {
    let (regex, text) = (compiled(&arguments.text(0)?)?, arguments.text(1)?);
    regex.captures(&text).map(|found| captured(&regex, &found)).ok_or_else(|| Stop::error("a regular expression matches nothing"))
}

fn all_matched(arguments: &Arguments<'_>) -> Result<Value> {
    let (regex, text) = (compiled(&arguments.text(0)?)?, arguments.text(1)?);
    super::collections::few(regex.captures_iter(&text).map(|found| captured(&regex, &found).into()).collect())
}

fn captured(regex: &Regex, found: &regex::Captures<'_>) -> Value {
    let group = |text: Option<regex::Match<'_>>| Node::from(text.map_or(Value::Null, |text| Value::from(text.as_str())));
    if regex.capture_names().flatten().next().is_some() {
        return Value::Map(regex.capture_names().flatten().map(|name| (name.to_owned(), group(found.name(name)))).collect());
    }
    if regex.captures_len() > 1 {
        return Value::List((1..regex.captures_len()).map(|at| group(found.get(at))).collect());
    }
    Value::from(&found[0])
}

fn substr(arguments: &Arguments<'_>) -> Result<Value> {
    let text = arguments.text(0)?;
    let (start, length) = (arguments.whole(1)?, arguments.whole(2)?);
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let start = if start < 0 { (count + start).max(0) } else { start };
    let length = if length < 0 { count } else { length };
    let (start, length) = (usize::try_from(start).unwrap_or(usize::MAX), usize::try_from(length).unwrap_or(usize::MAX));
    Ok(Value::from(text.chars().skip(start).take(length).collect::<String>()))
}

fn title(text: &str) -> String {
    let mut inside = false;
    let capital = |sign: char| {
        let first = !std::mem::replace(&mut inside, sign.is_alphanumeric() || sign == '_');
        if first { sign.to_uppercase().collect::<String>() } else { sign.to_string() }
    };
    text.chars().map(capital).collect()
}
