//! SQLite: little can be altered in place, so a table is made anew and its rows are copied.
//!
//! The steps are those that SQLite's documentation gives for it (<https://sqlite.org/lang_altertable.html>,
//! "Making Other Kinds Of Table Schema Changes"): foreign keys off, a transaction, a new table, the
//! rows, the old table away, the new one under its name, indexes and triggers, and a check of all
//! foreign keys before the commit.

use super::Script;
use super::parts::Words;
use crate::backend::Database;
use crate::diff::apply::apply;
use crate::diff::{Alteration, Plan, Step};
use crate::snapshot::{Column, Generator, Same, Snapshot, Table, TableName};

const WORDS: Words = Words(Database::Sqlite);

/// The tables that a plan makes anew, by the names that they get.
pub(crate) fn rebuilt(plan: &Plan) -> Vec<TableName> {
    Writer::write(plan).rebuilt
}

pub(super) fn script(plan: &Plan) -> Script {
    let writer = Writer::write(plan);
    let statements = writer.statements;
    if !writer.is_rebuild {
        return Script {
            statements,
            in_transaction: true,
        };
    }
    let before = [
        "PRAGMA foreign_keys = OFF",
        "BEGIN IMMEDIATE",
        "CREATE TEMP TABLE orm_check (\
         broken INTEGER, \
         keys INTEGER CONSTRAINT foreign_keys_hold CHECK (keys <= broken), \
         texts INTEGER CONSTRAINT values_fit_their_type CHECK (texts = 0))",
        "INSERT INTO orm_check (broken, texts) SELECT count(*), 0 FROM pragma_foreign_key_check",
    ];
    let after = [
        "UPDATE orm_check SET keys = (SELECT count(*) FROM pragma_foreign_key_check)",
        "DROP TABLE temp.orm_check",
        "COMMIT",
        "PRAGMA foreign_keys = ON",
    ];
    let own = |texts: [&str; 4]| texts.map(str::to_owned).to_vec();
    Script {
        statements: [own(before), statements, own(after)].concat(),
        in_transaction: false,
    }
}

struct Writer {
    /// What there is when the pending steps begin.
    state: Snapshot,
    statements: Vec<String>,
    /// Steps of which each table's are taken together.
    pending: Vec<Step>,
    rebuilt: Vec<TableName>,
    /// Whether foreign keys must be off.
    is_rebuild: bool,
}

impl Writer {
    fn write(plan: &Plan) -> Self {
        let mut writer = Writer {
            state: plan.from.clone(),
            statements: Vec::new(),
            pending: Vec::new(),
            rebuilt: Vec::new(),
            is_rebuild: false,
        };
        for step in &plan.steps {
            writer.step(step);
        }
        writer.flush();
        writer
    }

    fn step(&mut self, step: &Step) {
        let renames = match step {
            Step::RenameTable { from, to } => Some(format!(
                "ALTER TABLE {} RENAME TO {}",
                WORDS.table(from),
                WORDS.name(&to.name)
            )),
            Step::Alter {
                table,
                alteration: Alteration::RenameColumn { from, to },
            } => Some(format!(
                "ALTER TABLE {} RENAME COLUMN {} TO {}",
                WORDS.table(table),
                WORDS.name(from),
                WORDS.name(to)
            )),
            _ => None,
        };
        match renames {
            Some(statement) => {
                self.flush();
                self.statements.push(statement);
                apply(&mut self.state, step);
            }
            None => self.pending.push(step.clone()),
        }
    }

    fn flush(&mut self) {
        let steps = std::mem::take(&mut self.pending);
        let before = self.state.clone();
        for step in &steps {
            apply(&mut self.state, step);
        }
        let views = |step: &Step| match step {
            Step::DropView { view } => Some(WORDS.drop_view(view)),
            _ => None,
        };
        self.statements.extend(steps.iter().filter_map(views));
        let mut there = before.clone();
        for step in &steps {
            if let Step::DropTable { table } = step {
                apply(&mut there, step);
                self.drop(&there, table);
            }
        }
        let after = self.state.clone();
        for table in &after.tables {
            match before.tables.iter().find(|one| one.name == table.name) {
                None => self.create(table),
                Some(found) => self.alter(found, table, &steps),
            }
        }
        let views = |step: &Step| match step {
            Step::CreateView { view } => WORDS.create_view(view),
            _ => Vec::new(),
        };
        self.statements.extend(steps.iter().flat_map(views));
    }

