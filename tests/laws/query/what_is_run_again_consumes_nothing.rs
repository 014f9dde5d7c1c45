//@ max-lines: 25
use orm_core::prelude::*;

fn law(session: &mut Session<SqliteConnection>, name: String) -> orm_core::Result<()> {
    let retry = TransactionOptions::new().retry(3);
    session.transaction_retry(&retry, |_| {
        drop(name); //~ ERROR cannot move out of `name`, a captured variable in an `FnMut` closure
        Ok(())
    })
}

fn main() {
    let _ = law;
}
