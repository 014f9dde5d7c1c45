//! `#[derive(Model)]`: a small compiler, one stage a file.
//!
//! `attr` turns syntax into attributes, `ast` into a typed picture of the
//! model, `prop` answers derived questions, `valid` checks rules across
//! attributes, `types` knows what can be no column, `expand` writes the code, one item a file. Errors are collected
//! and reported all at once; the code is written in spite of them, so that one
//! mistake does not cause others elsewhere (`fallback` where that is impossible).
//!
//! `#[derive(ColumnType)]` is small and has one folder, `column_type`.

mod ast;
mod attr;
mod column_type;
mod embed;
mod embedded;
mod expand;
mod fallback;
mod json;
mod known;
mod naming;
mod partial;
mod prop;
mod schema;
mod types;
mod valid;

use proc_macro::TokenStream;

/// Makes a struct a model: a table with typed columns, insert and patch forms,
/// validation, metadata and routing.
///
/// ```text
/// #[derive(Model, Debug, Clone, PartialEq)]
/// #[model(table = "orders", shard_key = customer_id, has_many(items: LineItem))]
/// pub struct Order {
///     #[model(generated)]
///     pub id: i64,
///     #[model(belongs_to = Customer, on_delete = cascade, index)]
///     pub customer_id: i64,
///     #[model(range(0..))]
///     pub total_cents: i64,
/// }
/// ```
///
/// # On the struct
/// | attribute | meaning |
/// |---|---|
/// | `table = "orders"` | the table's name; default: the plural of the struct's name in snake case |
/// | `key(a, b)` | the key columns, in order; default: the fields marked `key`, else `id` |
/// | `schema = "billing"` | the schema; a database on MariaDB, an attached file on SQLite |
/// | `schema = crate::schema::orders` | stands beside that table of `diesel::table!`, whose names it takes |
/// | `view`, `view = "SELECT .."`, `view(materialized, "SELECT ..")` | a view: read, and never written |
/// | `comment = ".."` | kept by PostgreSQL and MariaDB |
/// | `renamed_from = "clients"` | what the table was called before: a migration renames it |
/// | `unique(a, b)`, `index(a, b.desc(), where = "..")` | over several columns; also `using = gin`, `include(c)`, `expr = ".."`, `name = ".."`, `home.city` of an embedded struct; `unique(per_shard, a, b)` on a sharded model |
/// | `check("due >= start")`, `check(name = "..", sql = "..")` | a check over the row |
/// | `belongs_to(contract: Contract, on(a, b))` | a foreign key of several columns |
/// | `has_many(orders: Order)` | a relation to a model that `belongs_to` this one; `via = orders::billing_id` names the foreign key to this model where there are several |
/// | `shard_key = id` | the column that decides on which shard a row lives |
/// | `colocated_with = Parent` | rows with equal shard keys live with those of `Parent`; implied by `belongs_to` on the shard key |
/// | `shard = broadcast` | a reference table: every row on every shard |
/// | `module = customer_table` | the module of the table; default: the table's name |
/// | `forms(new = CustomerForm)` | the names of the forms: `new`, `draft`, `patch`, `changes` |
/// | `after_load = Order::checked` | a function of yours, called with each row that was read, however it was: `fn(&mut Order) -> Result<(), E>`, `E` a text or any error; it may change the row, or refuse it |
/// | `serde`, `serde(rename_all = "camelCase")` | serde reads the forms `OrderDraft` and `OrderChanges` |
///
/// # On a field
/// | attribute | meaning |
/// |---|---|
/// | `column = "name"` | the column's name; default: the field's |
/// | `key` | part of the key |
/// | `json` | a serde type, stored as JSON: `AsJson<T>` in filters |
/// | `generated` | made by the database; `generated = time_id` and `generated = uuid_v7` are made before the insert |
/// | `unique`, `index` | a constraint or an index of this column; `unique(expr = "lower(email)")` of an expression in its place; `unique(per_shard)` on a sharded model |
/// | `belongs_to = Customer` | a foreign key to that model's key; `Self` is the model itself |
/// | `explicit_join` | joins over this foreign key say `.on(..)`; needed on one side where two models refer to each other |
/// | `on_delete = cascade`, `on_update = …` | also `restrict`, `set_null`, `set_default`, `no_action` (the default) |
/// | `deferrable`, `deferrable = initially_deferred` | when the foreign key is checked |
/// | `default = true` | a literal that the type has, `now`, or `sql("..")`; the insert need not mention the column |
/// | `default_with = path` | a function called when the insert is sent and its form gives nothing |
/// | `created_at`, `updated_at` | times that the engine's clock gives |
/// | `version` | counts updates; one made of a row that has changed since is an error of kind `Stale` |
/// | `soft_delete` | when the row was deleted: `Option` of a time |
/// | `computed = "cents * amount"` | a generated column, stored |
/// | `read_only` | made by the database in another way, and read back |
/// | `embedded`, `embedded(prefix = "home_")` | a struct with `#[derive(Embedded)]`: several columns; beside it `validate` and `protected` |
/// | `sql_type = "CITEXT"` | the type the column is declared with; `sql_type(postgres = "..", mysql = "..")` |
/// | `comment = ".."` | kept by PostgreSQL and MariaDB |
/// | `renamed_from = "surname"` | what the column was called before: a migration renames it |
/// | `protected` | no form that serde reads sets it |
/// | `length(1..=80)`, `range(0..)` | bounds of a text's length in characters, of a number |
/// | `not_blank`, `email` | rules for a text |
/// | `validate = path` | a function of yours: `fn(&FieldType) -> Result<(), E>`, `E` a text or a `FieldError` |
#[proc_macro_derive(Model, attributes(model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let mut input = syn::parse_macro_input!(input as syn::DeriveInput);
    known::ungroup_fields(&mut input);
    json::wrap_types(&mut input);
    let mut errors = Vec::new();
    let code = match ast::Model::read(&input, &mut errors) {
        Some(model) => {
            valid::check(&model, &mut errors);
            // A type that is no column breaks every item that is written for it.
            if types::check(&model, &mut errors) {
                expand::model(&model)
            } else {
                fallback::stub(&input)
            }
        }
        None => fallback::stub(&input),
    };
    let errors = errors.iter().map(syn::Error::to_compile_error);
    quote::quote!(#(#errors)* #code).into()
}

