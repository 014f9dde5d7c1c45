//! What a table and its columns say of themselves: `TableDef`, `ColumnDef`.

use std::hash::{DefaultHasher, Hash, Hasher};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{allow, metadata};
use crate::ast::{Field, Index, Model};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (ident, marker, module) = (model.ident(), model.marker(), model.module());
    let allow = allow();
    let bounds = model.bounds();
    let sql_types = model.read_fields().map(|field| sql_type(model, field));
    let (column_types, column_values): (Vec<_>, Vec<_>) = model
        .read_fields()
        .map(|field| column_of(model, field))
        .unzip();
    let (key_type, key_value) = key(model);
    let id = identity(model);
    let sharding = sharding(model);
    let key_is_place = truth(
        model
            .shard_key
            .is_some_and(|place| model.key.contains(&place)),
    );
    let meta = metadata::expand(model);
    let (name, flat) = (metadata::name(model), metadata::flat_columns(model));
    let rows = format_ident!("{}", if model.is_view() { "Viewed" } else { "Stored" });
    let soft = model.fields.iter().any(Field::is_deleted_at);
    let deletion = format_ident!("{}", if soft { "Softly" } else { "AtOnce" });
    let columns = model.fields.iter().enumerate().map(|(position, field)| {
        let (name, ty, column) = (field.ident, field.ty, &field.column);
        if field.is_embedded() {
            return embedded(model, position, field);
        }
        let index = digits(&format!("{position:02x}"));
        // That a column is the key lets GROUP BY stand for all others: no database knows it of a view.
        let is_key = truth(model.key == [position] && !model.is_view());
        let role = if model.shard_key == Some(position) {
            "ShardKey"
        } else {
            "Plain"
        };
        let role = format_ident!("{role}");
        let unique = (unique_alone(model, position) && !model.is_view()).then(
            || quote!(#allow impl ::orm_core::__private::UniqueTarget for #module::field::#name where #bounds {}),
        );
        let (of, of_bounds, this) = through_parameter(model, field, &quote!(Field));
        quote_spanned! {ty.span()=>
            #allow
            impl #of ::orm_core::__private::ColumnDef for #module::field::#name
            where
                #bounds
                #of_bounds
            {
                type Table = #marker;
                type Index = #index;
                type SqlType = <#this as ::orm_core::__private::Field>::SqlType;
                type IsKey = #is_key;
                type Role = ::orm_core::__private::#role;
                const NAME: &'static str = #column;
            }
            #unique
        }
    });
    let together = unique_together(model).map(|columns| {
        quote! {
            #allow
            impl ::orm_core::__private::UniqueTogether<(#(#module::field::#columns,)*)> for #marker where #bounds {}
        }
    });
    quote! {
        #allow
        impl ::orm_core::__private::TableDef for #marker where #bounds {
            type Model = #ident;
            type Id = #id;
            type KeyIsPlace = #key_is_place;
            type PrimaryKey = #key_type;
            type AllColumns = (#(#column_types,)*);
            type SqlType = (#(#sql_types,)*);
            #sharding
            type Rows = ::orm_core::__private::#rows;
            type Deletion = ::orm_core::__private::#deletion;
            const NAME: ::orm_core::metadata::TableName = #name;
            const META: &'static ::orm_core::metadata::TableMeta = &#meta;
            fn primary_key() -> Self::PrimaryKey { #key_value }
            fn all_columns() -> Self::AllColumns { (#(#column_values,)*) }
        }
        #flat
        #(#columns)*
        #(#together)*
    }
}

/// A field among all columns: its column, or those of the embedded struct.
fn column_of(model: &Model<'_>, field: &Field<'_>) -> (TokenStream, TokenStream) {
    let (name, ty, module) = (field.ident, field.ty, model.module());
    if !field.is_embedded() {
        let column = quote!(#module::columns::#name);
        return (column.clone(), column);
    }
    (
        quote_spanned! {ty.span()=>
            <#module::field::#name as ::orm_core::__private::EmbedDef>::Columns
        },
        quote_spanned! {ty.span()=>
            *<#module::field::#name as ::orm_core::__private::EmbedDef>::columns()
        },
    )
}

/// The SQL type of a field, by its marker: its own type may be less visible than the table.
fn sql_type(model: &Model<'_>, field: &Field<'_>) -> TokenStream {
    if !model.may_hide(field) {
        return field.sql_type();
    }
    let (name, module) = (field.ident, model.module());
    let def = format_ident!(
        "{}",
        if field.is_embedded() {
            "EmbedDef"
        } else {
            "ColumnDef"
        }
    );
    quote_spanned! {field.ty.span()=>
        <#module::field::#name as ::orm_core::__private::#def>::SqlType
    }
}

/// A parameter that is the field's type, its bounds, and the name that stands for the type: where
/// the type may be less visible than the marker that the impl is for.
fn through_parameter(
    model: &Model<'_>,
    field: &Field<'_>,
    of: &TokenStream,
) -> (TokenStream, TokenStream, TokenStream) {
    let ty = field.ty;
    if !model.may_hide(field) {
        return (quote!(), quote!(), quote!(#ty));
    }
    (
        quote!(<__This>),
        quote! {
            #ty: ::orm_core::__private::Itself<This = __This>,
            __This: ::orm_core::__private::#of,
        },
        quote!(__This),
    )
}

/// Where an embedded struct is in the table.
fn embedded(model: &Model<'_>, position: usize, field: &Field<'_>) -> TokenStream {
    let (name, ty, module, marker) = (field.ident, field.ty, model.module(), model.marker());
    let (allow, bounds) = (allow(), model.bounds());
    let index = digits(&format!("{position:02x}"));
    let (text, prefix, offset) = (
        name.unraw().to_string(),
        field.prefix(),
        model.position(position),
    );
    let (of, of_bounds, this) =
        through_parameter(model, field, &quote!(EmbeddedIn<#module::field::#name>));
    let earlier = model.fields[..position].iter();
    let earlier = earlier
        .filter(|field| field.is_embedded())
        .map(|field| field.ty);
    quote_spanned! {ty.span()=>
        #allow
        impl #of ::orm_core::__private::EmbedDef for #module::field::#name
        where
            #bounds
            #of_bounds
        {
            type Table = #marker;
            type Index = #index;
            type Role = ::orm_core::__private::Plain;
            type Access = <#this as ::orm_core::__private::Embedded>::Access<Self>;
            type Columns = <#this as ::orm_core::__private::Embedded>::Columns<Self>;
            type SqlType = <#this as ::orm_core::__private::Embedded>::SqlType;
            type Row = <#this as ::orm_core::__private::Embedded>::Row;
            fn access() -> &'static Self::Access {
                <#this as ::orm_core::__private::EmbeddedIn<Self>>::access()
            }
            fn columns() -> &'static Self::Columns {
                <#this as ::orm_core::__private::Embedded>::columns::<Self>()
            }
        }

        #allow
        impl ::orm_core::__private::EmbedPlace for #module::field::#name
        where
            #(for<'__delayed> #earlier: ::orm_core::__private::Embedded,)*
        {
            const FIELD: &'static str = #text;
            const PREFIX: &'static str = #prefix;
            const OFFSET: usize = #offset;
        }
    }
}

fn key(model: &Model<'_>) -> (TokenStream, TokenStream) {
    let module = model.module();
    let columns: Vec<_> = model
        .key
        .iter()
        .map(|position| {
            let name = model.fields[*position].ident;
            quote!(#module::columns::#name)
        })
        .collect();
    match columns.as_slice() {
        // A view without a key: Diesel wants one, and nothing here reads it.
        [] => {
            let first = model
                .read_fields()
                .map(|field| column_of(model, field))
                .next();
            first.unwrap_or_default()
        }
        [one] => (quote!(#one), quote!(#one)),
        many => (quote!((#(#many,)*)), quote!((#(#many,)*))),
    }
}

fn unique_alone(model: &Model<'_>, position: usize) -> bool {
    let alone = [position];
    let mut uniques = model.indexes.iter().filter_map(Index::unique_columns);
    model.key == alone || uniques.any(|columns| columns == alone)
}

/// The columns that are unique together: the key of several, and declared ones.
fn unique_together<'m>(model: &'m Model<'_>) -> impl Iterator<Item = Vec<&'m Ident>> {
    let key = (model.key.len() > 1).then(|| model.key.clone());
    let declared = model.indexes.iter().filter_map(Index::unique_columns);
    let mut seen: Vec<Vec<usize>> = Vec::new();
    key.into_iter()
        .chain(declared)
        .filter(move |columns| {
            let new = columns.len() > 1 && !seen.contains(columns);
            seen.push(columns.clone());
            new
        })
        .map(|columns| {
            columns
                .iter()
                .map(|position| model.fields[*position].ident)
                .collect()
        })
}

fn sharding(model: &Model<'_>) -> TokenStream {
    if model.attrs.broadcast.is_some() {
        return quote!(
            type Sharding = ::orm_core::__private::Broadcast;
        );
    }
    let Some(position) = model.shard_key else {
        return quote!(
            type Sharding = ::orm_core::__private::Single;
        );
    };
    let field = &model.fields[position];
    let (ty, name, module, marker) = (field.ty, field.ident, model.module(), model.marker());
    let parent = model
        .attrs
        .colocated_with
        .as_ref()
        .or(model.placing_parent().map(|parent| &parent.ty));
    let column = quote!(#module::columns::#name);
    match parent.filter(|parent| !model.refers_to_itself(parent)) {
        Some(parent) => quote_spanned! {parent.span()=>
            type Sharding = ::orm_core::__private::By<
                ::orm_core::__private::RootOf<#parent>, #ty, #column,
            >;
        },
        None => quote!(type Sharding = ::orm_core::__private::By<#marker, #ty, #column>;),
    }
}

/// A hash of everything that tells this table from others, as digit types.
///
/// Place in the source is part of it: two models of the same names in two
/// modules are two tables to the compiler.
fn identity(model: &Model<'_>) -> TokenStream {
    let mut hasher = DefaultHasher::new();
    for name in ["CARGO_PKG_NAME", "CARGO_PKG_VERSION", "CARGO_CRATE_NAME"] {
        std::env::var(name).ok().hash(&mut hasher);
    }
    let span = model.ident().span().unwrap();
    (span.file(), span.line(), span.column()).hash(&mut hasher);
    (model.name(), &model.table).hash(&mut hasher);
    digits(&format!("{:016x}", hasher.finish()))
}

/// The identity of a relation within its table.
pub(super) fn relation_id(name: &Ident) -> TokenStream {
    let mut hasher = DefaultHasher::new();
    name.to_string().hash(&mut hasher);
    digits(&format!("{:08x}", hasher.finish() as u32))
}

/// Hexadecimal digits as a nested pair of digit types.
pub(crate) fn digits(hex: &str) -> TokenStream {
    let mut digits = hex.chars().rev().map(|digit| {
        let name = Ident::new(
            &format!("X{}", digit.to_ascii_uppercase()),
            Span::call_site(),
        );
        quote!(::orm_core::__private::identity::#name)
    });
    let last = digits.next().unwrap_or_default();
    digits.fold(last, |rest, digit| quote!((#digit, #rest)))
}

fn truth(value: bool) -> TokenStream {
    if value {
        quote!(::orm_core::__private::identity::True)
    } else {
        quote!(::orm_core::__private::identity::False)
    }
}
