//! The mark of a plan as the tags of each service, and the other way round.

use std::collections::HashMap;

use crate::migrate::cloud::{Mark, PLAN_TAG, STEP_TAG};

/// The tags of a mark.
pub(super) fn pairs(mark: &Mark) -> [(&'static str, &str); 2] {
    [(PLAN_TAG, mark.plan.as_str()), (STEP_TAG, mark.step.as_str())]
}

/// The tags of a mark, as API Gateway takes them.
pub(super) fn map(mark: &Mark) -> HashMap<String, String> {
    pairs(mark).map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

/// Whether tags are those of a mark.
pub(super) fn bear<'a>(tags: impl IntoIterator<Item = (Option<&'a str>, Option<&'a str>)>, mark: &Mark) -> bool {
    let tags: Vec<_> = tags.into_iter().collect();
    pairs(mark).into_iter().all(|(key, value)| tags.contains(&(Some(key), Some(value))))
}

/// Whether tags are those of a mark, as API Gateway tells them.
pub(super) fn bears(tags: Option<&HashMap<String, String>>, mark: &Mark) -> bool {
    let value = |key| tags.and_then(|tags| tags.get(key)).map(String::as_str);
    pairs(mark).into_iter().all(|(key, expected)| value(key) == Some(expected))
}

/// Whether tags are those of something that a plan made, whichever.
pub(super) fn are_a_plans(tags: Option<&HashMap<String, String>>) -> bool {
    tags.is_some_and(|tags| tags.contains_key(PLAN_TAG))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tags_make_the_mark() {
        let mark = Mark { plan: "p".into(), step: "s".into() };
        assert!(bears(Some(&map(&mark)), &mark) && are_a_plans(Some(&map(&mark))));
        assert!(!bears(Some(&map(&Mark { plan: "p".into(), step: "t".into() })), &mark));
        assert!(!bears(None, &mark) && !are_a_plans(None));
        assert!(!bear([(Some(PLAN_TAG), Some("p"))], &mark));
        assert!(bear([(Some(STEP_TAG), Some("s")), (Some("Name"), None), (Some(PLAN_TAG), Some("p"))], &mark));
    }
}
