//! Customers and their invoices: rows of all shards as if they were of one.

use orm_core::vocabulary::*;
use orm_shard::prelude::*;

use crate::models::*;
use crate::text::decimal;

chinook!(countries_once_each, |place| {
    let countries: Vec<Option<String>> = Customer::query()
        .scatter()
        .select(customers::country)
        .distinct()
        .order_by(customers::country)
        .load(&*place)
        .await
        .unwrap();
    place.same(
        &countries,
        "SELECT DISTINCT Country FROM Customer ORDER BY 1",
        "SELECT DISTINCT country COLLATE \"C\" FROM customer ORDER BY 1",
    );
});

chinook!(
    regions_once_each_and_null_where_the_database_puts_it,
    |place| {
        let regions: Vec<(Option<String>, Option<String>)> = Customer::query()
            .scatter()
            .select((customers::country, customers::state))
            .distinct()
            .order_by((customers::state.asc(), customers::country.desc()))
            .limit(40)
            .offset(3)
            .load(&*place)
            .await
            .unwrap();
        place.same(
            &regions,
            "SELECT DISTINCT Country, State FROM Customer
         ORDER BY State, Country DESC LIMIT 40 OFFSET 3",
            "SELECT country, state FROM (SELECT DISTINCT country, state FROM customer) AS region
         ORDER BY state COLLATE \"C\", country COLLATE \"C\" DESC LIMIT 40 OFFSET 3",
        );
    }
);

chinook!(countries_that_spend_most, |place| {
    let rows: Vec<(Option<String>, Option<Decimal>, i64)> = Customer::query()
        .scatter()
        .inner_join(invoices::table)
        .group_by(customers::country)
        .having(
            sum(invoices::total)
                .ge(decimal("75.26"))
                .and(count_star().gt(7)),
        )
        .order_by((sum(invoices::total).desc(), customers::country.asc()))
        .select((customers::country, sum(invoices::total), count_star()))
        .load(&*place)
        .await
        .unwrap();
    place.same(
        &rows,
        "SELECT Country, printf('%.2f', sum(Total)), count(*) FROM Customer JOIN Invoice
         USING (CustomerId) GROUP BY Country HAVING round(sum(Total) * 100) >= 7526 AND count(*) > 7
         ORDER BY round(sum(Total) * 100) DESC, Country",
        "SELECT country, sum(total), count(*) FROM customer JOIN invoice USING (customer_id)
         GROUP BY country HAVING sum(total) >= 75.26 AND count(*) > 7
         ORDER BY sum(total) DESC, country COLLATE \"C\"",
    );
});

chinook!(best_customers_in_order_and_ties_by_key, |place| {
    let rows: Vec<(i64, String, Option<Decimal>)> = Customer::query()
        .scatter()
        .inner_join(invoices::table)
        .group_by((customers::id, customers::last_name))
        .order_by((sum(invoices::total).desc(), customers::id.asc()))
        .limit(30)
        .select((customers::id, customers::last_name, sum(invoices::total)))
        .load(&*place)
        .await
        .unwrap();
    assert!(
        rows.windows(2).any(|two| two[0].2 == two[1].2),
        "there are ties"
    );
    place.same(
        &rows,
        "SELECT c.CustomerId, LastName, printf('%.2f', sum(Total)) FROM Customer c JOIN Invoice i
         ON i.CustomerId = c.CustomerId GROUP BY c.CustomerId
         ORDER BY round(sum(Total) * 100) DESC, c.CustomerId LIMIT 30",
        "SELECT c.customer_id, last_name, sum(total) FROM customer c JOIN invoice i
         ON i.customer_id = c.customer_id GROUP BY c.customer_id
         ORDER BY sum(total) DESC, c.customer_id LIMIT 30",
    );
});

chinook!(pages_of_all_invoices, |place| {
    let mut rows: Vec<(i64, NaiveDateTime, Decimal)> = Vec::new();
    loop {
        let page: Vec<(i64, NaiveDateTime, Decimal)> = Invoice::query()
            .scatter()
            .order_by((
                invoices::total.desc(),
                invoices::invoice_date.asc(),
                invoices::id.asc(),
            ))
            .select((invoices::id, invoices::invoice_date, invoices::total))
            .limit(60)
            .offset(rows.len() as i64)
            .load(&*place)
            .await
            .unwrap();
        if page.is_empty() {
            break;
        }
        rows.extend(page);
    }
    assert_eq!(rows.len(), 412);
    place.same(
        &rows,
        "SELECT InvoiceId, InvoiceDate, printf('%.2f', Total) FROM Invoice
         ORDER BY round(Total * 100) DESC, InvoiceDate, InvoiceId",
        "SELECT invoice_id, invoice_date, total FROM invoice
         ORDER BY total DESC, invoice_date, invoice_id",
    );
});

