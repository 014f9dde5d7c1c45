//! SQL texts: `"..."` for all databases, `(postgres = "...", sqlite = "...")` for some.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Token};

use super::item::{Errors, Item, ItemValue};

/// A text of SQL for each database.
#[derive(Clone)]
pub(crate) struct SqlAttr {
    pub(crate) sqlite: Option<String>,
    pub(crate) postgres: Option<String>,
    pub(crate) mysql: Option<String>,
}

impl SqlAttr {
    fn all(text: &LitStr) -> Self {
        let value = Some(text.value());
        SqlAttr {
            sqlite: value.clone(),
            postgres: value.clone(),
            mysql: value,
        }
    }

    /// Reads `name = "..."` or `name(database = "...", ..)`.
    pub(crate) fn read(item: &Item, errors: &mut Errors) -> Option<Self> {
        let example = format!(
            "write `{0} = \"..\"`, or by database: `{0}(postgres = \"..\", sqlite = \"..\", mysql = \"..\")`",
            item.name
        );
        let read = match &item.value {
            ItemValue::Equals(tokens) => syn::parse2::<LitStr>(tokens.clone())
                .ok()
                .map(|text| Self::all(&text)),
            ItemValue::Arguments(tokens, _) => Self::by_database(tokens.clone()),
            ItemValue::None => None,
        };
        if read.is_none() {
            errors.push(syn::Error::new(item.name.span(), example));
        }
        read
    }

    /// Reads what is in the parentheses of `sql(..)`.
    pub(crate) fn inside(tokens: TokenStream) -> Option<Self> {
        match syn::parse2::<LitStr>(tokens.clone()) {
            Ok(text) => Some(Self::all(&text)),
            Err(_) => Self::by_database(tokens),
        }
    }

    fn by_database(tokens: TokenStream) -> Option<Self> {
        let parse = |input: ParseStream<'_>| {
            let mut read = SqlAttr {
                sqlite: None,
                postgres: None,
                mysql: None,
            };
            while !input.is_empty() {
                let name: Ident = input.parse()?;
                input.parse::<Token![=]>()?;
                let text = Some(input.parse::<LitStr>()?.value());
                match name.to_string().as_str() {
                    "sqlite" => read.sqlite = text,
                    "postgres" => read.postgres = text,
                    "mysql" => read.mysql = text,
                    _ => return Err(syn::Error::new(name.span(), "no database")),
                }
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(read)
        };
        let read: SqlAttr = parse.parse2(tokens).ok()?;
        let texts = [&read.sqlite, &read.postgres, &read.mysql];
        texts.iter().any(|text| text.is_some()).then_some(read)
    }
}
