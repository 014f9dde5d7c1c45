//! `index(..)` and `unique(..)`: columns, and what else an index has.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Token};

use super::item::{Errors, Item, ItemValue};
use super::sql::SqlAttr;
use crate::naming::nearest;

/// An index or a unique, as it was declared.
#[derive(Clone)]
pub(crate) struct IndexAttr {
    pub(crate) parts: Vec<PartAttr>,
    pub(crate) unique: bool,
    pub(crate) per_shard: bool,
    pub(crate) filter: Option<SqlAttr>,
    pub(crate) using: Option<Ident>,
    pub(crate) include: Vec<Ident>,
    pub(crate) name: Option<LitStr>,
    pub(crate) span: Span,
}

/// One part of an index.
#[derive(Clone)]
pub(crate) struct PartAttr {
    pub(crate) term: TermAttr,
    pub(crate) descending: bool,
    pub(crate) operator_class: Option<LitStr>,
}

/// What is indexed.
#[derive(Clone)]
pub(crate) enum TermAttr {
    Field(Ident),
    /// A column of an embedded struct: the field, and the field inside it.
    Inside(Ident, Ident),
    Expression(SqlAttr),
}

const OPTIONS: &[&str] = &["where", "using", "include", "name", "expr", "per_shard"];

impl IndexAttr {
    /// Reads the item of a struct, which names its columns, or of a field, which is the column.
    pub(crate) fn read(item: &Item, field: Option<&Ident>, errors: &mut Errors) -> Self {
        let unique = item.name == "unique";
        let own = field.map(|field| PartAttr::of(TermAttr::Field(field.clone())));
        let mut index = IndexAttr {
            parts: own.into_iter().collect(),
            unique,
            per_shard: false,
            filter: None,
            using: None,
            include: Vec::new(),
            name: None,
            span: item.name.span(),
        };
        let on_struct = field.is_none();
        match &item.value {
            ItemValue::Arguments(tokens, _) => {
                let read = |input: ParseStream<'_>| index.arguments(input, on_struct);
                if let Err(error) = read.parse2(tokens.clone()) {
                    let span = error.span();
                    let message = match error.to_string() {
                        said if said.starts_with('!') => said[1..].to_owned(),
                        _ => example(unique, on_struct),
                    };
                    errors.push(syn::Error::new(span, message));
                    return index;
                }
            }
            ItemValue::None if !on_struct => {}
            _ => errors.push(syn::Error::new(
                item.name.span(),
                example(unique, on_struct),
            )),
        }
        if index.parts.is_empty() && matches!(item.value, ItemValue::Arguments(..)) {
            errors.push(syn::Error::new(
                item.name.span(),
                example(unique, on_struct),
            ));
        }
        index
    }

    /// Errors that begin with `!` are for the user as they are.
    fn arguments(&mut self, input: ParseStream<'_>, on_struct: bool) -> syn::Result<()> {
        while !input.is_empty() {
            let name = input.call(Ident::parse_any)?;
            let word = name.to_string();
            if input.peek(Token![=]) || (input.peek(syn::token::Paren) && word != "include") {
                self.option(&name, &word, on_struct, input)?;
            } else if word == "include" {
                let columns;
                syn::parenthesized!(columns in input);
                while !columns.is_empty() {
                    self.include.push(columns.call(Ident::parse_any)?);
                    if !columns.is_empty() {
                        columns.parse::<Token![,]>()?;
                    }
                }
            } else if word == "per_shard" && self.unique {
                self.per_shard = true;
            } else if word == "desc" && !on_struct {
                self.parts[0].descending = true;
            } else if on_struct {
                let mut part = PartAttr::of(TermAttr::Field(name));
                while input.peek(Token![.]) {
                    part.method(input)?;
                }
                self.parts.push(part);
            } else {
                return Err(unknown(&name));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }

    fn option(
        &mut self,
        name: &Ident,
        word: &str,
        on_struct: bool,
        input: ParseStream<'_>,
    ) -> syn::Result<()> {
        if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            let tokens: TokenStream = content.parse()?;
            let sql = SqlAttr::inside(tokens);
            return self.sql(name, word, on_struct, sql);
        }
        input.parse::<Token![=]>()?;
        match word {
            "using" => self.using = Some(input.call(Ident::parse_any)?),
            "name" => self.name = Some(input.parse()?),
            _ => {
                let text: LitStr = input.parse().map_err(|_| unknown(name))?;
                let sql = SqlAttr::inside(quote::quote!(#text));
                self.sql(name, word, on_struct, sql)?;
            }
        }
        Ok(())
    }

    fn sql(
        &mut self,
        name: &Ident,
        word: &str,
        on_struct: bool,
        sql: Option<SqlAttr>,
    ) -> syn::Result<()> {
        match (word, sql) {
            ("where", Some(sql)) => self.filter = Some(sql),
            // On a field the expression stands for the column.
            ("expr", Some(sql)) if on_struct => {
                self.parts.push(PartAttr::of(TermAttr::Expression(sql)))
            }
            ("expr", Some(sql)) => self.parts[0].term = TermAttr::Expression(sql),
            _ => return Err(unknown(name)),
        }
        Ok(())
    }
}

impl PartAttr {
    fn of(term: TermAttr) -> Self {
        PartAttr {
            term,
            descending: false,
            operator_class: None,
        }
    }

    /// `.desc()`, `.asc()`, `.ops("class")`; `.city` of an embedded struct
    fn method(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        input.parse::<Token![.]>()?;
        let name = input.call(Ident::parse_any)?;
        if let (TermAttr::Field(field), false) = (&self.term, input.peek(syn::token::Paren)) {
            self.term = TermAttr::Inside(field.clone(), name);
            return Ok(());
        }
        let arguments;
        syn::parenthesized!(arguments in input);
        match name.to_string().as_str() {
            "asc" => self.descending = false,
            "desc" => self.descending = true,
            "ops" => self.operator_class = Some(arguments.parse()?),
            _ => {
                let message = "!a column of an index takes `.asc()`, `.desc()` and `.ops(\"operator_class\")`";
                return Err(syn::Error::new(name.span(), message));
            }
        }
        Ok(())
    }
}

fn unknown(name: &Ident) -> syn::Error {
    let word = name.to_string();
    let message = match nearest(&word, OPTIONS) {
        Some(near) if near != word => format!("!unknown `{word}`; did you mean `{near}`?"),
        _ => "!an index takes `where = \"..\"`, `using = gin`, `include(a, b)`, `expr = \"..\"` and `name = \"..\"`".to_owned(),
    };
    syn::Error::new(name.span(), message)
}

fn example(unique: bool, on_struct: bool) -> String {
    match (unique, on_struct) {
        (true, true) => "write `unique(a, b)` with the names of the fields",
        (false, true) => "write `index(a, b)` with the names of the fields",
        (true, false) => "write `unique` or `unique(per_shard)`; over several columns: `#[model(unique(a, b))]` on the struct",
        (false, false) => "write `index` or `index(using = gin)`; over several columns: `#[model(index(a, b))]` on the struct",
    }
    .to_owned()
}
