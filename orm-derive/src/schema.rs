//! `schema![Customer, Order]`: the tables of an application, checked against each other.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Token, Type};

/// The models, and those whose tables exist elsewhere.
pub(crate) struct Models {
    listed: Vec<Type>,
    elsewhere: Vec<Type>,
}

impl Parse for Models {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let list = |input: ParseStream<'_>| -> syn::Result<Vec<Type>> {
            let mut types = Punctuated::<Type, Token![,]>::new();
            while !input.is_empty() && !input.peek(Token![;]) {
                types.push_value(input.parse()?);
                if !input.peek(Token![,]) {
                    break;
                }
                types.push_punct(input.parse()?);
            }
            Ok(types.into_iter().collect())
        };
        let listed = list(input)?;
        let mut elsewhere = Vec::new();
        if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
            elsewhere = list(input)?;
        }
        if !input.is_empty() {
            return Err(input.error("write `schema![Customer, Order]`"));
        }
        Ok(Models { listed, elsewhere })
    }
}

pub(crate) fn expand(models: &Models) -> TokenStream {
    let metas = models.listed.iter().map(meta);
    let names = models
        .elsewhere
        .iter()
        .map(|model| quote_spanned!(model.span()=> ::orm_core::__private::name_of::<#model>()));
    let checks = models.listed.iter().enumerate().map(|(position, model)| {
        quote_spanned! {model.span()=>
            const _: () = ::orm_core::schema::assert_fits(__TABLES, #position, __ELSEWHERE);
        }
    });
    quote! {{
        const __TABLES: &[&::orm_core::metadata::TableMeta] = &[#(#metas),*];
        const __ELSEWHERE: &[::orm_core::metadata::TableName] = &[#(#names),*];
        #(#checks)*
        ::orm_core::Schema::new(__TABLES)
    }}
}

fn meta(model: &Type) -> TokenStream {
    quote_spanned! {model.span()=>
        <() as ::orm_core::__private::IsModel<#model>>::META
    }
}
