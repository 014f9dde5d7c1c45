//! Checks that only the compiler can make: what a type of the user's own is stored as.
//!
//! Of a type whose spelling is enough nothing is written.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::ast::Field;
use crate::attr::{DefaultAttr, Generated, Kept};
use crate::known;

const WHOLE: &[&str] = &["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
const NUMBERS: &[&str] = &[
    "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64",
];
const KEYS: &[&str] = &["i32", "i64"];

/// A check a field and attribute: that the attribute fits what the type is stored as.
pub(crate) fn of_fields(fields: &[Field<'_>]) -> TokenStream {
    let fields = fields.iter().filter(|field| !field.is_embedded());
    let checks = fields.flat_map(|field| {
        let spelled = known::spelled(field.ty).unwrap_or_default();
        let open = asked(field)
            .into_iter()
            .filter(move |asked| !asked.sure.contains(&spelled));
        open.map(|asked| check(field, &asked))
    });
    quote!(#(#checks)*)
}

/// One question.
struct Asked {
    /// The function that knows the answer.
    by: &'static str,
    /// What it is told beside the type.
    about: Option<String>,
    /// Where the answer is told.
    span: Span,
    /// Types of which it need not be asked.
    sure: &'static [&'static str],
}

fn asked(field: &Field<'_>) -> Vec<Asked> {
    let attrs = &field.attrs;
    let ask = |by, span, sure| Asked {
        by,
        about: None,
        span,
        sure,
    };
    let generated = attrs.generated.map(|(generated, span)| match generated {
        Generated::Database => ask("fits_generated", span, KEYS),
        Generated::TimeId => ask("fits_time_id", span, &["i64"]),
        Generated::UuidV7 => ask("fits_uuid_v7", span, &[]),
    });
    let default = attrs.default.as_ref().and_then(|(default, span)| {
        Some(match default {
            DefaultAttr::Bool(_) => ask("fits_default_bool", *span, &["bool"]),
            DefaultAttr::Now => ask("fits_default_now", *span, &[]),
            DefaultAttr::Text(text) => Asked {
                about: Some(text.clone()),
                ..ask("fits_default_text", *span, &["String"])
            },
            DefaultAttr::Number(text) => Asked {
                about: Some(text.clone()),
                ..ask("fits_default_number", *span, &["f32", "f64"])
            },
            DefaultAttr::Sql(_) => return None,
        })
    });
    let kept = attrs.kept.as_ref().and_then(|(kept, _)| {
        // Of a type that is known by its spelling it is said already.
        let span = Some(field.ty.span()).filter(|_| known::spelled(field.ty).is_none())?;
        match kept {
            Kept::Version => Some(ask("fits_version", span, WHOLE)),
            Kept::ReadOnly | Kept::Computed(_) => None,
            _ => Some(ask("fits_time", span, &[])),
        }
    });
    let length = attrs.length.as_ref();
    let range = attrs.range.as_ref();
    let texts = [attrs.not_blank, attrs.email];
    let rules = [
        length.map(|length| ask("fits_length", length.span, &["String"])),
        range.map(|range| ask("fits_range", range.span, NUMBERS)),
    ];
    let texts = texts.map(|span| Some(ask("fits_text", span?, &["String"])));
    let all = [generated, default, kept];
    let all = all.into_iter().chain(rules).chain(texts);
    all.flatten().collect()
}

fn check(field: &Field<'_>, asked: &Asked) -> TokenStream {
    let (ty, span) = (field.ty, asked.span);
    let by = Ident::new(asked.by, span);
    let about = asked.about.iter();
    quote_spanned! {span=>
        const _: () = {
            #[allow(unused_imports)] // of a column it is not needed
            use ::orm_core::__private::NoFit as _;
            ::orm_core::__private::#by(::orm_core::__private::FitOf::<#ty>::FIT #(, #about)*)
        };
    }
}
