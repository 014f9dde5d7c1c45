//! Names of fields in attributes, resolved to their positions.

use syn::ext::IdentExt;
use syn::{DeriveInput, Ident};

use super::{Field, Index, Parent};
use crate::attr::{Errors, IndexAttr, StructAttrs, TermAttr};
use crate::naming;

pub(super) fn index(
    fields: &[Field<'_>],
    attr: &IndexAttr,
    field: Option<&Field<'_>>,
    errors: &mut Errors,
) -> Index {
    let mut attr = attr.clone();
    let mut parts = Vec::new();
    for part in &mut attr.parts {
        // After a mistake the field stands for what is in it.
        if let TermAttr::Inside(name, inside) = &part.term
            && !is_embedded(fields, name, inside, errors)
        {
            part.term = TermAttr::Field(name.clone());
            parts.push(None);
            continue;
        }
        parts.push(match &part.term {
            TermAttr::Field(name) => position(fields, name, errors),
            TermAttr::Inside(..) | TermAttr::Expression(_) => None,
        });
    }
    Index {
        include: positions(fields, &attr.include, errors),
        of_field: field.map(|field| field.column.clone()),
        parts,
        attr,
    }
}

/// Of `home.city`: whether `home` is an embedded struct.
fn is_embedded(fields: &[Field<'_>], name: &Ident, inside: &Ident, errors: &mut Errors) -> bool {
    let Some(field) = find(fields, name, errors) else {
        return false;
    };
    if fields[field].is_embedded() {
        return true;
    }
    let message = format!(
        "`{name}` is no embedded struct; a column takes `.asc()`, `.desc()` and `.ops(\"operator_class\")`"
    );
    errors.push(syn::Error::new(inside.span(), message));
    false
}

/// The foreign keys: of one column each, then those of the struct.
pub(super) fn parents(
    attrs: &StructAttrs,
    fields: &[Field<'_>],
    errors: &mut Errors,
) -> Vec<Parent> {
    let mut parents = Vec::new();
    for (position, field) in fields.iter().enumerate() {
        let Some(ty) = &field.attrs.belongs_to else {
            continue;
        };
        parents.push(Parent {
            ty: ty.clone(),
            columns: vec![position],
            relation: field.relation(),
            named: false,
            on_delete: field.attrs.on_delete,
            on_update: field.attrs.on_update,
            deferrable: field.attrs.deferrable.map(|(deferrable, _)| deferrable),
            explicit_join: field.attrs.explicit_join,
        });
    }
    for parent in &attrs.parents {
        let columns = positions(fields, &parent.columns, errors);
        if columns.len() < parent.columns.len() {
            continue;
        }
        parents.push(Parent {
            ty: parent.parent.clone(),
            columns,
            relation: Some(parent.relation.clone()),
            named: true,
            on_delete: parent.on_delete,
            on_update: parent.on_update,
            deferrable: parent.deferrable,
            explicit_join: parent.explicit_join,
        });
    }
    parents
}

/// The fields of the key: listed on the struct, marked, or `id`.
pub(super) fn key(
    input: &DeriveInput,
    attrs: &StructAttrs,
    fields: &[Field<'_>],
    errors: &mut Errors,
) -> Vec<usize> {
    // After a mistake some column is the key, so that nothing else is said.
    let stand_in = fields.iter().position(|field| !field.is_embedded());
    let stand_in = vec![stand_in.unwrap_or_default()];
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
        let listed = positions(fields, &attrs.key, errors);
        return if listed.is_empty() { stand_in } else { listed };
    }
    if !marked.is_empty() {
        return marked;
    }
    // A generated column can only be the key: it need not be marked as such.
    let is_id = |field: &Field<'_>| field.ident == "id" && !field.is_embedded();
    let named_id = fields.iter().position(is_id);
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
    stand_in
}

/// The positions of the columns of some names, each once.
fn positions(fields: &[Field<'_>], names: &[Ident], errors: &mut Errors) -> Vec<usize> {
    let mut found = Vec::new();
    for name in names {
        let Some(position) = position(fields, name, errors) else {
            continue;
        };
        if found.contains(&position) {
            let message = format!("`{name}` is listed twice");
            errors.push(syn::Error::new(name.span(), message));
        } else {
            found.push(position);
        }
    }
    found
}

/// The position of the column of a name.
pub(super) fn position(fields: &[Field<'_>], name: &Ident, errors: &mut Errors) -> Option<usize> {
    let found = find(fields, name, errors)?;
    if fields[found].is_embedded() {
        let message = format!(
            "`{name}` is several columns: an index names one of them, `{name}.city`; keys, foreign keys and shard keys have none of them"
        );
        errors.push(syn::Error::new(name.span(), message));
        return None;
    }
    Some(found)
}

/// The position of the field of a name.
fn find(fields: &[Field<'_>], name: &Ident, errors: &mut Errors) -> Option<usize> {
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