chinook!(invoices_loaded_along_with_their_customers, |place| {
    let customers = Customer::query()
        .scatter()
        .with(customer::invoices)
        .order_by(customers::id)
        .load(&*place)
        .await
        .unwrap();
    let sent = place.sent();
    assert_eq!(sent.len(), 8, "two statements a shard: {sent:?}");
    let rows: Vec<(i64, String, i64, Decimal)> = customers
        .iter()
        .flat_map(|customer| {
            customer[customer::invoices].iter().map(|invoice| {
                (
                    customer.id,
                    customer.email.clone(),
                    invoice.id,
                    invoice.total.clone(),
                )
            })
        })
        .collect();
    place.same(
        &rows,
        "SELECT c.CustomerId, Email, InvoiceId, printf('%.2f', Total) FROM Customer c JOIN Invoice i
         ON i.CustomerId = c.CustomerId ORDER BY c.CustomerId, InvoiceId",
        "SELECT c.customer_id, email, invoice_id, total FROM customer c JOIN invoice i
         ON i.customer_id = c.customer_id ORDER BY c.customer_id, invoice_id",
    );
});

chinook!(companies_first_and_people_without_one_last, |place| {
    let rows: Vec<(Option<String>, String)> = Customer::query()
        .scatter()
        .filter(customers::country.eq_any(["Brazil", "Canada", "Czech Republic"]))
        .order_by((
            customers::company.asc().nulls_last(),
            customers::last_name.desc(),
        ))
        .select((customers::company, customers::last_name))
        .load(&*place)
        .await
        .unwrap();
    place.same(
        &rows,
        "SELECT Company, LastName FROM Customer
         WHERE Country IN ('Brazil', 'Canada', 'Czech Republic')
         ORDER BY Company IS NULL, Company, LastName DESC",
        "SELECT company, last_name FROM customer
         WHERE country IN ('Brazil', 'Canada', 'Czech Republic')
         ORDER BY company COLLATE \"C\" NULLS LAST, last_name COLLATE \"C\" DESC",
    );
});

chinook!(invoices_in_a_range_of_prices, |place| {
    // As text, 13.86 would come before 9.9.
    let mut rows = Vec::new();
    for (low, high) in [("0.99", "1.98"), ("9.9", "13.86"), ("13.860", "1e2")] {
        let range = invoices::total.between(decimal(low), decimal(high));
        let found = Invoice::query().scatter().filter(range).count(&*place);
        rows.push(found.await.unwrap());
    }
    place.same(
        &rows,
        "SELECT count(*) FROM Invoice WHERE round(Total * 100) BETWEEN 99 AND 198 UNION ALL
         SELECT count(*) FROM Invoice WHERE round(Total * 100) BETWEEN 990 AND 1386 UNION ALL
         SELECT count(*) FROM Invoice WHERE round(Total * 100) BETWEEN 1386 AND 10000",
        "SELECT count(*) FROM invoice WHERE total BETWEEN 0.99 AND 1.98 UNION ALL
         SELECT count(*) FROM invoice WHERE total BETWEEN 9.9 AND 13.86 UNION ALL
         SELECT count(*) FROM invoice WHERE total BETWEEN 13.86 AND 100",
    );
});

chinook!(the_latest_of_the_largest_invoices, |place| {
    let largest: (i64, NaiveDateTime, Decimal) = Invoice::query()
        .scatter()
        .filter(invoices::billing_state.is_not_null())
        .order_by((
            invoices::total.desc(),
            invoices::invoice_date.desc(),
            invoices::id.desc(),
        ))
        .select((invoices::id, invoices::invoice_date, invoices::total))
        .first(&*place)
        .await
        .unwrap();
    place.same(
        &[largest],
        "SELECT InvoiceId, InvoiceDate, printf('%.2f', Total) FROM Invoice
         WHERE BillingState IS NOT NULL ORDER BY round(Total * 100) DESC, 2 DESC, 1 DESC LIMIT 1",
        "SELECT invoice_id, invoice_date, total FROM invoice
         WHERE billing_state IS NOT NULL ORDER BY total DESC, 2 DESC, 1 DESC LIMIT 1",
    );
});
