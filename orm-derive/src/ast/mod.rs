//! The typed picture of a model: the struct and its attributes, with names
//! resolved to positions of fields.

mod resolve;

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Type, Visibility};

use crate::attr::{Action, DeferrableAttr, Errors, FieldAttrs, IndexAttr, StructAttrs};
use crate::{known, naming};
use resolve::{index, key, parents, position};

/// A model.
pub(crate) struct Model<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) attrs: StructAttrs,
    pub(crate) table: String,
    pub(crate) fields: Vec<Field<'a>>,
    /// Positions of the key's fields; empty only for a view without a key.
    pub(crate) key: Vec<usize>,
    pub(crate) shard_key: Option<usize>,
    pub(crate) indexes: Vec<Index>,
    pub(crate) parents: Vec<Parent>,
}

/// A field, which is a column.
pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) vis: &'a Visibility,
    pub(crate) attrs: FieldAttrs,
    pub(crate) column: String,
    /// What its author says of it.
    pub(crate) docs: Vec<&'a Attribute>,
    /// Rows are read without it: the type is that inside `Deferred<..>`.
    pub(crate) deferred: bool,
    /// The type as it is written.
    pub(crate) whole_ty: &'a Type,
}

/// An index or a unique, of a field or of the struct.
pub(crate) struct Index {
    pub(crate) attr: IndexAttr,
    /// What it is over; expressions have no position.
    pub(crate) parts: Vec<Option<usize>>,
    pub(crate) include: Vec<usize>,
    /// The column of the field that it stands on; of the struct it has none.
    pub(crate) of_field: Option<String>,
}

impl Index {
    /// Its columns, if it is over columns alone.
    pub(crate) fn columns(&self) -> Option<Vec<usize>> {
        self.parts.iter().copied().collect()
    }

    /// Its columns, if no two rows may agree on them.
    pub(crate) fn unique_columns(&self) -> Option<Vec<usize>> {
        let whole = self.attr.unique && self.attr.filter.is_none();
        self.columns().filter(|_| whole)
    }
}

/// A foreign key.
pub(crate) struct Parent {
    pub(crate) ty: Type,
    pub(crate) columns: Vec<usize>,
    /// The name of the relation from the child to the parent.
    pub(crate) relation: Option<Ident>,
    /// Whether the user named it so, on the struct.
    pub(crate) named: bool,
    pub(crate) on_delete: Option<(Action, Span)>,
    pub(crate) on_update: Option<(Action, Span)>,
    pub(crate) deferrable: Option<DeferrableAttr>,
    pub(crate) explicit_join: Option<Span>,
}

impl<'a> Model<'a> {
    /// Reads a model; `None` if the item cannot be one at all.
    pub(crate) fn read(input: &'a DeriveInput, errors: &mut Errors) -> Option<Self> {
        let Data::Struct(data) = &input.data else {
            let message = "a model is a struct with named fields, one a column";
            errors.push(syn::Error::new(input.ident.span(), message));
            return None;
        };
        let Fields::Named(named) = &data.fields else {
            let message = "a model needs named fields, one a column: `struct Customer { id: i64 }`";
            errors.push(syn::Error::new(input.ident.span(), message));
            return None;
        };
        if !input.generics.params.is_empty() {
            let message = "a model cannot be generic: each model is one table";
            errors.push(syn::Error::new_spanned(&input.generics, message));
            return None;
        }
        if named.named.is_empty() {
            let message = "a model needs at least one field, its key: `id: i64`";
            errors.push(syn::Error::new(input.ident.span(), message));
            return None;
        }
        let mut attrs = StructAttrs::read(&input.attrs, errors);
        let mut fields: Vec<Field<'a>> = named
            .named
            .iter()
            .filter_map(|field| Field::read(field, errors))
            .collect();
        let of_fields = fields.iter_mut();
        let of_fields = of_fields.filter_map(|field| field.attrs.belongs_to.as_mut());
        for model in attrs.models_mut().chain(of_fields) {
            known::name_model(model, &input.ident);
        }
        let beside = attrs.diesel_table.as_ref();
        let beside = beside.and_then(|path| path.segments.last());
        let table = match (&attrs.table, beside) {
            (Some(name), _) => name.value(),
            (None, Some(module)) => module.ident.unraw().to_string(),
            (None, None) => naming::plural(&naming::snake_case(&input.ident.unraw().to_string())),
        };
        let mut key = key(input, &attrs, &fields, errors);
        if let Some(sixth) = key.get(5) {
            let span = attrs.key.get(5).unwrap_or(fields[*sixth].ident).span();
            errors.push(syn::Error::new(span, "a key has at most five columns"));
            key.truncate(5);
        }
        let shard_key = attrs
            .shard_key
            .as_ref()
            .and_then(|name| position(&fields, name, errors));
        let of_fields = fields.iter().flat_map(|field| {
            let attrs = [&field.attrs.unique, &field.attrs.index];
            attrs
                .into_iter()
                .flatten()
                .map(move |attr| (attr, Some(field)))
        });
        let of_struct = attrs.indexes.iter().map(|attr| (attr, None));
        let indexes = of_fields
            .chain(of_struct)
            .map(|(attr, field)| index(&fields, attr, field, errors))
            .collect();
        let parents = parents(&attrs, &fields, errors);
        Some(Model {
            original: input,
            attrs,
            table,
            fields,
            key,
            shard_key,
            indexes,
            parents,
        })
    }
}

impl<'a> Field<'a> {
    pub(crate) fn read(field: &'a syn::Field, errors: &mut Errors) -> Option<Self> {
        let ident = field.ident.as_ref()?;
        let attrs = FieldAttrs::read(ident, &field.attrs, errors).whole(errors);
        let column = attrs
            .column
            .as_ref()
            .map_or_else(|| ident.unraw().to_string(), syn::LitStr::value);
        let deferred = known::deferred(&field.ty);
        Some(Field {
            ident,
            deferred: deferred.is_some(),
            ty: deferred.unwrap_or(&field.ty),
            whole_ty: &field.ty,
            vis: &field.vis,
            docs: field
                .attrs
                .iter()
                .filter(|attribute| attribute.path().is_ident("doc"))
                .collect(),
            attrs,
            column,
        })
    }
}
