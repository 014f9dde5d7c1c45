//! `#[derive(ColumnType)]`: a newtype, or an enum without data, as a column.
//!
//! `attr` reads `#[column(..)]`, `rename` makes texts of the names of variants,
//! `newtype` and `variants` write the code. Errors are collected, and the code
//! is written in spite of them where it can be: a stub keeps the type a column,
//! so that no model that uses it breaks a second time.

mod attr;
mod newtype;
mod rename;
mod variants;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields};

use crate::attr::Errors;

/// The code for a type; a stub if it cannot be a column.
pub(crate) fn expand(input: &DeriveInput, errors: &mut Errors) -> TokenStream {
    if !input.generics.params.is_empty() {
        let message = "a column type cannot be generic: a column has one type";
        errors.push(syn::Error::new_spanned(&input.generics, message));
        return TokenStream::new();
    }
    let code = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                attr::refuse_all(input, errors);
                Some(newtype::expand(input, &fields.unnamed[0].ty))
            }
            _ => {
                let message = "a column type is a struct of one field without a name, `struct InvoiceId(i64);`, or an enum; several fields are `#[model(json)]`";
                errors.push(syn::Error::new(input.ident.span(), message));
                None
            }
        },
        Data::Enum(data) => variants::expand(input, data, errors),
        Data::Union(_) => {
            let message = "a union cannot be a column";
            errors.push(syn::Error::new(input.ident.span(), message));
            None
        }
    };
    code.unwrap_or_else(|| stub(input))
}

/// Says that the type is a column, of a text: what is wrong was said.
fn stub(input: &DeriveInput) -> TokenStream {
    let (ident, allow) = (&input.ident, crate::expand::allow());
    quote! {
        #allow
        impl ::orm_core::__private::ColumnType for #ident {
            type Stored = ::orm_core::__private::Text;
            fn into_stored(self) -> Self::Stored { ::core::unreachable!() }
            fn from_stored(_: Self::Stored) -> ::orm_core::__private::Read<Self> { ::core::unreachable!() }
        }
    }
}

/// What Diesel's own statements need: a column loads as the type, or as an
/// `Option` of it, and a value is one of its expressions.
fn on_diesel(input: &DeriveInput) -> TokenStream {
    let (ident, allow) = (&input.ident, crate::expand::allow());
    let sql_type = quote!(::orm_core::__private::SqlOf<#ident>);
    let stored = quote!(<#ident as ::orm_core::__private::ColumnType>::Stored);
    let diesel = quote!(::orm_core::__private::diesel);
    let (clone, types) = (
        quote!(::core::clone::Clone::clone),
        quote!(#diesel::sql_types),
    );
    let expressions = [
        (quote!(#ident), quote!(self)),
        (quote!(&#ident), quote!(#clone(self))),
    ];
    let expressions = expressions.map(|(given, value)| {
        let expressed = quote!(::orm_core::__private::Expressed<__ST, #ident>);
        quote! {
            #allow
            impl<__ST> #diesel::expression::AsExpression<__ST> for #given
            where
                __ST: #types::SqlType<IsNull: #expressed> + #diesel::expression::TypedExpressionType,
            {
                type Expression = <<__ST as #types::SqlType>::IsNull as #expressed>::Expression;

                fn as_expression(self) -> Self::Expression {
                    <<__ST as #types::SqlType>::IsNull as #expressed>::expressed(#value)
                }
            }
        }
    });
    quote! {
        #(#expressions)*

        #allow
        impl<__DB> #diesel::deserialize::FromSql<#sql_type, __DB> for #ident
        where
            __DB: #diesel::backend::Backend,
            #stored: #diesel::deserialize::FromSql<#sql_type, __DB>,
        {
            fn from_sql(
                __bytes: <__DB as #diesel::backend::Backend>::RawValue<'_>,
            ) -> ::orm_core::__private::Read<Self> {
                ::orm_core::__private::ColumnType::from_stored(
                    <#stored as #diesel::deserialize::FromSql<#sql_type, __DB>>::from_sql(__bytes)?,
                )
            }
        }

        #allow
        impl<__DB> #diesel::deserialize::Queryable<#sql_type, __DB> for #ident
        where
            __DB: #diesel::backend::Backend,
            #ident: #diesel::deserialize::FromStaticSqlRow<#sql_type, __DB>,
        {
            type Row = Self;

            fn build(__row: Self) -> ::orm_core::__private::Read<Self> {
                ::core::result::Result::Ok(__row)
            }
        }
    }
}
