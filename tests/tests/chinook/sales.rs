//! What was sold: sums over all shards, exact to the cent.

use orm_core::backend::Database;
use orm_core::vocabulary::*;
use orm_shard::prelude::*;

use crate::models::*;
use crate::text::{decimal, new_year};

chinook!(artists_by_what_they_earned, |place| {
    let rows: Vec<(Option<String>, Option<Decimal>, Option<i64>)> = InvoiceLine::query()
        .scatter()
        .inner_join(tracks::table.inner_join(albums::table.inner_join(artists::table)))
        .group_by((artists::id, artists::name))
        .order_by((
            sum(invoice_lines::unit_price * invoice_lines::quantity).desc(),
            artists::id.asc(),
        ))
        .limit(25)
        .select((
            artists::name,
            sum(invoice_lines::unit_price * invoice_lines::quantity),
            sum(invoice_lines::quantity),
        ))
        .load(&*place)
        .await
        .unwrap();
    let mut shards: Vec<_> = place.sent().into_iter().map(|(shard, _)| shard).collect();
    shards.sort();
    assert_eq!(shards, place.shard_names(), "one statement a shard");
    place.same(
        &rows,
        "SELECT a.Name, printf('%.2f', sum(l.UnitPrice * Quantity)), sum(Quantity) FROM InvoiceLine l
         JOIN Track t ON t.TrackId = l.TrackId JOIN Album b ON b.AlbumId = t.AlbumId
         JOIN Artist a ON a.ArtistId = b.ArtistId GROUP BY a.ArtistId
         ORDER BY round(sum(l.UnitPrice * Quantity) * 100) DESC, a.ArtistId LIMIT 25",
        "SELECT a.name, sum(l.unit_price * quantity), sum(quantity) FROM invoice_line l
         JOIN track t ON t.track_id = l.track_id JOIN album b ON b.album_id = t.album_id
         JOIN artist a ON a.artist_id = b.artist_id GROUP BY a.artist_id
         ORDER BY sum(l.unit_price * quantity) DESC, a.artist_id LIMIT 25",
    );
});

chinook!(genres_that_sold_more_than_a_hundred, |place| {
    let rows: Vec<(Option<String>, i64)> = InvoiceLine::query()
        .scatter()
        .inner_join(tracks::table.inner_join(genres::table))
        .group_by(genres::name)
        .having(count(invoice_lines::id).gt(100))
        .order_by((count(invoice_lines::id).desc(), genres::name.asc()))
        .select((genres::name, count(invoice_lines::id)))
        .load(&*place)
        .await
        .unwrap();
    place.same(
        &rows,
        "SELECT g.Name, count(*) FROM InvoiceLine JOIN Track t USING (TrackId)
         JOIN Genre g USING (GenreId) GROUP BY g.Name HAVING count(*) > 100
         ORDER BY count(*) DESC, g.Name",
        "SELECT g.name, count(*) FROM invoice_line JOIN track t USING (track_id)
         JOIN genre g USING (genre_id) GROUP BY g.name HAVING count(*) > 100
         ORDER BY count(*) DESC, g.name",
    );
});

type Totals = (
    Option<Decimal>,
    Option<Decimal>,
    Option<Decimal>,
    Option<Decimal>,
    i64,
);

chinook!(totals_to_the_last_digit, |place| {
    let totals: Totals = Invoice::query()
        .scatter()
        .select((
            sum(invoices::total),
            avg(invoices::total),
            min(invoices::total),
            max(invoices::total),
            count(invoices::id),
        ))
        .first(&*place)
        .await
        .unwrap();
    // The average has PostgreSQL's digits on SQLite too, where only floats could check them, and
    // on MariaDB as many as a decimal of it holds.
    let mean = match place.database {
        Database::Mysql => "5.651941747572815533980582524272",
        _ => "5.6519417475728155",
    };
    place.same(
        &[totals],
        &format!(
            "SELECT printf('%.2f', sum(Total)), '{mean}', printf('%.2f', min(Total)),
                 printf('%.2f', max(Total)), count(*)
             FROM Invoice WHERE abs((SELECT avg(Total) FROM Invoice) - {mean}) < 1e-9"
        ),
        "SELECT sum(total), avg(total), min(total), max(total), count(*) FROM invoice",
    );
});

chinook!(countries_with_their_averages, |place| {
    let rows: Vec<(Option<String>, Option<Decimal>, Option<Decimal>)> = Invoice::query()
        .scatter()
        .group_by(invoices::billing_country)
        .order_by(invoices::billing_country)
        .select((
            invoices::billing_country,
            sum(invoices::total),
            avg(invoices::total),
        ))
        .load(&*place)
        .await
        .unwrap();
    let rounded: Vec<_> = rows
        .into_iter()
        .map(|(country, sum, avg)| (country, sum, avg.map(|avg| avg.round(8))))
        .collect();
    place.same(
        &rounded,
        "SELECT BillingCountry, printf('%.2f', sum(Total)), printf('%.8f', avg(Total)) FROM Invoice
         GROUP BY 1 ORDER BY 1",
        "SELECT billing_country COLLATE \"C\", sum(total), round(avg(total), 8) FROM invoice
         GROUP BY 1 ORDER BY 1",
    );
});

