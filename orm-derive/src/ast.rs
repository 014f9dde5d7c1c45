//! The typed picture of a model: the struct and its attributes, with names
//! resolved to positions of fields.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Type, Visibility};

use crate::attr::{Action, DeferrableAttr, Errors, FieldAttrs, IndexAttr, StructAttrs, TermAttr};
use crate::{known, naming};

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
}

/// An index or a unique, of a field or of the struct.
pub(crate) struct Index {
    pub(crate) attr: IndexAttr,
    /// What it is over; expressions have no position.
    pub(crate) parts: Vec<Option<usize>>,
    pub(crate) include: Vec<usize>,
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
        let table = attrs.table.as_ref().map_or_else(
            || naming::plural(&naming::snake_case(&input.ident.unraw().to_string())),
            syn::LitStr::value,
        );
        let key = key(input, &attrs, &fields, errors);
        let shard_key = attrs
            .shard_key
            .as_ref()
            .and_then(|name| position(&fields, name, errors));
        let of_fields = fields
            .iter()
            .flat_map(|field| [&field.attrs.unique, &field.attrs.index])
            .flatten();
        let indexes = of_fields
            .chain(&attrs.indexes)
            .map(|attr| index(&fields, attr, errors))
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
        let attrs = FieldAttrs::read(ident, &field.attrs, errors);
        let column = attrs
            .column
            .as_ref()
            .map_or_else(|| ident.unraw().to_string(), syn::LitStr::value);
        let deferred = known::deferred(&field.ty);
        Some(Field {
            ident,
            deferred: deferred.is_some(),
            ty: deferred.unwrap_or(&field.ty),
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

fn index(fields: &[Field<'_>], attr: &IndexAttr, errors: &mut Errors) -> Index {
    let mut parts = Vec::new();
    for part in &attr.parts {
        match &part.term {
            TermAttr::Field(name) => {
                parts.extend(position(fields, name, errors).map(Some));
            }
            TermAttr::Expression(_) => parts.push(None),
        }
    }
    let include = attr.include.iter();
    let include = include.filter_map(|name| position(fields, name, errors));
    Index {
        attr: attr.clone(),
        include: include.collect(),
        parts,
    }
}

/// The foreign keys: of one column each, then those of the struct.
fn parents(attrs: &StructAttrs, fields: &[Field<'_>], errors: &mut Errors) -> Vec<Parent> {
    let mut parents = Vec::new();
    for (position, field) in fields.iter().enumerate() {
        let Some(ty) = &field.attrs.belongs_to else {
            continue;
        };
        parents.push(Parent {
            ty: ty.clone(),
            columns: vec![position],
            relation: field.relation(),
            on_delete: field.attrs.on_delete,
            on_update: field.attrs.on_update,
            deferrable: field.attrs.deferrable.map(|(deferrable, _)| deferrable),
            explicit_join: field.attrs.explicit_join,
        });
    }
    for parent in &attrs.parents {
        let columns = parent.columns.iter();
        let columns: Vec<usize> = columns
            .filter_map(|name| position(fields, name, errors))
            .collect();
        if columns.len() < parent.columns.len() {
            continue;
        }
        parents.push(Parent {
            ty: parent.parent.clone(),
            columns,
            relation: Some(parent.relation.clone()),
            on_delete: parent.on_delete,
            on_update: parent.on_update,
            deferrable: parent.deferrable,
            explicit_join: parent.explicit_join,
        });
    }
    parents
}

/// The fields of the key: listed on the struct, marked, or `id`.
fn key(
    input: &DeriveInput,
    attrs: &StructAttrs,
    fields: &[Field<'_>],
    errors: &mut Errors,
) -> Vec<usize> {
    let marked: Vec<usize> = fields
        .iter()
        .enumerate()
        .filter(|(_, f)| f.attrs.key.is_some())
        .map(|(i, _)| i)
        .collect();
    if !attrs.key.is_empty() {
        if let Some(first) = marked.first() {
            let message = "the key is listed on the struct already: `key(..)`";
            errors.extend(
                fields[*first]
                    .attrs
                    .key
                    .map(|span| syn::Error::new(span, message)),
            );
        }
        let listed: Vec<usize> = attrs
            .key
            .iter()
            .filter_map(|name| position(fields, name, errors))
            .collect();
        return if listed.is_empty() { vec![0] } else { listed };
    }
    if !marked.is_empty() {
        return marked;
    }
    // A generated column can only be the key: it need not be marked as such.
    let named_id = fields.iter().position(|field| field.ident == "id");
    let generated = fields
        .iter()
        .position(|field| field.attrs.generated.is_some());
    if let Some(position) = named_id.or(generated) {
        return vec![position];
    }
    if attrs.view.is_some() {
        return Vec::new();
    }
    let message = format!(
        "`{}` has no key: mark a field with `#[model(key)]`, or name one `id`; for several columns `#[model(key(a, b))]` on the struct",
        input.ident
    );
    errors.push(syn::Error::new(input.ident.span(), message));
    vec![0]
}

/// The position of the field of a name.
fn position(fields: &[Field<'_>], name: &Ident, errors: &mut Errors) -> Option<usize> {
    let found = fields
        .iter()
        .position(|field| field.ident.unraw() == name.unraw());
    if found.is_none() {
        let names: Vec<String> = fields.iter().map(|f| f.ident.unraw().to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let message = match naming::nearest(&name.to_string(), &names) {
            Some(near) => format!("no field `{name}`; did you mean `{near}`?"),
            None => format!("no field `{name}`"),
        };
        errors.push(syn::Error::new(name.span(), message));
    }
    found
}
