//! Beside a struct and modules that have the names already.
#![deny(warnings)]
#![allow(dead_code)]

use orm_core::prelude::*;

struct NewCustomer;
struct CustomerPatch;
mod customers {}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(serde, module = customer_table)]
#[model(forms(new = CustomerForm, draft = CustomerToBe, patch = CustomerEdit, changes = Edits))]
struct Customer {
    #[model(generated)]
    id: i64,
    name: String,
    #[model(default = true)]
    active: bool,
}

fn main() {
    let engine = Engine::<SqliteConnection>::open(":memory:").unwrap();
    engine.create_all(schema![Customer]).unwrap();
    let mut session = engine.session().unwrap();
    let form: CustomerToBe = CustomerForm { name: "Ann".into() }.active(false);
    let ann = session.insert(form).unwrap();
    let edit: CustomerEdit = Customer::patch(ann.id).name("Anne");
    session.update(edit).unwrap();
    let found = Customer::query().filter(customer_table::name.eq("Anne")).load(&mut session);
    assert_eq!(found.unwrap().len(), 1);
    let _ = |changes: Edits, id| changes.to(id);
}
