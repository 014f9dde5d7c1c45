//! Decimals from formats whose numbers are floats.
//!
//! `19.99` in JSON reaches a visitor as the `f64` nearest to it, whose exact value is
//! another number. What was written is the shortest text that reads back as it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, Visitor,
};

/// A value of type `T`, in which a float of no declared type is read as its text.
pub(super) struct Exact<T>(pub PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Exact<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize(FloatsAsTexts(deserializer))
    }
}

struct FloatsAsTexts<X>(X);

/// Options and newtypes lead on to the decimal inside; whoever asks for a type gets it.
macro_rules! deserializer {
    (wrapped { $($wrapped:ident($($arg:ident: $arg_ty:ty),*);)* } plain { $($plain:ident)* }) => {
        impl<'de, D: Deserializer<'de>> Deserializer<'de> for FloatsAsTexts<D> {
            type Error = D::Error;

            $(fn $wrapped<V: Visitor<'de>>(self, $($arg: $arg_ty,)* visitor: V) -> Result<V::Value, D::Error> {
                self.0.$wrapped($($arg,)* FloatsAsTexts(visitor))
            })*

            $(fn $plain<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
                self.0.$plain(visitor)
            })*

            fn deserialize_unit_struct<V: Visitor<'de>>(
                self,
                name: &'static str,
                visitor: V,
            ) -> Result<V::Value, D::Error> {
                self.0.deserialize_unit_struct(name, visitor)
            }

            fn deserialize_tuple<V: Visitor<'de>>(
                self,
                len: usize,
                visitor: V,
            ) -> Result<V::Value, D::Error> {
                self.0.deserialize_tuple(len, visitor)
            }

            fn deserialize_tuple_struct<V: Visitor<'de>>(
                self,
                name: &'static str,
                len: usize,
                visitor: V,
            ) -> Result<V::Value, D::Error> {
                self.0.deserialize_tuple_struct(name, len, visitor)
            }

            fn deserialize_struct<V: Visitor<'de>>(
                self,
                name: &'static str,
                fields: &'static [&'static str],
                visitor: V,
            ) -> Result<V::Value, D::Error> {
                self.0.deserialize_struct(name, fields, visitor)
            }

            fn deserialize_enum<V: Visitor<'de>>(
                self,
                name: &'static str,
                variants: &'static [&'static str],
                visitor: V,
            ) -> Result<V::Value, D::Error> {
                self.0.deserialize_enum(name, variants, visitor)
            }

            fn is_human_readable(&self) -> bool {
                self.0.is_human_readable()
            }
        }
    };
}
deserializer! {
    wrapped {
        deserialize_any();
        deserialize_option();
        deserialize_newtype_struct(name: &'static str);
    }
    plain {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char deserialize_str
        deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit
        deserialize_seq deserialize_map deserialize_identifier deserialize_ignored_any
    }
}

macro_rules! visitor {
    ($($visit:ident: $ty:ty),* $(,)?) => {
        impl<'de, V: Visitor<'de>> Visitor<'de> for FloatsAsTexts<V> {
            type Value = V::Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.expecting(f)
            }

            fn visit_f32<E: Error>(self, value: f32) -> Result<V::Value, E> {
                self.0.visit_str(&value.to_string())
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<V::Value, E> {
                self.0.visit_str(&value.to_string())
            }

            fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
                self.0.visit_some(FloatsAsTexts(inner))
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(
                self,
                inner: D,
            ) -> Result<V::Value, D::Error> {
                self.0.visit_newtype_struct(FloatsAsTexts(inner))
            }

            fn visit_none<E: Error>(self) -> Result<V::Value, E> {
                self.0.visit_none()
            }

            fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
                self.0.visit_unit()
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
                self.0.visit_seq(items)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
                self.0.visit_map(map)
            }

            fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
                self.0.visit_enum(variant)
            }

            $(fn $visit<E: Error>(self, value: $ty) -> Result<V::Value, E> {
                self.0.$visit(value)
            })*
        }
    };
}
visitor! {
    visit_bool: bool,
    visit_i8: i8,
    visit_i16: i16,
    visit_i32: i32,
    visit_i64: i64,
    visit_i128: i128,
    visit_u8: u8,
    visit_u16: u16,
    visit_u32: u32,
    visit_u64: u64,
    visit_u128: u128,
    visit_char: char,
    visit_str: &str,
    visit_borrowed_str: &'de str,
    visit_string: String,
    visit_bytes: &[u8],
    visit_borrowed_bytes: &'de [u8],
    visit_byte_buf: Vec<u8>,
}
