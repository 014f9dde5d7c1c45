//! A struct of one field: stored as its field is.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Type};

use super::on_diesel;

pub(super) fn expand(input: &DeriveInput, inner: &Type) -> TokenStream {
    let (ident, allow) = (&input.ident, crate::expand::allow());
    let scalar = quote_spanned!(inner.span()=> <#inner as ::orm_core::__private::Scalar>);
    let on_diesel = on_diesel(input);
    quote! {
        #allow
        impl ::orm_core::__private::ColumnType for #ident {
            type Stored = #scalar::Row;
            const VARIANTS: ::core::option::Option<&'static ::orm_core::__private::Variants> =
                #scalar::VARIANTS;

            #[inline]
            fn into_stored(self) -> Self::Stored { #scalar::into_row(self.0) }

            #[inline]
            fn from_stored(__stored: Self::Stored) -> ::orm_core::__private::Read<Self> {
                ::core::result::Result::map(#scalar::from_row(__stored), #ident)
            }
        }
        #on_diesel
    }
}
