use orm_core::prelude::*;

fn law(session: &mut Session<SqliteConnection>, name: String) -> orm_core::Result<()> {
    let retry = TransactionOptions::new().retry(3);
    session.transaction_retry(&retry, |_| { //~ ERROR expected a closure that implements the `FnMut` trait
        drop(name);
        Ok(())
    })
}

fn main() {
    let _ = law;
}
