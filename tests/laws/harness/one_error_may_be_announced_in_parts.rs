//@ errors: 1
//@ max-lines: 12
struct Point {
    across: i32,
}

fn main() {
    let point = Point { across: 1 };
    println!("{}", point.acros);
    //~^ ERROR no field `acros`
    //~^^ ERROR a field with a similar name exists
}
