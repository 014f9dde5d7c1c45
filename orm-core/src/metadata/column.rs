//! Columns.

use super::{GeneratedKey, Rule, SqlText};
use crate::column::{Accepts, Field, Variants};
use crate::error::FieldError;
use crate::value::{Kind, Value};

/// One column.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ColumnMeta {
    /// The name of the field.
    pub field: &'static str,
    /// The name in the database.
    pub name: &'static str,
    /// What it was called before; for migrations.
    pub renamed_from: Option<&'static str>,
    /// The type.
    pub kind: Kind,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// The values that there are, if the type has few.
    pub variants: Option<&'static Variants>,
    /// Who makes the value of a key, if the user does not.
    pub generated: Option<GeneratedKey>,
    /// The value of a column that an insert does not mention.
    pub default: Option<DefaultValue>,
    /// Makes the value when an insert is sent that does not mention the column.
    pub default_with: Option<fn() -> Value>,
    /// Whether rows are read without it.
    pub deferred: bool,
    /// Who keeps the column, if not the user.
    pub origin: Origin,
    /// The type that the column is declared with, in place of the one that its
    /// Rust type has.
    pub sql_type: Option<SqlText>,
    /// Rules that a value must pass, in Rust and in the database.
    pub rules: &'static [Rule],
    /// What functions of the user's say of a value: `#[model(validate = ..)]`. Those of an embedded
    /// struct as a whole are not among them.
    pub validate: &'static [Validate],
    /// Which values of its kind its Rust type takes, if that is not all of them.
    pub accepts: Option<Accepts>,
    /// What the database remembers of it for people.
    pub comment: Option<&'static str>,
}

/// What a function of the user's says of a value.
pub type Validate = fn(&Value) -> Option<FieldError>;

/// Who keeps the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// Whoever inserts and updates.
    User,
    /// The time of the insert, unless it is given.
    CreatedAt,
    /// The time of the last change, unless it is given.
    UpdatedAt,
    /// Counts the changes: 1 at the insert.
    Version,
    /// When the row was deleted; NULL while it is there.
    DeletedAt,
    /// The database, by other means than this declaration: read, never written.
    ReadOnly,
    /// The database, by this expression: a generated column, stored.
    Computed(SqlText),
}

/// A column's default.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum DefaultValue {
    /// A truth value.
    Bool(bool),
    /// A number, as written.
    Number(&'static str),
    /// A text.
    Text(&'static str),
    /// The time of the insert, by the database's clock: `now`.
    Now,
    /// An expression of SQL.
    Sql(SqlText),
}

impl ColumnMeta {
    /// A column of a field, named as given.
    #[doc(hidden)]
    #[must_use]
    pub const fn of<F: Field>(field: &'static str, name: &'static str) -> Self {
        ColumnMeta {
            field,
            name,
            renamed_from: None,
            kind: F::KIND,
            nullable: F::NULLABLE,
            variants: F::VARIANTS,
            generated: None,
            default: None,
            default_with: None,
            deferred: false,
            origin: Origin::User,
            sql_type: None,
            rules: &[],
            validate: &[],
            accepts: F::ACCEPTS,
            comment: None,
        }
    }

    /// The longest text allowed, in characters, if a rule says so.
    #[must_use]
    pub fn max_length(&self) -> Option<usize> {
        self.rules.iter().find_map(|rule| match rule {
            Rule::Length { max, .. } => *max,
            _ => None,
        })
    }

    /// Whether an insert must give a value.
    #[must_use]
    pub const fn required(&self) -> bool {
        !self.nullable
            && self.generated.is_none()
            && self.default.is_none()
            && self.default_with.is_none()
            && matches!(self.origin, Origin::User)
    }

    /// Whether the value is made before an insert where none is given.
    #[must_use]
    pub const fn is_made_before_insert(&self) -> bool {
        matches!(
            self.origin,
            Origin::CreatedAt | Origin::UpdatedAt | Origin::Version
        ) || self.default_with.is_some()
            || matches!(
                self.generated,
                Some(GeneratedKey::TimeId | GeneratedKey::UuidV7)
            )
    }

    /// Whether statements may write the column.
    #[must_use]
    pub const fn is_writable(&self) -> bool {
        !matches!(self.origin, Origin::ReadOnly | Origin::Computed(_))
    }
}

/// What generated code says beyond a column's name and type.
#[doc(hidden)]
impl ColumnMeta {
    #[must_use]
    pub const fn renamed_from(mut self, name: &'static str) -> Self {
        self.renamed_from = Some(name);
        self
    }

    #[must_use]
    pub const fn generated(mut self, generated: GeneratedKey) -> Self {
        self.generated = Some(generated);
        self
    }

    #[must_use]
    pub const fn default(mut self, default: DefaultValue) -> Self {
        self.default = Some(default);
        self
    }

    #[must_use]
    pub const fn default_with(mut self, make: fn() -> Value) -> Self {
        self.default_with = Some(make);
        self
    }

    #[must_use]
    pub const fn deferred(mut self) -> Self {
        self.deferred = true;
        self
    }

    #[must_use]
    pub const fn origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    #[must_use]
    pub const fn sql_type(mut self, text: SqlText) -> Self {
        self.sql_type = Some(text);
        self
    }

    #[must_use]
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    #[must_use]
    pub const fn validate(mut self, validate: &'static [Validate]) -> Self {
        self.validate = validate;
        self
    }

    #[must_use]
    pub const fn comment(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }
}
