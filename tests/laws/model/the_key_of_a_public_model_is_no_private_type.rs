pub mod orders {
    use orm_core::prelude::*;

    #[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq, Hash)]
    struct OrderId(i64);

    #[derive(Model, Debug)]
    pub struct Order {
        id: OrderId, //~ ERROR private type `OrderId` in public interface
        amount: i32,
    }
}

fn main() {}
