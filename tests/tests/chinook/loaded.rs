//! All rows arrived, and each where it belongs.

use crate::models::*;

/// The rows of each shard, and what the original has.
macro_rules! on_each_shard {
    ($place:ident, $model:ident, $sqlite:literal, $postgres:literal) => {
        form!({
            let mut counts: Vec<i64> = Vec::new();
            for engine in $place.engines() {
                let mut session = engine.session().await.unwrap();
                counts.push($model::query().count(&mut session).await.unwrap());
            }
            let (sqlite, postgres) = ($sqlite, $postgres);
            let original = $place.original.ask(
                &format!("SELECT count(*) FROM {sqlite}"),
                &format!("SELECT count(*) FROM {postgres}"),
            );
            (counts, original.parse::<i64>().unwrap())
        })
    };
}

chinook!(every_row_is_there, |place| {
    let everywhere = [
        on_each_shard!(place, Artist, "Artist", "artist"),
        on_each_shard!(place, Genre, "Genre", "genre"),
        on_each_shard!(place, MediaType, "MediaType", "media_type"),
        on_each_shard!(place, Playlist, "Playlist", "playlist"),
        on_each_shard!(place, Album, "Album", "album"),
        on_each_shard!(place, Track, "Track", "track"),
        on_each_shard!(place, PlaylistTrack, "PlaylistTrack", "playlist_track"),
        on_each_shard!(place, Employee, "Employee", "employee"),
    ];
    let mut total = 0;
    for (counts, original) in everywhere {
        assert_eq!(counts, [original; 4]);
        total += original;
    }
    let sharded = [
        on_each_shard!(place, Customer, "Customer", "customer"),
        on_each_shard!(place, Invoice, "Invoice", "invoice"),
        on_each_shard!(place, InvoiceLine, "InvoiceLine", "invoice_line"),
    ];
    for (counts, original) in sharded {
        assert_eq!(counts.iter().sum::<i64>(), original);
        assert!(
            counts.iter().all(|count| *count > 0),
            "every shard has some: {counts:?}"
        );
        total += original;
    }
    assert_eq!(total, 15_607);
});

chinook!(invoices_and_lines_are_with_their_customer, |place| {
    let (mut customers, mut invoices, mut lines) = (0, 0, 0);
    for engine in place.engines() {
        let mut session = engine.session().await.unwrap();
        let mut here = Vec::new();
        for customer in Customer::query().load(&mut session).await.unwrap() {
            assert_eq!(place.locate(&customer.id).unwrap(), engine.name());
            here.push(customer.id);
        }
        let of_here = Invoice::query().load(&mut session).await.unwrap();
        assert!(
            of_here
                .iter()
                .all(|invoice| here.contains(&invoice.customer_id))
        );
        let lines_of_here: Vec<(InvoiceLine, Invoice)> = InvoiceLine::query()
            .inner_join(invoices::table)
            .load(&mut session)
            .await
            .unwrap();
        let same_customer = |(line, invoice): &(InvoiceLine, Invoice)| {
            line.customer_id == invoice.customer_id && here.contains(&line.customer_id)
        };
        assert!(lines_of_here.iter().all(same_customer));
        customers += here.len();
        invoices += of_here.len();
        lines += lines_of_here.len();
    }
    // Each once: together they are as many as the original has.
    assert_eq!((customers, invoices, lines), (59, 412, 2_240));
});

chinook!(reference_tables_are_the_same_on_every_shard, |place| {
    let tracks = Track::query()
        .order_by(tracks::id)
        .load(&*place)
        .await
        .unwrap();
    let people = Employee::query()
        .order_by(employees::id)
        .load(&*place)
        .await
        .unwrap();
    for engine in place.engines() {
        let mut session = engine.session().await.unwrap();
        assert_eq!(
            Track::query()
                .order_by(tracks::id)
                .load(&mut session)
                .await
                .unwrap(),
            tracks
        );
        assert_eq!(
            Employee::query()
                .order_by(employees::id)
                .load(&mut session)
                .await
                .unwrap(),
            people
        );
    }
});
