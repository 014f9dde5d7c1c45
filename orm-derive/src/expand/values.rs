//! A row to values and back: the methods of `Model` that do it.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use crate::ast::{Field, Model};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (into, value_of) = if model.has_embedded() {
        (into_with_embedded(model), value_with_embedded(model))
    } else {
        (into(model), value(model))
    };
    quote! {
        fn into_values(self) -> ::orm_core::__private::Values { #into }

        fn value_of(&self, __column: usize) -> ::orm_core::__private::Value { #value_of }
    }
}

fn into(model: &Model<'_>) -> TokenStream {
    let values = model.fields.iter().map(taken);
    quote!(::orm_core::__private::values([#(#values),*]))
}

fn value(model: &Model<'_>) -> TokenStream {
    let positions = 0..model.fields.len();
    let values = model.fields.iter().map(cloned);
    quote! {
        match __column {
            #(#positions => #values,)*
            _ => ::orm_core::__private::no_column(__column),
        }
    }
}

fn taken(field: &Field<'_>) -> TokenStream {
    let (name, ty) = (field.ident, field.ty);
    if field.deferred {
        return quote_spanned!(ty.span()=> ::orm_core::__private::not_read::<#ty>());
    }
    let value = field.stored(&quote!(self.#name));
    quote_spanned!(ty.span()=> ::orm_core::__private::Field::into_value(#value))
}

fn cloned(field: &Field<'_>) -> TokenStream {
    let (name, ty) = (field.ident, field.ty);
    if field.deferred {
        return quote_spanned!(ty.span()=> ::orm_core::__private::not_read::<#ty>());
    }
    let value = field.stored(&quote!(::core::clone::Clone::clone(&self.#name)));
    quote_spanned!(ty.span()=> ::orm_core::__private::Field::into_value(#value))
}

fn into_with_embedded(model: &Model<'_>) -> TokenStream {
    let steps = model.fields.iter().map(|field| {
        let (name, ty) = (field.ident, field.ty);
        if field.is_embedded() {
            quote!(<#ty as ::orm_core::__private::Embedded>::into_values(self.#name, &mut __values);)
        } else {
            let value = taken(field);
            quote!(__values.push(#value);)
        }
    });
    quote! {
        let mut __values = ::orm_core::__private::Values::new();
        #(#steps)*
        __values
    }
}

/// Field by field: how many columns an embedded struct has is not seen from here.
fn value_with_embedded(model: &Model<'_>) -> TokenStream {
    let steps = model.fields.iter().enumerate().map(|(position, field)| {
        let (name, ty) = (field.ident, field.ty);
        let (first, end) = (model.position(position), model.position(position + 1));
        let value = if field.is_embedded() {
            quote!(<#ty as ::orm_core::__private::Embedded>::value_of(&self.#name, __column - #first))
        } else {
            cloned(field)
        };
        quote!(if __column < #end { return #value; })
    });
    quote! {
        #(#steps)*
        ::orm_core::__private::no_column(__column)
    }
}
