//! The places of things.

use super::{find, read, text_at};

#[test]
fn spans_go_from_name_to_value_whatever_the_file_looks_like() {
    let text = "\u{feff}# é 😀\r\nresource \"aws_lb\" \"web\" { # x\r\n\tinternal\t=   false # c\r\n\tname = \"é😀${1 + 1}\"\r\n\r\n\taccess_logs {\r\n\t\tbucket = \"b\"\r\n\t}\r\n\taccess_logs { enabled = true }\r\n\ttags = {\r\n\t\ta = 1\r\n\t}\r\n\tdoc = <<-EOT\r\n\t\thi\r\n\tEOT\r\n\tlast = [\r\n\t\t1,\r\n\t]\r\n}\r\n";
    let code = read(&[("main.tf", text)]);
    let web = find(&code, "aws_lb.web");
    assert_eq!(text_at(&code, web.head), "resource \"aws_lb\" \"web\"");
    assert!(text_at(&code, web.block).ends_with("]\r\n}"));
    let part = |name: &str| text_at(&code, web.body.get(name).span);
    assert_eq!(part("internal"), "internal\t=   false");
    assert_eq!(part("name"), "name = \"é😀${1 + 1}\"");
    assert_eq!(part("tags"), "tags = {\r\n\t\ta = 1\r\n\t}");
    assert_eq!(part("doc"), "doc = <<-EOT\r\n\t\thi\r\n\tEOT");
    assert_eq!(part("last"), "last = [\r\n\t\t1,\r\n\t]");
    let logs = web.body.get("access_logs").items().unwrap();
    assert_eq!(text_at(&code, logs[0].span), "access_logs {\r\n\t\tbucket = \"b\"\r\n\t}");
    assert_eq!(text_at(&code, logs[0].get("bucket").span), "bucket = \"b\"");
    assert_eq!(text_at(&code, logs[1].span), "access_logs { enabled = true }");
    assert_eq!(text_at(&code, logs[1].get("enabled").span), "enabled = true");
    let place = code.files.place(web.body.get("internal").span.unwrap()).unwrap();
    assert_eq!((place.start_line, place.start_column, place.end_line, place.end_column), (3, 2, 3, 20));
}

#[test]
fn the_json_syntax_has_places_too() {
    let text = "{\n  \"resource\": {\"aws_lb\": {\n    \"web\": {\n      \"internal\": false,\n      \"name\": \"x-${var.é}\",\n      \"access_logs\": [{\"bucket\": \"b\"}]\n    }}},\n  \"variable\": {\"é\": {\"default\": \"😀\"}},\n  \"//\": \"a comment\"\n}\n";
    let code = read(&[("main.tf.json", text)]);
    let web = find(&code, "aws_lb.web");
    assert_eq!(text_at(&code, web.head), "\"web\"");
    assert!(text_at(&code, web.block).starts_with("\"web\": {"));
    assert_eq!(text_at(&code, web.body.get("internal").span), "\"internal\": false");
    assert_eq!(web.body.get("name").text().unwrap().unwrap(), "x-😀");
    let logs = web.body.get("access_logs").items().unwrap();
    assert_eq!(text_at(&code, logs[0].span), "{\"bucket\": \"b\"}");
    assert_eq!(text_at(&code, logs[0].get("bucket").span), "\"bucket\": \"b\"");
}

#[test]
fn a_key_that_stands_twice_means_the_later_one() {
    let text = "resource \"aws_lb\" \"a\" {\n  tags = { a = 1, \"b c\" = 1, a = 2, \"a\" = 3 }\n  more = {\n    é = 1\n    é = 2\n    x-y = 1\n    x-y = 5\n  }\n  last = 1\n}\n";
    let code = read(&[("main.tf", text)]);
    let body = &find(&code, "aws_lb.a").body;
    assert_eq!(body.get("tags").get("a").number(), Ok(Some(3.0)));
    assert_eq!(body.get("more").get("é").number(), Ok(Some(2.0)));
    assert_eq!(body.get("more").get("x-y").number(), Ok(Some(5.0)));
    assert_eq!(text_at(&code, body.get("last").span), "last = 1");
    assert!(code.notes.is_empty(), "{:?}", code.notes);
}

#[test]
fn dynamic_blocks_stand_where_they_are_written() {
    let code = read(&[(
        "main.tf",
        "resource \"aws_sg\" \"a\" {\n  dynamic \"ingress\" {\n    for_each = [1, 2]\n    content {\n      from_port = ingress.value\n    }\n  }\n}\n",
    )]);
    let rules = find(&code, "aws_sg.a").body.get("ingress").items().unwrap();
    assert_eq!(rules.len(), 2);
    assert!(text_at(&code, rules[1].span).starts_with("dynamic \"ingress\" {"));
    assert_eq!(text_at(&code, rules[1].get("from_port").span), "from_port = ingress.value");
}
