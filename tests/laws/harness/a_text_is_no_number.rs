fn number() -> i32 {
    "seven" //~ ERROR mismatched types
}

fn main() {
    number();
}
