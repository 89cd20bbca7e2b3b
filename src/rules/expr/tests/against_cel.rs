//! On fully known facts we must agree with the `cel` crate's own interpreter.

use std::collections::HashMap;

use super::super::{Truth, Want};
use super::properties::{Dice, draw, expression};
use super::*;
use cel::context::Context;
use cel::{Env, Value as Cel};
use std::sync::Arc;

/// The value as the interpreter knows it; absent fields are left out, as keys are.
fn cel(value: &Value) -> Cel {
    match value {
        Value::Bool(value) => Cel::Bool(*value),
        Value::Int(value) => Cel::Int(*value),
        Value::Str(value) => Cel::String(Arc::new(value.to_string())),
        Value::List(list) => Cel::List(Arc::new(list.items().iter().map(cel).collect())),
        Value::Map(map) => {
            let entries: HashMap<String, Cel> = map.iter().map(|(key, value)| (key.to_string(), cel(value))).collect();
            Cel::Map(entries.into())
        }
        Value::Record(record) => {
            let names = record.ty().fields.iter().map(|field| field.name.to_owned());
            let fields = names.zip(record.fields()).filter(|(_, value)| **value != Value::Absent);
            let fields: HashMap<String, Cel> = fields.map(|(name, value)| (name, cel(value))).collect();
            Cel::Map(fields.into())
        }
        Value::Absent | Value::Unknown(_) => Cel::Null,
    }
}

const SAME: [&str; 34] = [
    "lb.scheme == 'internet-facing'",
    "lb.scheme != 'internal' && lb.azs >= 2",
    "lb.listeners.exists(l, l.port == 80 && l.protocol == 'HTTP')",
    "lb.listeners.exists(l, l.port == 22)",
    "lb.listeners.all(l, l.port > 79)",
    "lb.listeners.all(l, l.port > 80)",
    "lb.listeners.exists_one(l, l.port == 80)",
    "lb.listeners.exists_one(l, l.port > 0)",
    "lb.listeners.filter(l, l.port == 443).map(l, l.protocol) == ['HTTPS']",
    "lb.listeners.map(l, l.port > 100, l.port + 1) == [444]",
    "size(lb.listeners) == 2",
    "size(lb.name) + size(lb.zones) + size(lb.tags) == 8",
    "size('äöü') == 3",
    "'eu-west-1a' in lb.zones",
    "'nowhere' in lb.zones",
    "'env' in lb.tags && !('owner' in lb.tags)",
    "has(lb.tags.env) && !has(lb.tags.owner)",
    "has(lb.idle) && !has(lb.dns)",
    "lb.tags.env == 'prod' && lb.tags['team'] == 'shop'",
    "lb.name.startsWith('sh') && lb.name.endsWith('op') && lb.name.contains('ho')",
    "lb.name.matches('^s.*p$')",
    "lb.name.matches('h')",
    "lb.azs * 3 - 4 == 2 && lb.azs + 1 == 3",
    "-7 / 2 == -3 && -7 % 2 == -1 && 7 / -2 == -3",
    "lb.name + '!' == 'shop!'",
    "lb.ports + [1, 2] == [80, 443, 1, 2]",
    "lb.ports[1] == 443",
    "lb.protected ? lb.azs == 1 : lb.azs == 2",
    "!lb.protected || lb.azs < 0",
    "lb.name < 't' && lb.name > 'a' && 'a' < 'b'",
    "lb.zones.all(z, z.startsWith(lb.zones[0].contains('a') ? 'eu' : 'us'))",
    "lb.first.port == lb.listeners[0].port",
    "[1, 2] == [1, 2] && [1] != [2] && [] == []",
    "lb.tags.exists(k, k == 'env') && lb.tags.all(k, size(k) > 2)",
];

/// Our answer and the interpreter's.
fn both(source: &str, lb: &Value, env: &Arc<Env>) -> (Truth, Result<Cel, String>) {
    let ours = compile(source, Want::Bool).unwrap_or_else(|e| panic!("{source}: {e:#?}"));
    let theirs = super::super::with_stack(|| {
        let mut context = Context::with_env(Arc::clone(env));
        context.add_variable_from_value("lb", cel(lb));
        let program = env.compile(source).map_err(|e| e.to_string())?;
        program.execute(&context).map_err(|e| e.to_string())
    });
    (ours.truth(lb), theirs.unwrap())
}

#[test]
fn agrees_with_the_interpreter() {
    let lb = known().build();
    let env = Arc::new(Env::stdlib());
    for source in SAME {
        let (ours, theirs) = both(source, &lb, &env);
        assert_eq!(Ok(Cel::Bool(ours == Truth::True)), theirs, "{source}");
    }
}

/// Nothing is absent in these facts.
fn all_there(dice: &mut Dice) -> Value {
    let listeners = (0..dice.roll(4)).map(|_| there(dice, &LISTENER).build()).collect();
    let tags: Value = [("a", "a"), ("b", dice.pick(&["a", "ab"]))].into_iter().collect();
    there(dice, &BALANCER).set("first", there(dice, &LISTENER).build()).set("listeners", Value::list(listeners)).set("tags", tags).build()
}

fn there(dice: &mut Dice, ty: &'static RecordType) -> RecordBuilder {
    let fields = ty.fields.iter();
    fields.fold(RecordBuilder::new(ty), |record, field| record.set(field.name, draw(dice, &field.ty, false, 0)))
}

/// Whether the interpreter would give an error somewhere, or an order that it does not keep.
fn is_ours_alone(source: &str) -> bool {
    let indexed = source.match_indices('[').any(|(at, _)| {
        let before = source[..at].chars().next_back();
        before.is_some_and(|c| c.is_alphanumeric() || c == ')' || c == ']')
    });
    let own = ["null", "/", "%", "lb.tags.map", "lowerAscii"];
    indexed || own.iter().any(|part| source.contains(part))
}

#[test]
fn agrees_with_the_interpreter_on_random_expressions() {
    let env = Arc::new(Env::stdlib());
    let mut dice = Dice(7);
    let mut compared = 0;
    while compared < 400 {
        let source = expression(&mut dice);
        if is_ours_alone(&source) || source.len() < 20 || source.len() > 1000 {
            continue;
        }
        let lb = all_there(&mut dice);
        let (ours, theirs) = both(&source, &lb, &env);
        assert_eq!(Ok(Cel::Bool(ours == Truth::True)), theirs, "{source}\n{lb:?}");
        compared += 1;
    }
}