chinook!(sales_of_each_year, |place| {
    let mut rows = Vec::new();
    for year in 2021..=2025 {
        let query = Invoice::query()
            .scatter()
            .filter(invoices::invoice_date.ge(new_year(year)))
            .filter(invoices::invoice_date.lt(new_year(year + 1)));
        let invoices = query.clone().count(&*place).await.unwrap();
        let total: Option<Decimal> = query
            .select(sum(invoices::total))
            .first(&*place)
            .await
            .unwrap();
        rows.push((year, invoices, total));
    }
    place.same(
        &rows,
        "SELECT strftime('%Y', InvoiceDate), count(*), printf('%.2f', sum(Total)) FROM Invoice
         GROUP BY 1 ORDER BY 1",
        "SELECT extract(year FROM invoice_date), count(*), sum(total) FROM invoice
         GROUP BY 1 ORDER BY 1",
    );
});

chinook!(first_and_last_sale_of_each_city, |place| {
    let rows: Vec<(
        Option<String>,
        Option<NaiveDateTime>,
        Option<NaiveDateTime>,
        i64,
    )> = Invoice::query()
        .scatter()
        .filter(invoices::billing_country.ne("USA"))
        .group_by((invoices::billing_city, invoices::billing_country))
        .order_by(invoices::billing_city)
        .select((
            invoices::billing_city,
            min(invoices::invoice_date),
            max(invoices::invoice_date),
            count_star(),
        ))
        .load(&*place)
        .await
        .unwrap();
    // "Edinburgh " ends with a blank, which the PostgreSQL script loses: its literals are N'..'.
    let trimmed: Vec<_> = rows
        .into_iter()
        .map(|(city, first, last, count)| {
            (
                city.map(|city| city.trim_end().to_owned()),
                first,
                last,
                count,
            )
        })
        .collect();
    place.same(
        &trimmed,
        "SELECT rtrim(BillingCity), min(InvoiceDate), max(InvoiceDate), count(*) FROM Invoice
         WHERE BillingCountry <> 'USA' GROUP BY BillingCity, BillingCountry ORDER BY 1",
        "SELECT billing_city COLLATE \"C\", min(invoice_date), max(invoice_date), count(*)
         FROM invoice WHERE billing_country <> 'USA' GROUP BY billing_city, billing_country
         ORDER BY 1",
    );
});

chinook!(support_reps_by_media_over_seven_tables, |place| {
    let rows: Vec<(String, Option<String>, i64, Option<Decimal>)> = InvoiceLine::query()
        .scatter()
        .inner_join(invoices::table.inner_join(customers::table.inner_join(employees::table)))
        .inner_join(tracks::table.inner_join(media_types::table))
        .filter(
            customers::country
                .ne_all(["USA", "Canada"])
                .and(tracks::milliseconds.gt(200_000)),
        )
        .group_by((employees::last_name, media_types::name))
        .having(
            count_star()
                .gt(1)
                .or(max(invoices::total).gt(decimal("20"))),
        )
        .order_by((employees::last_name.asc(), media_types::name.desc()))
        .select((
            employees::last_name,
            media_types::name,
            count_star(),
            max(invoices::total),
        ))
        .load(&*place)
        .await
        .unwrap();
    place.same(
        &rows,
        "SELECT e.LastName, m.Name, count(*), printf('%.2f', max(Total)) FROM InvoiceLine l
         JOIN Invoice i ON i.InvoiceId = l.InvoiceId JOIN Customer c ON c.CustomerId = i.CustomerId
         JOIN Employee e ON e.EmployeeId = c.SupportRepId JOIN Track t ON t.TrackId = l.TrackId
         JOIN MediaType m ON m.MediaTypeId = t.MediaTypeId
         WHERE c.Country NOT IN ('USA', 'Canada') AND Milliseconds > 200000
         GROUP BY e.LastName, m.Name HAVING count(*) > 1 OR max(Total) > 20
         ORDER BY e.LastName, m.Name DESC",
        "SELECT e.last_name, m.name, count(*), max(total) FROM invoice_line l
         JOIN invoice i ON i.invoice_id = l.invoice_id
         JOIN customer c ON c.customer_id = i.customer_id
         JOIN employee e ON e.employee_id = c.support_rep_id
         JOIN track t ON t.track_id = l.track_id
         JOIN media_type m ON m.media_type_id = t.media_type_id
         WHERE c.country NOT IN ('USA', 'Canada') AND milliseconds > 200000
         GROUP BY e.last_name, m.name HAVING count(*) > 1 OR max(total) > 20
         ORDER BY e.last_name COLLATE \"C\", m.name COLLATE \"C\" DESC",
    );
});

chinook!(
    lines_of_jazz_by_a_subquery_that_every_shard_can_answer,
    |place| {
        // Tracks and genres are on every shard, so the subquery sees all of them wherever it runs.
        let jazz = tracks::table
            .inner_join(genres::table)
            .filter(genres::name.eq("Jazz"))
            .select(tracks::id);
        let lines = InvoiceLine::query()
            .scatter()
            .filter(invoice_lines::track_id.eq_any(jazz))
            .count(&*place)
            .await
            .unwrap();
        place.same(
            &[lines],
            "SELECT count(*) FROM InvoiceLine JOIN Track t USING (TrackId) JOIN Genre g
         USING (GenreId) WHERE g.Name = 'Jazz'",
            "SELECT count(*) FROM invoice_line JOIN track t USING (track_id) JOIN genre g
         USING (genre_id) WHERE g.name = 'Jazz'",
        );
        // Invoices are not: each shard would see its own only.
        let large = invoices::table.filter(invoices::total.gt(decimal("10")));
        let refused = InvoiceLine::query()
            .scatter()
            .filter(invoice_lines::invoice_id.eq_any(large.select(invoices::id)))
            .count(&*place)
            .await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Refused);
    }
);
