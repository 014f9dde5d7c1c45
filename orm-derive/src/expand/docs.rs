//! The documentation of a field, on what stands for it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, MetaNameValue};

use crate::ast::Field;

impl Field<'_> {
    /// The documentation of what stands for the field: its own, behind a first line.
    pub(crate) fn doc(&self, line: &str) -> TokenStream {
        let docs = examples_once(&self.docs);
        let gap = (!docs.is_empty()).then(|| quote!(#[doc = ""]));
        quote!(#[doc = #line] #gap #(#docs)*)
    }
}

/// Documentation whose examples are shown and not run: they are run where the field stands.
fn examples_once(docs: &[&Attribute]) -> Vec<TokenStream> {
    let mut inside = false;
    let mut fence = |line: &str| {
        let Some(tags) = line.trim_start().strip_prefix("```") else {
            return line.to_owned();
        };
        inside = !inside;
        let tags = tags.trim();
        match tags {
            "" if inside => format!("{line}ignore"),
            _ if inside && !tags.contains("text") => format!("{line},ignore"),
            _ => line.to_owned(),
        }
    };
    let each = docs.iter().map(|attribute| match &attribute.meta {
        Meta::NameValue(MetaNameValue {
            value:
                Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                }),
            ..
        }) if text.value().contains("```") => {
            let value = text.value();
            let lines: Vec<String> = value.split('\n').map(&mut fence).collect();
            let text = lines.join("\n");
            quote!(#[doc = #text])
        }
        _ => quote!(#attribute),
    });
    each.collect()
}
