//! What is written for an item that cannot be a model: as little as keeps the
//! names in place, so that the one error stays one.

use proc_macro2::TokenStream;
use syn::DeriveInput;

/// Nothing: no code can be written without fields.
pub(crate) fn stub(_: &DeriveInput) -> TokenStream {
    TokenStream::new()
}
