//! `#[derive(Embedded)]`: a struct whose fields are columns of other tables.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields};

use crate::ast::Field;
use crate::attr::{Errors, check_embedded};
use crate::expand::{allow, column_meta, custom_checks, digits, fits};
use crate::{naming, types};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Vec::new();
    let fields = read(input, &mut errors);
    check(input, &fields, &mut errors);
    // Wrong attributes are told, and the code is written in spite of them: each model that embeds
    // the struct would tell the mistake again.
    let few = types::check_count(&input.ident, fields.len(), &mut errors);
    let columns = types::check_fields(&fields, &mut errors) && !fields.is_empty();
    let plain = |field: &Field<'_>| !(field.is_embedded() || field.deferred);
    let code = if few && columns && fields.iter().all(plain) {
        expand(input, &fields)
    } else {
        TokenStream::new()
    };
    let errors = errors.iter().map(syn::Error::to_compile_error);
    quote!(#(#errors)* #code)
}

fn read<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Vec<Field<'a>> {
    let mut refuse = |message: &str| {
        errors.push(syn::Error::new(input.ident.span(), message));
        Vec::new()
    };
    let Data::Struct(data) = &input.data else {
        return refuse("an embedded struct is a struct with named fields, one a column");
    };
    let Fields::Named(named) = &data.fields else {
        return refuse("an embedded struct needs named fields, one a column");
    };
    if !input.generics.params.is_empty() {
        return refuse("an embedded struct cannot be generic: its columns have one type each");
    }
    if named.named.is_empty() {
        return refuse("an embedded struct needs at least one field");
    }
    let fields = named.named.iter();
    fields
        .filter_map(|field| Field::read(field, errors))
        .collect()
}

