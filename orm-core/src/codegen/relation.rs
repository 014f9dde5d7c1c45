//! Foreign keys as relations, both ways.

use super::model::{Child, Model, Parent};
use super::naming::{identifier, plural, snake_case};
use crate::snapshot::{Action, ForeignKey};

/// Finds the relations of all models.
pub(super) fn relate(models: &mut [Model<'_>]) {
    for at in 0..models.len() {
        if models[at].refused.is_some() {
            continue;
        }
        for key in &models[at].table.foreign_keys {
            match parent(models, at, key) {
                Ok(parent) => models[at].parents.push(parent),
                Err(why) => {
                    let (columns, table) = (key.columns.join(", "), &key.parent);
                    let remark =
                        format!("the foreign key ({columns}) to `{table}` is left out: {why}");
                    models[at].remarks.push(remark);
                }
            }
        }
    }
    mark_circles(models);
    name_children(models);
}

fn parent<'s>(models: &[Model<'s>], at: usize, key: &'s ForeignKey) -> Result<Parent<'s>, String> {
    let child = &models[at];
    let referred = models.iter().find(|model| model.table.name == key.parent);
    let referred = referred.ok_or("the table was not read")?;
    if referred.refused.is_some() {
        return Err("there is no model of it".to_owned());
    }
    let mut fields = Vec::new();
    if key.columns.len() != referred.table.key().len() {
        return Err("it refers to something else than the primary key".to_owned());
    }
    for column in referred.table.key() {
        let nth = key.parent_columns.iter().position(|name| name == column);
        let nth = nth.ok_or("it refers to something else than the primary key")?;
        let own = child
            .field(&key.columns[nth])
            .ok_or("a column of it is left out")?;
        let other = referred
            .field(column)
            .ok_or("a column of the key is left out")?;
        if own.ty.name != other.ty.name {
            return Err("its type is not that of the key".to_owned());
        }
        let nullable = own.column.nullable;
        for action in [key.on_delete, key.on_update] {
            if action == Action::SetNull && !nullable {
                return Err("it says SET NULL of a column that takes none".to_owned());
            }
            if action == Action::SetDefault && own.column.default.is_none() {
                return Err("it says SET DEFAULT of a column that has none".to_owned());
            }
        }
        fields.push(own.name.clone());
    }
    let mut on_struct = fields.len() > 1;
    let mut relation = match on_struct {
        true => snake_case(&referred.name),
        false => fields[0]
            .strip_suffix("_id")
            .unwrap_or(&fields[0])
            .to_owned(),
    };
    let taken = |name: &str| {
        let fields = child.fields.iter();
        // Where the table is named as the struct, relations stand beside columns.
        let beside = child.module() == snake_case(&child.name)
            && fields.clone().any(|field| field.name == name);
        let shadowed = on_struct && child.fields.iter().any(|field| field.name == name);
        beside || shadowed || child.parents.iter().any(|parent| parent.relation == name)
    };
    if taken(&relation) {
        let base = snake_case(&referred.name);
        relation = base.clone();
        let mut count = 1;
        while taken(&relation) || child.fields.iter().any(|field| field.name == relation) {
            count += 1;
            relation = format!("{base}_{count}");
        }
        on_struct = true;
    }
    Ok(Parent {
        key,
        model: referred.name.clone(),
        fields,
        relation,
        on_struct,
        explicit: false,
    })
}

/// Of two models that refer to each other one cannot be joined without `.on(..)`.
fn mark_circles(models: &mut [Model<'_>]) {
    for at in 0..models.len() {
        for before in 0..at {
            let only = |from: usize, to: usize| {
                let name = &models[to].name;
                let mut keys = models[from].parents.iter().enumerate();
                let mut keys = keys.by_ref().filter(|(_, parent)| parent.model == *name);
                let first = keys.next();
                first.filter(|_| keys.next().is_none()).map(|(nth, _)| nth)
            };
            if let (Some(_), Some(back)) = (only(at, before), only(before, at)) {
                models[before].parents[back].explicit = true;
            }
        }
    }
}

fn name_children(models: &mut [Model<'_>]) {
    for at in 0..models.len() {
        for nth in 0..models[at].parents.len() {
            let child = &models[at];
            let parent = &child.parents[nth];
            let same = child
                .parents
                .iter()
                .filter(|other| other.model == parent.model);
            let several = same.count() > 1;
            let via = several || parent.explicit || parent.model == child.name;
            let Some(owner) = models.iter().position(|model| model.name == parent.model) else {
                continue;
            };
            let mut base = plural(&snake_case(&child.name));
            if several {
                base = format!("{base}_by_{}", parent.relation);
            }
            let taken = |name: &str| {
                let owner = &models[owner];
                owner.fields.iter().any(|field| field.name == name)
                    || owner.parents.iter().any(|parent| parent.relation == name)
                    || owner.children.iter().any(|child| child.relation == name)
                    || ["table", "all_columns", "columns", "dsl", "def", "field"].contains(&name)
            };
            let mut relation = base.clone();
            let mut count = 1;
            while taken(&relation) {
                count += 1;
                relation = format!("{base}_{count}");
            }
            let module = identifier(&child.module());
            let path = |field: &String| format!("{module}::{}", identifier(field));
            let child = Child {
                relation,
                model: child.name.clone(),
                via: match via {
                    true => parent.fields.iter().map(path).collect(),
                    false => Vec::new(),
                },
            };
            models[owner].children.push(child);
        }
    }
}
