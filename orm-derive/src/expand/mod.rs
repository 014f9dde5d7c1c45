//! The code of a model, one item a file.
//!
//! All paths are absolute and lead through `orm_core::__private`; trait
//! methods are called by their trait, so that nothing a user has in scope
//! changes the meaning. Modules contain only markers and aliases, never the
//! user's types: a struct inside a function is not reachable from a module.

mod definition;
mod diesel;
mod docs;
pub(crate) mod fits;
mod forms;
mod indexes;
mod metadata;
mod model;
mod module;
mod patch;
mod relations;
mod rules;
mod serde;
mod values;

pub(crate) use definition::digits;
pub(crate) use metadata::column as column_meta;
pub(crate) use rules::custom_checks;

pub(crate) use metadata::option;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;

use crate::ast::Model;

/// Everything of one model.
pub(crate) fn model(model: &Model<'_>) -> TokenStream {
    let parts = [
        module::expand(model),
        definition::expand(model),
        model::expand(model),
        diesel::expand(model),
        relations::expand(model),
        fits::of_fields(&model.fields),
    ];
    // The rows of a view are not written.
    let forms = (!model.is_view()).then(|| {
        [
            forms::expand(model),
            patch::expand(model),
            serde::expand(model),
        ]
    });
    let forms = forms.into_iter().flatten();
    quote!(#(#parts)* #(#forms)*)
}

/// The place of the user's tokens for code that names a variable or `self`: written by a
/// `macro_rules!` macro, the tokens of one struct are of several scopes, and a variable is seen in
/// its own only. All names of generated variables begin with `__`, so that no constant in scope
/// makes a pattern of them.
pub(crate) fn at(tokens: &impl Spanned) -> Span {
    tokens.span().resolved_at(Span::call_site())
}

/// What every generated item is spared: lints that speak to hand-written code.
pub(crate) fn allow() -> TokenStream {
    quote! {
        #[allow(
            non_camel_case_types, non_upper_case_globals, non_snake_case, non_ascii_idents,
            dead_code, missing_docs, missing_debug_implementations, missing_copy_implementations,
            deprecated, private_bounds, private_interfaces, rustdoc::all,
            unreachable_pub, unused_imports, unused_qualifications, single_use_lifetimes,
            clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction
        )]
    }
}
