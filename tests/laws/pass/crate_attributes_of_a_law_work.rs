#![deny(warnings)]
#![allow(dead_code)]

fn unused() {}

fn main() {}