    fn create(&mut self, table: &Table) {
        self.statements.push(WORDS.create_table(table, &table.name));
        self.indexes(table);
    }

    fn indexes(&mut self, table: &Table) {
        let indexes = table.indexes.iter().filter(|index| !index.constraint);
        self.statements
            .extend(indexes.map(|index| WORDS.create_index(&table.name, index)));
    }

    /// DROP TABLE deletes the rows first, and what their foreign keys say happens then: to rows of
    /// tables that are still there.
    fn drop(&mut self, there: &Snapshot, table: &Table) {
        let mut keys = there.tables.iter().flat_map(|one| &one.foreign_keys);
        self.is_rebuild |= keys.any(|key| key.parent == table.name);
        self.statements
            .push(format!("DROP TABLE {}", WORDS.table(&table.name)));
    }

    fn alter(&mut self, found: &Table, table: &Table, steps: &[Step]) {
        let own: Vec<&Alteration> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Alter {
                    table: name,
                    alteration,
                } if *name == table.name => Some(alteration),
                _ => None,
            })
            .collect();
        let in_place: Option<Vec<String>> =
            own.iter().map(|one| in_place(found, table, one)).collect();
        match in_place {
            Some(statements) => self
                .statements
                .extend(statements.into_iter().filter(|text| !text.is_empty())),
            None => self.rebuild(found, table, &own),
        }
    }

    fn rebuild(&mut self, found: &Table, table: &Table, steps: &[&Alteration]) {
        self.is_rebuild = true;
        self.rebuilt.push(table.name.clone());
        let new = TableName::new(
            table.name.schema.as_deref(),
            &format!("__orm_new_{}", table.name.name),
        );
        let (old_name, new_name) = (WORDS.table(&table.name), WORDS.table(&new));
        let mut made = table.clone();
        // Its keys to itself speak of the name that it gets.
        made.name = new.clone();
        self.statements.push(WORDS.create_table(&made, &new));
        let (mut columns, mut values) = (Vec::new(), Vec::new());
        for column in table.columns.iter().filter(|one| one.computed.is_none()) {
            if let Some(value) = value(found, column, steps) {
                columns.push(WORDS.name(&column.name));
                values.push(value);
            }
        }
        let (columns, values) = (columns.join(", "), values.join(", "));
        if !columns.is_empty() {
            self.statements.push(format!(
                "INSERT INTO {new_name} ({columns}) SELECT {values} FROM {old_name}"
            ));
        }
        self.fits(found, table, &new_name);
        self.counter(found, table, &new);
        self.statements.push(format!("DROP TABLE {old_name}"));
        // Without this, names in views and in the keys of other tables would follow.
        self.statements
            .push("PRAGMA legacy_alter_table = ON".to_owned());
        self.statements.push(format!(
            "ALTER TABLE {new_name} RENAME TO {}",
            WORDS.name(&table.name.name)
        ));
        self.statements
            .push("PRAGMA legacy_alter_table = OFF".to_owned());
        self.indexes(table);
        self.statements
            .extend(table.triggers.iter().map(|trigger| trigger.sql.clone()));
    }

    /// A value that does not become one of the new type stops the migration: SQLite would keep it
    /// as it is.
    fn fits(&mut self, found: &Table, table: &Table, new: &str) {
        let same = Same(Database::Sqlite);
        for column in &table.columns {
            let Some(old) = found.column(&column.name) else {
                continue;
            };
            if column.computed.is_some() || same.stored(old, column) {
                continue;
            }
            let Some(types) = storage(&column.ty) else {
                continue;
            };
            let name = WORDS.name(&column.name);
            self.statements.push(format!(
                "UPDATE orm_check SET texts = (SELECT count(*) FROM {new} \
                 WHERE typeof({name}) NOT IN ('null', {types}))"
            ));
        }
    }

    /// The counter of the table goes on: no key is given twice.
    fn counter(&mut self, found: &Table, table: &Table, new: &TableName) {
        let counts = |table: &Table| {
            let mut columns = table.columns.iter();
            columns.any(|column| column.generator == Some(Generator::Default))
        };
        if !(counts(found) && counts(table)) {
            return;
        }
        let sequence = match &table.name.schema {
            Some(schema) => format!("{}.sqlite_sequence", WORDS.name(schema)),
            None => "sqlite_sequence".to_owned(),
        };
        let text = |name: &str| crate::ddl::quote_text(Database::Sqlite, name);
        let (old, new) = (text(&table.name.name), text(&new.name));
        self.statements
            .push(format!("DELETE FROM {sequence} WHERE name = {new}"));
        self.statements.push(format!(
            "INSERT INTO {sequence} (name, seq) SELECT {new}, seq FROM {sequence} WHERE name = {old}"
        ));
    }
}