/// What only a field of a model can be, and columns of one name.
fn check(input: &DeriveInput, fields: &[Field<'_>], errors: &mut Errors) {
    check_embedded(&input.ident, &input.attrs, errors);
    for (position, field) in fields.iter().enumerate() {
        field.attrs.check_part(errors);
        if field.deferred {
            let message = "an embedded struct is read as a whole, and has no deferred column";
            errors.push(syn::Error::new(field.ident.span(), message));
        }
        let earlier = &fields[..position];
        if earlier.iter().any(|before| before.column == field.column) {
            errors.push(crate::valid::same_column(field));
        }
    }
}

fn expand(input: &DeriveInput, fields: &[Field<'_>]) -> TokenStream {
    let (ident, vis, allow) = (&input.ident, &input.vis, allow());
    let access = format_ident!("{}Columns", ident.unraw(), span = ident.span());
    let module = naming::snake_case(&ident.unraw().to_string());
    let module = naming::module_beside(ident, &module, "columns");
    let names: Vec<&Ident> = fields.iter().map(|field| field.ident).collect();
    let (length, positions) = (fields.len(), 0..fields.len());
    let markers = crate::prop::vis_at(vis, 1);
    let columns = fields.iter().enumerate().map(|(position, field)| {
        let (name, ty, column) = (field.ident, field.ty, &field.column);
        let text = name.unraw().to_string();
        let index = digits(&format!("{position:02x}"));
        let plain = field.plain(&quote!(::core::clone::Clone::clone(__value)));
        let said = custom_checks(field, &quote!(&__plain));
        let check = (!said.is_empty()).then(|| {
            quote! {
                fn check(__value: &Self::Rust) -> ::orm_core::__private::FieldErrors {
                    let __value = <#ty as ::orm_core::__private::Itself>::of(__value);
                    let __plain = #plain;
                    [#(#said),*].into_iter().flatten().collect()
                }
            }
        });
        // The type may be less visible than the struct, which a parameter does not tell.
        quote_spanned! {ty.span()=>
            #allow
            impl<__This: ::orm_core::__private::Field> ::orm_core::__private::EmbeddedColumn
                for #module::#name
            where
                #ty: ::orm_core::__private::Itself<This = __This>,
            {
                type Rust = __This;
                type SqlType = <__This as ::orm_core::__private::Field>::SqlType;
                type Index = #index;
                const POSITION: usize = #position;
                const FIELD: &'static str = #text;
                const NAME: &'static str = #column;
                #check
            }
        }
    });
    let fits = fits::of_fields(fields);
    let metas = fields.iter().map(|field| {
        let name = field.ident;
        let place = quote!(::orm_core::__private::In::<__F, #module::#name>);
        column_meta(field, &quote!(#place::FIELD, #place::COLUMN))
    });
    let docs = fields
        .iter()
        .map(|field| field.doc(&format!("Column `{}`.", field.column)));
    let field_vis = fields.iter().map(|field| match field.vis {
        syn::Visibility::Inherited => quote!(#vis),
        vis => quote!(#vis),
    });
    let reads = fields.iter().enumerate().map(|(position, field)| {
        let (name, text) = (field.ident, field.ident.unraw().to_string());
        let cell = syn::Index::from(position);
        let ty = field.ty;
        let value = field.plain(&quote!(::orm_core::__private::read::<#ty>(__row.#cell, #text)?));
        quote!(#name: #value)
    });
    let checks = fields.iter().enumerate().map(|(position, field)| {
        let name = field.ident;
        let checks = custom_checks(field, &quote!(&self.#name));
        quote!(#(__errors.extend(#checks.map(|__error| (#position, __error)));)*)
    });
    let (taken, cloned): (Vec<_>, Vec<_>) = fields
        .iter()
        .map(|field| {
            let name = field.ident;
            let cloned = quote!(::core::clone::Clone::clone(&self.#name));
            (field.stored(&quote!(self.#name)), field.stored(&cloned))
        })
        .unzip();
    let doc = format!("The columns of an embedded [`{ident}`].");
    quote! {
        #[doc = #doc]
        #allow
        #vis struct #access<__F> {
            #(
                #docs
                #field_vis #names: ::orm_core::__private::Column<::orm_core::__private::In<__F, #module::#names>>,
            )*
        }

        #allow
        impl<__F> ::core::clone::Clone for #access<__F> {
            fn clone(&self) -> Self { *self }
        }
        #allow
        impl<__F> ::core::marker::Copy for #access<__F> {}

        /// The markers of the columns.
        #allow
        #vis mod #module {
            #(#markers struct #names;)*
        }

        #(#columns)*
        #fits

        #allow
        impl ::orm_core::__private::Embedded for #ident {
            const LEN: usize = #length;
            type SqlType = (#(<#module::#names as ::orm_core::__private::EmbeddedColumn>::SqlType,)*);
            type Row = (#(
                <<#module::#names as ::orm_core::__private::EmbeddedColumn>::Rust
                    as ::orm_core::__private::Field>::Row,
            )*);
            type Access<__F: 'static> = #access<__F>;
            type Columns<__F: ::orm_core::__private::EmbedDef> = (
                #(::orm_core::__private::Column<::orm_core::__private::In<__F, #module::#names>>,)*
            );

            fn columns<__F: ::orm_core::__private::EmbedDef>() -> &'static Self::Columns<__F> {
                const { &(
                    #(::orm_core::__private::Column::<::orm_core::__private::In<__F, #module::#names>>::NEW,)*
                ) }
            }

            fn check(&self) -> ::orm_core::__private::EmbeddedErrors {
                let mut __errors = ::orm_core::__private::EmbeddedErrors::new();
                #(#checks)*
                __errors
            }

            fn into_values(self, __values: &mut ::orm_core::__private::Values) {
                #(__values.push(::orm_core::__private::Field::into_value(#taken));)*
            }

            fn value_of(&self, __column: usize) -> ::orm_core::__private::Value {
                match __column {
                    #(
                        #positions => ::orm_core::__private::Field::into_value(#cloned),
                    )*
                    _ => ::orm_core::__private::no_column(__column),
                }
            }

            fn from_row(__row: Self::Row) -> ::orm_core::__private::Read<Self> {
                ::core::result::Result::Ok(#ident { #(#reads),* })
            }
        }

        #allow
        impl<__F: ::orm_core::__private::EmbedPlace> ::orm_core::__private::EmbeddedIn<__F> for #ident {
            const META: &'static [::orm_core::metadata::ColumnMeta] = &[#(#metas),*];
            const ACCESS: #access<__F> = #access {
                #(#names: ::orm_core::__private::Column::NEW,)*
            };

            fn access() -> &'static #access<__F> {
                &<Self as ::orm_core::__private::EmbeddedIn<__F>>::ACCESS
            }
        }
    }
}
