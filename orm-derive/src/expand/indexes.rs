//! The indexes and uniques of a table, as metadata.

use proc_macro2::TokenStream;
use quote::quote;

use super::metadata::{setting, sql};
use crate::ast::{Index, Model};
use crate::attr::TermAttr;

/// Names as PostgreSQL gives them by itself: `table_column_key`, `table_column_idx`.
pub(super) fn expand(model: &Model<'_>) -> Vec<TokenStream> {
    let indexes = model.indexes.iter();
    indexes.map(|index| one(model, index)).collect()
}

fn one(model: &Model<'_>, index: &Index) -> TokenStream {
    let attr = &index.attr;
    let name = match &attr.name {
        Some(name) => name.value(),
        None => default_name(model, index),
    };
    let parts = attr.parts.iter().zip(&index.parts).map(|(part, position)| {
        let mut code = match (&part.term, position) {
            (TermAttr::Expression(text), _) => {
                let text = sql(text);
                quote!(::orm_core::metadata::IndexPart::expression(#text))
            }
            (TermAttr::Field(_), position) => {
                let position = model.position(position.unwrap_or_default());
                quote!(::orm_core::metadata::IndexPart::column(#position))
            }
        };
        if part.descending {
            code.extend(quote!(.descending()));
        }
        if let Some(class) = &part.operator_class {
            code.extend(quote!(.operator_class(#class)));
        }
        code
    });
    let per_shard = attr.per_shard;
    let include: Vec<_> = index
        .include
        .iter()
        .map(|field| model.position(*field))
        .collect();
    let method = attr.using.as_ref().map(|method| {
        let method = method.to_string();
        quote!(#method)
    });
    let more = [
        setting("unique", attr.unique.then(|| quote!(#per_shard))),
        setting("filter", attr.filter.as_ref().map(sql)),
        setting("method", method),
        setting(
            "include",
            (!include.is_empty()).then(|| quote!(&[#(#include),*])),
        ),
    ];
    quote!(::orm_core::metadata::IndexMeta::new(#name, &[#(#parts),*]) #(#more)*)
}

fn default_name(model: &Model<'_>, index: &Index) -> String {
    let names: Vec<&str> = index
        .parts
        .iter()
        .map(|part| part.map_or("expr", |position| model.fields[position].column.as_str()))
        .collect();
    let end = if index.attr.unique { "key" } else { "idx" };
    format!("{}_{}_{end}", model.table, names.join("_"))
}
