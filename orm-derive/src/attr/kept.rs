//! Columns that nobody fills in by hand: times, versions, what the database makes.

use proc_macro2::Span;

use super::SqlAttr;
use super::item::{Errors, Item};

/// Who keeps a column, if not the user.
#[derive(Clone)]
pub(crate) enum Kept {
    CreatedAt,
    UpdatedAt,
    Version,
    DeletedAt,
    ReadOnly,
    Computed(SqlAttr),
}

/// The attributes that say so.
pub(crate) const KNOWN: &[&str] = &[
    "created_at",
    "updated_at",
    "version",
    "soft_delete",
    "read_only",
    "computed",
];

impl Kept {
    /// Reads one of [`KNOWN`].
    pub(crate) fn read(item: &Item, errors: &mut Errors) -> Option<(Self, Span)> {
        let name = item.name.to_string();
        let kept = match name.as_str() {
            "computed" => Kept::Computed(SqlAttr::read(item, errors)?),
            other => {
                item.flag(errors);
                match other {
                    "created_at" => Kept::CreatedAt,
                    "updated_at" => Kept::UpdatedAt,
                    "version" => Kept::Version,
                    "soft_delete" => Kept::DeletedAt,
                    _ => Kept::ReadOnly,
                }
            }
        };
        Some((kept, item.name.span()))
    }

    /// The name of the attribute.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Kept::CreatedAt => "created_at",
            Kept::UpdatedAt => "updated_at",
            Kept::Version => "version",
            Kept::DeletedAt => "soft_delete",
            Kept::ReadOnly => "read_only",
            Kept::Computed(_) => "computed",
        }
    }

    /// Whether no statement writes the column.
    pub(crate) fn is_by_database(&self) -> bool {
        matches!(self, Kept::ReadOnly | Kept::Computed(_))
    }
}
