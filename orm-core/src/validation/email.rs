//! The form of an e-mail address.

/// Whether a text has the form that HTML's e-mail inputs accept.
///
/// Source: the "valid e-mail address" production of the WHATWG HTML standard:
/// a local part of letters, digits and ``.!#$%&'*+/=?^_`{|}~-``, one `@`, and
/// dot-separated labels of 1 to 63 letters, digits and inner hyphens. A
/// deliberate simplification of RFC 5322; whether the address exists, only a
/// message to it can tell.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let local_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    !local.is_empty() && local.bytes().all(local_byte) && domain.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::is_email;

    #[test]
    fn accepts_what_html_accepts() {
        for good in [
            "a@b",
            "ann.o'neil+tag@mail.example.org",
            "x@1.2.3",
            "a@b-c.d",
        ] {
            assert!(is_email(good), "{good}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for bad in [
            "", "a", "@b", "a@", "a@b@c", "a b@c", "a@-b", "a@b-.c", "a@b..c", "ä@b", "a@b\n",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(!is_email(&format!("a@{}", "b".repeat(64))));
    }
}
