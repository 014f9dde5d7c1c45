//! Questions about a model that follow from its picture.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::{Ident, Type, Visibility};

use crate::ast::{Field, Model, Parent};
use crate::attr::{Generated, Kept};
use crate::known;
use crate::naming::{self, ident, identifier, module_beside};

impl Model<'_> {
    pub(crate) fn ident(&self) -> &Ident {
        &self.original.ident
    }

    /// The name of the struct, without `r#`.
    pub(crate) fn name(&self) -> String {
        self.ident().unraw().to_string()
    }

    /// The module of table and columns: named as the table, in snake case if that would be the
    /// struct's own name.
    pub(crate) fn module(&self) -> Ident {
        if let Some(name) = &self.attrs.module {
            return name.clone();
        }
        let mut name = identifier(&self.table);
        if name == self.name() {
            name = naming::snake_case(&name);
        }
        module_beside(self.ident(), &name, "table")
    }

    /// The module of the relations, which is the table's own if they share a name, and no relation
    /// has the name of something else in there.
    pub(crate) fn relations_module(&self) -> Ident {
        let name = naming::snake_case(&self.name());
        let module = module_beside(self.ident(), &name, "relations");
        let parents = self.parents.iter().filter_map(|p| p.relation.as_ref());
        let children = self.attrs.has_many.iter().map(|many| &many.name);
        let is_taken = |relation: &Ident| IN_MODULE.iter().any(|taken| relation == taken);
        if module == self.module() && parents.chain(children).any(is_taken) {
            return format_ident!("{name}_relations", span = module.span());
        }
        module
    }

    /// The marker of the table.
    pub(crate) fn marker(&self) -> TokenStream {
        let (module, ident) = (self.module(), self.ident());
        quote!(#module::def::#ident)
    }

    /// `NewCustomer`, `CustomerDraft`, `CustomerPatch`, `CustomerChanges`, unless they are named.
    pub(crate) fn form(&self, form: &str) -> Ident {
        if let Some(name) = self.attrs.forms.of(form) {
            return name.clone();
        }
        let name = match form {
            "new" => format!("New{}", self.name()),
            "draft" => format!("{}Draft", self.name()),
            "changes" => format!("{}Changes", self.name()),
            _ => format!("{}Patch", self.name()),
        };
        Ident::new(&name, self.ident().span())
    }

    /// Whether a field holds an embedded struct: then positions are sums.
    pub(crate) fn has_embedded(&self) -> bool {
        self.fields.iter().any(Field::is_embedded)
    }

    /// The position of a field's (first) column in the table, as code.
    pub(crate) fn position(&self, field: usize) -> TokenStream {
        let before = &self.fields[..field];
        let embedded = before.iter().filter(|field| field.is_embedded());
        let lengths: Vec<TokenStream> = embedded
            .map(|field| {
                let ty = field.ty;
                quote!(<#ty as ::orm_core::__private::Embedded>::LEN)
            })
            .collect();
        let alone = field - lengths.len();
        if lengths.is_empty() {
            quote!(#alone)
        } else {
            quote!((#alone #(+ #lengths)*))
        }
    }

    /// Bounds on types of the user's own, for every impl that leans on them: an
    /// impl whose bound does not hold is no error, so that a type that is no
    /// column is reported once, by [`columns`](Self::columns). The lifetime
    /// keeps the compiler from looking at the bound before it is needed.
    pub(crate) fn bounds(&self) -> TokenStream {
        let bounds = self.fields.iter().filter_map(|field| {
            let ty = field.ty;
            if field.is_embedded() {
                let (name, module) = (field.ident, self.module());
                return Some(quote! {
                    for<'__delayed> #ty: ::orm_core::__private::EmbeddedIn<#module::field::#name>,
                });
            }
            known::is_unknown(ty)
                .then(|| quote!(for<'__delayed> #ty: ::orm_core::__private::Field,))
        });
        quote!(#(#bounds)*)
    }

    /// Whether the type of a field may be less visible than the model.
    pub(crate) fn may_hide(&self, field: &Field<'_>) -> bool {
        let own = field.is_embedded() || known::is_unknown(field.ty);
        own && !matches!(self.original.vis, Visibility::Inherited)
            && !matches!(field.vis, Visibility::Public(_))
    }

    /// One check a type of the user's own: that it is a column.
    pub(crate) fn columns(&self) -> TokenStream {
        let checks = self.fields.iter().filter_map(|field| {
            let ty = field.ty;
            // Of an embedded struct the number of its columns tells.
            (!field.is_embedded() && known::is_unknown(ty)).then(|| {
                quote_spanned! {ty.span()=>
                    const _: fn() = || ::orm_core::__private::is_column::<#ty>();
                }
            })
        });
        quote!(#(#checks)*)
    }

    pub(crate) fn is_view(&self) -> bool {
        self.attrs.view.is_some()
    }

    /// The fields that rows are read with.
    pub(crate) fn read_fields(&self) -> impl Iterator<Item = &Field<'_>> {
        self.fields.iter().filter(|field| !field.deferred)
    }

    pub(crate) fn has_deferred(&self) -> bool {
        self.fields.iter().any(|field| field.deferred)
    }

    /// The fields that an insert must give.
    pub(crate) fn required(&self) -> impl Iterator<Item = (usize, &Field<'_>)> {
        self.fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.required())
    }

    pub(crate) fn is_sharded(&self) -> bool {
        self.attrs.shard_key.is_some()
    }

    /// Whether several foreign keys (or one to the model itself) point at the
    /// parent of this field, so that a join cannot tell which is meant; or the
    /// user says that the parent refers back, which cannot be seen from here.
    pub(crate) fn is_ambiguous(&self, parent: &Parent) -> bool {
        let same = |other: &&Parent| other.ty == parent.ty;
        parent.explicit_join.is_some()
            || self.refers_to_itself(&parent.ty)
            || self.parents.iter().filter(same).count() > 1
    }

    /// The foreign key that puts a row where its parent is: that of the shard
    /// key alone, else one that it is a part of.
    pub(crate) fn placing_parent(&self) -> Option<&Parent> {
        let position = self.shard_key?;
        let has = |parent: &&Parent| parent.columns.contains(&position);
        let alone = self.parents.iter().filter(has);
        alone.min_by_key(|parent| parent.columns.len())
    }

    /// The marker type of some columns: of one its own, of several a tuple.
    pub(crate) fn column_markers(&self, columns: &[usize]) -> TokenStream {
        let module = self.module();
        let names = columns.iter().map(|position| self.fields[*position].ident);
        if columns.len() == 1 {
            quote!(#(#module::field::#names)*)
        } else {
            quote!((#(#module::field::#names,)*))
        }
    }

    pub(crate) fn refers_to_itself(&self, parent: &Type) -> bool {
        matches!(parent, Type::Path(path) if path.path.is_ident(self.ident()))
    }

    /// A visibility as seen from `depth` modules further in.
    pub(crate) fn vis_at(&self, vis: &Visibility, depth: usize) -> TokenStream {
        vis_at(vis, depth)
    }
}

/// A visibility as seen from `depth` modules further in.
pub(crate) fn vis_at(vis: &Visibility, depth: usize) -> TokenStream {
    let supers = |count: usize| {
        let supers = std::iter::repeat_n(quote!(super), count);
        quote!(pub(in #(#supers)::*))
    };
    match vis {
        Visibility::Public(_) => quote!(pub),
        Visibility::Inherited => supers(depth),
        Visibility::Restricted(restricted) if restricted.path.is_ident("crate") => quote!(#vis),
        Visibility::Restricted(restricted) if restricted.path.is_ident("self") => supers(depth),
        Visibility::Restricted(restricted) if restricted.path.is_ident("super") => {
            supers(depth + 1)
        }
        Visibility::Restricted(restricted) => {
            let path = &restricted.path;
            if path
                .segments
                .first()
                .is_some_and(|first| first.ident == "super")
            {
                let supers = std::iter::repeat_n(quote!(super), depth);
                quote!(pub(in #(#supers::)* #path))
            } else {
                quote!(#vis)
            }
        }
    }
}

impl Field<'_> {
    /// Whether the type is written as an `Option`.
    pub(crate) fn is_option(&self) -> bool {
        let Type::Path(path) = self.ty else {
            return false;
        };
        path.path
            .segments
            .last()
            .is_some_and(|last| last.ident == "Option")
    }

    /// Whether an insert must give a value.
    pub(crate) fn required(&self) -> bool {
        !self.is_option()
            && self.attrs.generated.is_none()
            && self.attrs.default.is_none()
            && self.attrs.default_with.is_none()
            && self.attrs.kept.is_none()
    }

    /// Whether a form from outside may set the field.
    pub(crate) fn is_open(&self) -> bool {
        let attrs = &self.attrs;
        attrs.protected.is_none() && attrs.kept.is_none() && attrs.generated.is_none()
    }

    pub(crate) fn is_embedded(&self) -> bool {
        self.attrs.embedded.is_some()
    }

    /// What stands before the names of an embedded struct's columns.
    pub(crate) fn prefix(&self) -> String {
        let given = self.attrs.embedded.as_ref();
        let given = given.and_then(|embedded| embedded.prefix.clone());
        given.unwrap_or_else(|| format!("{}_", self.ident.unraw()))
    }

    /// The SQL type, or the types of an embedded struct's columns.
    pub(crate) fn sql_type(&self) -> TokenStream {
        let (ty, span) = (self.ty, self.ty.span());
        if self.is_embedded() {
            quote_spanned!(span=> <#ty as ::orm_core::__private::Embedded>::SqlType)
        } else {
            quote_spanned!(span=> <#ty as ::orm_core::__private::Field>::SqlType)
        }
    }

    /// What Diesel loads for the field.
    pub(crate) fn row(&self) -> TokenStream {
        let (ty, span) = (self.ty, self.ty.span());
        if self.is_embedded() {
            quote_spanned!(span=> <#ty as ::orm_core::__private::Embedded>::Row)
        } else {
            quote_spanned!(span=> <#ty as ::orm_core::__private::Field>::Row)
        }
    }

    /// Whether no form has the field, since the database makes it.
    pub(crate) fn is_read_only(&self) -> bool {
        let kept = self.attrs.kept.as_ref();
        kept.is_some_and(|(kept, _)| kept.is_by_database())
    }

    pub(crate) fn is_version(&self) -> bool {
        matches!(self.attrs.kept, Some((Kept::Version, _)))
    }

    pub(crate) fn is_deleted_at(&self) -> bool {
        matches!(self.attrs.kept, Some((Kept::DeletedAt, _)))
    }

    pub(crate) fn by_database(&self) -> bool {
        matches!(self.attrs.generated, Some((Generated::Database, _)))
    }

    /// The name in `diesel::table!`, as `print-schema` writes it: the column's, with `_` behind it
    /// if it is a keyword; the field's if the column's is no name of Rust.
    pub(crate) fn name_beside(&self) -> Ident {
        let Some(column) = &self.attrs.column else {
            return self.ident.clone();
        };
        let (name, span) = (column.value(), column.span());
        if syn::parse_str::<Ident>(&name).is_ok() {
            return Ident::new(&name, span);
        }
        match Ident::parse_any.parse_str(&name) {
            Ok(_) => format_ident!("{name}_", span = span),
            Err(_) => self.ident.clone(),
        }
    }

    /// The name of the belongs-to relation: the field's, without its `_id`.
    pub(crate) fn relation(&self) -> Option<Ident> {
        self.attrs.belongs_to.as_ref()?;
        let name = self.ident.unraw().to_string();
        let stem = name.strip_suffix("_id").filter(|stem| !stem.is_empty());
        let name = stem.unwrap_or(&name);
        Some(ident(name, self.ident.span()))
    }
}

/// What the module of a table has beside its columns.
const IN_MODULE: &[&str] = &[
    "def",
    "field",
    "columns",
    "table",
    "SqlType",
    "BoxedQuery",
    "all_columns",
    "dsl",
];
