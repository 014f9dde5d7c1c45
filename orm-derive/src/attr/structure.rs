//! The attributes of the struct.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Ident, LitStr, Path, Token, Type};

use super::field;
use super::index::IndexAttr;
use super::item::{Errors, Item, ItemValue, items, list};
use super::names::FormNames;
use super::parent::ParentAttr;
use super::sql::SqlAttr;
use crate::naming;

/// What a struct takes.
pub(crate) const KNOWN: &[&str] = &[
    "table",
    "schema",
    "view",
    "comment",
    "renamed_from",
    "serde",
    "key",
    "unique",
    "index",
    "check",
    "belongs_to",
    "has_many",
    "shard_key",
    "colocated_with",
    "shard",
    "module",
    "forms",
    "after_load",
];

/// The attributes of the struct.
#[derive(Default)]
pub(crate) struct StructAttrs {
    /// The names of all that is given, known or not.
    pub(crate) given: Vec<Ident>,
    pub(crate) table: Option<LitStr>,
    pub(crate) schema: Option<LitStr>,
    /// The module of a `diesel::table!` that the model stands beside.
    pub(crate) diesel_table: Option<Path>,
    pub(crate) comment: Option<LitStr>,
    pub(crate) renamed_from: Option<LitStr>,
    pub(crate) view: Option<ViewAttr>,
    pub(crate) serde: Option<SerdeAttr>,
    pub(crate) key: Vec<Ident>,
    pub(crate) indexes: Vec<IndexAttr>,
    pub(crate) checks: Vec<CheckAttr>,
    pub(crate) parents: Vec<ParentAttr>,
    pub(crate) has_many: Vec<HasMany>,
    pub(crate) shard_key: Option<Ident>,
    pub(crate) colocated_with: Option<Type>,
    pub(crate) broadcast: Option<Span>,
    pub(crate) module: Option<Ident>,
    pub(crate) forms: FormNames,
    /// Called with each row that was read.
    pub(crate) after_load: Option<Path>,
}

/// A check over the row.
pub(crate) struct CheckAttr {
    pub(crate) name: Option<LitStr>,
    pub(crate) sql: SqlAttr,
}

/// Forms that serde reads.
pub(crate) struct SerdeAttr {
    pub(crate) rename_all: Option<String>,
}

/// A view.
pub(crate) struct ViewAttr {
    pub(crate) query: Option<SqlAttr>,
    pub(crate) materialized: bool,
}

/// A relation to many.
pub(crate) struct HasMany {
    pub(crate) name: Ident,
    pub(crate) child: Type,
    pub(crate) via: Option<Vec<Path>>,
}

