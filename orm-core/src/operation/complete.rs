//! Forms made ready: hooks run, keys and defaults made, rules checked.

use super::Link;
use crate::changeset::{Draft, Form, Patch};
use crate::error::{Error, Result};
use crate::hooks::Hooks;
use crate::id::TimeIds;
use crate::table::TableDef;

/// A form as a draft.
///
/// # Errors
/// What a hook refuses with; all broken rules at once.
pub fn complete<L: Link, F: Form>(link: &L, form: F) -> Result<Draft<F::Table>> {
    complete_form(link.hooks(), link.ids(), form).map_err(|error| error.on(link.name()))
}

/// Forms as drafts; a field error names its row.
///
/// # Errors
/// What a hook refuses with; all broken rules of all rows at once.
pub fn complete_many<L: Link, F: Form>(
    link: &L,
    forms: impl IntoIterator<Item = F>,
) -> Result<Vec<Draft<F::Table>>> {
    complete_forms(link.hooks(), link.ids(), forms).map_err(|error| error.on(link.name()))
}

/// As [`complete`], before it is known who sends it.
///
/// # Errors
/// As there.
pub fn complete_form<F: Form>(
    hooks: Option<&Hooks>,
    ids: &TimeIds,
    form: F,
) -> Result<Draft<F::Table>> {
    let mut draft = form.into_draft();
    if let Some(hooks) = hooks {
        hooks.before_inserting(&mut draft)?;
    }
    draft.complete(ids);
    draft.validate()?;
    if let Some(hooks) = hooks {
        hooks.validating_insert(&draft)?;
    }
    Ok(draft)
}

/// As [`complete_many`], before it is known who sends it.
///
/// # Errors
/// As there.
pub fn complete_forms<F: Form>(
    hooks: Option<&Hooks>,
    ids: &TimeIds,
    forms: impl IntoIterator<Item = F>,
) -> Result<Vec<Draft<F::Table>>> {
    let mut drafts: Vec<_> = forms.into_iter().map(Form::into_draft).collect();
    if let Some(hooks) = hooks {
        for (row, draft) in drafts.iter_mut().enumerate() {
            let hooked = hooks.before_inserting(draft);
            hooked.map_err(|error| error.in_row(row))?;
        }
    }
    drafts.iter_mut().for_each(|draft| draft.complete(ids));
    Draft::validate_all(&drafts)?;
    if let Some(hooks) = hooks {
        for (row, draft) in drafts.iter().enumerate() {
            let hooked = hooks.validating_insert(draft);
            hooked.map_err(|error| error.in_row(row))?;
        }
    }
    Ok(drafts)
}

/// A patch: hooks run, rules checked.
///
/// # Errors
/// As [`complete`].
pub fn complete_patch<T: TableDef>(hooks: Option<&Hooks>, patch: &mut Patch<T>) -> Result<()> {
    if let Some(hooks) = hooks {
        hooks.before_updating(patch)?;
    }
    patch.validate().map_err(Error::from)?;
    match hooks {
        Some(hooks) => hooks.validating_update(patch),
        None => Ok(()),
    }
}
