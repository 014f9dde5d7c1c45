//! Which attributes an embedded struct takes: as the field of a model, and on its own fields.

use syn::{Attribute, Ident};

use super::field::{FieldAttrs, KNOWN};
use super::item::{Errors, items};

/// On the field of a model, which is several columns.
const WHOLE: &[&str] = &["embedded", "protected", "validate"];

/// On a field of the embedded struct, which is a column of several tables.
const PART: &[&str] = &[
    "column",
    "json",
    "sql_type",
    "comment",
    "length",
    "range",
    "not_blank",
    "email",
    "validate",
];

impl FieldAttrs {
    /// Reports what a field does not take that is an embedded struct, and forgets it.
    pub(crate) fn whole(self, errors: &mut Errors) -> Self {
        if self.embedded.is_none() {
            return self;
        }
        for name in &self.given {
            let refused = Some(name.to_string()).filter(|name| is_refused(name, WHOLE));
            let Some(text) = refused else { continue };
            let message = match text.as_str() {
                "index" | "unique" => format!(
                    "an embedded struct is several columns: name one on the struct, `{text}(home.city)`"
                ),
                part if PART.contains(&part) => format!(
                    "an embedded struct is several columns: write `{text}` on a field of it"
                ),
                _ => format!("an embedded struct is several columns, and not `{text}`"),
            };
            errors.push(syn::Error::new(name.span(), message));
        }
        FieldAttrs {
            given: self.given,
            embedded: self.embedded,
            protected: self.protected,
            validate: self.validate,
            ..FieldAttrs::default()
        }
    }

    /// Reports what a field of an embedded struct does not take.
    pub(crate) fn check_part(&self, errors: &mut Errors) {
        for name in &self.given {
            let text = name.to_string();
            if !is_refused(&text, PART) {
                continue;
            }
            let message = if text == "protected" {
                "serde reads an embedded struct as a whole: write `protected` on the field of the model, or give this column to the model".to_owned()
            } else {
                format!(
                    "a field of an embedded struct is not `{text}`: it stands for a plain column of several tables"
                )
            };
            errors.push(syn::Error::new(name.span(), message));
        }
    }
}

/// Whether an attribute is known, and not among those taken. Unknown ones are told elsewhere.
fn is_refused(name: &str, taken: &[&str]) -> bool {
    KNOWN.contains(&name) && !taken.contains(&name)
}

/// Reports attributes of an embedded struct itself, which takes none.
pub(crate) fn check_struct(name: &Ident, attributes: &[Attribute], errors: &mut Errors) {
    for item in items(attributes, errors) {
        let message = format!(
            "`{name}` is no table: what concerns one stands on the models that embed it, as `index(home.city)`; rules stand on the fields"
        );
        errors.push(syn::Error::new(item.name.span(), message));
    }
}
