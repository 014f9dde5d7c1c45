//! The attributes of a field.

use proc_macro2::Span;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Path, Type};

use super::bounds::{Bounds, number};
use super::item::{Errors, Item, ItemValue, items};
use super::structure;

/// What a field takes.
pub(crate) const KNOWN: &[&str] = &[
    "column",
    "key",
    "generated",
    "unique",
    "index",
    "belongs_to",
    "explicit_join",
    "on_delete",
    "on_update",
    "default",
    "length",
    "range",
    "not_blank",
    "email",
    "validate",
];

/// The attributes of one field.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) column: Option<LitStr>,
    pub(crate) key: Option<Span>,
    pub(crate) generated: Option<(Generated, Span)>,
    pub(crate) unique: Option<Unique>,
    pub(crate) index: Option<Span>,
    pub(crate) belongs_to: Option<Type>,
    pub(crate) explicit_join: Option<Span>,
    pub(crate) on_delete: Option<(Action, Span)>,
    pub(crate) on_update: Option<(Action, Span)>,
    pub(crate) default: Option<(DefaultAttr, Span)>,
    pub(crate) length: Option<Bounds>,
    pub(crate) range: Option<Bounds>,
    pub(crate) not_blank: Option<Span>,
    pub(crate) email: Option<Span>,
    pub(crate) validate: Vec<Path>,
}

/// Who makes a key.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Generated {
    Database,
    TimeId,
    UuidV7,
}

/// A unique constraint of one column.
#[derive(Clone, Copy)]
pub(crate) struct Unique {
    pub(crate) per_shard: bool,
    pub(crate) span: Span,
}

/// What a foreign key does.
#[derive(Clone, Copy)]
#[allow(clippy::enum_variant_names)] // SQL's words
pub(crate) enum Action {
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

/// A default.
#[derive(Clone)]
pub(crate) enum DefaultAttr {
    Bool(bool),
    Number(String),
    Text(String),
    Now,
}

const ACTIONS: &[(&str, Action)] = &[
    ("cascade", Action::Cascade),
    ("restrict", Action::Restrict),
    ("set_null", Action::SetNull),
    ("set_default", Action::SetDefault),
    ("no_action", Action::NoAction),
];

impl FieldAttrs {
    /// Reads the attributes of one field.
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut attrs = FieldAttrs::default();
        let mut seen: Vec<Ident> = Vec::new();
        for item in items(attributes, errors) {
            if item.name != "validate" && seen.contains(&item.name) {
                let message = format!("`{}` is given twice", item.name);
                errors.push(syn::Error::new(item.name.span(), message));
                continue;
            }
            seen.push(item.name.clone());
            attrs.take(&item, errors);
        }
        attrs
    }

    fn take(&mut self, item: &Item, errors: &mut Errors) {
        let span = item.name.span();
        let flag = |errors: &mut Errors| {
            item.flag(errors);
            Some(span)
        };
        match item.name.to_string().as_str() {
            "column" => self.column = item.equals("column = \"name\"", errors),
            "key" => self.key = flag(errors),
            "generated" => {
                let generated = match item.value {
                    ItemValue::None => Some(Generated::Database),
                    _ => item.word(
                        &[
                            ("time_id", Generated::TimeId),
                            ("uuid_v7", Generated::UuidV7),
                        ],
                        errors,
                    ),
                };
                // Also after a mistake: that the column is generated was said.
                self.generated = Some((generated.unwrap_or(Generated::Database), span));
            }
            "unique" => self.unique = Some(unique(item, errors)),
            "index" => self.index = flag(errors),
            "belongs_to" => self.belongs_to = item.equals("belongs_to = Customer", errors),
            "explicit_join" => self.explicit_join = flag(errors),
            "on_delete" => self.on_delete = item.word(ACTIONS, errors).map(|action| (action, span)),
            "on_update" => self.on_update = item.word(ACTIONS, errors).map(|action| (action, span)),
            "default" => self.default = default(item, errors).map(|default| (default, span)),
            "length" => self.length = Bounds::read(item, errors),
            "range" => self.range = Bounds::read(item, errors),
            "not_blank" => self.not_blank = flag(errors),
            "email" => self.email = flag(errors),
            "validate" => self
                .validate
                .extend(item.equals::<Path>("validate = check", errors)),
            _ => item.unknown("field", KNOWN, structure::KNOWN, errors),
        }
    }
}

fn unique(item: &Item, errors: &mut Errors) -> Unique {
    let span = item.name.span();
    let per_shard = match &item.value {
        ItemValue::None => false,
        ItemValue::Arguments(tokens, _) if tokens.to_string() == "per_shard" => true,
        ItemValue::Arguments(tokens, _) => {
            let message = "write `unique` or `unique(per_shard)`; over several columns: `#[model(unique(a, b))]` on the struct";
            errors.push(syn::Error::new_spanned(tokens, message));
            false
        }
        ItemValue::Equals(tokens) => {
            let message = "write `unique` or `unique(per_shard)`";
            errors.push(syn::Error::new_spanned(tokens, message));
            false
        }
    };
    Unique { per_shard, span }
}

fn default(item: &Item, errors: &mut Errors) -> Option<DefaultAttr> {
    let expr: Expr = item.equals("default = true", errors)?;
    let read = match &expr {
        Expr::Lit(ExprLit {
            lit: Lit::Bool(value),
            ..
        }) => Some(DefaultAttr::Bool(value.value)),
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(DefaultAttr::Text(text.value())),
        Expr::Path(path) if path.path.is_ident("now") => Some(DefaultAttr::Now),
        other => number(other).map(DefaultAttr::Number),
    };
    if read.is_none() {
        let message = "a default is a literal (`true`, `0`, `\"open\"`) or `now`";
        errors.push(syn::Error::new_spanned(&expr, message));
    }
    read
}
