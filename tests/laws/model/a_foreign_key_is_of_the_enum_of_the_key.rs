use orm_core::prelude::*;

#[derive(ColumnType, Debug, Clone, PartialEq, Eq, Hash)]
enum Color {
    Red,
    Green,
}

#[derive(ColumnType, Debug, Clone, PartialEq, Eq, Hash)]
enum Size {
    Small,
    Large,
}

#[derive(Model)]
struct Paint {
    #[model(key)]
    color: Color,
}

#[derive(Model)]
struct Wall {
    id: i64,
    #[model(belongs_to = Paint)]
    //~^ ERROR the foreign key and the key that it refers to are different enums
    paint_id: Size,
}

fn main() {}
