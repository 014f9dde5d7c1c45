//! Field types that can be no column whatever is in scope, said before the
//! compiler says it in many places at once.
//!
//! Only what the spelling decides: a name of the user's own may be a
//! `ColumnType`, so it is left to the compiler.

use syn::Type;
use syn::spanned::Spanned;

use crate::ast::{Field, Model};
use crate::attr::Errors;
use crate::known::argument;

const LIST: &str = "a list is no column: give it a table of its own, or store it as a `serde_json::Value`; bytes are `Vec<u8>`";

/// Reports such fields; whether there are none.
pub(crate) fn check(model: &Model<'_>, errors: &mut Errors) -> bool {
    check_fields(&model.fields, errors)
}

/// As [`check`], of some fields.
pub(crate) fn check_fields(fields: &[Field<'_>], errors: &mut Errors) -> bool {
    let before = errors.len();
    for field in fields {
        if let Some((span, message)) = refused(field.ty, false) {
            errors.push(syn::Error::new(span, message));
        }
    }
    errors.len() == before
}

fn refused(ty: &Type, optional: bool) -> Option<(proc_macro2::Span, &'static str)> {
    let span = ty.span();
    match ty {
        Type::Group(group) => refused(&group.elem, optional),
        Type::Paren(paren) => refused(&paren.elem, optional),
        Type::Reference(_) => Some((
            span,
            "a row owns its values: use `String` for `&str`, `Vec<u8>` for `&[u8]`",
        )),
        Type::Array(_) | Type::Slice(_) => Some((span, LIST)),
        Type::Tuple(_) => Some((
            span,
            "a tuple is no column: make a column of each part, or `impl ColumnType` for a struct of yours",
        )),
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            let message = match last.ident.to_string().as_str() {
                "Option" if optional => "a column is NULL or not: take away one `Option`",
                "Option" => return refused(argument(last)?, true),
                "Vec" if argument(last).is_some_and(is_no_byte) => LIST,
                "DateTime" if argument(last).is_some_and(is_other_zone) => {
                    "an instant is stored in UTC: use `DateTime<Utc>`"
                }
                _ => return plain(path.path.get_ident()?).map(|message| (span, message)),
            };
            Some((span, message))
        }
        _ => None,
    }
}

fn plain(name: &syn::Ident) -> Option<&'static str> {
    match name.to_string().as_str() {
        "usize" => Some("the width of `usize` differs between machines: use `u32` or `u64`"),
        "isize" => Some("the width of `isize` differs between machines: use `i32` or `i64`"),
        "i128" | "u128" => Some("integers have 64 bits at most: use `Decimal`"),
        "char" => Some("use `String`, with `#[model(length(1))]`"),
        "str" => Some("use `String`"),
        _ => None,
    }
}

/// A known type other than `u8`; an unknown one may be an alias of it.
fn is_no_byte(ty: &Type) -> bool {
    const KNOWN: &[&str] = &[
        "String", "bool", "char", "i8", "i16", "i32", "i64", "u16", "u32", "u64", "usize", "f32",
        "f64", "Uuid",
    ];
    matches!(ty, Type::Reference(_) | Type::Tuple(_)) || is_one_of(ty, KNOWN)
}

fn is_other_zone(ty: &Type) -> bool {
    is_one_of(ty, &["Local", "FixedOffset"])
}

fn is_one_of(ty: &Type, names: &[&str]) -> bool {
    let Type::Path(path) = ty else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|last| names.iter().any(|name| last.ident == name))
}
