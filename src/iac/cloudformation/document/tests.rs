use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

fn read(path: &str, text: &str) -> (Files, Item) {
    let mut files = Files::default();
    let item = parse(&text.into(), path, &mut files).unwrap_or_else(|errors| panic!("{}", errors[0].render(false, 100)));
    (files, item)
}

fn wrong(path: &str, text: &str) -> String {
    let mut files = Files::default();
    parse(&text.into(), path, &mut files).unwrap_err()[0].render(false, 100)
}

/// The text of an entry, and its line and column, by the keys that lead to it.
fn shown(path: &str, text: &str, keys: &[&str]) -> String {
    let (files, root) = read(path, text);
    let mut item = &root;
    let mut span = root.span;
    for key in keys {
        if let Ok(index) = key.parse::<usize>() {
            item = &item.items()[index];
            span = item.span;
        } else {
            let entry = item.entry(key).unwrap_or_else(|| panic!("{key} is not there"));
            (item, span) = (&entry.item, entry.span());
        }
    }
    let place = files.place(span).unwrap();
    let range = bytes(span);
    format!("{}:{} {}", place.start_line, place.start_column, &text[range])
}

#[test]
fn an_attribute_is_its_key_and_its_value() {
    let text = "Resources:\r\n  Alb: # the balancer\r\n    Type: AWS::X\r\n    Properties:\r\n      Scheme: internet-facing   # open\r\n      Names:\r\n      - 'é😀'\r\n      - !Ref  Other\r\n      Empty:\r\n  Next:\r\n    Type: Y\r\n";
    assert_eq!(shown("a.yaml", text, &["Resources", "Alb", "Properties", "Scheme"]), "5:7 Scheme: internet-facing");
    assert_eq!(shown("a.yaml", text, &["Resources", "Alb", "Properties", "Names", "0"]), "7:9 'é😀'");
    assert_eq!(shown("a.yaml", text, &["Resources", "Alb", "Properties", "Names", "1"]), "8:9 !Ref  Other");
    assert_eq!(shown("a.yaml", text, &["Resources", "Alb", "Properties", "Empty"]), "9:7 Empty");
    assert_eq!(shown("a.yaml", text, &["Resources", "Next"]), "10:3 Next:\r\n    Type: Y");
    let block = shown("a.yaml", text, &["Resources", "Alb"]);
    assert!(block.starts_with("2:3 Alb: # the") && block.ends_with("Empty"), "{block}");
}

#[test]
fn flow_maps_and_block_scalars_end_where_they_end() {
    let text = "A: {b: [1, !Sub 'x'], c: {d: e} }  \nB: |\n  one\n  two\n\nC: >-\n  folded\n  text\nD: !Join\n  - ''\n  - [a, 'b']\n";
    assert_eq!(shown("a.yaml", text, &["A"]), "1:1 A: {b: [1, !Sub 'x'], c: {d: e} }");
    assert_eq!(shown("a.yaml", text, &["A", "b", "1"]), "1:12 !Sub 'x'");
    assert_eq!(shown("a.yaml", text, &["A", "c"]), "1:23 c: {d: e}");
    assert_eq!(shown("a.yaml", text, &["B"]), "2:1 B: |\n  one\n  two");
    assert_eq!(shown("a.yaml", text, &["C"]), "6:1 C: >-\n  folded\n  text");
    assert_eq!(shown("a.yaml", text, &["D"]), "9:1 D: !Join\n  - ''\n  - [a, 'b']");
    let (_, root) = read("a.yaml", text);
    assert_eq!(root.get("B").unwrap().str(), Some("one\ntwo\n"));
    assert_eq!(root.get("C").unwrap().str(), Some("folded text"));
    assert_eq!(root.get("D").unwrap().function().unwrap().0, "Fn::Join");
}

#[test]
fn anchors_merge_keys_and_documents() {
    let text = "Base: &base\n  a: 1\n  b: 2\nUse:\n  <<: *base\n  b: 3\nSame: *base\nMany:\n  <<: [*base, {c: 4}]\n";
    let (_, root) = read("a.yaml", text);
    let keys = |name: &str| {
        root.get(name)
            .unwrap()
            .entries()
            .iter()
            .map(|entry| (entry.key.to_string(), entry.item.text().unwrap().to_string()))
            .collect::<Vec<_>>()
    };
    assert_eq!(keys("Use"), [("b".into(), "3".into()), ("a".to_owned(), "1".to_owned())]);
    assert_eq!(keys("Many").len(), 3);
    assert_eq!(shown("a.yaml", text, &["Same"]), "7:1 Same: *base");
    assert_eq!(shown("a.yaml", text, &["Use", "a"]), "2:3 a: 1");
    assert!(wrong("a.yaml", "a: &x\n  b: *x\n").contains("stands inside of what it stands for"));
    assert!(wrong("a.yaml", "a: 1\n---\nb: 2\n").contains("second document"));
    assert!(wrong("a.yaml", "<<: 3\n").contains("takes a map"));
}

