//! Forms from outside: JSON, query strings, whatever serde reads.
//!
//! What may be set is decided by the model: neither what the database or the
//! framework makes, nor what is `protected`. Other names are passed over, as
//! serde does by default.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::exact::Exact;

/// A form that is read field by field; generated for a model with `#[model(serde)]`.
pub trait ReadForm: Sized {
    /// What it is, for messages.
    const FORM: &'static str;
    /// The names that are read.
    const NAMES: &'static [&'static str];

    /// A form without fields.
    fn empty() -> Self;
    /// Reads the value of a field, by its position among the names.
    ///
    /// # Errors
    /// If it is none of the field's type.
    fn read<'de, A: MapAccess<'de>>(&mut self, field: usize, map: &mut A) -> Result<(), A::Error>;
    /// The first name that must be there and is not.
    fn missing(&self) -> Option<&'static str>;
}

/// Reads a form.
///
/// # Errors
/// A value of another type, a name that is there twice, one that is missing.
pub fn read_form<'de, F: ReadForm, D: Deserializer<'de>>(deserializer: D) -> Result<F, D::Error> {
    deserializer.deserialize_map(Reader(PhantomData))
}

/// A value of a form; the error names the field. Of a decimal, numbers are read as they are written.
///
/// # Errors
/// If it is none of the type.
pub fn read_value<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    field: &str,
    is_decimal: bool,
    map: &mut A,
) -> Result<T, A::Error> {
    let value = if is_decimal {
        map.next_value_seed(Exact(PhantomData))
    } else {
        map.next_value()
    };
    value.map_err(|error| A::Error::custom(format_args!("{field}: {error}")))
}

struct Reader<F>(PhantomData<F>);

impl<'de, F: ReadForm> Visitor<'de> for Reader<F> {
    type Value = F;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the fields of {}", F::FORM)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<F, A::Error> {
        let mut form = F::empty();
        let mut seen = vec![false; F::NAMES.len()];
        while let Some(name) = map.next_key::<Name>()? {
            let Some(field) = F::NAMES.iter().position(|known| *known == name.0) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if std::mem::replace(&mut seen[field], true) {
                return Err(A::Error::duplicate_field(F::NAMES[field]));
            }
            form.read(field, &mut map)?;
        }
        match form.missing() {
            Some(name) => Err(A::Error::missing_field(name)),
            None => Ok(form),
        }
    }
}

/// A name, from whatever a format has for names.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a field")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
                Ok(Name(name.to_owned()))
            }
        }

        deserializer.deserialize_identifier(Text)
    }
}
