pub mod orders {
    use orm_core::prelude::*;

    #[derive(Model, Debug)]
    #[model(shard_key = id)]
    pub(crate) struct Customer {
        id: i64,
    }

    #[derive(Model, Debug)]
    #[model(shard_key = customer_id)]
    pub struct Order {
        pub id: i64,
        #[model(belongs_to = Customer)] //~ ERROR crate-private type `orders::Customer` in public interface
        pub customer_id: i64,
    }
}

fn main() {}
