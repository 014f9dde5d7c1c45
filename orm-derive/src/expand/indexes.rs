//! The indexes and uniques of a table, as metadata.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::metadata::{setting, sql};
use crate::ast::{Field, Index, Model};
use crate::attr::TermAttr;

pub(super) fn expand(model: &Model<'_>) -> Vec<TokenStream> {
    let indexes = model.indexes.iter().zip(names(model));
    indexes
        .map(|(index, name)| one(model, index, &name))
        .collect()
}

/// Names as PostgreSQL gives them by itself: `table_column_key`, `table_column_idx`; of those
/// that would be equal, the later ones are counted: `table_column_key1`.
fn names(model: &Model<'_>) -> Vec<String> {
    let given = |index: &Index| index.attr.name.as_ref().map(syn::LitStr::value);
    let mut taken: Vec<String> = model.indexes.iter().filter_map(given).collect();
    let indexes = model.indexes.iter();
    let names = indexes.map(|index| {
        given(index).unwrap_or_else(|| {
            let base = default_name(model, index);
            let mut name = base.clone();
            let mut count = 0;
            while taken.contains(&name) {
                count += 1;
                name = format!("{base}{count}");
            }
            taken.push(name.clone());
            name
        })
    });
    names.collect()
}

fn one(model: &Model<'_>, index: &Index, name: &str) -> TokenStream {
    let attr = &index.attr;
    let parts = attr.parts.iter().zip(&index.parts).map(|(part, position)| {
        let mut code = match (&part.term, position) {
            (TermAttr::Expression(text), _) => {
                let text = sql(text);
                quote!(::orm_core::metadata::IndexPart::expression(#text))
            }
            (TermAttr::Inside(field, inside), _) => {
                let module = model.module();
                let of = model.fields.iter().find(|one| one.ident == field);
                let ty = of.map(|one| one.ty);
                let column = quote_spanned! {inside.span()=>
                    <#ty as ::orm_core::__private::EmbeddedIn<#module::field::#field>>::ACCESS.#inside
                };
                quote!(::orm_core::metadata::IndexPart::column(
                    ::orm_core::__private::position_inside(#column)
                ))
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
    let parts = index.attr.parts.iter().zip(&index.parts);
    let names: Vec<String> = parts
        .map(|(part, position)| match (&part.term, position) {
            (TermAttr::Inside(field, inside), _) => {
                let is = |one: &&Field<'_>| one.ident.unraw() == field.unraw();
                let prefix = model.fields.iter().find(is).map(Field::prefix);
                prefix.unwrap_or_default() + &inside.unraw().to_string()
            }
            (_, Some(position)) => model.fields[*position].column.clone(),
            (_, None) => index.of_field.clone().unwrap_or_else(|| "expr".to_owned()),
        })
        .collect();
    let end = if index.attr.unique { "key" } else { "idx" };
    format!("{}_{}_{end}", model.table, names.join("_"))
}
