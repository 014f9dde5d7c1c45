//! Names of what is generated: `module = customer_table`, `forms(new = CustomerForm, ..)`.

use syn::parse::{ParseStream, Parser};
use syn::{Ident, Token};

use super::item::{Errors, Item, ItemValue, list};
use crate::naming::nearest;

/// The forms that can be named.
const FORMS: &[&str] = &["new", "draft", "patch", "changes"];

/// The forms' names, where the user chose them.
#[derive(Default)]
pub(crate) struct FormNames(Vec<(Ident, Ident)>);

impl FormNames {
    /// The name of one of [`FORMS`].
    pub(crate) fn of(&self, form: &str) -> Option<&Ident> {
        let found = self.0.iter().find(|(of, _)| of == form);
        found.map(|(_, name)| name)
    }

    /// Reads `forms(new = CustomerForm)`.
    pub(crate) fn read(item: &Item, errors: &mut Errors) -> Self {
        let mut names = FormNames::default();
        let ItemValue::Arguments(tokens, span) = &item.value else {
            errors.push(syn::Error::new(item.name.span(), EXAMPLE));
            return names;
        };
        match pairs.parse2(tokens.clone()) {
            Ok(read) => read.into_iter().for_each(|pair| names.take(pair, errors)),
            Err(_) => errors.push(syn::Error::new(*span, EXAMPLE)),
        }
        names
    }

    fn take(&mut self, (form, name): (Ident, Ident), errors: &mut Errors) {
        let word = form.to_string();
        let message = if !FORMS.contains(&word.as_str()) {
            match nearest(&word, FORMS) {
                Some(near) => format!("unknown form `{word}`; did you mean `{near}`?"),
                None => format!("unknown form `{word}`; the forms are {}", list(FORMS)),
            }
        } else if self.of(&word).is_some() {
            format!("`{word}` is given twice")
        } else {
            self.0.push((form, name));
            return;
        };
        errors.push(syn::Error::new(form.span(), message));
    }
}

const EXAMPLE: &str = "write `forms(new = CustomerForm)`; also `draft`, `patch` and `changes`";

fn pairs(input: ParseStream<'_>) -> syn::Result<Vec<(Ident, Ident)>> {
    let mut pairs = Vec::new();
    while !input.is_empty() {
        let form: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        pairs.push((form, input.parse()?));
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(pairs)
}
