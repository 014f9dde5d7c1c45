//! The patch form: `Customer::patch(id).name("Anne")`.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;

use super::{allow, at, forms, rules};
use crate::ast::{Field, Model};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (ident, marker, allow) = (model.ident(), model.marker(), allow());
    let vis = &model.original.vis;
    let bounds = model.bounds();
    let patch = model.form("patch");
    let doc = format!("Changes to one `{ident}`: only what is set here is changed.");
    let setters = model
        .fields
        .iter()
        .enumerate()
        .map(|(position, field)| setter(model, position, field));
    let version = model.fields.iter().find(|field| field.is_version());
    let expect_version = version.map(|field| {
        let ty = field.ty;
        quote! {
            /// Changes the row only if this is its version; otherwise the update
            /// errs as stale.
            #[must_use]
            #vis fn expect_version(self, __version: #ty) -> Self {
                #patch(self.0.expect_version::<#ty>(__version))
            }
        }
    });
    let target = match &model.attrs.diesel_table {
        Some(path) => quote!(#path::table),
        None => quote!(::orm_core::__private::Table<#marker>),
    };
    let set_column = model.has_embedded().then(|| {
        quote! {
            /// Changes one column of an embedded struct: `.set(customers::home.city, "Ghent")`.
            #[must_use]
            #vis fn set<__F, __C>(
                mut self,
                _: ::orm_core::__private::Column<::orm_core::__private::In<__F, __C>>,
                __value: impl ::orm_core::__private::IntoField<
                    <__C as ::orm_core::__private::EmbeddedColumn>::Rust,
                >,
            ) -> Self
            where
                __F: ::orm_core::__private::EmbedDef<Table = #marker>,
                __C: ::orm_core::__private::EmbeddedColumn,
            {
                let __value = ::orm_core::__private::IntoField::into_field(__value);
                self.0.set_inside::<__F, __C>(__value);
                self
            }
        }
    });
    quote! {
        #[doc = #doc]
        #allow
        #[derive(::core::clone::Clone)]
        #vis struct #patch(::orm_core::__private::Patch<#marker>);

        #allow
        impl ::core::fmt::Debug for #patch where #bounds {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, __f)
            }
        }

        #allow
        impl #patch where #bounds {
            #(#setters)*

            #expect_version
            #set_column

            /// Whether nothing was set: such a patch sends no SQL.
            #[must_use]
            #vis fn is_empty(&self) -> bool { self.0.is_empty() }
        }

        #allow
        impl ::orm_core::__private::PatchForm for #patch where #bounds {
            type Table = #marker;

            fn into_patch(self) -> ::orm_core::__private::Patch<#marker> { self.0 }
        }

        #allow
        impl ::orm_core::__private::diesel::AsChangeset for #patch where #bounds {
            type Target = #target;
            type Changeset = ::orm_core::__private::ChangedColumns<#marker>;

            fn as_changeset(self) -> Self::Changeset {
                ::orm_core::__private::ChangedColumns::new(self.0)
            }
        }
    }
}

/// The name of the field, or behind it a `_` where the patch has a method of that name.
fn setter_name(model: &Model<'_>, field: &Field<'_>) -> Ident {
    let name = field.ident.unraw().to_string();
    let taken = match name.as_str() {
        "is_empty" => true,
        "set" => model.has_embedded(),
        "expect_version" => model.fields.iter().any(Field::is_version),
        _ => false,
    };
    if taken {
        return Ident::new(&format!("{name}_"), field.ident.span());
    }
    field.ident.clone()
}

fn setter(model: &Model<'_>, position: usize, field: &Field<'_>) -> TokenStream {
    let (name, vis) = (setter_name(model, field), forms::field_vis(model, field));
    let refused = if field.is_version() {
        Some("ChangeOfVersion")
    } else if field.is_read_only() {
        Some("ChangeOfReadOnly")
    } else if model.shard_key == Some(position) {
        Some("ChangeOfShardKey")
    } else if model.key.contains(&position) {
        Some("ChangeOfKey")
    } else {
        None
    };
    if let Some(refused) = refused {
        let refused = Ident::new(refused, name.span());
        let this = quote_spanned!(at(&name)=> self);
        return quote_spanned! {name.span()=>
            /// Refused: see the message of the compiler.
            #[must_use]
            #vis fn #name<__V>(#this, _: __V) -> Self
            where
                __V: ::orm_core::__private::#refused,
            {
                #this
            }
        };
    }
    let doc = field.doc(&format!("Changes `{}`.", field.ident.unraw()));
    let given = rules::give(model, position, field, &quote!(self.0), &quote!(__value));
    forms::giving(&name, field, &vis, &doc, &given)
}
