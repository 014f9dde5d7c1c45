//! The constant `TableMeta`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{indexes, rules};
use crate::ast::{Field, Model, Parent};
use crate::attr::{Action, DefaultAttr, DeferrableAttr, Generated, Kept, SqlAttr};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (name, table) = (model.name(), &model.table);
    let columns = columns(model);
    let key = model.key.iter().map(|field| model.position(*field));
    let sharding = match (model.attrs.broadcast, model.shard_key) {
        (Some(_), _) => Some(quote!(Broadcast)),
        (None, Some(field)) => {
            let position = model.position(field);
            Some(quote!(By(#position)))
        }
        (None, None) => None,
    };
    let sharding = sharding.map(|sharding| quote!(::orm_core::metadata::Sharding::#sharding));
    let schema = model.attrs.schema.as_ref().map(|name| quote!(#name));
    let comment = model.attrs.comment.as_ref().map(|text| quote!(#text));
    let renamed_from = model.attrs.renamed_from.as_ref().map(|name| quote!(#name));
    let more = [
        setting("schema", schema),
        setting("comment", comment),
        setting("renamed_from", renamed_from),
        setting("view", view(model)),
        setting("indexes", list(indexes::expand(model))),
        setting("foreign_keys", list(foreign_keys(model))),
        setting("checks", list(checks(model))),
        setting("sharding", sharding),
    ];
    quote! {
        ::orm_core::metadata::TableMeta::new(#name, #table, #columns, &[#(#key),*])
            #(#more)*
    }
}

/// The constant `TableName`.
pub(super) fn name(model: &Model<'_>) -> TokenStream {
    let (name, table) = (model.name(), &model.table);
    let schema = model.attrs.schema.as_ref().map(|name| quote!(#name));
    let schema = option(schema);
    quote!(::orm_core::metadata::TableName::new(#name, #schema, #table))
}

/// `.name(value)`, if there is a value.
pub(super) fn setting(name: &str, value: Option<TokenStream>) -> TokenStream {
    let name = format_ident!("{name}");
    match value {
        Some(value) => quote!(.#name(#value)),
        None => TokenStream::new(),
    }
}

fn list(items: Vec<TokenStream>) -> Option<TokenStream> {
    (!items.is_empty()).then(|| quote!(&[#(#items),*]))
}

/// The columns.
fn columns(model: &Model<'_>) -> TokenStream {
    if model.has_embedded() {
        return quote!(<Self as ::orm_core::__private::FlatColumns>::COLUMNS);
    }
    let columns = model.fields.iter().map(of_field);
    quote!(&[#(#columns),*])
}

/// The columns of a model with embedded structs, those between the others, in one array. In an impl
/// of its own: a constant that stands inside another one knows no bounds.
pub(super) fn flat_columns(model: &Model<'_>) -> Option<TokenStream> {
    if !model.has_embedded() {
        return None;
    }
    let (marker, module, bounds) = (model.marker(), model.module(), model.bounds());
    let (allow, length) = (super::allow(), model.position(model.fields.len()));
    let parts = model.fields.iter().map(|field| {
        if !field.is_embedded() {
            let column = of_field(field);
            return quote!(&[#column]);
        }
        let (ty, name) = (field.ty, field.ident);
        quote_spanned! {ty.span()=>
            <#ty as ::orm_core::__private::EmbeddedIn<#module::field::#name>>::META
        }
    });
    Some(quote! {
        #allow
        impl ::orm_core::__private::FlatColumns for #marker where #bounds {
            const COLUMNS: &'static [::orm_core::metadata::ColumnMeta] =
                &::orm_core::__private::flatten::<{ #length }>(&[#(#parts),*]);
        }
    })
}

fn of_field(field: &Field<'_>) -> TokenStream {
    column(field, &quote!())
}

/// A column by its field; `names` in place of its own names, if there are some.
pub(crate) fn column(field: &Field<'_>, names: &TokenStream) -> TokenStream {
    let (name, column, ty) = (field.ident.unraw().to_string(), &field.column, field.ty);
    let names = if names.is_empty() {
        quote!(#name, #column)
    } else {
        names.clone()
    };
    let attrs = &field.attrs;
    let generated = attrs.generated.map(|(generated, _)| {
        let variant = match generated {
            Generated::Database => "Database",
            Generated::TimeId => "TimeId",
            Generated::UuidV7 => "UuidV7",
        };
        let variant = format_ident!("{variant}");
        quote!(::orm_core::metadata::GeneratedKey::#variant)
    });
    let default = attrs.default.as_ref().map(|(default, _)| {
        let value = match default {
            DefaultAttr::Bool(value) => quote!(Bool(#value)),
            DefaultAttr::Number(text) => quote!(Number(#text)),
            DefaultAttr::Text(text) => quote!(Text(#text)),
            DefaultAttr::Now => quote!(Now),
            DefaultAttr::Sql(text) => {
                let text = sql(text);
                quote!(Sql(#text))
            }
        };
        quote!(::orm_core::metadata::DefaultValue::#value)
    });
    let default_with = attrs.default_with.as_ref().map(|path| {
        let make = if attrs.json.is_some() {
            quote!(|| <#ty as ::orm_core::__private::JsonField>::from_plain((#path)()))
        } else {
            quote!(#path)
        };
        quote_spanned! {path.span()=>
            || ::orm_core::__private::default_value::<#ty, _>(#make)
        }
    });
    let origin = attrs.kept.as_ref().map(|(kept, _)| {
        let origin = match kept {
            Kept::CreatedAt => quote!(CreatedAt),
            Kept::UpdatedAt => quote!(UpdatedAt),
            Kept::Version => quote!(Version),
            Kept::DeletedAt => quote!(DeletedAt),
            Kept::ReadOnly => quote!(ReadOnly),
            Kept::Computed(text) => {
                let text = sql(text);
                quote!(Computed(#text))
            }
        };
        quote!(::orm_core::metadata::Origin::#origin)
    });
    let more = [
        setting("generated", generated),
        setting("default", default),
        setting("default_with", default_with),
        if field.deferred {
            quote!(.deferred())
        } else {
            TokenStream::new()
        },
        setting("origin", origin),
        setting("sql_type", attrs.sql_type.as_ref().map(sql)),
        setting("rules", list(rules::expand(field))),
        setting("validate", list(rules::looks(field))),
        setting("comment", attrs.comment.as_ref().map(|text| quote!(#text))),
        setting(
            "renamed_from",
            attrs.renamed_from.as_ref().map(|name| quote!(#name)),
        ),
    ];
    quote_spanned! {ty.span()=>
        ::orm_core::metadata::ColumnMeta::of::<#ty>(#names) #(#more)*
    }
}

fn view(model: &Model<'_>) -> Option<TokenStream> {
    let view = model.attrs.view.as_ref()?;
    let (query, materialized) = (option(view.query.as_ref().map(sql)), view.materialized);
    Some(quote!(::orm_core::metadata::ViewMeta::new(#query, #materialized)))
}

/// A text of SQL as code.
pub(super) fn sql(text: &SqlAttr) -> TokenStream {
    let SqlAttr {
        sqlite,
        postgres,
        mysql,
        ..
    } = text;
    if let (Some(one), true) = (sqlite, sqlite == postgres && postgres == mysql) {
        return quote!(::orm_core::metadata::SqlText::all(#one));
    }
    let each =
        [sqlite, postgres, mysql].map(|text| option(text.as_ref().map(|text| quote!(#text))));
    quote!(::orm_core::metadata::SqlText::each(#(#each),*))
}

fn checks(model: &Model<'_>) -> Vec<TokenStream> {
    let mut unnamed = 0;
    let checks = model.attrs.checks.iter().map(|check| {
        // Names as PostgreSQL gives them by itself: `table_check`, `table_check1`.
        let name = check.name.as_ref().map(syn::LitStr::value);
        let name = name.unwrap_or_else(|| {
            let count = unnamed;
            unnamed += 1;
            let count = if count == 0 {
                String::new()
            } else {
                count.to_string()
            };
            format!("{}_check{count}", model.table)
        });
        let sql = sql(&check.sql);
        quote!(::orm_core::metadata::CheckMeta::new(#name, #sql))
    });
    checks.collect()
}

fn foreign_keys(model: &Model<'_>) -> Vec<TokenStream> {
    let mut taken: Vec<&[usize]> = Vec::new();
    let keys = model.parents.iter().map(|parent| {
        // A second key of the same columns, to another parent, is numbered.
        let before = taken.iter().filter(|columns| **columns == parent.columns);
        let nth = before.count() + 1;
        taken.push(&parent.columns);
        foreign_key(model, parent, nth)
    });
    keys.collect()
}

fn foreign_key(model: &Model<'_>, parent: &Parent, nth: usize) -> TokenStream {
    let action = |action: Option<(Action, proc_macro2::Span)>| {
        let name = match action?.0 {
            Action::NoAction => "NoAction",
            Action::Restrict => "Restrict",
            Action::Cascade => "Cascade",
            Action::SetNull => "SetNull",
            Action::SetDefault => "SetDefault",
        };
        let name = format_ident!("{name}");
        Some(quote!(::orm_core::metadata::ReferentialAction::#name))
    };
    let deferrable = parent.deferrable.map(|deferrable| {
        let name = match deferrable {
            DeferrableAttr::InitiallyImmediate => "InitiallyImmediate",
            DeferrableAttr::InitiallyDeferred => "InitiallyDeferred",
        };
        let name = format_ident!("{name}");
        quote!(::orm_core::metadata::Deferrable::#name)
    });
    let columns = parent.columns.iter().map(|field| model.position(*field));
    let names: Vec<&str> = parent
        .columns
        .iter()
        .map(|position| model.fields[*position].column.as_str())
        .collect();
    let mut name = format!("{}_{}_fkey", model.table, names.join("_"));
    if nth > 1 {
        name.push_str(&format!("_{nth}"));
    }
    let ty = &parent.ty;
    let table = quote_spanned! {ty.span()=>
        ::orm_core::__private::meta_of::<#ty>,
        {
            #[allow(unused_imports)] // of a model it is not needed
            use ::orm_core::__private::NoMeta as _;
            ::orm_core::__private::Probe::<#ty>::NAME
        }
    };
    let more = [
        setting("on_delete", action(parent.on_delete)),
        setting("on_update", action(parent.on_update)),
        setting("deferrable", deferrable),
    ];
    quote! {
        ::orm_core::metadata::ForeignKeyMeta::new(#name, &[#(#columns),*], #table) #(#more)*
    }
}

/// An `Option` as code.
pub(crate) fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
