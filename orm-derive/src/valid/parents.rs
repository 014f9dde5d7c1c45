//! Rules of foreign keys, on a field and on the struct, and of the relations that they give.

use proc_macro2::Span;
use syn::ext::IdentExt;

use super::Say;
use crate::ast::{Model, Parent};
use crate::attr::Action;

pub(super) fn check(model: &Model<'_>, say: &mut Say<'_>) {
    for parent in &model.parents {
        for (action, span) in [parent.on_delete, parent.on_update].into_iter().flatten() {
            acts(model, parent, action, span, say);
        }
    }
    names(model, say);
}

fn acts(model: &Model<'_>, parent: &Parent, action: Action, span: Span, say: &mut Say<'_>) {
    for field in parent.columns.iter().map(|at| &model.fields[*at]) {
        match action {
            Action::SetNull if !field.is_option() => {
                let message = format!(
                    "`set_null` needs a column that can be NULL: `{}: Option<..>`",
                    field.ident
                );
                return say(span, message);
            }
            Action::SetDefault if field.attrs.default.is_none() => {
                let message = format!("`set_default` needs a `default` of `{}`", field.ident);
                return say(span, message);
            }
            _ => {}
        }
    }
}

/// A relation that the user named is there under that name; two of one name are not.
fn names(model: &Model<'_>, say: &mut Say<'_>) {
    let shared = model.relations_module() == model.module();
    let mut seen: Vec<String> = Vec::new();
    for parent in &model.parents {
        let Some(relation) = &parent.relation else {
            continue;
        };
        let name = relation.unraw().to_string();
        let many = model.attrs.has_many.iter();
        let many = many.map(|many| many.name.unraw().to_string());
        let field = shared && model.fields.iter().any(|one| one.ident.unraw() == name);
        if seen.contains(&name) {
            let message = format!(
                "two relations are named `{name}`: name this one on the struct, `belongs_to(another: Customer, on(..))`"
            );
            say(relation.span(), message);
        } else if parent.named && field {
            say(
                relation.span(),
                format!("the relation `{name}` has the name of a field"),
            );
        } else if parent.named && many.into_iter().any(|many| many == name) {
            say(relation.span(), format!("two relations are named `{name}`"));
        }
        seen.push(name);
    }
}
