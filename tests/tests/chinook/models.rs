//! The eleven tables. Customers are sharded by their id, invoices and their lines live with their
//! customer, and everything else is on every shard.

use orm_core::vocabulary::*;

/// All tables, parents first.
pub(crate) const SCHEMA: orm_core::schema::Schema = schema![
    Artist,
    Genre,
    MediaType,
    Playlist,
    Album,
    Track,
    PlaylistTrack,
    Employee,
    Customer,
    Invoice,
    InvoiceLine
];

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard = broadcast)]
pub(crate) struct Artist {
    pub(crate) id: i64,
    #[model(length(1..=120))]
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard = broadcast)]
pub(crate) struct Genre {
    pub(crate) id: i64,
    #[model(length(1..=120))]
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard = broadcast)]
pub(crate) struct MediaType {
    pub(crate) id: i64,
    #[model(length(1..=120))]
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard = broadcast)]
pub(crate) struct Playlist {
    pub(crate) id: i64,
    #[model(length(1..=120))]
    pub(crate) name: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard = broadcast)]
pub(crate) struct Album {
    pub(crate) id: i64,
    #[model(length(1..=160))]
    pub(crate) title: String,
    #[model(belongs_to = Artist, index)]
    pub(crate) artist_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard = broadcast)]
pub(crate) struct Track {
    pub(crate) id: i64,
    #[model(length(1..=200))]
    pub(crate) name: String,
    #[model(belongs_to = Album, index)]
    pub(crate) album_id: Option<i64>,
    #[model(belongs_to = MediaType, index)]
    pub(crate) media_type_id: i64,
    #[model(belongs_to = Genre, index)]
    pub(crate) genre_id: Option<i64>,
    pub(crate) composer: Option<String>,
    #[model(range(0..))]
    pub(crate) milliseconds: i32,
    pub(crate) bytes: Option<i64>,
    pub(crate) unit_price: Decimal,
}

/// Playlists and tracks, many to many.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard = broadcast, key(playlist_id, track_id))]
pub(crate) struct PlaylistTrack {
    #[model(belongs_to = Playlist, on_delete = cascade)]
    pub(crate) playlist_id: i64,
    #[model(belongs_to = Track, on_delete = cascade, index)]
    pub(crate) track_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard = broadcast)]
pub(crate) struct Employee {
    pub(crate) id: i64,
    pub(crate) last_name: String,
    pub(crate) first_name: String,
    pub(crate) title: Option<String>,
    /// The employee's own superior.
    #[model(belongs_to = Employee, index)]
    pub(crate) reports_to: Option<i64>,
    pub(crate) birth_date: Option<NaiveDateTime>,
    pub(crate) hire_date: Option<NaiveDateTime>,
    pub(crate) address: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) postal_code: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) fax: Option<String>,
    pub(crate) email: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard_key = id, has_many(invoices: Invoice))]
pub(crate) struct Customer {
    pub(crate) id: i64,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) company: Option<String>,
    pub(crate) address: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) postal_code: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) fax: Option<String>,
    /// No `email`: that rule is HTML's and ASCII only, and a customer is stanisław.wójcik@wp.pl.
    #[model(validate = has_one_at)]
    pub(crate) email: String,
    #[model(belongs_to = Employee, index)]
    pub(crate) support_rep_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard_key = customer_id, has_many(lines: InvoiceLine))]
pub(crate) struct Invoice {
    pub(crate) id: i64,
    #[model(belongs_to = Customer, index)]
    pub(crate) customer_id: i64,
    pub(crate) invoice_date: NaiveDateTime,
    pub(crate) billing_address: Option<String>,
    pub(crate) billing_city: Option<String>,
    pub(crate) billing_state: Option<String>,
    pub(crate) billing_country: Option<String>,
    pub(crate) billing_postal_code: Option<String>,
    pub(crate) total: Decimal,
}

fn has_one_at(email: &str) -> Result<(), &'static str> {
    if email.matches('@').count() == 1 {
        Ok(())
    } else {
        Err("is no address")
    }
}

/// The original names the invoice only; the customer, and so the shard, comes from there.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(shard_key = customer_id)]
pub(crate) struct InvoiceLine {
    pub(crate) id: i64,
    #[model(belongs_to = Customer, index)]
    pub(crate) customer_id: i64,
    #[model(belongs_to = Invoice, index)]
    pub(crate) invoice_id: i64,
    #[model(belongs_to = Track, index)]
    pub(crate) track_id: i64,
    pub(crate) unit_price: Decimal,
    #[model(range(1..))]
    pub(crate) quantity: i32,
}
