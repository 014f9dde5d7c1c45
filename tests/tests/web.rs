//! The example `web` of orm-shard as its users run it: a process that is asked over HTTP.

#[path = "harness/eventually.rs"]
mod eventually;
#[path = "web/http.rs"]
mod http;
#[path = "web/service.rs"]
mod service;

#[path = "web"]
mod topics {
    mod customers;
    mod pages;
    mod refused;
    mod shutdown;
}
