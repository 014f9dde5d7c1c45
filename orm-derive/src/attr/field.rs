//! The attributes of a field.

use proc_macro2::{Span, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Path, Token, Type};

use super::bounds::{Bounds, number};
use super::index::IndexAttr;
use super::item::{Errors, Item, ItemValue, items};
use super::kept::{self, Kept};
use super::sql::SqlAttr;
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
    "default_with",
    "created_at",
    "updated_at",
    "version",
    "soft_delete",
    "read_only",
    "computed",
    "sql_type",
    "comment",
    "renamed_from",
    "json",
    "embedded",
    "protected",
    "deferrable",
    "length",
    "range",
    "not_blank",
    "email",
    "validate",
];

/// The attributes of one field.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    /// The names of all that is given, known or not.
    pub(crate) given: Vec<Ident>,
    pub(crate) column: Option<LitStr>,
    pub(crate) key: Option<Span>,
    pub(crate) generated: Option<(Generated, Span)>,
    pub(crate) unique: Option<IndexAttr>,
    pub(crate) index: Option<IndexAttr>,
    pub(crate) belongs_to: Option<Type>,
    pub(crate) explicit_join: Option<Span>,
    pub(crate) on_delete: Option<(Action, Span)>,
    pub(crate) on_update: Option<(Action, Span)>,
    pub(crate) deferrable: Option<(DeferrableAttr, Span)>,
    pub(crate) default: Option<(DefaultAttr, Span)>,
    pub(crate) default_with: Option<Expr>,
    pub(crate) kept: Option<(Kept, Span)>,
    pub(crate) sql_type: Option<SqlAttr>,
    pub(crate) comment: Option<LitStr>,
    pub(crate) renamed_from: Option<LitStr>,
    pub(crate) json: Option<Span>,
    pub(crate) embedded: Option<EmbeddedAttr>,
    pub(crate) protected: Option<Span>,
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

/// An embedded struct, and what stands before the names of its columns.
#[derive(Clone)]
pub(crate) struct EmbeddedAttr {
    pub(crate) prefix: Option<String>,
}

/// When a foreign key is checked.
#[derive(Clone, Copy)]
#[allow(clippy::enum_variant_names)] // SQL's words
pub(crate) enum DeferrableAttr {
    InitiallyImmediate,
    InitiallyDeferred,
}

pub(super) const DEFERRABLE: &[(&str, DeferrableAttr)] = &[
    ("initially_deferred", DeferrableAttr::InitiallyDeferred),
    ("initially_immediate", DeferrableAttr::InitiallyImmediate),
];

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
    Sql(SqlAttr),
}

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("cascade", Action::Cascade),
    ("restrict", Action::Restrict),
    ("set_null", Action::SetNull),
    ("set_default", Action::SetDefault),
    ("no_action", Action::NoAction),
];

impl FieldAttrs {
    /// Reads the attributes of one field.
    pub(crate) fn read(field: &Ident, attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut attrs = FieldAttrs::default();
        for item in items(attributes, errors) {
            if item.name != "validate" && attrs.given.contains(&item.name) {
                let message = format!("`{}` is given twice", item.name);
                errors.push(syn::Error::new(item.name.span(), message));
                continue;
            }
            attrs.given.push(item.name.clone());
            attrs.take(field, &item, errors);
        }
        attrs
    }

    fn take(&mut self, field: &Ident, item: &Item, errors: &mut Errors) {
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
            "unique" => self.unique = Some(IndexAttr::read(item, Some(field), errors)),
            "index" => self.index = Some(IndexAttr::read(item, Some(field), errors)),
            "belongs_to" => self.belongs_to = item.equals("belongs_to = Customer", errors),
            "explicit_join" => self.explicit_join = flag(errors),
            "on_delete" => self.on_delete = item.word(ACTIONS, errors).map(|action| (action, span)),
            "on_update" => self.on_update = item.word(ACTIONS, errors).map(|action| (action, span)),
            "default" => self.default = default(item, errors).map(|default| (default, span)),
            "default_with" => {
                self.default_with = item.equals("default_with = path::to::function", errors);
            }
            "deferrable" => {
                let deferrable = match item.value {
                    ItemValue::None => Some(DeferrableAttr::InitiallyImmediate),
                    _ => item.word(DEFERRABLE, errors),
                };
                self.deferrable = deferrable.map(|deferrable| (deferrable, span));
            }
            "sql_type" => self.sql_type = SqlAttr::read(item, errors),
            "json" => self.json = flag(errors),
            "protected" => self.protected = flag(errors),
            "embedded" => self.embedded = Some(embedded(item, errors)),
            "comment" => self.comment = item.equals("comment = \"..\"", errors),
            "renamed_from" => {
                self.renamed_from = item.equals("renamed_from = \"surname\"", errors);
            }
            name if kept::KNOWN.contains(&name) => self.keep(item, errors),
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

    fn keep(&mut self, item: &Item, errors: &mut Errors) {
        let Some((kept, span)) = Kept::read(item, errors) else {
            return;
        };
        if let Some((before, _)) = &self.kept {
            let message = format!("the column is `{}` already", before.name());
            errors.push(syn::Error::new(span, message));
            return;
        }
        self.kept = Some((kept, span));
    }
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
        Expr::Call(call) if is_sql(&call.func) => sql(item).map(DefaultAttr::Sql),
        other => number(other).map(DefaultAttr::Number),
    };
    if read.is_none() {
        let message = "a default is a literal (`true`, `0`, `\"open\"`), `now` or SQL: `sql(\"..\")`; a Rust function is `default_with = path`";
        errors.push(syn::Error::new_spanned(&expr, message));
    }
    read
}

/// `embedded`, `embedded(prefix = "home_")`
fn embedded(item: &Item, errors: &mut Errors) -> EmbeddedAttr {
    let named = |input: ParseStream<'_>| {
        let name: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        let text: LitStr = input.parse()?;
        Ok((name == "prefix").then(|| text.value()))
    };
    let prefix = match &item.value {
        ItemValue::None => return EmbeddedAttr { prefix: None },
        ItemValue::Arguments(tokens, _) => named.parse2(tokens.clone()).ok().flatten(),
        ItemValue::Equals(_) => None,
    };
    if prefix.is_none() {
        let message = "write `embedded` or `embedded(prefix = \"home_\")`";
        errors.push(syn::Error::new(item.name.span(), message));
    }
    EmbeddedAttr { prefix }
}

fn is_sql(function: &Expr) -> bool {
    matches!(function, Expr::Path(path) if path.path.is_ident("sql"))
}

/// `sql("..")`, `sql(postgres = "..", ..)`
fn sql(item: &Item) -> Option<SqlAttr> {
    let ItemValue::Equals(tokens) = &item.value else {
        return None;
    };
    let group = tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    })?;
    SqlAttr::inside(group.stream())
}
