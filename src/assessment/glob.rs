//! Globs over the names of resources: `*` for any characters, `?` for one. Nothing else is special, because ARNs and route keys
//! hold slashes, braces and brackets of their own.

/// A glob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    text: String,
    letters: Vec<char>,
}

impl Glob {
    /// A glob as it is written.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), letters: text.chars().collect() }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it fits the whole of a name.
    pub fn fits(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        let (mut at, mut read) = (0, 0);
        // The last `*`, and how much of the name it has taken: it takes one more wherever what follows does not fit.
        let mut star: Option<(usize, usize)> = None;
        while read < name.len() {
            match self.letters.get(at) {
                Some('*') => {
                    star = Some((at, read));
                    at += 1;
                }
                Some(letter) if *letter == '?' || *letter == name[read] => {
                    at += 1;
                    read += 1;
                }
                _ => match star {
                    Some((place, taken)) => {
                        star = Some((place, taken + 1));
                        (at, read) = (place + 1, taken + 1);
                    }
                    None => return false,
                },
            }
        }
        self.letters[at..].iter().all(|letter| *letter == '*')
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (glob, name, fits) in [
            ("web", "web", true),
            ("web", "web2", false),
            ("web?", "web2", true),
            ("web?", "web", false),
            ("*", "", true),
            ("", "", true),
            ("", "x", false),
            ("arn:*:loadbalancer/app/*/*", "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/web/5", true),
            ("GET /orders/{id}*", "GET /orders/{id} of orders", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("?", "ü", true),
            ("[a]", "a", false),
        ] {
            assert_eq!(Glob::new(glob).fits(name), fits, "{glob} {name}");
        }
    }

    proptest! {
        #[test]
        fn a_glob_is_the_regular_expression_it_stands_for(glob in "[ab*?ü]{0,8}", name in "[abü]{0,10}") {
            let pattern: String = glob.chars().map(|letter| match letter {
                '*' => ".*".to_owned(),
                '?' => ".".to_owned(),
                letter => regex::escape(&letter.to_string()),
            }).collect();
            let expected = Regex::new(&format!("^{pattern}$")).unwrap().is_match(&name);
            prop_assert_eq!(Glob::new(&glob).fits(&name), expected);
        }
    }
}
