//! The harness proves itself: servers come up at once, die, come back and leave nothing behind;
//! a network is cut and swallows at will.

#[path = "harness"]
mod topics {
    mod mariadb;
    mod postgres;
    mod proxy;
}
#[path = "harness/eventually.rs"]
mod eventually;
