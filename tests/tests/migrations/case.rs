//! One case at a time: SQL that makes a database, an edit of its snapshot, and what must hold when
//! the plan has led there and back.

use orm_core::connection::DatabaseConnection;
use orm_core::diesel::connection::SimpleConnection;
use orm_core::diesel::dsl::sql as text_of;
use orm_core::diesel::sql_types::{Nullable, Text};
use orm_core::diff::{Plan, diff, sql};
use orm_core::prelude::*;
use orm_core::snapshot::{Column, Snapshot, Table, TableName, drift};

use super::pairs::Inspects;

/// What a query of one column finds, as texts.
pub(crate) trait Asks {
    fn ask(&mut self, query: &str) -> Vec<Option<String>>;
}

impl<C> Asks for Session<C>
where
    C: DatabaseConnection,
    orm_core::diesel::expression::SqlLiteral<Nullable<Text>>:
        for<'q> orm_core::diesel::query_dsl::LoadQuery<'q, Session<C>, Option<String>>,
{
    fn ask(&mut self, query: &str) -> Vec<Option<String>> {
        let found = text_of::<Nullable<Text>>(query).load(self);
        found.unwrap_or_else(|error| panic!("{error}: {query}"))
    }
}

/// The table of a name in an edit.
pub(crate) fn table<'s>(snapshot: &'s mut Snapshot, name: &str) -> &'s mut Table {
    let mut tables = snapshot.tables.iter_mut();
    tables
        .find(|table| table.name.name == name)
        .unwrap_or_else(|| panic!("no table {name}"))
}

pub(crate) fn column<'s>(snapshot: &'s mut Snapshot, of: &str, name: &str) -> &'s mut Column {
    let mut columns = table(snapshot, of).columns.iter_mut();
    columns
        .find(|column| column.name == name)
        .unwrap_or_else(|| panic!("no column {of}.{name}"))
}

/// Another name, of which the model says what it was before.
pub(crate) fn rename(snapshot: &mut Snapshot, from: &str, to: &str) {
    let table = table(snapshot, from);
    table.renamed_from = Some(table.name.clone());
    to.clone_into(&mut table.name.name);
}

pub(crate) fn rename_column(snapshot: &mut Snapshot, of: &str, from: &str, to: &str) {
    let column = column(snapshot, of, from);
    column.renamed_from = Some(std::mem::replace(&mut column.name, to.to_owned()));
}

pub(crate) struct Case<'s, S> {
    pub(crate) session: &'s mut S,
    pub(crate) first: Snapshot,
    pub(crate) plan: Plan,
}

impl<'s, S: SimpleConnection + Inspects + Asks> Case<'s, S> {
    /// A plan from what a text of SQL makes to what an edit makes of it.
    pub(crate) fn new(
        session: &'s mut S,
        setup: &str,
        drops: &[&str],
        edit: impl FnOnce(&mut Snapshot),
    ) -> Self {
        session
            .batch_execute(setup)
            .unwrap_or_else(|error| panic!("{error}: {setup}"));
        let first = session.found();
        let mut wanted = first.clone();
        edit(&mut wanted);
        let drops: Vec<TableName> = drops
            .iter()
            .map(|name| TableName::new(None, name))
            .collect();
        let plan = diff(&first, &wanted, &drops);
        Case {
            session,
            first,
            plan,
        }
    }

    fn follow(&mut self, plan: &Plan) -> Result<(), String> {
        let script = sql(plan);
        let around = |session: &mut S, statement: &str| {
            if script.in_transaction {
                session.batch_execute(statement).expect("a transaction");
            }
        };
        around(self.session, "BEGIN");
        for statement in &script.statements {
            if let Err(error) = self.session.batch_execute(statement) {
                around(self.session, "ROLLBACK");
                return Err(format!("{error}: {statement}"));
            }
        }
        around(self.session, "COMMIT");
        Ok(())
    }

    /// Follows the plan, which must lead where it says.
    #[track_caller]
    pub(crate) fn up(&mut self) {
        for part in self.plan.parts() {
            self.follow(&part).unwrap_or_else(|error| panic!("{error}"));
        }
        let outcome = self.plan.outcome();
        self.assert_is(&outcome);
    }

    /// What the database says to the plan.
    #[track_caller]
    pub(crate) fn refused(&mut self) -> String {
        let plan = self.plan.clone();
        self.follow(&plan).expect_err("the plan was followed")
    }

    /// Follows the way back, to what there was.
    #[track_caller]
    pub(crate) fn down(&mut self) {
        for part in self.plan.parts().iter().rev() {
            let mut back = part.inverse();
            back.fill_neutrally();
            self.follow(&back).unwrap_or_else(|error| panic!("{error}"));
        }
        let first = self.first.clone();
        self.assert_is(&first);
    }

    #[track_caller]
    fn assert_is(&mut self, wanted: &Snapshot) {
        let found = self.session.found();
        let drift = drift(wanted, &found);
        let differences: Vec<String> = drift.iter().map(ToString::to_string).collect();
        assert!(differences.is_empty(), "{differences:#?}");
        let rest = diff(&found, wanted, &[]);
        assert!(rest.is_empty(), "still to do: {:#?}", rest.steps);
    }

    pub(crate) fn run(&mut self, statement: &str) {
        let done = self.session.batch_execute(statement);
        done.unwrap_or_else(|error| panic!("{error}: {statement}"));
    }

    /// What a query of one column finds, as texts.
    pub(crate) fn ask(&mut self, query: &str) -> Vec<Option<String>> {
        self.session.ask(query)
    }

    /// The values of a query of one column of texts.
    #[track_caller]
    pub(crate) fn assert_finds(&mut self, query: &str, expected: &[&str]) {
        let found: Vec<String> = self
            .session
            .ask(query)
            .into_iter()
            .map(|value| value.unwrap_or_else(|| "NULL".to_owned()))
            .collect();
        assert_eq!(found, expected, "{query}");
    }

    pub(crate) fn losses(&self) -> Vec<String> {
        self.plan.losses().iter().map(ToString::to_string).collect()
    }
}
