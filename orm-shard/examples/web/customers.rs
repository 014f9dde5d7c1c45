//! The requests.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use orm_core::aio::prelude::*;
use orm_shard::aio::prelude::*;
use serde::{Deserialize, Serialize};

use crate::database::Cluster;
use crate::error::ApiError;
use crate::extract::{Json, Path, Query};
use crate::models::{Customer, EmailClaim, NewCustomer, customers, email_claims};

/// The body of `POST /customers`. What is missing is empty, and the rules say so on its field.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Registration {
    name: String,
    email: String,
}

/// `POST /customers`: 201 with the customer and its place; 422, or 409 if the address is taken.
pub async fn create(
    State(cluster): State<Cluster>,
    Json(Registration { name, email }): Json<Registration>,
) -> Result<impl IntoResponse, ApiError> {
    let id = Uuid::now_v7();
    let mut customer = NewCustomer { id, name, email };
    // The insert would check as well, but only after the address is claimed.
    customer.validate()?;

    customer.id = claim(&cluster, &customer).await?;
    let customer = register(&cluster, customer).await?;
    let location = format!("/customers/{}", customer.id);
    Ok((
        StatusCode::CREATED,
        [(header::LOCATION, location)],
        Json(customer),
    ))
}

/// Claims the customer's e-mail address. Gives the id that its customer has, or will have: the one
/// proposed, unless the address was claimed before.
///
/// Claim and customer lie on two shards and are not written at once. That is safe because a claim
/// is only ever made, never changed or removed: whoever registers an address, at any time, gets
/// the same id, and the key of the customers admits it once.
///
/// A crash after the claim, or a client that goes away, leaves an id without a customer. Nothing
/// has to be mended: the next registration of this address gets that id. Removing the claim
/// instead, after an error or with the customer, would open a gap: a registration that has read it
/// already could still succeed, beside another one with a new claim.
async fn claim(cluster: &Cluster, customer: &NewCustomer) -> orm_core::Result<Uuid> {
    let claim = EmailClaim {
        email: customer.email.clone(),
        customer_id: customer.id,
    };
    // The session ends with this function. Kept until the customer is inserted, it would be one of
    // two connections of one request, and enough such requests wait for each other.
    let mut session = cluster.shard(&customer.email).await?;
    let made = session.insert_unless_exists(claim, email_claims::email);
    let claim = match made.await? {
        Some(made) => made,
        None => {
            let before = session.get::<EmailClaim>(customer.email.clone()).await?;
            before.ok_or_else(|| orm_core::Error::not_found("the claim to", &customer.email))?
        }
    };
    Ok(claim.customer_id)
}

/// Inserts a customer under the id of the claim.
async fn register(cluster: &Cluster, customer: NewCustomer) -> orm_core::Result<Customer> {
    let result = cluster.insert(customer).await;
    result.map_err(|error| match error.invalid() {
        // Whoever has the id of the claim has the address.
        Some(invalid) if invalid.on("id").any(|error| error.code == "unique") => {
            let taken = FieldError::new("email", "unique", "has already been taken");
            Invalid::new(vec![taken]).into()
        }
        _ => error,
    })
}

/// `GET /customers/{id}`: 200, or 404.
pub async fn find(
    State(cluster): State<Cluster>,
    Path(id): Path<Uuid>,
) -> Result<Json<Customer>, ApiError> {
    let customer = cluster.get::<Customer>(id).await?;
    let customer = customer.ok_or_else(|| orm_core::Error::not_found("customer", id))?;
    Ok(Json(customer))
}

/// The query of `GET /customers`.
#[derive(Deserialize)]
pub struct Page {
    /// 1 to 100; 20 if it is not given.
    limit: Option<i64>,
    /// The last id of the page before.
    after: Option<Uuid>,
}

/// The answer to it.
#[derive(Serialize)]
pub struct Listed {
    customers: Vec<Customer>,
    /// What to give as `after` for the next page; `null` on the last one.
    next: Option<Uuid>,
}

/// `GET /customers?limit=&after=`: all customers by id, page by page.
pub async fn list(
    State(cluster): State<Cluster>,
    Query(page): Query<Page>,
) -> Result<Json<Listed>, ApiError> {
    let limit = page.limit.unwrap_or(20);
    if !(1..=100).contains(&limit) {
        let message = "must be at least 1 and at most 100";
        let error = FieldError::new("limit", "range", message);
        return Err(Invalid::new(vec![error.with("min", 1).with("max", 100)]).into());
    }
    // Each shard sends the first rows behind `after`, and they are merged: no page costs more
    // than the first. One more than asked for tells whether there is a next one.
    let mut customers = Customer::query()
        .scatter()
        .filter(customers::id.gt(page.after.unwrap_or(Uuid::nil())))
        .order_by(customers::id.asc())
        .limit(limit + 1)
        .load(&cluster)
        .await?;
    let mut next = None;
    if customers.len() as i64 > limit {
        customers.pop();
        next = customers.last().map(|last| last.id);
    }
    Ok(Json(Listed { customers, next }))
}

/// The body of `PATCH /customers/{id}`.
#[derive(Deserialize)]
pub struct Rename {
    name: String,
}

/// `PATCH /customers/{id}`: 204, 404, or 422.
pub async fn rename(
    State(cluster): State<Cluster>,
    Path(id): Path<Uuid>,
    Json(Rename { name }): Json<Rename>,
) -> Result<StatusCode, ApiError> {
    cluster.update(Customer::patch(id).name(name)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /customers/{id}`: 204, or 404. The claim stays, and with it the address: who registers
/// it again is this customer again.
pub async fn delete(
    State(cluster): State<Cluster>,
    Path(id): Path<Uuid>,
) -> Result<StatusCode, ApiError> {
    if cluster.delete_key::<Customer>(id).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(orm_core::Error::not_found("customer", id).into())
    }
}
