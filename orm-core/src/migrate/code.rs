//! [`Code`]: the part of a migration that is Rust.
//!
//! A session adds the forms that it can run, since it is a link and this module knows none: `up` and
//! `down` of the blocking one, `up_async` and `down_async` of the other.

use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::history::refused;
use super::{Migration, Migrations, Way};
use crate::error::Result;
use crate::operation::Link;

/// What a step gives.
pub(crate) type StepFuture<'s> = Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;

/// One way of it, over one kind of session.
pub(crate) trait Step<L>: Send + Sync {
    fn run<'s>(&'s self, link: &'s mut L) -> StepFuture<'s>;
}

/// A step, whatever its session is.
#[derive(Clone)]
struct Erased {
    way: Way,
    session: TypeId,
    named: &'static str,
    /// An `Arc<dyn Step<L>>`.
    step: Arc<dyn Any + Send + Sync>,
}

/// The Rust of a migration: what SQL says badly, or not at all.
///
/// It is run behind the statements of `up.sql`, and its way back before those of `down.sql`, in the
/// same transaction, and noted with them: all of it is kept or nothing, as far as the database can.
/// Of a migration that is run without a transaction it is run without one too, which a
/// [backfill](crate::backfill) needs. What loses against another transaction is run again, so it should
/// do nothing outside of the database that may not be done twice.
///
/// [`Migrations::with_code`] says which migration it is of. Each kind of session has a form of its own,
/// and one migration may have several: [`up`](Self::up) for the blocking session of one database,
/// `up_async` for the other.
///
/// ```
/// use orm_core::migrate::{Code, Migration, Migrations, Run};
/// use orm_core::prelude::*;
///
/// #[derive(Model)]
/// #[model(table = "customers")]
/// struct Customer { #[model(generated)] id: i64, name: String, initials: String }
///
/// // The model is ahead of the table: this knows the columns of its time.
/// fn fill(session: &mut Session<SqliteConnection>) -> orm_core::Result<()> {
///     let rows: Vec<(i64, String)> = customers::table
///         .select((customers::id, customers::name))
///         .load(session)?;
///     for (id, name) in rows {
///         let initials: String = name.split(' ').filter_map(|word| word.chars().next()).collect();
///         session.update(Customer::patch(id).initials(initials))?;
///     }
///     Ok(())
/// }
///
/// let migrations = Migrations::new([
///     Migration::new("1", "customers", "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"),
///     Migration::new("2", "initials", "ALTER TABLE customers ADD initials TEXT NOT NULL DEFAULT ''")
///         .down("ALTER TABLE customers DROP initials")
///         .needs_code(),
/// ])?
/// .with_code("2", Code::new().up(fill))?;
///
/// let engine = Engine::<SqliteConnection>::open(":memory:")?;
/// assert_eq!(engine.migrate(&migrations, &Run::default())?.len(), 2);
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Code(Vec<Erased>);

impl Code {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Code::default()
    }

    /// The same with one way over one kind of session; what was said of it before is forgotten.
    pub(crate) fn with<L: Link>(mut self, way: Way, step: impl Step<L> + 'static) -> Self {
        let session = TypeId::of::<L>();
        self.0
            .retain(|one| one.way != way || one.session != session);
        let step: Arc<dyn Step<L>> = Arc::new(step);
        self.0.push(Erased {
            way,
            session,
            named: type_name::<L>(),
            step: Arc::new(step),
        });
        self
    }

    fn step<L: Link>(&self, way: Way) -> Option<Arc<dyn Step<L>>> {
        let mut steps = self.0.iter();
        let found = steps.find(|one| one.way == way && one.session == TypeId::of::<L>())?;
        found.step.downcast_ref::<Arc<dyn Step<L>>>().cloned()
    }

    /// The sessions that it can be run over, for errors.
    fn sessions(&self) -> String {
        let ways_up = self.0.iter().filter(|one| one.way == Way::Up);
        let named: Vec<String> = ways_up.map(|one| short(one.named)).collect();
        match named.as_slice() {
            [] => "its code has no way up".to_owned(),
            some => format!("its code is for `{}`", some.join("` and `")),
        }
    }
}

/// The name of a type without the paths in it.
fn short(name: &str) -> String {
    let parts = name.split_inclusive(['<', '>', ',', ' ']);
    parts
        .map(|part| part.rsplit("::").next().unwrap_or(part))
        .collect()
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ways = self.0.iter().map(|one| (one.way, one.named));
        f.debug_list().entries(ways).finish()
    }
}

/// The same closures.
impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        let same = |(one, other): (&Erased, &Erased)| Arc::ptr_eq(&one.step, &other.step);
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }
}

impl Eq for Code {}

impl Migration {
    /// Code belongs to it: it is not run by a program that has none for it. In a folder
    /// `metadata.toml` says `needs_code = true`.
    #[must_use]
    pub fn needs_code(mut self) -> Self {
        self.needs_code = true;
        self
    }
}

impl Migrations {
    /// The same, with the code of one that [needs it](Migration::needs_code).
    ///
    /// # Errors
    /// [`ErrorKind::Migration`](crate::ErrorKind::Migration) if none has that version, if it does not
    /// say that it needs code, or has some already.
    pub fn with_code(mut self, version: &str, code: Code) -> Result<Self> {
        let version = version.replace('-', "");
        let Some(migration) = self.get(&version) else {
            return Err(refused(
                &version,
                "is not among the migrations, and has code",
            ));
        };
        let label = migration.label();
        if !migration.needs_code {
            let what = "has code and does not say so: a program without it would run the rest alone. \
                        Write `needs_code = true` into its `metadata.toml`, or call `needs_code()`";
            return Err(refused(&label, what));
        }
        match self.codes.insert(version, code) {
            None => Ok(self),
            Some(_) => Err(refused(&label, "is given code twice")),
        }
    }

    /// What is to be run of a migration besides its text, over this kind of session.
    pub(super) fn step<L: Link>(
        &self,
        migration: &Migration,
        way: Way,
    ) -> Result<Option<Arc<dyn Step<L>>>> {
        if !migration.needs_code {
            return Ok(None);
        }
        let label = migration.label();
        let Some(code) = self.codes.get(&migration.version) else {
            let what = "needs code that this program does not have: run it with the program that \
                        gives it to `Migrations::with_code`";
            return Err(refused(&label, what));
        };
        if code.step::<L>(Way::Up).is_none() {
            let (has, session) = (code.sessions(), short(type_name::<L>()));
            return Err(refused(
                &label,
                &format!("has no code for `{session}`: {has}"),
            ));
        }
        let step = code.step::<L>(way);
        if way == Way::Down && step.is_none() && migration.way_back().is_none() {
            return Err(refused(&label, NO_WAY_BACK));
        }
        Ok(step)
    }
}

/// What is said of a migration without a way back.
pub(super) const NO_WAY_BACK: &str = "has no way back: `down.sql` is missing, or says nothing";

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn names_are_without_paths() {
        let name = "orm_core::session::Session<diesel::sqlite::connection::SqliteConnection>";
        assert_eq!(short(name), "Session<SqliteConnection>");
    }
}