#[test]
fn scalars_say_what_they_say() {
    let text = "version: 2012-10-17\nyes: yes\non: off\naccount: 012345678901\nport: 80\nlong: 1.10\nhalf: 0.5\nt: True\nn: ~\nhex: 0x1F\nq: '80'\ns: !!str 80\n200: ok\n";
    let (_, root) = read("a.yaml", text);
    let node = |key: &str| root.get(key).unwrap().scalar();
    assert_eq!(node("version"), Value::from("2012-10-17"));
    assert_eq!(node("yes"), Value::from("yes"));
    assert_eq!(node("on"), Value::from("off"));
    assert_eq!(node("account"), Value::from("012345678901"));
    assert_eq!(node("port"), Value::Number(80.0));
    assert_eq!(node("long"), Value::from("1.10"));
    assert_eq!(node("half"), Value::Number(0.5));
    assert_eq!(node("t"), Value::Bool(true));
    assert_eq!(node("n"), Value::Null);
    assert_eq!(node("hex"), Value::from("0x1F"));
    assert_eq!(node("q"), Value::from("80"));
    assert_eq!(node("s"), Value::from("80"));
    assert_eq!(node("200"), Value::from("ok"));
}

#[test]
fn json_takes_tabs_and_knows_its_places() {
    let text = "{\n\t\"Resources\": {\n\t\t\"Alb\": {\"Scheme\":\t\"internet-facing\", \"é\\u0041\": [1, 01]}\n\t}\n}";
    assert!(wrong("a.json", text).contains("a.json:3:"), "01 is no number");
    let text = text.replace("01", "1.0");
    assert_eq!(shown("a.json", &text, &["Resources", "Alb", "Scheme"]), "3:11 \"Scheme\":\t\"internet-facing\"");
    assert_eq!(shown("a.json", &text, &["Resources", "Alb", "éA", "1"]), "3:55 1.0");
    assert_eq!(shown("a.json", "\u{feff}{\"a\": 1}", &["a"]), "1:3 \"a\": 1");
    assert_eq!(shown("a.yaml", "{a: !Ref b}", &["a"]), "1:2 a: !Ref b");
    assert_eq!(shown("a.yaml", "\u{feff}a: b\n", &["a"]), "1:2 a: b");
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let twice = wrong("a.yaml", "Resources:\n  A: 1\n  B: 2\n  A: 3\n");
    assert!(twice.contains("`A` stands twice") && twice.contains("a.yaml:4:3") && twice.contains("the first one"), "{twice}");
    let json = wrong("a.json", "{\"a\": 1,\n \"a\": 2}");
    assert!(json.contains("a.json:2:2"), "{json}");
    let broken = wrong("a.yaml", "Resources:\n  A: [1, 2\n  B: 3\n");
    assert!(broken.contains("a.yaml:"), "{broken}");
    assert!(wrong("a.json", "{\"a\": ").contains("ends before"));
    assert!(wrong("a.yaml", "? [a]\n: b\n").contains("a key is no text"));
    assert!(wrong("a.yaml", "").contains("empty"));
}

#[test]
fn hostile_texts_end_soon_and_say_why() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        writeln!(laughs, "a{level}: &a{level} [{}]", before.trim_end_matches(", ")).unwrap();
    }
    let told = wrong("a.yaml", &laughs);
    assert!(told.contains("more than 500000 values") && told.contains("a.yaml:6:"), "{told}");
    let mut merges = "a0: &a0 {k: 1}\n".to_owned();
    for level in 1..40 {
        writeln!(merges, "a{level}: &a{level} {{l{level}: {{<<: *a{0}}}, m: *a{0}}}", level - 1).unwrap();
    }
    assert!(wrong("a.yaml", &merges).contains("values"));
    for (open, path) in [
        ("[", "a.yaml"),
        ("{a: ", "a.yaml"),
        ("- ", "a.yaml"),
        ("{\"a\":", "a.json"),
        ("{\"a\":[", "a.yaml"),
        ("!Ref ", "b.yaml"),
        ("? ", "c.yaml"),
    ] {
        let told = wrong(path, &open.repeat(100_000));
        assert!(told.contains("levels deep") || told.contains("is no YAML"), "{open}: {}", &told[..200.min(told.len())]);
    }
    assert!(wrong("a.yaml", &"a: b\n".repeat(2_100_000)).contains("bytes"));
    assert!(wrong("a.json", &format!("{{\"a\": [{}1]}}", "1,".repeat(510_000))).contains("values"));
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in "[-a-z0-9{}\\[\\]:,!&*|>'\"?#%@ \\t\\r\\né\\\\<]{0,60}") {
        for path in ["a.yaml", "a.json"] {
            let mut files = Files::default();
            if let Ok(item) = parse(&text.as_str().into(), path, &mut files) {
                let end = u32::try_from(text.len()).unwrap();
                prop_assert!(item.span.end <= end);
                drop(item.to_node());
            }
        }
    }
}
