//! Relations: joins in both directions, and the markers that preloads name.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Path, Type, Visibility};

use super::allow;
use crate::ast::Model;

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let (marker, allow, module) = (model.marker(), allow(), model.module());
    let bounds = model.bounds();
    let relations = model.relations_module();
    let joins = model
        .parents
        .iter()
        .filter(|parent| !model.is_ambiguous(parent))
        .map(|foreign_key| {
            let parent = &foreign_key.ty;
            let columns = model.column_markers(&foreign_key.columns);
            let (fits, key) = match foreign_key.columns.len() {
                1 => (quote!(OneKeyColumn), quote!(OneKey)),
                _ => (quote!(KeyColumns), quote!(AllKeys)),
            };
            let parent_table = quote_spanned! {parent.span()=>
                <#parent as ::orm_core::__private::Model>::Table
            };
            // Spanned as the parent: two models that refer to each other conflict there.
            let (of, this) = through_parameter(model, parent);
            let bounds = quote! {
                #bounds
                #of
                for<'__delayed> #parent: ::orm_core::__private::Model,
                for<'__delayed> ::orm_core::__private::KeyOf<#this>: ::orm_core::__private::#fits,
            };
            let parameter = parameter(model);
            quote_spanned! {parent.span()=>
                #allow
                impl #parameter ::orm_core::__private::Related<#parent_table> for #marker
                where
                    #bounds
                {
                    type ForeignKey = #columns;
                    type Key = ::orm_core::__private::#key<#this>;
                }
                #allow
                impl #parameter ::orm_core::__private::Related<#marker> for #parent_table
                where
                    #bounds
                {
                    type ForeignKey = #columns;
                    type Key = ::orm_core::__private::#key<#this>;
                }
            }
        });
    let mut written: Vec<&Ident> = Vec::new();
    let belongs_to = model.parents.iter().filter_map(|foreign_key| {
        let (parent, relation) = (&foreign_key.ty, foreign_key.relation.as_ref()?);
        if written.contains(&relation) || !belongs_to_markers(model).contains(relation) {
            return None;
        }
        written.push(relation);
        let columns = model.column_markers(&foreign_key.columns);
        let id = super::definition::relation_id(relation);
        let (of, this) = through_parameter(model, parent);
        let parameter = parameter(model);
        Some(quote! {
            #allow
            impl #parameter ::orm_core::__private::BelongsTo for #relations::#relation
            where
                #bounds
                #of
                for<'__delayed> #parent: ::orm_core::__private::Model
            {
                type Child = #marker;
                type Parent = <#this as ::orm_core::__private::Model>::Table;
                type ForeignKey = #columns;
            }
            #allow
            impl #parameter ::orm_core::__private::Relation for #relations::#relation
            where
                #bounds
                #of
            {
                type Kind = ::orm_core::__private::ToOne;
                type Id = (<#marker as ::orm_core::__private::TableDef>::Id, #id);
                type From = #marker;
                type Rows = ::core::option::Option<::orm_core::__private::Arc<#this>>;
            }
        })
    });
    let has_many = model.attrs.has_many.iter().map(|relation| {
        let (name, child) = (&relation.name, &relation.child);
        let id = super::definition::relation_id(name);
        let (of, this) = through_parameter(model, child);
        let parameter = parameter(model);
        let child_table = quote_spanned! {child.span()=>
            <#this as ::orm_core::__private::Model>::Table
        };
        let via_columns = relation.via.as_deref().unwrap_or_default();
        let check = via_columns.first().map(|first| {
            let columns = via(via_columns);
            quote_spanned! {first.span()=>
                const _: () = ::orm_core::__private::assert_via(
                    {
                        #[allow(unused_imports)] // of a model it is not needed
                        use ::orm_core::__private::NoMeta as _;
                        ::orm_core::__private::Probe::<#child>::META
                    },
                    &<#marker as ::orm_core::__private::TableDef>::NAME,
                    <#columns as ::orm_core::__private::ColumnSet>::NAMES,
                );
            }
        });
        let foreign_key = match relation.via.as_deref() {
            Some(columns) => via(columns),
            None => quote_spanned! {child.span()=>
                <#child_table as ::orm_core::__private::Related<#marker>>::ForeignKey
            },
        };
        // What is asked of a parameter is not checked here: so beside the impl.
        let (by, by_bound, foreign_key, is_child) = match &relation.via {
            _ if is_private(model) => (quote!(), quote!(), foreign_key, None),
            Some(_) => (
                quote!(<__Other, __Key>),
                quote! {
                    #foreign_key: ::orm_core::__private::Itself<This = __Key>,
                    __Key: ::orm_core::__private::ColumnSet,
                },
                quote!(__Key),
                None,
            ),
            None => (
                quote!(<__Other>),
                quote!(#child_table: ::orm_core::__private::Related<#marker>,),
                foreign_key,
                Some(quote_spanned! {child.span()=>
                    const _: fn() = || ::orm_core::__private::is_child::<
                        <#child as ::orm_core::__private::Model>::Table, #marker,
                    >();
                }),
            ),
        };
        quote! {
            #check
            #allow
            impl #by ::orm_core::__private::HasMany for #relations::#name
            where
                #bounds
                #of
                #by_bound
                for<'__delayed> #child: ::orm_core::__private::Model
            {
                type Parent = #marker;
                type Child = #child_table;
                type ForeignKey = #foreign_key;
            }
            #is_child
            #allow
            impl #parameter ::orm_core::__private::Relation for #relations::#name
            where
                #bounds
                #of
            {
                type Kind = ::orm_core::__private::ToMany;
                type Id = (<#marker as ::orm_core::__private::TableDef>::Id, #id);
                type From = #marker;
                type Rows = ::orm_core::__private::ManyRows<#this>;
            }
        }
    });
    let own_module = (relations != module).then(|| {
        let vis = &model.original.vis;
        let inner = model.vis_at(vis, 1);
        let markers = markers(model, &inner)?;
        let doc = format!("The relations of `{}`.", model.name());
        Some(quote! {
            #allow
            #[doc = #doc]
            #vis mod #relations { #markers }
        })
    });
    let own_module = own_module.flatten();
    quote! {
        #(#joins)*
        #own_module
        #(#belongs_to)*
        #(#has_many)*
    }
}

/// Bounds that make the parameter `__Other` another model, and the name that stands for that model:
/// it may be less visible than this one.
fn through_parameter(model: &Model<'_>, other: &Type) -> (TokenStream, TokenStream) {
    if is_private(model) {
        return (quote!(), quote!(#other));
    }
    let bounds = quote_spanned! {other.span()=>
        #other: ::orm_core::__private::Itself<This = __Other>,
        __Other: ::orm_core::__private::Model,
    };
    (bounds, quote!(__Other))
}

fn parameter(model: &Model<'_>) -> Option<TokenStream> {
    (!is_private(model)).then(|| quote!(<__Other>))
}

/// Nothing that a private model can name is less visible.
fn is_private(model: &Model<'_>) -> bool {
    matches!(model.original.vis, Visibility::Inherited)
}

/// The markers of the columns that a relation goes by.
fn via(columns: &[Path]) -> TokenStream {
    let markers = columns.iter().map(
        |column| quote_spanned!(column.span()=> <#column as ::orm_core::__private::ColumnOf>::Def),
    );
    match columns {
        [_] => quote!(#(#markers)*),
        _ => quote!((#(#markers,)*)),
    }
}

/// The marker types of all relations; `None` if there are none.
pub(super) fn markers(model: &Model<'_>, vis: &TokenStream) -> Option<TokenStream> {
    let many = model
        .attrs
        .has_many
        .iter()
        .map(|relation| relation.name.clone());
    let names: Vec<Ident> = belongs_to_markers(model).into_iter().chain(many).collect();
    (!names.is_empty()).then(|| {
        quote! {
            #(
                /// A relation.
                #[derive(Debug, Clone, Copy)]
                #vis struct #names;
            )*
        }
    })
}

/// The names of belongs-to relations. One that is named as a field or as a
/// relation to many already is left out: its column still joins.
fn belongs_to_markers(model: &Model<'_>) -> Vec<Ident> {
    let shared = model.relations_module() == model.module();
    let taken = |name: &Ident| {
        model
            .attrs
            .has_many
            .iter()
            .any(|relation| relation.name == *name)
            || (shared && model.fields.iter().any(|field| field.ident == name))
    };
    let mut names: Vec<Ident> = Vec::new();
    for relation in model
        .parents
        .iter()
        .filter_map(|parent| parent.relation.as_ref())
    {
        if !taken(relation) && !names.contains(relation) {
            names.push(relation.clone());
        }
    }
    names
}
