//! Every row of the original, through the ORM into a cluster.

use std::path::PathBuf;

use orm_core::changeset::Form;
use orm_core::connection::DatabaseConnection;
use orm_core::prelude::*;
use orm_core::session::LoadModel;
use orm_core::table::TableDef;
use orm_shard::identity::Writable;
use orm_shard::prelude::*;

use crate::models::*;
use crate::original::{Cells, rows};

/// Loads all tables, parents first. The rows that come back are those that were given.
pub(crate) fn load<C: DatabaseConnection>(cluster: &Cluster<C>, file: &PathBuf)
where
    Artist: LoadModel<C::Backend>,
    Genre: LoadModel<C::Backend>,
    MediaType: LoadModel<C::Backend>,
    Playlist: LoadModel<C::Backend>,
    Album: LoadModel<C::Backend>,
    Track: LoadModel<C::Backend>,
    PlaylistTrack: LoadModel<C::Backend>,
    Employee: LoadModel<C::Backend>,
    Customer: LoadModel<C::Backend>,
    Invoice: LoadModel<C::Backend>,
    InvoiceLine: LoadModel<C::Backend>,
{
    insert(
        cluster,
        rows(file, "SELECT * FROM Artist", |c| Artist {
            id: c.next(),
            name: c.next(),
        }),
    );
    insert(
        cluster,
        rows(file, "SELECT * FROM Genre", |c| Genre {
            id: c.next(),
            name: c.next(),
        }),
    );
    let media_type = |c: &mut Cells<'_>| MediaType {
        id: c.next(),
        name: c.next(),
    };
    insert(cluster, rows(file, "SELECT * FROM MediaType", media_type));
    let playlist = |c: &mut Cells<'_>| Playlist {
        id: c.next(),
        name: c.next(),
    };
    insert(cluster, rows(file, "SELECT * FROM Playlist", playlist));
    let album = |c: &mut Cells<'_>| Album {
        id: c.next(),
        title: c.next(),
        artist_id: c.next(),
    };
    insert(cluster, rows(file, "SELECT * FROM Album", album));
    insert(cluster, rows(file, TRACKS, track));
    let entry = |c: &mut Cells<'_>| PlaylistTrack {
        playlist_id: c.next(),
        track_id: c.next(),
    };
    insert(cluster, rows(file, "SELECT * FROM PlaylistTrack", entry));
    insert(cluster, rows(file, "SELECT * FROM Employee", employee));
    insert(cluster, rows(file, "SELECT * FROM Customer", customer));
    insert(cluster, rows(file, INVOICES, invoice));
    insert(cluster, rows(file, LINES, line));
}

fn insert<C, M>(cluster: &Cluster<C>, rows: Vec<M>)
where
    C: DatabaseConnection,
    M: Form + Model + LoadModel<C::Backend> + Clone + PartialEq + std::fmt::Debug,
    M: Model<Table = <M as Form>::Table>,
    <M as Form>::Table: TableDef<Model = M>,
    <<M as Form>::Table as TableDef>::Sharding: Writable,
{
    let inserted = cluster.insert_many(rows.clone()).unwrap();
    assert_eq!(inserted, rows);
}

// SQLite stores the prices as floats: `printf` gives the two digits that were meant.
const TRACKS: &str = "SELECT TrackId, Name, AlbumId, MediaTypeId, GenreId, Composer, Milliseconds,
    Bytes, printf('%.2f', UnitPrice) FROM Track";
const INVOICES: &str = "SELECT InvoiceId, CustomerId, InvoiceDate, BillingAddress, BillingCity,
    BillingState, BillingCountry, BillingPostalCode, printf('%.2f', Total) FROM Invoice";
const LINES: &str = "SELECT InvoiceLineId, CustomerId, InvoiceId, TrackId,
    printf('%.2f', UnitPrice), Quantity FROM InvoiceLine JOIN Invoice USING (InvoiceId)";

fn track(c: &mut Cells<'_>) -> Track {
    Track {
        id: c.next(),
        name: c.next(),
        album_id: c.next(),
        media_type_id: c.next(),
        genre_id: c.next(),
        composer: c.next(),
        milliseconds: c.next(),
        bytes: c.next(),
        unit_price: c.next(),
    }
}

fn employee(c: &mut Cells<'_>) -> Employee {
    Employee {
        id: c.next(),
        last_name: c.next(),
        first_name: c.next(),
        title: c.next(),
        reports_to: c.next(),
        birth_date: c.next(),
        hire_date: c.next(),
        address: c.next(),
        city: c.next(),
        state: c.next(),
        country: c.next(),
        postal_code: c.next(),
        phone: c.next(),
        fax: c.next(),
        email: c.next(),
    }
}

fn customer(c: &mut Cells<'_>) -> Customer {
    Customer {
        id: c.next(),
        first_name: c.next(),
        last_name: c.next(),
        company: c.next(),
        address: c.next(),
        city: c.next(),
        state: c.next(),
        country: c.next(),
        postal_code: c.next(),
        phone: c.next(),
        fax: c.next(),
        email: c.next(),
        support_rep_id: c.next(),
    }
}

fn invoice(c: &mut Cells<'_>) -> Invoice {
    Invoice {
        id: c.next(),
        customer_id: c.next(),
        invoice_date: c.next(),
        billing_address: c.next(),
        billing_city: c.next(),
        billing_state: c.next(),
        billing_country: c.next(),
        billing_postal_code: c.next(),
        total: c.next(),
    }
}

fn line(c: &mut Cells<'_>) -> InvoiceLine {
    InvoiceLine {
        id: c.next(),
        customer_id: c.next(),
        invoice_id: c.next(),
        track_id: c.next(),
        unit_price: c.next(),
        quantity: c.next(),
    }
}
