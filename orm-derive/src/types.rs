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

const LIST: &str = "such a list is no column: write `#[model(json)]` on the field, or give it a table of its own; an array of PostgreSQL is a `Vec` of a built-in type, bytes are `Vec<u8>`";

/// Columns that a tuple of Diesel's has, by orm-core's features.
const MOST: usize = if cfg!(feature = "128-column-tables") {
    128
} else if cfg!(feature = "64-column-tables") {
    64
} else {
    32
};

/// Reports such fields, and more of them than Diesel was built for; whether there are none.
pub(crate) fn check(model: &Model<'_>, errors: &mut Errors) -> bool {
    if !check_count(model.ident(), model.fields.len(), errors) {
        return false;
    }
    let before = errors.len();
    for (position, field) in model.fields.iter().enumerate() {
        if let Some(is) = needed(model, position).filter(|_| field.deferred) {
            let message = format!("`{}` {is}, which every row is read with", field.ident);
            errors.push(syn::Error::new(field.ident.span(), message));
        }
    }
    let beside = model.attrs.diesel_table.is_some();
    for field in model
        .fields
        .iter()
        .filter(|one| beside && one.is_embedded())
    {
        let message = "beside `diesel::table!` a model has no embedded struct: make a field of each of its columns";
        errors.push(syn::Error::new(field.ident.span(), message));
    }
    for position in &model.key {
        if let Some(span) = model.fields[*position].attrs.json {
            let message = "a document is no key: two texts may be the same document";
            errors.push(syn::Error::new(span, message));
        }
    }
    check_fields(&model.fields, errors) && errors.len() == before
}

/// What a column is, if rows are never read without it.
fn needed(model: &Model<'_>, position: usize) -> Option<String> {
    let kept = model.fields[position].attrs.kept.as_ref();
    if model.key.contains(&position) {
        return Some("is part of the key".to_owned());
    }
    if model.shard_key == Some(position) {
        return Some("is the shard key".to_owned());
    }
    if model
        .parents
        .iter()
        .any(|parent| parent.columns.contains(&position))
    {
        return Some("is a foreign key".to_owned());
    }
    let kept = kept.filter(|(kept, _)| !kept.is_by_database());
    kept.map(|(kept, _)| format!("is the column of `{}`", kept.name()))
}

/// Whether Diesel was built for so many columns of a struct.
pub(crate) fn check_count(name: &syn::Ident, columns: usize, errors: &mut Errors) -> bool {
    if columns <= MOST {
        return true;
    }
    let feature = if columns > 128 {
        "split it, or make some of them an `#[model(embedded)]` struct"
    } else if columns > 64 {
        "switch on the feature `128-column-tables` of orm-core"
    } else {
        "switch on the feature `64-column-tables` of orm-core"
    };
    let message = format!("`{name}` has {columns} columns, more than {MOST}: {feature}");
    errors.push(syn::Error::new(name.span(), message));
    false
}

/// As [`check`], of some fields.
pub(crate) fn check_fields(fields: &[Field<'_>], errors: &mut Errors) -> bool {
    let before = errors.len();
    for field in fields {
        let wrapped = field.is_embedded() && (field.deferred || field.is_option());
        if wrapped {
            let message =
                "an embedded struct is read as a whole and always there: make its fields `Option`";
            errors.push(syn::Error::new(field.whole_ty.span(), message));
        } else {
            errors.extend(refusal(field.ty));
        }
    }
    errors.len() == before
}

/// What is wrong with a type, if the spelling tells.
pub(crate) fn refusal(ty: &Type) -> Option<syn::Error> {
    refused(ty, false).map(|(span, message)| syn::Error::new(span, message))
}

fn refused(ty: &Type, optional: bool) -> Option<(proc_macro2::Span, &'static str)> {
    let span = ty.span();
    match ty {
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
                "Vec" if argument(last).is_some_and(is_no_element) => LIST,
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

/// What no array can hold for sure; a type of the user's own may be an alias.
fn is_no_element(ty: &Type) -> bool {
    let Type::Path(path) = ty else {
        return true;
    };
    let list_of = |last: &syn::PathSegment| match last.ident.to_string().as_str() {
        "Vec" => argument(last).is_some_and(|inner| !is_one_of(inner, &["u8"])),
        "Option" => argument(last).is_some_and(is_no_element),
        name => plain(&syn::Ident::new(name, last.ident.span())).is_some(),
    };
    path.path.segments.last().is_some_and(list_of)
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
