//! What the spelling of a type tells: its argument, and whether it is a column
//! for sure.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// The one type argument of a segment.
pub(crate) fn argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}

/// The type inside `Deferred<..>`.
pub(crate) fn deferred(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let last = path.path.segments.last()?;
    argument(last).filter(|_| last.ident == "Deferred")
}

/// The names of types that are columns, whatever else may be in scope under them.
const COLUMNS: &[&str] = &[
    "bool",
    "i8",
    "i16",
    "i32",
    "i64",
    "u8",
    "u16",
    "u32",
    "u64",
    "f32",
    "f64",
    "String",
    "Vec",
    "NaiveDate",
    "NaiveTime",
    "NaiveDateTime",
    "DateTime",
    "Uuid",
    "Value",
    "Json",
    "BigDecimal",
    "Decimal",
];

/// Whether only the compiler can tell if a type is a column: a type of the user's own.
pub(crate) fn is_unknown(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => is_unknown(&group.elem),
        Type::Paren(paren) => is_unknown(&paren.elem),
        Type::Path(path) => match path.path.segments.last() {
            Some(last) if last.ident == "Option" => argument(last).is_none_or(is_unknown),
            Some(last) => COLUMNS.iter().all(|known| last.ident != known),
            None => true,
        },
        _ => true,
    }
}
