//! Diesel's own traits for the struct: what `Queryable`, `Selectable`, `QueryableByName`,
//! `Identifiable`, `AsChangeset` and `Associations` derive; `forms` has `Insertable`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{allow, at};
use crate::ast::{Field, Model};
use crate::known;

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (ident, marker, allow) = (model.ident(), model.marker(), allow());
    let bounds = model.bounds();
    // Of a type of the user's own, what is loaded is a parameter: a projection in
    // a bound would be looked at, and refused, before the bound is needed.
    let is_own = |field: &Field<'_>| field.is_embedded() || known::is_unknown(field.ty);
    let cell = |field: &Field<'_>, position: usize| {
        let (ty, of) = (field.ty, if field.is_embedded() { "Cells" } else { "Cell" });
        let of = format_ident!("{of}");
        quote!(::orm_core::__private::#of<#ty, #position>)
    };
    let rows: Vec<_> = model
        .read_fields()
        .enumerate()
        .map(|(position, field)| {
            if is_own(field) {
                let row = format_ident!("__Row{position}");
                quote!(#row)
            } else {
                field.row()
            }
        })
        .collect();
    let own = model.read_fields().zip(&rows).enumerate();
    let (own_cells, own_rows): (Vec<_>, Vec<_>) = own
        .filter(|(_, (field, _))| is_own(field))
        .map(|(position, (field, row))| {
            let (ty, cell) = (field.ty, cell(field, position));
            let loaded = quote!(#cell: ::orm_core::__private::Loaded<Field = #ty, Row = #row>);
            (loaded, row)
        })
        .unzip();
    let cells: Vec<_> = (0..rows.len())
        .map(|n| format_ident!("__cell{n}"))
        .collect();
    let deferred = model.fields.iter().filter(|field| field.deferred);
    let deferred = deferred.map(|field| field.ident);
    let reads = model.read_fields().zip(&cells).enumerate();
    let reads = reads.map(|(position, (field, loaded))| {
        let (name, text, ty) = (field.ident, field.ident.unraw().to_string(), field.ty);
        let read = if is_own(field) {
            let cell = cell(field, position);
            quote!(<#cell as ::orm_core::__private::Loaded>::read)
        } else {
            quote!(::orm_core::__private::read::<#ty>)
        };
        let value = field.plain(&quote!(#read(#loaded, #text)?));
        quote!(#name: #value)
    });
    let loaded = loaded(
        model,
        &quote! {
            #ident {
                #(#reads,)*
                #(#deferred: ::orm_core::__private::Deferred::new(),)*
            }
        },
    );
    // By what `Model` says of the key: what is wrong with its type is said there, once.
    let key = quote!(<#ident as ::orm_core::__private::Model>::Key);
    let parts = model
        .key
        .iter()
        .map(|position| model.fields[*position].ident);
    let (id, value) = if model.key.len() == 1 {
        (quote!(&'__a #key), quote!(#(&self.#parts)*))
    } else {
        let id = quote!(<#key as ::orm_core::__private::KeyRefs<'__a>>::Refs);
        (id, quote!((#(&self.#parts,)*)))
    };
    let here = quote!(<#marker as ::orm_core::__private::TableDef>);
    // Beside a table of `diesel::table!` the struct is that table's too.
    let (any, sql, selection, selected, table, table_value) = match &model.attrs.diesel_table {
        Some(path) => {
            let names: Vec<_> = model.read_fields().map(Field::name_beside).collect();
            (
                Some(quote!(__ST)),
                quote!(__ST),
                quote!((#(#path::columns::#names,)*)),
                quote!((#(#path::columns::#names,)*)),
                quote!(#path::table),
                quote!(#path::table),
            )
        }
        None => (
            None,
            quote!(#here::SqlType),
            quote!(#here::AllColumns),
            quote!(#here::all_columns()),
            quote!(::orm_core::__private::Table<#marker>),
            quote!(::orm_core::__private::Table::NEW),
        ),
    };
    let any = any.into_iter();
    let identifiable = model.key.first().map(|first| {
        // Spanned as the key, as in `Model`.
        let id = quote_spanned!(model.fields[*first].ty.span()=> type Id = #id;);
        quote! {
            #allow
            impl<'__a> ::orm_core::__private::diesel::associations::Identifiable for &'__a #ident where #bounds {
                #id

                fn id(self) -> Self::Id { #value }
            }
        }
    });
    let (by_name, changes, belongs_to) = (by_name(model), changes(model), belongs_to(model));
    quote! {
        #allow
        impl<#(#any,)* __DB, #(#own_rows),*> ::orm_core::__private::diesel::deserialize::Queryable<
            #sql, __DB,
        > for #ident
        where
            __DB: ::orm_core::__private::diesel::backend::Backend,
            #bounds
            #(for<'__delayed> #own_cells,)*
            (#(#rows,)*): ::orm_core::__private::diesel::deserialize::FromStaticSqlRow<#sql, __DB>,
        {
            type Row = (#(#rows,)*);

            #[inline]
            fn build((#(#cells,)*): Self::Row) -> ::orm_core::__private::Read<Self> {
                #loaded
            }
        }

        #allow
        impl<__DB> ::orm_core::__private::diesel::Selectable<__DB> for #ident
        where
            #bounds
            __DB: ::orm_core::__private::diesel::backend::Backend,
        {
            type SelectExpression = #selection;

            fn construct_selection() -> Self::SelectExpression {
                #selected
            }
        }

        #allow
        impl ::orm_core::__private::diesel::associations::HasTable for #ident where #bounds {
            type Table = #table;

            fn table() -> Self::Table { #table_value }
        }

        #identifiable
        #by_name
        #changes
        #belongs_to
    }
}

/// A row that was read, handed to the function of the user's, if there is one.
fn loaded(model: &Model<'_>, row: &TokenStream) -> TokenStream {
    match &model.attrs.after_load {
        Some(hook) => {
            // Named first: the compiler says what is expected in fewer lines.
            let named = quote_spanned! {hook.span()=>
                let __hook: fn(&mut Self) -> ::core::result::Result<(), _> = #hook;
            };
            quote!(#named ::orm_core::__private::after_load(#row, __hook))
        }
        None => quote!(::core::result::Result::Ok(#row)),
    }
}

/// `sql_query(..).load::<Customer>()`
fn by_name(model: &Model<'_>) -> Option<TokenStream> {
    // How many columns an embedded struct has, and their names, is not seen from here.
    if model.has_embedded() {
        return None;
    }
    let deferred = model.fields.iter().filter(|field| field.deferred);
    let deferred = deferred.map(|field| field.ident);
    let (ident, allow, bounds) = (model.ident(), allow(), model.bounds());
    let readable = model.read_fields().map(|field| {
        let ty = field.ty;
        quote_spanned!(ty.span()=> #ty: ::orm_core::__private::ReadByName<__DB>)
    });
    let reads = model.read_fields().map(|field| {
        let (name, ty, column) = (field.ident, field.ty, &field.column);
        let text = name.unraw().to_string();
        let value = field.plain(&quote_spanned! {at(ty)=>
            <#ty as ::orm_core::__private::ReadByName<__DB>>::read_by_name(
                __row, #column, #text,
            )?
        });
        quote!(#name: #value)
    });
    let loaded = loaded(
        model,
        &quote! {
            #ident {
                #(#reads,)*
                #(#deferred: ::orm_core::__private::Deferred::new(),)*
            }
        },
    );
    Some(quote! {
        #allow
        impl<__DB> ::orm_core::__private::diesel::deserialize::QueryableByName<__DB> for #ident
        where
            #bounds
            __DB: ::orm_core::__private::diesel::backend::Backend,
            #(#readable,)*
        {
            fn build<'__r>(
                __row: &impl ::orm_core::__private::diesel::row::NamedRow<'__r, __DB>,
            ) -> ::orm_core::__private::Read<Self> {
                #loaded
            }
        }
    })
}

/// `update(..).set(&customer)`: all columns but the key. A row of a sharded model is changed by
/// its patch only, which does not move it to another shard; one with a version by a session only,
/// which asks for it; one that is all key by none.
fn changes(model: &Model<'_>) -> Option<TokenStream> {
    let all_key = model.key.len() == model.fields.len();
    if model.shard_key.is_some() || all_key || model.is_view() {
        return None;
    }
    let table = match &model.attrs.diesel_table {
        Some(path) => quote!(#path::table),
        None => {
            let marker = model.marker();
            quote!(::orm_core::__private::Table<#marker>)
        }
    };
    let (ident, marker, allow) = (model.ident(), model.marker(), allow());
    let bounds = model.bounds();
    let versioned = model.fields.iter().any(Field::is_version);
    let refused = versioned.then(
        || quote!(for<'__delayed> &'__delayed #ident: ::orm_core::__private::ChangeOfVersionedRow,),
    );
    Some(quote! {
        #allow
        impl<'__a> ::orm_core::__private::diesel::AsChangeset for &'__a #ident
        where
            #bounds
            #refused
        {
            type Target = #table;
            type Changeset = ::orm_core::__private::ChangedColumns<#marker>;

            fn as_changeset(self) -> Self::Changeset {
                ::orm_core::__private::ChangedColumns::new(
                    ::orm_core::__private::whole_change(self),
                )
            }
        }
    })
}

/// `Order::belonging_to(&customer)`, where one foreign key refers to that parent.
fn belongs_to(model: &Model<'_>) -> TokenStream {
    let (ident, allow, bounds) = (model.ident(), allow(), model.bounds());
    let module = model.module();
    let once = |parent: &Type| {
        let same = |field: &&Field<'_>| field.attrs.belongs_to.as_ref() == Some(parent);
        model.fields.iter().filter(same).count() == 1
    };
    // Diesel takes the columns of one table; that of `diesel::table!` has its own derives.
    let beside = model.attrs.diesel_table.is_some();
    let fields = model.fields.iter().filter(|_| !beside);
    let impls = fields.filter_map(|field| {
        let parent = field
            .attrs
            .belongs_to
            .as_ref()
            .filter(|parent| once(parent))?;
        let (name, ty) = (field.ident, field.ty);
        let each = [quote!(#parent), quote!(&'__p #parent)].map(|of| {
            quote_spanned! {at(parent)=>
                #allow
                impl<'__p, __FK> ::orm_core::__private::diesel::associations::BelongsTo<#of>
                    for #ident
                where
                    #bounds
                    __FK: ::core::hash::Hash + ::core::cmp::Eq,
                    for<'__a> &'__a #ty:
                        ::core::convert::Into<::core::option::Option<&'__a __FK>>,
                    for<'__a> &'__a #parent:
                        ::orm_core::__private::diesel::associations::Identifiable<Id = &'__a __FK>,
                {
                    type ForeignKey = __FK;
                    type ForeignKeyColumn = #module::columns::#name;

                    fn foreign_key(&self) -> ::core::option::Option<&__FK> {
                        ::core::convert::Into::into(&self.#name)
                    }

                    fn foreign_key_column() -> Self::ForeignKeyColumn {
                        #module::columns::#name
                    }
                }
            }
        });
        Some(quote!(#(#each)*))
    });
    quote!(#(#impls)*)
}
