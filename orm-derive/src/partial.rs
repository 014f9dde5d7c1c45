//! `#[derive(PartialModel)]`: some columns of a model as a struct of their own.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Ident, Path, Type};

use crate::attr::{Errors, Item, items};
use crate::expand::allow;

/// A field, and the column that it reads.
struct Part<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    column: Ident,
    embedded: bool,
    json: bool,
}

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Vec::new();
    let of = table(input, &mut errors);
    let parts = parts(input, &mut errors);
    let code = match of {
        Some(of) if errors.is_empty() => expand(input, &of, &parts),
        _ => TokenStream::new(),
    };
    let errors = errors.iter().map(syn::Error::to_compile_error);
    quote!(#(#errors)* #code)
}

/// The module of the table: `#[model(of = customers)]`.
fn table(input: &DeriveInput, errors: &mut Errors) -> Option<Path> {
    let mut of = None;
    for item in items(&input.attrs, errors) {
        if item.name == "of" && of.is_some() {
            twice(&item, errors);
        } else if item.name == "of" {
            of = item.equals("of = customers", errors);
        } else {
            item.unknown("struct", &["of"], &[], errors);
        }
    }
    if of.is_none() && errors.is_empty() {
        let message = "say whose columns these are: `#[model(of = customers)]`, with the module of the model's table";
        errors.push(syn::Error::new(input.ident.span(), message));
    }
    of
}

fn parts<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Vec<Part<'a>> {
    let mut refuse = |message: &str| {
        errors.push(syn::Error::new(input.ident.span(), message));
        Vec::new()
    };
    let Data::Struct(data) = &input.data else {
        return refuse("a partial model is a struct with named fields, one a column");
    };
    let Fields::Named(named) = &data.fields else {
        return refuse("a partial model needs named fields, one a column");
    };
    if named.named.is_empty() {
        return refuse("a partial model needs at least one field");
    }
    if !input.generics.params.is_empty() {
        return refuse("a partial model cannot be generic: its columns have one type each");
    }
    let mut parts = Vec::new();
    for field in &named.named {
        let Some(ident) = &field.ident else { continue };
        let mut part = Part {
            ident,
            ty: &field.ty,
            column: ident.clone(),
            embedded: false,
            json: false,
        };
        let mut seen: Vec<Ident> = Vec::new();
        for item in items(&field.attrs, errors) {
            if seen.contains(&item.name) {
                twice(&item, errors);
                continue;
            }
            seen.push(item.name.clone());
            read(&mut part, &item, errors);
        }
        if !part.json && !part.embedded {
            errors.extend(crate::types::refusal(part.ty));
        }
        parts.push(part);
    }
    parts
}

fn twice(item: &Item, errors: &mut Errors) {
    let message = format!("`{}` is given twice", item.name);
    errors.push(syn::Error::new(item.name.span(), message));
}

fn read(part: &mut Part<'_>, item: &Item, errors: &mut Errors) {
    match item.name.to_string().as_str() {
        "column" => {
            if let Some(column) = item.equals("column = name", errors) {
                part.column = column;
            }
        }
        "embedded" => {
            item.flag(errors);
            part.embedded = true;
        }
        "json" => {
            item.flag(errors);
            part.json = true;
        }
        _ => item.unknown("field", &["column", "embedded", "json"], &[], errors),
    }
}

impl Part<'_> {
    /// The columns, as a type and as a value.
    fn columns(&self, of: &Path) -> (TokenStream, TokenStream) {
        let column = &self.column;
        if self.embedded {
            let field = quote!(#of::field::#column);
            (
                quote!(<#field as ::orm_core::__private::EmbedDef>::Columns),
                quote!(*<#field as ::orm_core::__private::EmbedDef>::columns()),
            )
        } else {
            // By its type alone: of a wrong name is told once.
            let path = quote!(#of::columns::#column);
            (
                path.clone(),
                quote!(::orm_core::__private::Column::<
                    <#path as ::orm_core::__private::ColumnOf>::Def,
                >::NEW),
            )
        }
    }

    /// What Diesel loads, and the field made of it.
    fn row(&self, cell: &Ident) -> (TokenStream, TokenStream) {
        let (name, ty, text) = (self.ident, self.ty, self.ident.unraw().to_string());
        let span = ty.span();
        if self.embedded {
            (
                quote_spanned!(span=> <#ty as ::orm_core::__private::Embedded>::Row),
                quote!(#name: <#ty as ::orm_core::__private::Embedded>::from_row(#cell)?),
            )
        } else {
            let mut value = quote!(::orm_core::__private::read::<#ty>(#cell, #text)?);
            if self.json {
                value = crate::json::into_plain(ty, &value);
            }
            (
                quote_spanned!(span=> <#ty as ::orm_core::__private::Field>::Row),
                quote!(#name: #value),
            )
        }
    }
}

fn expand(input: &DeriveInput, of: &Path, parts: &[Part<'_>]) -> TokenStream {
    let (ident, allow) = (&input.ident, allow());
    let (columns, values): (Vec<_>, Vec<_>) = parts.iter().map(|part| part.columns(of)).unzip();
    let cells: Vec<_> = (0..parts.len())
        .map(|n| format_ident!("__cell{n}"))
        .collect();
    let (rows, reads): (Vec<_>, Vec<_>) = parts
        .iter()
        .zip(&cells)
        .map(|(part, cell)| part.row(cell))
        .unzip();
    let checks = parts.iter().filter(|part| !part.embedded).map(|part| {
        let (ty, column) = (part.ty, &part.column);
        quote_spanned! {ty.span()=>
            const _: fn() = || ::orm_core::__private::reads_column::<#of::columns::#column, #ty>();
        }
    });
    let sql = quote! {
        <(#(#columns,)*) as ::orm_core::__private::diesel::Expression>::SqlType
    };
    quote! {
        #(#checks)*

        #allow
        impl ::orm_core::__private::PartialModel for #ident {
            type Table = <#of::table as ::orm_core::__private::TableOf>::Def;
            type Columns = (#(#columns,)*);

            fn columns() -> Self::Columns { (#(#values,)*) }
        }

        #allow
        impl<__DB> ::orm_core::__private::diesel::Selectable<__DB> for #ident
        where
            __DB: ::orm_core::__private::diesel::backend::Backend,
        {
            type SelectExpression = <Self as ::orm_core::__private::PartialModel>::Columns;

            fn construct_selection() -> Self::SelectExpression {
                <Self as ::orm_core::__private::PartialModel>::columns()
            }
        }

        #allow
        impl<__DB> ::orm_core::__private::diesel::deserialize::Queryable<#sql, __DB> for #ident
        where
            __DB: ::orm_core::__private::diesel::backend::Backend,
            (#(#rows,)*): ::orm_core::__private::diesel::deserialize::FromStaticSqlRow<#sql, __DB>,
        {
            type Row = (#(#rows,)*);

            fn build((#(#cells,)*): Self::Row) -> ::orm_core::__private::Read<Self> {
                ::core::result::Result::Ok(#ident { #(#reads),* })
            }
        }
    }
}
