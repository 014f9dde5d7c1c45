//! What the spelling of a type tells: its argument, and whether it is a column
//! for sure.

use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, GenericArgument, PathArguments, PathSegment, Type, TypePath};

/// Takes away what is around a field's type and does not show: the groups that a `macro_rules!`
/// macro leaves around `$t:ty`, and parentheses. Before anything reads the types.
pub(crate) fn ungroup_fields(input: &mut DeriveInput) {
    if let Data::Struct(data) = &mut input.data {
        data.fields
            .iter_mut()
            .for_each(|field| ungroup(&mut field.ty));
    }
}

/// As [`ungroup_fields`], of one type.
pub(crate) fn ungroup(ty: &mut Type) {
    while let Type::Group(syn::TypeGroup { elem, .. }) | Type::Paren(syn::TypeParen { elem, .. }) =
        ty
    {
        *ty = (**elem).clone();
    }
    let Type::Path(path) = ty else {
        return;
    };
    for segment in &mut path.path.segments {
        if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
            for argument in &mut arguments.args {
                if let GenericArgument::Type(ty) = argument {
                    ungroup(ty);
                }
            }
        }
    }
}

/// Spells a model that an attribute names as others spell it: `Self` by its name, `self::Customer`
/// as `Customer`.
pub(crate) fn name_model(ty: &mut Type, this: &Ident) {
    ungroup(ty);
    let Type::Path(TypePath { qself: None, path }) = ty else {
        return;
    };
    if path.is_ident("Self") {
        let mut name = this.clone();
        name.set_span(path.span());
        *path = name.into();
    } else if path.segments.len() == 2 && path.segments[0].ident == "self" {
        let last = path.segments[1].clone();
        *path = last.into();
    }
}

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

/// The names of types that are columns, unless the user has others of these names in scope.
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

/// Names among them that crates and applications give to types of their own.
const COMMON: &[&str] = &["Value", "Json", "BigDecimal", "Decimal"];

/// The name of a type that is a column by its spelling, without its `Option`.
pub(crate) fn spelled(ty: &Type) -> Option<&'static str> {
    let Type::Path(path) = ty else {
        return None;
    };
    let last = path.path.segments.last()?;
    if last.ident == "Option" {
        return argument(last).and_then(spelled);
    }
    COLUMNS.iter().copied().find(|known| last.ident == known)
}

/// Whether only the compiler can tell if a type is a column: a type of the user's own.
pub(crate) fn is_unknown(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => match path.path.segments.last() {
            Some(last) if last.ident == "Option" => argument(last).is_none_or(is_unknown),
            // An array is a column on PostgreSQL only.
            Some(last) if last.ident == "Vec" => !argument(last).is_some_and(is_byte),
            Some(last) => {
                let mut sure = COLUMNS.iter().filter(|known| !COMMON.contains(known));
                sure.all(|known| last.ident != known)
            }
            None => true,
        },
        _ => true,
    }
}

fn is_byte(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("u8"))
}