/// Makes a type of yours a column: a newtype, or an enum without data.
///
/// ```text
/// #[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
/// struct InvoiceId(i64);
///
/// #[derive(ColumnType, Debug, Clone, Copy, PartialEq)]
/// enum Status { Open, #[column(rename = "settled")] Paid }
/// ```
///
/// A newtype is stored as its field, of any column type. An enum is stored as a
/// text, and its column has a CHECK of the texts.
///
/// | on the enum | meaning |
/// |---|---|
/// | `rename_all = "kebab-case"` | how names become texts, in serde's words; default: `snake_case` |
/// | `integer`, `integer = i16` | stored as the discriminants, `i32` unless `i16` or `i64` is named |
/// | `postgres_enum = "mood"` | an enum type on PostgreSQL, also `"schema.mood"`; a text elsewhere |
///
/// On a variant `rename = "text"` gives its text.
///
/// The type needs `Clone` and `Debug`.
#[proc_macro_derive(ColumnType, attributes(column))]
pub fn derive_column_type(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    let mut errors = Vec::new();
    let code = column_type::expand(&input, &mut errors);
    let errors = errors.iter().map(syn::Error::to_compile_error);
    quote::quote!(#(#errors)* #code).into()
}

/// Makes a struct embeddable: its fields are columns of the models that hold it,
/// with a prefix before their names.
///
/// ```text
/// #[derive(Embedded, Debug, Clone, PartialEq)]
/// pub struct Address {
///     #[model(length(1..=80))]
///     pub street: String,
///     pub city: Option<String>,
/// }
///
/// #[derive(Model)]
/// struct Customer {
///     #[model(generated)]
///     id: i64,
///     #[model(embedded)]                          // home_street, home_city
///     home: Address,
///     #[model(embedded(prefix = "bill_"))]        // bill_street, bill_city
///     billing: Address,
/// }
/// ```
///
/// Fields take `column`, `json`, `sql_type`, `comment`, `length`, `range`, `not_blank`, `email` and
/// `validate`, as in a model. What is of a table stands on the model: `index(home.city)`.
#[proc_macro_derive(Embedded, attributes(model))]
pub fn derive_embedded(input: TokenStream) -> TokenStream {
    let mut input = syn::parse_macro_input!(input as syn::DeriveInput);
    known::ungroup_fields(&mut input);
    json::wrap_types(&mut input);
    embedded::derive(&input).into()
}

/// Makes a struct read some columns of a model.
///
/// ```text
/// #[derive(PartialModel, Debug)]
/// #[model(of = customers)]                // the module of the model's table
/// struct Label {
///     id: i64,
///     #[model(column = name)]             // a field of the model by another name
///     text: String,
///     #[model(embedded)]
///     home: Address,
///     #[model(json)]                      // as in the model
///     settings: Settings,
/// }
///
/// let labels: Vec<Label> = Customer::query().select_as::<Label>().load(&mut session)?;
/// ```
#[proc_macro_derive(PartialModel, attributes(model))]
pub fn derive_partial_model(input: TokenStream) -> TokenStream {
    let mut input = syn::parse_macro_input!(input as syn::DeriveInput);
    known::ungroup_fields(&mut input);
    json::wrap_types(&mut input);
    partial::derive(&input).into()
}

/// The tables of an application: `schema![Customer, Order]`.
///
/// Two models with one table do not compile, nor a foreign key to a model that
/// is not listed. Models whose tables exist already stand behind a semicolon:
/// `schema![Order; Customer]` makes `orders` alone.
#[proc_macro]
pub fn schema(input: TokenStream) -> TokenStream {
    let models = syn::parse_macro_input!(input as schema::Models);
    schema::expand(&models).into()
}

/// Embeds a folder of migrations in the program; the path is relative to the crate's `Cargo.toml`.
///
/// ```text
/// const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");
///
/// engine.migrate(&Migrations::embedded(&MIGRATIONS)?, &Run::default())?;
/// ```
///
/// A file that is changed compiles the crate anew. For a folder that is added a build script must
/// say so: `println!("cargo:rerun-if-changed=migrations");`
///
/// It is a compile error if the folder cannot be read, holds folders of migrations instead of
/// migrations, or has one without `up.sql`.
#[proc_macro]
pub fn embed_migrations(input: TokenStream) -> TokenStream {
    let folder = syn::parse_macro_input!(input as syn::LitStr);
    embed::expand(&folder).into()
}
