//! Questions that name a customer go to the customer's shard, and there only.

use orm_core::vocabulary::*;

use crate::models::*;

chinook!(a_customer_by_key, |place| {
    for id in [1, 23, 59] {
        let customer = place
            .get::<Customer>(id)
            .await
            .unwrap()
            .expect("a customer");
        let sent = place.sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert_eq!(sent[0].0, place.locate(&id).unwrap());
        place.same(
            &[(customer.id, customer.email, customer.support_rep_id)],
            &format!(
                "SELECT CustomerId, Email, SupportRepId FROM Customer WHERE CustomerId = {id}"
            ),
            &format!(
                "SELECT customer_id, email, support_rep_id FROM customer WHERE customer_id = {id}"
            ),
        );
    }
    assert_eq!(place.get::<Customer>(60).await.unwrap(), None);
});

chinook!(invoices_of_a_customer, |place| {
    let mut shards = Vec::new();
    for id in 1..=59_i64 {
        let invoices: Vec<(i64, NaiveDateTime, Decimal)> = Invoice::query()
            .filter(invoices::customer_id.eq(id))
            .order_by(invoices::id)
            .select((invoices::id, invoices::invoice_date, invoices::total))
            .load(&*place)
            .await
            .unwrap();
        let sent = place.sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        assert_eq!(sent[0].0, place.locate(&id).unwrap());
        shards.push(sent[0].0.clone());
        if id % 10 == 0 {
            place.same(
                &invoices,
                &format!(
                    "SELECT InvoiceId, InvoiceDate, printf('%.2f', Total) FROM Invoice
                     WHERE CustomerId = {id} ORDER BY 1"
                ),
                &format!(
                    "SELECT invoice_id, invoice_date, total FROM invoice
                     WHERE customer_id = {id} ORDER BY 1"
                ),
            );
        }
    }
    shards.sort();
    shards.dedup();
    assert_eq!(shards.len(), 4, "customers of every shard were asked for");
});

chinook!(what_a_customer_bought, |place| {
    let id = 17_i64;
    let rows: Vec<(i64, String, Option<String>, Decimal)> = InvoiceLine::query()
        .inner_join(tracks::table.inner_join(genres::table))
        .filter(
            invoice_lines::customer_id
                .eq(id)
                .and(genres::name.ne("Rock")),
        )
        .order_by(invoice_lines::id)
        .select((
            invoice_lines::id,
            tracks::name,
            genres::name,
            invoice_lines::unit_price,
        ))
        .load(&*place)
        .await
        .unwrap();
    let sent = place.sent();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0].0, place.locate(&id).unwrap());
    place.same(
        &rows,
        "SELECT InvoiceLineId, t.Name, g.Name, printf('%.2f', l.UnitPrice) FROM Invoice
         JOIN InvoiceLine l USING (InvoiceId) JOIN Track t USING (TrackId)
         JOIN Genre g USING (GenreId) WHERE CustomerId = 17 AND g.Name <> 'Rock' ORDER BY 1",
        "SELECT invoice_line_id, t.name, g.name, l.unit_price FROM invoice
         JOIN invoice_line l USING (invoice_id) JOIN track t USING (track_id)
         JOIN genre g USING (genre_id) WHERE customer_id = 17 AND g.name <> 'Rock' ORDER BY 1",
    );
});

chinook!(an_invoice_with_its_lines, |place| {
    let invoice = place.get::<Invoice>((12, 208)).await.unwrap();
    let of_another = place.get::<Invoice>((13, 208)).await.unwrap();
    let owner = place.original.ask(
        "SELECT CustomerId FROM Invoice WHERE InvoiceId = 208",
        "SELECT customer_id FROM invoice WHERE invoice_id = 208",
    );
    let owner: i64 = owner.parse().unwrap();
    assert_eq!(invoice.is_some(), owner == 12);
    assert_eq!(of_another, None);
    place.sent();
    let loaded = Invoice::query()
        .filter(invoices::customer_id.eq(owner).and(invoices::id.eq(208)))
        .with(invoice::lines)
        .load(&*place)
        .await
        .unwrap();
    let sent = place.sent();
    assert_eq!(sent.len(), 2, "the invoice and its lines: {sent:?}");
    assert!(
        sent.iter()
            .all(|(shard, _)| shard == place.locate(&owner).unwrap())
    );
    let lines: Vec<(i64, i64, i32)> = loaded[0][invoice::lines]
        .iter()
        .map(|line| (line.id, line.track_id, line.quantity))
        .collect();
    place.same(
        &lines,
        "SELECT InvoiceLineId, TrackId, Quantity FROM InvoiceLine WHERE InvoiceId = 208 ORDER BY 1",
        "SELECT invoice_line_id, track_id, quantity FROM invoice_line WHERE invoice_id = 208
         ORDER BY 1",
    );
});