/// What the rows that are there have in a column; `None` leaves it to the default.
fn value(found: &Table, column: &Column, steps: &[&Alteration]) -> Option<String> {
    let name = WORDS.name(&column.name);
    for step in steps {
        match step {
            Alteration::AddColumn {
                column: added,
                fill,
                ..
            } if added.name == column.name => return fill.as_ref().map(|fill| format!("({fill})")),
            Alteration::AlterColumn {
                to,
                fill: Some(fill),
                ..
            } if to.name == column.name => return Some(format!("coalesce({name}, ({fill}))")),
            Alteration::AlterColumn {
                to,
                absent: Some(value),
                ..
            } if to.name == column.name => return Some(format!("nullif({name}, ({value}))")),
            _ => {}
        }
    }
    found.column(&column.name).map(|_| name)
}

/// The statement of what can be done in place; empty where nothing is to be done.
fn in_place(found: &Table, table: &Table, alteration: &Alteration) -> Option<String> {
    match alteration {
        Alteration::AddIndex(index) if !index.constraint => {
            Some(WORDS.create_index(&table.name, index))
        }
        Alteration::DropIndex(index) if !index.constraint => {
            Some(WORDS.drop_index(&table.name, index))
        }
        Alteration::AddColumn {
            column,
            after,
            fill: None,
        } if is_simple(column) && is_last(found, table, &column.name, after.as_deref()) => {
            Some(format!(
                "ALTER TABLE {} ADD COLUMN {}",
                WORDS.table(&table.name),
                WORDS.column(column, false)
            ))
        }
        Alteration::Comment { .. } => Some(String::new()),
        _ => None,
    }
}

/// Whether ADD COLUMN takes it: no key, not computed, a constant default or none.
fn is_simple(column: &Column) -> bool {
    let constant = |text: &String| {
        let text = text.trim();
        let number = text.trim_start_matches(['-', '+']);
        let quoted = text
            .strip_prefix('\'')
            .and_then(|text| text.strip_suffix('\''));
        quoted.is_some_and(|inside| !inside.replace("''", "").contains('\''))
            || text.eq_ignore_ascii_case("true")
            || text.eq_ignore_ascii_case("false")
            || text.starts_with("x'")
            || text.starts_with("X'")
            || (!number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.'))
    };
    column.computed.is_none()
        && column.generator.is_none()
        && match &column.default {
            Some(default) => constant(default),
            None => column.nullable,
        }
}

/// Whether a new column stands where ADD COLUMN puts it: behind all that were there.
fn is_last(found: &Table, table: &Table, name: &str, after: Option<&str>) -> bool {
    let behind = |name: &str| table.columns.iter().position(|column| column.name == name);
    let was_there = found
        .columns
        .iter()
        .filter_map(|column| behind(&column.name));
    after.is_some() && was_there.max() < behind(name)
}

/// The classes that values of a type are stored in; `None` where any will do.
fn storage(ty: &str) -> Option<&'static str> {
    let has = |words: &[&str]| words.iter().any(|word| ty.contains(word));
    // The rules of affinity, in their order.
    if has(&["INT"]) {
        Some("'integer'")
    } else if has(&["CHAR", "CLOB", "TEXT", "DATE", "TIME"]) {
        Some("'text'")
    } else if has(&["BLOB"]) {
        Some("'blob'")
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        Some("'real', 'integer'")
    } else if has(&["BOOL"]) {
        Some("'integer'")
    } else {
        None
    }
}