impl StructAttrs {
    /// Reads the attributes of the struct.
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut attrs = StructAttrs::default();
        let repeatable = ["unique", "index", "has_many", "check", "belongs_to"];
        for item in items(attributes, errors) {
            let name = item.name.to_string();
            if !repeatable.contains(&name.as_str()) && attrs.given.contains(&item.name) {
                let message = format!("`{name}` is given twice");
                errors.push(syn::Error::new(item.name.span(), message));
                continue;
            }
            attrs.given.push(item.name.clone());
            attrs.take(&item, errors);
        }
        attrs
    }

    /// The models that are named here.
    pub(crate) fn models_mut(&mut self) -> impl Iterator<Item = &mut Type> {
        let parents = self.parents.iter_mut().map(|parent| &mut parent.parent);
        let children = self.has_many.iter_mut().map(|many| &mut many.child);
        parents.chain(children).chain(&mut self.colocated_with)
    }

    fn take(&mut self, item: &Item, errors: &mut Errors) {
        match item.name.to_string().as_str() {
            "table" => self.table = item.equals("table = \"customers\"", errors),
            "schema" => self.take_schema(item, errors),
            "serde" => self.serde = serde(item, errors),
            "view" => self.view = view(item, errors),
            "comment" => self.comment = item.equals("comment = \"..\"", errors),
            "renamed_from" => {
                self.renamed_from = item.equals("renamed_from = \"clients\"", errors);
            }
            "check" => self.checks.extend(check(item, errors)),
            "belongs_to" => self.parents.extend(ParentAttr::read(item, errors)),
            "key" => self.key = columns(item, "key(a, b)", errors).unwrap_or_default(),
            "unique" | "index" => self.indexes.push(IndexAttr::read(item, None, errors)),
            "has_many" => self.take_has_many(item, errors),
            "shard_key" => self.shard_key = item.equals("shard_key = id", errors),
            "colocated_with" => {
                self.colocated_with = item.equals("colocated_with = Customer", errors);
            }
            "shard" => {
                let broadcast = item.word(&[("broadcast", ())], errors);
                self.broadcast = broadcast.map(|()| item.name.span());
            }
            "module" => self.module = item.equals("module = customer_table", errors),
            "forms" => self.forms = FormNames::read(item, errors),
            "after_load" => {
                self.after_load = item.equals("after_load = Customer::checked", errors);
            }
            _ => item.unknown("struct", KNOWN, field::KNOWN, errors),
        }
    }

    /// `schema = "billing"`, or `schema = crate::schema::customers` of a Diesel project.
    fn take_schema(&mut self, item: &Item, errors: &mut Errors) {
        if let ItemValue::Equals(tokens) = &item.value
            && let Ok(path) = syn::parse2::<Path>(tokens.clone())
        {
            self.diesel_table = Some(path);
            return;
        }
        let example =
            "schema = \"billing\"` or, of a Diesel project, `schema = crate::schema::customers";
        self.schema = item.equals(example, errors);
    }

    fn take_has_many(&mut self, item: &Item, errors: &mut Errors) {
        let example = "has_many(orders: Order)";
        let ItemValue::Arguments(tokens, _) = &item.value else {
            errors.push(syn::Error::new(
                item.name.span(),
                format!("write `{example}`"),
            ));
            return;
        };
        match relations.parse2(tokens.clone()) {
            Ok(found) => {
                for relation in found {
                    self.add_has_many(relation, errors);
                }
            }
            Err(error) => {
                let message = format!(
                    "write `{example}`, or with the foreign key's column: `has_many(billed: Order, via = orders::billing_id)`"
                );
                errors.push(syn::Error::new(error.span(), message));
            }
        }
    }

    fn add_has_many(&mut self, relation: HasMany, errors: &mut Errors) {
        let name = relation.name.unraw();
        if self.has_many.iter().any(|other| other.name.unraw() == name) {
            let message = format!("two relations are named `{name}`");
            errors.push(syn::Error::new(relation.name.span(), message));
            return;
        }
        self.has_many.push(relation);
    }
}

