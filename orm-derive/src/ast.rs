//! The typed picture of a model: the struct and its attributes, with names
//! resolved to positions of fields.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, Ident, Type, Visibility};

use crate::attr::{Errors, FieldAttrs, StructAttrs};
use crate::naming;

/// A model.
pub(crate) struct Model<'a> {
    pub(crate) original: &'a DeriveInput,
    pub(crate) attrs: StructAttrs,
    pub(crate) table: String,
    pub(crate) fields: Vec<Field<'a>>,
    /// Positions of the key's fields; never empty, so that code can be written.
    pub(crate) key: Vec<usize>,
    pub(crate) shard_key: Option<usize>,
    pub(crate) together: Vec<Together>,
}

/// A field, which is a column.
pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) vis: &'a Visibility,
    pub(crate) attrs: FieldAttrs,
    pub(crate) column: String,
}

/// An index or unique over several columns, by position.
pub(crate) struct Together {
    pub(crate) columns: Vec<usize>,
    pub(crate) unique: bool,
    pub(crate) per_shard: bool,
    pub(crate) span: Span,
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
        let attrs = StructAttrs::read(&input.attrs, errors);
        let fields: Vec<Field<'a>> = named
            .named
            .iter()
            .filter_map(|field| Field::read(field, errors))
            .collect();
        let table = attrs.table.as_ref().map_or_else(
            || naming::plural(&naming::snake_case(&input.ident.unraw().to_string())),
            syn::LitStr::value,
        );
        let key = key(input, &attrs, &fields, errors);
        let shard_key = attrs
            .shard_key
            .as_ref()
            .and_then(|name| position(&fields, name, errors));
        let mut together = Vec::new();
        for index in &attrs.together {
            let columns = index
                .columns
                .iter()
                .filter_map(|name| position(&fields, name, errors));
            together.push(Together {
                columns: columns.collect(),
                unique: index.unique,
                per_shard: index.per_shard,
                span: index.span,
            });
        }
        Some(Model {
            original: input,
            attrs,
            table,
            fields,
            key,
            shard_key,
            together,
        })
    }
}

impl<'a> Field<'a> {
    fn read(field: &'a syn::Field, errors: &mut Errors) -> Option<Self> {
        let ident = field.ident.as_ref()?;
        let attrs = FieldAttrs::read(&field.attrs, errors);
        let column = attrs
            .column
            .as_ref()
            .map_or_else(|| ident.unraw().to_string(), syn::LitStr::value);
        Some(Field {
            ident,
            ty: &field.ty,
            vis: &field.vis,
            attrs,
            column,
        })
    }
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
