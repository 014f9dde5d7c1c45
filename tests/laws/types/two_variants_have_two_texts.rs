//@ max-lines: 15
use orm_core::prelude::*;

#[derive(ColumnType, Debug, Clone)]
enum Status {
    Open,
    #[column(rename = "open")] //~ ERROR two variants are stored as `open`
    Opened,
}

fn main() {
    let _ = (Status::Open, Status::Opened);
}
