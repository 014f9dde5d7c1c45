//! Whether an attribute fits the type of its column: what generated code asks in constants.
//!
//! The derive sees how a type is spelled. What a type of the user's own is stored as is known
//! to the compiler only, so the answers are compile errors at the attribute.

use std::marker::PhantomData;

use super::{Field, Variants};
use crate::value::Kind;

/// What a type is stored as.
#[derive(Debug, Clone, Copy)]
pub struct Fit {
    kind: Kind,
    variants: Option<&'static Variants>,
}

/// The `Fit` of a type that may be no column: `FitOf::<T>::FIT` is that of [`NoFit`] then.
pub struct FitOf<T>(PhantomData<T>);

impl<F: Field> FitOf<F> {
    /// That of a column type.
    pub const FIT: Option<Fit> = Some(Fit {
        kind: F::KIND,
        variants: F::VARIANTS,
    });
}

/// What [`FitOf`] has where the type is no column, which is said elsewhere.
pub trait NoFit {
    /// None.
    const FIT: Option<Fit> = None;
}

impl<T> NoFit for FitOf<T> {}

// Short lines: the compiler shows them below the user's own.

/// `generated`: by the database.
#[track_caller]
pub const fn fits_generated(fit: Option<Fit>) {
    let Some(Fit { kind, variants }) = fit else {
        return;
    };
    if variants.is_some() || !(kind.is_integer() || matches!(kind, Kind::Uuid)) {
        panic!("a key that the database makes is a whole number or a UUID");
    }
}

/// `generated = time_id`
#[track_caller]
pub const fn fits_time_id(fit: Option<Fit>) {
    if let Some(Fit { kind, variants }) = fit
        && (variants.is_some() || !matches!(kind, Kind::I64))
    {
        panic!("a `time_id` is an `i64`");
    }
}

/// `generated = uuid_v7`
#[track_caller]
pub const fn fits_uuid_v7(fit: Option<Fit>) {
    if let Some(fit) = fit
        && !matches!(fit.kind, Kind::Uuid)
    {
        panic!("a `uuid_v7` is a `Uuid`");
    }
}

/// `version`
#[track_caller]
pub const fn fits_version(fit: Option<Fit>) {
    if let Some(Fit { kind, variants }) = fit
        && (variants.is_some() || !kind.is_integer())
    {
        panic!("a version is a whole number: `i32`, `i64`");
    }
}

/// `created_at`, `updated_at`, `soft_delete`
#[track_caller]
pub const fn fits_time(fit: Option<Fit>) {
    if let Some(fit) = fit
        && !matches!(fit.kind, Kind::TimestampTz | Kind::Timestamp | Kind::Date)
    {
        panic!("a time is a `DateTime<Utc>`, a `NaiveDateTime` or a `NaiveDate`");
    }
}

/// `length(..)`
#[track_caller]
pub const fn fits_length(fit: Option<Fit>) {
    if let Some(fit) = fit
        && !matches!(fit.kind, Kind::Text | Kind::Binary | Kind::Array(_))
    {
        panic!("a length is of a text, of bytes or of an array");
    }
}

/// `range(..)`
#[track_caller]
pub const fn fits_range(fit: Option<Fit>) {
    if let Some(fit) = fit
        && !is_number(fit.kind)
    {
        panic!("a range is of numbers");
    }
}

/// `not_blank`, `email`
#[track_caller]
pub const fn fits_text(fit: Option<Fit>) {
    if let Some(fit) = fit
        && !matches!(fit.kind, Kind::Text)
    {
        panic!("this is a rule of texts");
    }
}

/// `default = true`
#[track_caller]
pub const fn fits_default_bool(fit: Option<Fit>) {
    if let Some(fit) = fit
        && !matches!(fit.kind, Kind::Bool)
    {
        panic!("`true` and `false` are defaults of a `bool`");
    }
}

/// `default = now`
#[track_caller]
pub const fn fits_default_now(fit: Option<Fit>) {
    if let Some(fit) = fit
        && !matches!(
            fit.kind,
            Kind::Date | Kind::Time | Kind::Timestamp | Kind::TimestampTz
        )
    {
        panic!("`now` is the default of a date or a time");
    }
}

/// `default = "open"`: of a number and a `bool` it is none; dates and documents are written so.
#[track_caller]
pub const fn fits_default_text(fit: Option<Fit>, text: &str) {
    let Some(Fit { kind, variants }) = fit else {
        return;
    };
    match variants {
        Some(Variants::Numbers(_)) => {
            panic!("this enum is stored as a number, and so is its default")
        }
        Some(variants) if !variants.has_text(text) => {
            panic!("no variant of the enum is stored as this text")
        }
        None if is_number(kind) && !matches!(kind, Kind::Decimal) => {
            panic!("the default of a number is a number")
        }
        None if matches!(kind, Kind::Bool) => {
            panic!("the default of a `bool` is `true` or `false`")
        }
        _ => {}
    }
}

/// `default = 15`
#[track_caller]
pub const fn fits_default_number(fit: Option<Fit>, text: &str) {
    let Some(Fit { kind, variants }) = fit else {
        return;
    };
    if !is_number(kind) {
        panic!("a number is no default of this type");
    }
    if !kind.is_integer() {
        return;
    }
    let Some(number) = whole(text) else {
        panic!("the default of a whole number is a whole number");
    };
    if let Some(variants) = variants {
        if !variants.has_number(number) {
            panic!("no variant of the enum is stored as this number");
        }
        return;
    }
    let (least, most) = range(kind);
    if number < least || number > most {
        panic!("the default does not fit into the type");
    }
}

const fn is_number(kind: Kind) -> bool {
    kind.is_integer() || matches!(kind, Kind::F32 | Kind::F64 | Kind::Decimal)
}

const fn range(kind: Kind) -> (i128, i128) {
    match kind {
        Kind::I8 => (i8::MIN as i128, i8::MAX as i128),
        Kind::I16 => (i16::MIN as i128, i16::MAX as i128),
        Kind::I32 => (i32::MIN as i128, i32::MAX as i128),
        Kind::U8 => (0, u8::MAX as i128),
        Kind::U16 => (0, u16::MAX as i128),
        Kind::U32 => (0, u32::MAX as i128),
        Kind::U64 => (0, u64::MAX as i128),
        _ => (i64::MIN as i128, i64::MAX as i128),
    }
}

/// The digits of a literal as a number; `None` if there is more than digits and a sign.
const fn whole(text: &str) -> Option<i128> {
    match i128::from_str_radix(text, 10) {
        Ok(number) => Some(number),
        Err(_) => None,
    }
}
