//! What the client prints with `--xml`, as lines.
//!
//! Contract: a line a row, `|` between the columns, nothing for NULL; the rows of all statements
//! follow each other. It is the form of `psql -At` and of `sqlite3 -list`. Neighbour:
//! [`super::client`] asks.

/// The rows in `xml`.
///
/// The client escapes `<` wherever it is not markup, so whatever follows one is a tag.
pub(super) fn lines(xml: &str) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for piece in xml.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        if tag == "row" {
            rows.push(Vec::new());
        } else if tag.starts_with("field ") {
            let row = rows.last_mut().expect("a field is in a row");
            // A NULL is an empty tag: what follows it is layout and no value.
            let null = tag.ends_with('/');
            row.push(if null { String::new() } else { plain(text) });
        }
    }
    let lines: Vec<String> = rows.iter().map(|row| row.join("|")).collect();
    lines.join("\n")
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        // Last: what it makes may look like one of the others.
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_through_as_they_are() {
        let xml = "<?xml version=\"1.0\"?>\n\n\
            <resultset statement=\"select 1 as '&lt;row&gt;'\" xmlns:xsi=\"http://w/x\">\n  \
            <row>\n\t<field name=\"&lt;row&gt;\">1</field>\n\t\
            <field name=\"b\" xsi:nil=\"true\" />\n\t\
            <field name=\"c\">x&lt;y&gt;&amp;lt;&quot; \n\ttab</field>\n\t\
            <field name=\"d\"></field>\n  </row>\n\n  \
            <row>\n\t<field name=\"&lt;row&gt;\">NULL</field>\n  </row>\n</resultset>\n\
            <resultset statement=\"select 2\"><row>\n<field name=\"2\">2</field></row></resultset>";
        assert_eq!(lines(xml), "1||x<y>&lt;\" \n\ttab|\nNULL\n2");
        assert_eq!(lines(""), "");
    }
}
