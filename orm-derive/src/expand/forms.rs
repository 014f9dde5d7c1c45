//! The insert forms: `NewCustomer { .. }` of the required fields, and the
//! draft that its setters make.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{allow, at, rules};
use crate::ast::{Field, Model};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (ident, marker, allow) = (model.ident(), model.marker(), allow());
    let vis = &model.original.vis;
    let bounds = model.bounds();
    let (new, draft) = (model.form("new"), model.form("draft"));
    let docs = (
        format!(
            "A `{ident}` to be inserted: the fields that must be given. The others have setters."
        ),
        format!("A `{ident}` to be inserted, with some of the fields that need not be given."),
    );
    let (new_doc, draft_doc) = docs;
    let required = model.required().map(|(_, field)| {
        let (name, ty, vis) = (field.ident, field.plain_ty(), field_vis(model, field));
        let doc = field.doc(&format!("Column `{}`.", field.column));
        quote!(#doc #vis #name: #ty)
    });
    let filled = model.required().map(|(position, field)| {
        let name = field.ident;
        let value = quote!(__form.#name);
        rules::give(model, position, field, &quote!(__draft), &value)
    });
    let noted = model.fields.iter().enumerate().map(|(position, field)| {
        let name = field.ident;
        let notes = rules::notes(
            model,
            position,
            field,
            &quote!(__draft),
            &quote!(&self.#name),
        );
        if field.is_embedded() {
            let position = model.position(position);
            return quote!(__draft.check_embedded(#position, &self.#name); #notes);
        }
        notes
    });
    let optional = model
        .fields
        .iter()
        .enumerate()
        .filter(|(_, field)| !field.required() && !field.is_read_only());
    // A draft from outside lacks what is protected.
    let protected = model
        .required()
        .filter(|(_, field)| model.attrs.serde.is_some() && field.attrs.protected.is_some());
    let on_protected = protected.map(|(position, field)| setters(model, position, field).1);
    let (on_new, on_draft): (Vec<_>, Vec<_>) = optional
        .map(|(position, field)| setters(model, position, field))
        .unzip();
    // A row that was read without some columns is no whole row to insert.
    let row = (!model.has_deferred()).then(|| {
        quote! {
            #allow
            impl ::orm_core::__private::Form for #ident where #bounds {
                type Table = #marker;

                fn into_draft(self) -> ::orm_core::__private::Draft<#marker> {
                    let mut __draft = ::orm_core::__private::Draft::<#marker>::empty();
                    #(#noted)*
                    __draft.fill(::orm_core::__private::Model::into_values(self));
                    __draft
                }
            }
        }
    });
    let draft_of = quote!(::orm_core::__private::Form::into_draft);
    let cloned = quote!(#draft_of(::core::clone::Clone::clone(self)));
    let whole = (
        quote!(#ident),
        quote!(::orm_core::__private::whole_row(self)),
    );
    let forms = [
        Some((quote!(#new), cloned.clone())),
        Some((quote!(#draft), cloned)),
        Some(whole).filter(|_| !model.has_deferred()),
    ];
    let own = quote!(::orm_core::__private::Table<#marker>);
    let beside = model.attrs.diesel_table.as_ref();
    let beside = beside.map(|path| quote!(#path::table));
    let tables: Vec<TokenStream> = [Some(own), beside].into_iter().flatten().collect();
    let forms = forms.iter().flatten().flat_map(|(form, borrowed)| {
        let into = |table| insertable(form, borrowed, &marker, table, &bounds);
        tables.iter().map(into).collect::<Vec<_>>()
    });
    // All of them have the same columns, so that a list of them is one statement.
    let lists = [Some(&new), Some(ident).filter(|_| !model.has_deferred())];
    let lists = lists.into_iter().flatten().flat_map(|form| {
        let listed = |table| {
            quote! {
                #allow
                impl ::orm_core::__private::diesel::query_builder::UndecoratedInsertRecord<#table>
                    for #form
                where
                    #bounds
                {
                }
            }
        };
        tables.iter().map(listed).collect::<Vec<_>>()
    });
    quote! {
        #[doc = #new_doc]
        #allow
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #vis struct #new { #(#required),* }

        #[doc = #draft_doc]
        #allow
        #[derive(::core::clone::Clone)]
        #vis struct #draft(::orm_core::__private::Draft<#marker>);

        #allow
        impl ::core::fmt::Debug for #draft where #bounds {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, __f)
            }
        }

        #allow
        impl #new where #bounds { #(#on_new)* }

        #allow
        impl #draft where #bounds { #(#on_draft)* #(#on_protected)* }

        #allow
        impl ::orm_core::__private::Form for #new where #bounds {
            type Table = #marker;

            fn into_draft(self) -> ::orm_core::__private::Draft<#marker> {
                let __form = self;
                let mut __draft = ::orm_core::__private::Draft::<#marker>::empty();
                #(#filled)*
                __draft
            }
        }

        #allow
        impl ::orm_core::__private::Form for #draft where #bounds {
            type Table = #marker;

            fn into_draft(self) -> ::orm_core::__private::Draft<#marker> { self.0 }
        }

        #row

        #(#forms)*
        #(#lists)*
    }
}

/// A setter on the literal, which makes the draft, and on the draft.
fn setters(model: &Model<'_>, position: usize, field: &Field<'_>) -> (TokenStream, TokenStream) {
    let draft = model.form("draft");
    let (name, ty, vis) = (field.ident, field.ty, field_vis(model, field));
    let plain = field.plain_ty();
    let doc = field.doc(&format!("Gives `{}`.", name.unraw()));
    let given = rules::give(model, position, field, &quote!(self.0), &quote!(__value));
    // Variables stand at the place of the type and are of the derive's scope; the rest of the
    // signature is the user's, so that the compiler shows the field and no macro.
    let (this, value) = (
        quote_spanned!(at(ty)=> self),
        quote_spanned!(at(ty)=> __value),
    );
    let body = quote_spanned! {at(ty)=>
        { #draft(::orm_core::__private::Form::into_draft(self)).#name(__value) }
    };
    let on_new = quote_spanned! {ty.span()=>
        #doc
        #[must_use]
        #vis fn #name(#this, #value: impl ::orm_core::__private::IntoField<#plain>) -> #draft
        #body
    };
    (on_new, giving(name, field, &vis, &doc, &given))
}

/// A method of drafts and patches that takes a value of a field.
pub(super) fn giving(
    name: &Ident,
    field: &Field<'_>,
    vis: &TokenStream,
    doc: &TokenStream,
    given: &TokenStream,
) -> TokenStream {
    let (ty, plain) = (field.ty, field.plain_ty());
    let this = quote_spanned!(at(ty)=> mut self);
    let value = quote_spanned!(at(ty)=> __value);
    let body = quote_spanned! {at(ty)=>
        {
            let __value: #plain = ::orm_core::__private::IntoField::into_field(__value);
            #given
            self
        }
    };
    quote_spanned! {ty.span()=>
        #doc
        #[must_use]
        #vis fn #name(#this, #value: impl ::orm_core::__private::IntoField<#plain>) -> Self
        #body
    }
}

/// The method of drafts and patches that gives a field.
pub(super) fn setter_of(field: &Field<'_>) -> Ident {
    let name = if field.is_embedded() {
        "set_embedded"
    } else {
        "set"
    };
    Ident::new(name, field.ident.span())
}

/// A private field of a public model can still be set by whoever sees the model.
pub(super) fn field_vis(model: &Model<'_>, field: &Field<'_>) -> TokenStream {
    let vis = match field.vis {
        syn::Visibility::Inherited => &model.original.vis,
        vis => vis,
    };
    quote!(#vis)
}

/// Diesel's `Insertable`, for `insert_into(table).values(form)` and `.values(&form)`.
fn insertable(
    form: &TokenStream,
    borrowed: &TokenStream,
    marker: &TokenStream,
    table: &TokenStream,
    bounds: &TokenStream,
) -> TokenStream {
    let allow = allow();
    let owned = quote!(::orm_core::__private::Form::into_draft(self));
    let both = [(quote!(#form), &owned), (quote!(&'__a #form), borrowed)].map(|(form, draft)| {
        quote! {
            #allow
            impl<'__a> ::orm_core::__private::diesel::Insertable<#table> for #form
            where
                #bounds
            {
                type Values = ::orm_core::__private::InsertedValues<#marker, #table>;

                fn values(self) -> Self::Values {
                    ::orm_core::__private::inserted_values(#draft)
                }
            }
        }
    });
    quote!(#(#both)*)
}
