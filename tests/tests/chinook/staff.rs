//! Employees: a table that refers to itself, and that sharded rows refer to.

use orm_core::vocabulary::*;
use orm_shard::prelude::*;

use crate::models::*;

chinook!(who_reports_to_whom, |place| {
    let bosses = alias!(employees as bosses);
    let rows: Vec<(String, Option<String>, Option<String>)> = Employee::query()
        .left_join(bosses.on(employees::reports_to.eq(bosses.field(employees::id).nullable())))
        .order_by(employees::id)
        .select((
            employees::last_name,
            employees::title,
            bosses.field(employees::last_name).nullable(),
        ))
        .load(&*place)
        .await
        .unwrap();
    assert_eq!(rows.iter().filter(|(_, _, boss)| boss.is_none()).count(), 1);
    place.same(
        &rows,
        "SELECT e.LastName, e.Title, b.LastName FROM Employee e LEFT JOIN Employee b
         ON b.EmployeeId = e.ReportsTo ORDER BY e.EmployeeId",
        "SELECT e.last_name, e.title, b.last_name FROM employee e LEFT JOIN employee b
         ON b.employee_id = e.reports_to ORDER BY e.employee_id",
    );
});

chinook!(how_many_each_one_leads, |place| {
    let bosses = alias!(employees as bosses);
    // Of an alias Diesel groups by one field; the key stands for all of them.
    let rows: Vec<(String, i64)> = Employee::query()
        .inner_join(bosses.on(employees::reports_to.eq(bosses.field(employees::id).nullable())))
        .group_by(bosses.field(employees::id))
        .order_by((count_star().desc(), bosses.field(employees::id).asc()))
        .select((bosses.field(employees::last_name), count_star()))
        .load(&*place)
        .await
        .unwrap();
    place.same(
        &rows,
        "SELECT b.LastName, count(*) FROM Employee e JOIN Employee b ON b.EmployeeId = e.ReportsTo
         GROUP BY b.EmployeeId ORDER BY count(*) DESC, b.EmployeeId",
        "SELECT b.last_name, count(*) FROM employee e JOIN employee b
         ON b.employee_id = e.reports_to GROUP BY b.employee_id
         ORDER BY count(*) DESC, b.employee_id",
    );
});

chinook!(hired_in_a_range_of_dates, |place| {
    let day = |y, m, d| {
        NaiveDate::from_ymd_opt(y, m, d)
            .unwrap()
            .and_time(NaiveTime::MIN)
    };
    let rows: Vec<(String, Option<NaiveDateTime>)> = Employee::query()
        .filter(employees::hire_date.between(day(2002, 5, 1), day(2003, 10, 17)))
        .order_by((employees::hire_date.desc(), employees::last_name.asc()))
        .select((employees::last_name, employees::hire_date))
        .load(&*place)
        .await
        .unwrap();
    place.same(
        &rows,
        "SELECT LastName, HireDate FROM Employee WHERE HireDate BETWEEN '2002-05-01 00:00:00'
         AND '2003-10-17 00:00:00' ORDER BY HireDate DESC, LastName",
        "SELECT last_name, hire_date FROM employee WHERE hire_date BETWEEN '2002-05-01'
         AND '2003-10-17' ORDER BY hire_date DESC, last_name",
    );
});

chinook!(sales_of_each_support_rep, |place| {
    let rows: Vec<(String, i64, Option<Decimal>)> = Customer::query()
        .scatter()
        .inner_join(employees::table)
        .inner_join(invoices::table)
        .group_by((employees::id, employees::last_name))
        .order_by(sum(invoices::total).desc())
        .select((
            employees::last_name,
            count(invoices::id),
            sum(invoices::total),
        ))
        .load(&*place)
        .await
        .unwrap();
    place.same(
        &rows,
        "SELECT e.LastName, count(*), printf('%.2f', sum(Total)) FROM Employee e
         JOIN Customer c ON c.SupportRepId = e.EmployeeId
         JOIN Invoice i ON i.CustomerId = c.CustomerId
         GROUP BY e.EmployeeId ORDER BY sum(Total) DESC",
        "SELECT e.last_name, count(*), sum(total) FROM employee e
         JOIN customer c ON c.support_rep_id = e.employee_id
         JOIN invoice i ON i.customer_id = c.customer_id
         GROUP BY e.employee_id ORDER BY sum(total) DESC",
    );
});

chinook!(customers_beside_their_support_rep, |place| {
    let rows: Vec<(i64, String, Option<String>)> = Customer::query()
        .scatter()
        .left_join(employees::table)
        .filter(customers::company.is_not_null())
        .order_by(customers::id)
        .select((
            customers::id,
            customers::last_name,
            employees::last_name.nullable(),
        ))
        .load(&*place)
        .await
        .unwrap();
    place.same(
        &rows,
        "SELECT CustomerId, c.LastName, e.LastName FROM Customer c LEFT JOIN Employee e
         ON EmployeeId = SupportRepId WHERE Company IS NOT NULL ORDER BY 1",
        "SELECT customer_id, c.last_name, e.last_name FROM customer c LEFT JOIN employee e
         ON employee_id = support_rep_id WHERE c.company IS NOT NULL ORDER BY 1",
    );
});
