//! Indexes and uniques as attributes.

use super::attribute::{Attributes, text};
use super::model::Model;
use super::naming::identifier;
use crate::backend::Database;
use crate::ddl::{constraint_name, quote_identifier};
use crate::snapshot::{Index, Order, Part, Term};

impl Attributes {
    pub(super) fn index(&mut self, model: &Model<'_>, index: &Index) {
        let parts: Option<Vec<Option<usize>>> = index
            .parts
            .iter()
            .map(|part| match &part.term {
                Term::Expression(_) => Some(None),
                Term::Column(name) => {
                    let mut fields = model.fields.iter();
                    Some(Some(fields.position(|field| field.column.name == *name)?))
                }
            })
            .collect();
        let kind = if index.unique { "unique" } else { "index" };
        let name = index
            .name
            .clone()
            .unwrap_or_else(|| "without a name".to_owned());
        let Some(parts) = parts.filter(|_| {
            index
                .include
                .iter()
                .all(|column| model.field(column).is_some())
        }) else {
            self.remarks.push(format!(
                "the {kind} `{name}` is left out: so is a column of it"
            ));
            return;
        };
        let is_expression =
            |part: &Part| part.collation.is_some() || matches!(part.term, Term::Expression(_));
        let of_expression = index.parts.iter().any(|part| {
            is_expression(part)
                && (part.order == Order::Descending || part.operator_class.is_some())
        });
        let is_of_server = model.snapshot.database == Database::Mysql && index.method.is_some();
        if of_expression || is_of_server {
            let why = match &index.method {
                Some(method) if is_of_server => format!("no model says {method}"),
                _ => {
                    "no model says the direction or the operator class of an expression".to_owned()
                }
            };
            self.remarks
                .push(format!("the {kind} `{name}` is left out: {why}"));
            return;
        }
        let unsaid = index.nulls_agree
            || index.parts.iter().any(|part| part.nulls_first.is_some())
            || index.parts.iter().any(|part| !is_own_prefix(model, part));
        if unsaid {
            let why = "no model says where its NULLs or its prefixes are";
            self.remarks
                .push(format!("the {kind} `{name}` is left out: {why}"));
            return;
        }
        self.options(&format!("the {kind} `{name}`"), &index.options);
        let mut options = Vec::new();
        if let Some(predicate) = &index.predicate {
            options.push(format!("where = {}", text(predicate)));
        }
        if let Some(method) = &index.method {
            options.push(format!("using = {}", identifier(method)));
        }
        if !index.include.is_empty() {
            let fields = index
                .include
                .iter()
                .filter_map(|column| model.field(column));
            let fields: Vec<String> = fields.map(|field| identifier(&field.name)).collect();
            options.push(format!("include({})", fields.join(", ")));
        }
        let default = default_name(model, index);
        // Of several with one default name the derive counts the later ones.
        let same = model.table.indexes.iter();
        let same = same.filter(|other| default_name(model, other) == default);
        if let Some(name) = &index.name
            && (*name != default || same.count() > 1)
        {
            options.push(format!("name = {name:?}"));
        }
        self.say_index(model, index, &parts, kind, options);
    }

    fn say_index(
        &mut self,
        model: &Model<'_>,
        index: &Index,
        parts: &[Option<usize>],
        kind: &str,
        mut options: Vec<String>,
    ) {
        if let ([Some(at)], [part]) = (parts, index.parts.as_slice())
            && part.operator_class.is_none()
            && part.collation.is_none()
            && index.include.is_empty()
            && model.table.key() != [model.fields[*at].column.name.clone()]
            && !self.of_fields[*at].iter().any(|word| is_index(word))
        {
            if part.order == Order::Descending {
                options.insert(0, "desc".to_owned());
            }
            self.of_fields[*at].push(match options.is_empty() {
                true => kind.to_owned(),
                false => format!("{kind}({})", options.join(", ")),
            });
            return;
        }
        let database = model.snapshot.database;
        let parts = index.parts.iter().zip(parts).map(|(part, at)| {
            let mut word = match (&part.term, at) {
                (Term::Column(name), _) if part.collation.is_some() => {
                    return format!("expr = {}", text(&collated(database, name, part)));
                }
                (Term::Expression(expression), _) => return format!("expr = {}", text(expression)),
                (_, Some(at)) => identifier(&model.fields[*at].name),
                (_, None) => String::new(),
            };
            if part.order == Order::Descending {
                word.push_str(".desc()");
            }
            if let Some(class) = &part.operator_class {
                word.push_str(&format!(".ops({class:?})"));
            }
            word
        });
        let words: Vec<String> = parts.chain(options).collect();
        self.of_struct.push(format!("{kind}({})", words.join(", ")));
    }
}

/// A column in another collation than its own.
fn collated(database: Database, name: &str, part: &Part) -> String {
    let name = quote_identifier(database, name);
    let collation = part.collation.as_deref().unwrap_or_default();
    match database {
        Database::Postgres => format!("{name} COLLATE {}", quote_identifier(database, collation)),
        _ => format!("{name} COLLATE {collation}"),
    }
}

fn is_index(word: &str) -> bool {
    ["unique", "index"].contains(&word.split('(').next().unwrap_or(word))
}

/// The name that the derive gives an index.
fn default_name(model: &Model<'_>, index: &Index) -> String {
    let parts = index.parts.iter().map(|part| match &part.term {
        Term::Column(name) if part.collation.is_none() => name.as_str(),
        _ => "expr",
    });
    let end = if index.unique { "key" } else { "idx" };
    let parts = parts.collect::<Vec<_>>().join("_");
    let name = format!("{}_{parts}_{end}", model.table.name.name);
    constraint_name(model.snapshot.database, &name).into_owned()
}

/// Whether the part is as long as the derive makes it: whole, or the start of a long text.
fn is_own_prefix(model: &Model<'_>, part: &Part) -> bool {
    let long = |column: &str| {
        let ty = model
            .field(column)
            .map_or("", |field| field.column.ty.as_str());
        model.snapshot.database == Database::Mysql && (ty.ends_with("text") || ty.ends_with("blob"))
    };
    match (&part.term, part.prefix) {
        (Term::Column(name), prefix) if long(name) => prefix == Some(191),
        (_, prefix) => prefix.is_none(),
    }
}
