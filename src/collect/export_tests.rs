use super::*;

fn source() -> Gap {
    Gap { operation: "apigateway:GetExport".into(), ..Gap::new("apigateway:GET", Cause::Failed) }
}

fn rest(text: &str) -> Vec<Route> {
    read(text.as_bytes(), Protocol::Rest, &source()).unwrap().configuration.routes
}

#[test]
fn nothing_yet() {
    assert_eq!(read(b"<html>", Protocol::Rest, &source()).unwrap_err().to_string().split(':').next(), Some("the export is no JSON"));
    assert_eq!(read(b"{}", Protocol::Rest, &source()), Err(ExportError::NoPaths));
    assert!(rest(r#"{"paths": {}}"#).is_empty());
}
