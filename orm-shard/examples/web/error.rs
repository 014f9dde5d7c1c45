//! [`ApiError`]: what a client is told, always in the form of `orm_core::error::Invalid`:
//! `{"errors": [{"field", "code", "message", "params"}]}`.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use orm_core::error::{Error, ErrorKind, FieldError, Invalid};

/// A status, and what is wrong; the field is empty where it is the request as a whole.
pub struct ApiError {
    status: StatusCode,
    body: Invalid,
}

impl ApiError {
    /// An error of the request as a whole.
    pub fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let body = Invalid::new(vec![FieldError::new("", code, message)]);
        ApiError { status, body }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        if let Some(invalid) = error.invalid() {
            return invalid.clone().into();
        }
        match error.kind() {
            ErrorKind::NotFound => {
                ApiError::new(StatusCode::NOT_FOUND, "not_found", "does not exist")
            }
            // It may pass: a shard is down or overloaded, a transaction lost against another one.
            ErrorKind::Connect | ErrorKind::PoolTimeout | ErrorKind::Conflict => {
                eprintln!("{error}");
                let message = "cannot be answered at the moment";
                ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
            }
            // Ours to mend. What it is stands in the log and is not for the client to read.
            _ => {
                eprintln!("{error}");
                let message = "something went wrong";
                ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
            }
        }
    }
}

impl From<Invalid> for ApiError {
    fn from(body: Invalid) -> Self {
        let taken = body.errors.iter().any(|error| error.code == "unique");
        let status = match taken {
            true => StatusCode::CONFLICT,
            false => StatusCode::UNPROCESSABLE_ENTITY,
        };
        ApiError { status, body }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let seconds = HeaderValue::from_static("5");
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}