/// `orders: Order, via = orders::billing_id, items: Item`
fn relations(input: ParseStream<'_>) -> syn::Result<Vec<HasMany>> {
    let mut found: Vec<HasMany> = Vec::new();
    while !input.is_empty() {
        let name = input.call(Ident::parse_any)?;
        match found.last_mut() {
            Some(last) if name == "via" && input.peek(Token![=]) => {
                input.parse::<Token![=]>()?;
                last.via = Some(paths(input)?);
            }
            _ => {
                input.parse::<Token![:]>()?;
                found.push(HasMany {
                    name,
                    child: input.parse()?,
                    via: None,
                });
            }
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(found)
}

/// `orders::billing_id`, or several in parentheses.
fn paths(input: ParseStream<'_>) -> syn::Result<Vec<Path>> {
    if !input.peek(syn::token::Paren) {
        return Ok(vec![input.parse()?]);
    }
    let columns;
    syn::parenthesized!(columns in input);
    let paths = columns.parse_terminated(Path::parse_mod_style, Token![,])?;
    Ok(paths.into_iter().collect())
}

/// Names of fields in parentheses.
fn columns(item: &Item, example: &str, errors: &mut Errors) -> Option<Vec<Ident>> {
    let ItemValue::Arguments(tokens, span) = &item.value else {
        let message = format!("write `{example}` with the names of the fields");
        errors.push(syn::Error::new(item.name.span(), message));
        return None;
    };
    let names = names(tokens.clone());
    if names.as_ref().is_none_or(Vec::is_empty) {
        let message = format!("write `{example}` with the names of the fields");
        errors.push(syn::Error::new(*span, message));
        return None;
    }
    names
}

fn names(tokens: TokenStream) -> Option<Vec<Ident>> {
    let parser = syn::punctuated::Punctuated::<Ident, Token![,]>::parse_terminated_with;
    let parse = |input: ParseStream<'_>| parser(input, Ident::parse_any);
    parse
        .parse2(tokens)
        .ok()
        .map(|names| names.into_iter().collect())
}

/// `serde`, `serde(rename_all = "camelCase")`
fn serde(item: &Item, errors: &mut Errors) -> Option<SerdeAttr> {
    let named = |input: ParseStream<'_>| {
        let name: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok((name == "rename_all", input.parse::<LitStr>()?))
    };
    let style = match &item.value {
        ItemValue::None => return Some(SerdeAttr { rename_all: None }),
        ItemValue::Arguments(tokens, _) => named.parse2(tokens.clone()).ok(),
        ItemValue::Equals(_) => None,
    };
    match style {
        Some((true, style)) if naming::STYLES.contains(&style.value().as_str()) => {
            let rename_all = Some(style.value());
            Some(SerdeAttr { rename_all })
        }
        Some((true, style)) => {
            let message = format!("a style is one of {}", list(naming::STYLES));
            errors.push(syn::Error::new(style.span(), message));
            None
        }
        _ => {
            let message = "write `serde` or `serde(rename_all = \"camelCase\")`";
            errors.push(syn::Error::new(item.name.span(), message));
            None
        }
    }
}

/// `view`, `view = "SELECT .."`, `view(materialized, "SELECT ..")`
fn view(item: &Item, errors: &mut Errors) -> Option<ViewAttr> {
    let query = |tokens: TokenStream, materialized| {
        let query = SqlAttr::inside(tokens);
        query.map(|query| ViewAttr {
            query: Some(query),
            materialized,
        })
    };
    let materialized = |input: ParseStream<'_>| {
        let is = input.peek(Ident) && input.fork().parse::<Ident>()? == "materialized";
        if is {
            input.parse::<Ident>()?;
            input.parse::<Option<Token![,]>>()?;
        }
        Ok((is, input.parse::<TokenStream>()?))
    };
    let read = match &item.value {
        ItemValue::None => Some(ViewAttr {
            query: None,
            materialized: false,
        }),
        ItemValue::Equals(tokens) => query(tokens.clone(), false),
        ItemValue::Arguments(tokens, _) => match materialized.parse2(tokens.clone()) {
            Ok((true, rest)) if rest.is_empty() => Some(ViewAttr {
                query: None,
                materialized: true,
            }),
            Ok((is, rest)) => query(rest, is),
            Err(_) => None,
        },
    };
    if read.is_none() {
        let message = "write `view`, `view = \"SELECT ..\"` or `view(materialized, \"SELECT ..\")`";
        errors.push(syn::Error::new(item.name.span(), message));
    }
    read
}

/// `check("total >= 0")`, `check(name = "..", sql = "..")`, `check(name = "..", postgres = "..")`
fn check(item: &Item, errors: &mut Errors) -> Option<CheckAttr> {
    let read = match &item.value {
        ItemValue::Arguments(tokens, _) => named_check(tokens.clone()),
        _ => None,
    };
    if read.is_none() {
        let message = "write `check(name = \"paid_after_issue\", sql = \"paid_on >= issued_on\")`";
        errors.push(syn::Error::new(item.name.span(), message));
    }
    read
}

fn named_check(tokens: TokenStream) -> Option<CheckAttr> {
    let name = |input: ParseStream<'_>| {
        let mut name = None;
        if input.peek(Ident) && input.fork().parse::<Ident>()? == "name" {
            input.parse::<Ident>()?;
            input.parse::<Token![=]>()?;
            name = Some(input.parse::<LitStr>()?);
            input.parse::<Token![,]>()?;
        }
        if input.peek(Ident) && input.fork().parse::<Ident>()? == "sql" {
            input.parse::<Ident>()?;
            input.parse::<Token![=]>()?;
        }
        Ok((name, input.parse::<TokenStream>()?))
    };
    let (name, rest) = name.parse2(tokens).ok()?;
    let sql = SqlAttr::inside(rest)?;
    Some(CheckAttr { name, sql })
}
