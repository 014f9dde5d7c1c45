//! What a default calls.

/// The functions that an expression calls, in small letters. Words before a bracket that are types,
/// such as `numeric(10,2)`, are among them.
pub(super) fn calls(expression: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    let mut is_text = false;
    for one in expression.chars() {
        match one {
            '\'' => is_text = !is_text,
            _ if is_text => {}
            '(' if !word.is_empty() => found.push(std::mem::take(&mut word)),
            one if one.is_alphanumeric() || one == '_' => word.extend(one.to_lowercase()),
            ' ' if word.is_empty() => {}
            _ => word.clear(),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::calls;

    #[test]
    fn calls_are_found_and_texts_are_not() {
        assert_eq!(calls("now()"), ["now"]);
        assert_eq!(
            calls("lower('it''s f(x)') || random()"),
            ["lower", "random"]
        );
        assert_eq!(calls("'0'::numeric(10,2)"), ["numeric"]);
        assert!(calls("(1 + 2)").is_empty());
    }
}
