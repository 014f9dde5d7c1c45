//! The module of a table: `customers::table`, `customers::name`, `customers::dsl`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;

use super::allow;
use crate::ast::Model;

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let module = model.module();
    let ident = model.ident();
    let vis = &model.original.vis;
    let (one, two) = (model.vis_at(vis, 1), model.vis_at(vis, 2));
    let fields: Vec<_> = model.fields.iter().map(|field| field.ident).collect();
    let allow = allow();
    let doc = format!("Table `{}` and its columns.", model.table);
    let relations = (model.relations_module() == module)
        .then(|| super::relations::markers(model, &one))
        .flatten();
    let columns = model.fields.iter().map(|field| {
        let name = field.ident;
        if field.is_embedded() {
            let doc = field.doc(&format!("The columns of `{}`.", name.unraw()));
            return quote! {
                #doc
                #two type #name = ::orm_core::__private::Embedding<super::field::#name>;
                #doc
                #two const #name: #name = ::orm_core::__private::Embedding::NEW;
            };
        }
        let doc = field.doc(&format!("Column `{}`.", field.column));
        quote! {
            #doc
            #two type #name = ::orm_core::__private::Column<super::field::#name>;
            #doc
            #two const #name: #name = ::orm_core::__private::Column::NEW;
        }
    });
    let all: Vec<_> = model.read_fields().map(|field| field.ident).collect();
    let dsl_name = format_ident!("{}", module);
    quote! {
        #allow
        #[doc = #doc]
        #vis mod #module {
            /// The marker of the table.
            pub mod def {
                #two struct #ident;
            }
            /// The markers of the columns.
            pub mod field {
                #(#two struct #fields;)*
            }
            /// The columns.
            pub mod columns {
                #(#columns)*
            }
            #one use self::columns::*;
            /// The table.
            #one type table = ::orm_core::__private::Table<def::#ident>;
            /// The table.
            #one const table: ::orm_core::__private::Table<def::#ident> =
                ::orm_core::__private::Table::NEW;
            /// The SQL types of all columns.
            #one type SqlType = <def::#ident as ::orm_core::__private::TableDef>::SqlType;
            /// A boxed query of this table.
            #one type BoxedQuery<'__a, __DB, __ST = SqlType> =
                ::orm_core::__private::BoxedQuery<'__a, def::#ident, __DB, __ST>;
            /// All columns that rows are read with, in the order of the fields.
            #one const all_columns: (#(columns::#all,)*) = (#(columns::#all,)*);
            /// The columns and the table, for a glob import.
            pub mod dsl {
                #two use super::columns::*;
                /// The table.
                #two const #dsl_name: ::orm_core::__private::Table<super::def::#ident> =
                    ::orm_core::__private::Table::NEW;
            }
            #relations
        }
    }
}
