//! An enum without data: stored as a text, a number, or an enum of PostgreSQL.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DataEnum, DeriveInput, Expr, ExprLit, ExprUnary, Fields, Ident, Lit, LitStr, UnOp};

use super::attr::{self, EnumAttrs, Width};
use super::on_diesel;
use super::rename::Rename;
use crate::attr::Errors;

/// The most bytes of a name in PostgreSQL, a label included.
const POSTGRES_NAME: usize = 63;

/// The code; `None` if the enum can be no column.
pub(super) fn expand(
    input: &DeriveInput,
    data: &DataEnum,
    errors: &mut Errors,
) -> Option<TokenStream> {
    let attrs = EnumAttrs::read(&input.attrs, errors);
    let with_data = data
        .variants
        .iter()
        .find(|v| !matches!(v.fields, Fields::Unit));
    if let Some(variant) = with_data {
        let message = "a variant with data is no value of one column: take the data away, or store the enum by `#[model(json)]`";
        errors.push(syn::Error::new(variant.span(), message));
        return None;
    }
    if data.variants.is_empty() {
        let message = "an enum without variants has no value that a column could hold";
        errors.push(syn::Error::new(input.ident.span(), message));
        return None;
    }
    let variants: Vec<&Ident> = data.variants.iter().map(|variant| &variant.ident).collect();
    let code = match attrs.integer {
        Some((width, _)) => {
            let discriminants = discriminants(data, width, errors);
            for variant in &data.variants {
                if let Some(rename) = attr::rename(&variant.attrs, errors) {
                    let message = "an enum that is stored as numbers has no texts to be renamed";
                    errors.push(syn::Error::new(rename.span(), message));
                }
            }
            numbers(input, &variants, width, discriminants)
        }
        None => {
            let texts = texts(data, &attrs, errors);
            match &attrs.postgres_enum {
                Some(name) => labels(input, &variants, &texts, name, errors),
                None => self::text(input, &variants, &texts),
            }
        }
    };
    let on_diesel = on_diesel(input);
    Some(quote!(#code #on_diesel))
}

/// The text of each variant; each once.
fn texts(data: &DataEnum, attrs: &EnumAttrs, errors: &mut Errors) -> Vec<String> {
    let all = attrs.rename_all.map_or(Rename::Snake, |(rename, _)| rename);
    let mut texts: Vec<String> = Vec::new();
    for variant in &data.variants {
        let renamed = attr::rename(&variant.attrs, errors);
        let span = renamed.as_ref().map_or(variant.ident.span(), LitStr::span);
        let text = renamed.map_or_else(
            || all.apply(&variant.ident.unraw().to_string()),
            |text| text.value(),
        );
        let mistake = if texts.contains(&text) {
            Some(format!("two variants are stored as `{text}`"))
        } else if attrs.postgres_enum.is_some() && text.len() > POSTGRES_NAME {
            Some(format!(
                "a label of PostgreSQL has at most {POSTGRES_NAME} bytes"
            ))
        } else {
            None
        };
        errors.extend(mistake.map(|message| syn::Error::new(span, message)));
        texts.push(text);
    }
    texts
}

fn text(input: &DeriveInput, variants: &[&Ident], texts: &[String]) -> TokenStream {
    let (ident, allow) = (&input.ident, crate::expand::allow());
    let name = ident.unraw().to_string();
    let label = quote!(match self { #(#ident::#variants => #texts,)* });
    quote! {
        #allow
        impl ::orm_core::__private::ColumnType for #ident {
            type Stored = ::orm_core::__private::Text;
            const VARIANTS: ::core::option::Option<&'static ::orm_core::__private::Variants> =
                ::core::option::Option::Some(
                    &::orm_core::__private::Variants::Texts(&[#(#texts),*]),
                );

            fn into_stored(self) -> Self::Stored {
                <::orm_core::__private::Text as ::core::convert::From<&str>>::from(#label)
            }

            // Of two variants of one text, the mistake is said elsewhere.
            #[allow(unreachable_patterns)]
            fn from_stored(__stored: Self::Stored) -> ::orm_core::__private::Read<Self> {
                match &*__stored {
                    #(#texts => ::core::result::Result::Ok(#ident::#variants),)*
                    _ => ::core::result::Result::Err(
                        ::orm_core::__private::no_variant(#name, &__stored),
                    ),
                }
            }
        }
    }
}

/// `"mood"`, or `"schema.mood"`.
fn labels(
    input: &DeriveInput,
    variants: &[&Ident],
    texts: &[String],
    postgres_enum: &LitStr,
    errors: &mut Errors,
) -> TokenStream {
    let (ident, allow) = (&input.ident, crate::expand::allow());
    let name = postgres_enum.value();
    let (schema, name) = match name.split_once('.') {
        Some((schema, name)) => (Some(schema.to_owned()), name.to_owned()),
        None => (None, name),
    };
    if name.is_empty() || name.len() > POSTGRES_NAME || schema.as_deref() == Some("") {
        let message = format!(
            "write `postgres_enum = \"mood\"` or `\"schema.mood\"`, of at most {POSTGRES_NAME} bytes"
        );
        errors.push(syn::Error::new(postgres_enum.span(), message));
    }
    let schema = crate::expand::option(schema.map(|schema| quote!(#schema)));
    let label = quote!(::orm_core::__private::EnumLabel<#ident>);
    let positions = 0..u16::try_from(variants.len()).unwrap_or(u16::MAX);
    let (into, from) = (positions.clone(), positions);
    quote! {
        #allow
        impl ::orm_core::__private::PostgresEnum for #ident {
            const LABELS: &'static [&'static str] = &[#(#texts),*];
        }

        #allow
        impl ::orm_core::__private::ColumnType for #ident {
            type Stored = #label;
            const VARIANTS: ::core::option::Option<&'static ::orm_core::__private::Variants> =
                ::core::option::Option::Some(
                    &::orm_core::__private::Variants::PostgresEnum {
                        schema: #schema,
                        name: #name,
                        labels: &[#(#texts),*],
                    },
                );

            fn into_stored(self) -> Self::Stored {
                <#label>::at(match self { #(#ident::#variants => #into,)* })
            }

            fn from_stored(__stored: Self::Stored) -> ::orm_core::__private::Read<Self> {
                match __stored.position() {
                    #(#from => ::core::result::Result::Ok(#ident::#variants),)*
                    _ => ::core::unreachable!(),
                }
            }
        }
    }
}

fn numbers(
    input: &DeriveInput,
    variants: &[&Ident],
    width: Width,
    unknown: TokenStream,
) -> TokenStream {
    let (ident, allow) = (&input.ident, crate::expand::allow());
    let name = ident.unraw().to_string();
    let width = format_ident!(
        "{}",
        match width {
            Width::I16 => "i16",
            Width::I32 => "i32",
            Width::I64 => "i64",
        }
    );
    let number = quote!(match self {
        #(#ident::#variants => #ident::#variants as #width,)*
    });
    quote! {
        #allow
        impl ::orm_core::__private::ColumnType for #ident {
            type Stored = #width;
            const VARIANTS: ::core::option::Option<&'static ::orm_core::__private::Variants> =
                ::core::option::Option::Some(
                    &::orm_core::__private::Variants::Numbers(&[#(#ident::#variants as i64),*]),
                );

            fn into_stored(self) -> Self::Stored { #number }

            fn from_stored(__stored: Self::Stored) -> ::orm_core::__private::Read<Self> {
                #(
                    if __stored == #ident::#variants as #width {
                        return ::core::result::Result::Ok(#ident::#variants);
                    }
                )*
                ::core::result::Result::Err(::orm_core::__private::no_variant(#name, &__stored))
            }
        }
        #unknown
    }
}

/// Reports the discriminants that the width does not hold. Of those that are
/// no plain number only the compiler knows the value: what comes back asks it.
fn discriminants(data: &DataEnum, width: Width, errors: &mut Errors) -> TokenStream {
    let (name, range) = match width {
        Width::I16 => ("i16", i16::MIN.into()..=i16::MAX.into()),
        Width::I32 => ("i32", i32::MIN.into()..=i32::MAX.into()),
        Width::I64 => ("i64", i64::MIN.into()..=i64::MAX.into()),
    };
    let wider = "`integer = i64` is wider";
    let mut say = |span: Span, value: i128| {
        let message = format!("{value} does not fit into `{name}`; {wider}");
        errors.push(syn::Error::new(span, message));
    };
    let (mut next, mut asked) = (Some(0_i128), Vec::new());
    for variant in &data.variants {
        let mut span = variant.ident.span();
        if let Some((_, written)) = &variant.discriminant {
            span = written.span();
            next = literal(written);
            if next.is_none() {
                asked.push(written);
            }
        }
        if let Some(value) = next.filter(|value| !range.contains(value)) {
            say(span, value);
        }
        next = next.map(|value| value + 1);
    }
    let (low, high) = (*range.start(), *range.end());
    let message = format!("a discriminant does not fit into `{name}`; {wider}");
    let checks = asked.iter().map(|value| {
        let fits = quote!(#low <= (#value) as i128 && (#value) as i128 <= #high);
        quote_spanned!(value.span()=> const _: () = ::core::assert!(#fits, #message);)
    });
    quote!(#(#checks)*)
}

/// The number that an expression plainly is.
fn literal(expr: &Expr) -> Option<i128> {
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Int(int), ..
        }) => int.base10_parse().ok(),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => literal(expr).map(|value| -value),
        Expr::Paren(paren) => literal(&paren.expr),
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}
