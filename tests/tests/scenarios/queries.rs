//! Queries: ours and Diesel's own on the same tables and the same session.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
struct Employee {
    #[model(generated)]
    id: i64,
    name: String,
    #[model(belongs_to = Employee, index)]
    boss_id: Option<i64>,
    city: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Task {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Employee)]
    employee_id: i64,
    #[model(belongs_to = Project)]
    project_id: Option<i64>,
    hours: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Project {
    #[model(generated)]
    id: i64,
    title: String,
}

/// Ann leads Bob and Cy; Bob has two tasks, one in a project, Cy has one.
macro_rules! company {
    ($place:ident, $session:ident) => {
        form! {
        $place
            .create_all(schema![Employee, Task, Project])
            .await
            .unwrap();
        let mut $session = $place.session().await.unwrap();
        let person = |id, name: &str, boss: Option<i64>, city: &str| {
            NewEmployee {
                name: name.into(),
                city: city.into(),
            }
            .id(id)
            .boss_id(boss)
        };
        let people = [
            person(1, "Ann", None, "Rome"),
            person(2, "Bob", Some(1), "Rome"),
            person(3, "Cy", Some(1), "Oslo"),
        ];
        $session.insert_many(people).await.unwrap();
        $session
            .insert(
                NewProject {
                    title: "Moon".into(),
                }
                .id(1),
            )
            .await
            .unwrap();
        let task = |employee_id, hours, project: Option<i64>| {
            NewTask { employee_id, hours }.project_id(project)
        };
        $session
            .insert_many([task(2, 3, Some(1)), task(2, 5, None), task(3, 8, None)])
            .await
            .unwrap();
        $place.sent();
        }
    };
}

scenario!(filters_orders_and_windows, |place| {
    company!(place, session);
    let names = |rows: Vec<Employee>| rows.into_iter().map(|r| r.name).collect::<Vec<_>>();
    let romans = Employee::query()
        .filter(employees::city.eq("Rome"))
        .order_by(employees::name.desc());
    assert_eq!(
        names(romans.load(&mut session).await.unwrap()),
        ["Bob", "Ann"]
    );
    let second = Employee::query().order_by(employees::id).limit(1).offset(1);
    assert_eq!(names(second.load(&mut session).await.unwrap()), ["Bob"]);
    let led = Employee::query()
        .filter(employees::boss_id.eq(1).and(employees::city.ne("Rome")))
        .first(&mut session)
        .await;
    assert_eq!(led.unwrap().name, "Cy");
    let nobody = Employee::query().filter(employees::name.eq("Dee"));
    assert_eq!(nobody.optional(&mut session).await.unwrap(), None);
    let nobody = Employee::query()
        .filter(employees::name.eq("Dee"))
        .first(&mut session)
        .await;
    assert!(nobody.unwrap_err().is_not_found());
    let either = Employee::query()
        .filter(employees::name.like("A%").or(employees::boss_id.is_null()))
        .count(&mut session)
        .await;
    assert_eq!(either.unwrap(), 1);
    let not_rome = Employee::query().filter(not(employees::city.eq("Rome")));
    assert_eq!(not_rome.count(&mut session).await.unwrap(), 1);
});

scenario!(distinct_and_counts, |place| {
    company!(place, session);
    let cities: Vec<String> = Employee::query()
        .select(employees::city)
        .distinct()
        .order_by(employees::city)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(cities, ["Oslo", "Rome"]);
    place.sent();
    assert_eq!(
        Task::query()
            .filter(tasks::hours.gt(3))
            .count(&mut session)
            .await
            .unwrap(),
        2
    );
    assert_eq!(place.sent().len(), 1);
    let count: i64 = tasks::table.count().get_result(&mut session).await.unwrap();
    assert_eq!(count, 3);
});

scenario!(inner_joins_nest_and_select, |place| {
    company!(place, session);
    let rows: Vec<(Task, Employee)> = Task::query()
        .inner_join(employees::table)
        .order_by(tasks::id)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(rows.len(), 3);
    assert!(
        rows.iter()
            .all(|(task, employee)| task.employee_id == employee.id)
    );
    let rows: Vec<(String, i32, String)> = tasks::table
        .inner_join(employees::table)
        .inner_join(projects::table)
        .select((employees::name, tasks::hours, projects::title))
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(rows, [("Bob".to_owned(), 3, "Moon".to_owned())]);
    let nested: Vec<(String, Option<String>)> = employees::table
        .inner_join(tasks::table.left_join(projects::table))
        .order((employees::name, tasks::hours))
        .select((employees::name, projects::title.nullable()))
        .load(&mut session)
        .await
        .unwrap();
    let expected = [("Bob", Some("Moon")), ("Bob", None), ("Cy", None)];
    let expected = expected.map(|(name, title)| (name.to_owned(), title.map(str::to_owned)));
    assert_eq!(nested, expected);
});

scenario!(left_joins_load_into_option, |place| {
    company!(place, session);
    let rows: Vec<(Employee, Option<Task>)> = Employee::query()
        .left_join(tasks::table)
        .order_by((employees::id, tasks::id))
        .load(&mut session)
        .await
        .unwrap();
    let seen: Vec<_> = rows
        .iter()
        .map(|(e, t)| (e.id, t.as_ref().map(|t| t.hours)))
        .collect();
    assert_eq!(seen, [(1, None), (2, Some(3)), (2, Some(5)), (3, Some(8))]);
    let plain: Vec<(Employee, Option<Task>)> = employees::table
        .left_join(tasks::table)
        .filter(tasks::id.is_null())
        .select((Employee::as_select(), Option::<Task>::as_select()))
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(plain.len(), 1);
});

scenario!(an_alias_joins_a_table_with_itself, |place| {
    company!(place, session);
    let bosses = alias!(employees as bosses);
    let pairs: Vec<(String, String)> = employees::table
        .inner_join(bosses.on(employees::boss_id.eq(bosses.field(employees::id).nullable())))
        .order(employees::name.asc())
        .select((employees::name, bosses.field(employees::name)))
        .load(&mut session)
        .await
        .unwrap();
    let expected = [("Bob", "Ann"), ("Cy", "Ann")];
    assert_eq!(pairs, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
});

scenario!(exists_and_subqueries, |place| {
    company!(place, session);
    let busy = exists(tasks::table.filter(tasks::employee_id.eq(employees::id)));
    let idle: Vec<String> = Employee::query()
        .filter(not(busy))
        .select(employees::name)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(idle, ["Ann"]);
    let long = tasks::table
        .filter(tasks::hours.ge(8))
        .select(tasks::employee_id);
    let names: Vec<String> = employees::table
        .filter(employees::id.eq_any(long))
        .select(employees::name)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(names, ["Cy"]);
});

scenario!(boxed_queries_grow_at_run_time, |place| {
    company!(place, session);
    for (city, expected) in [(Some("Rome"), 2), (Some("Oslo"), 1), (None, 3)] {
        let mut query = employees::table.into_boxed();
        if let Some(city) = city {
            query = query.filter(employees::city.eq(city));
        }
        let rows: Vec<Employee> = query
            .order(employees::id)
            .limit(10)
            .load(&mut session)
            .await
            .unwrap();
        assert_eq!(rows.len(), expected);
    }
});

scenario!(lists_of_values_and_empty_lists, |place| {
    company!(place, session);
    let count = |filtered: i64| filtered;
    let some = Employee::query().filter(employees::id.eq_any([1, 2, 3, 99]));
    assert_eq!(count(some.count(&mut session).await.unwrap()), 3);
    let none = Employee::query().filter(employees::id.eq_any(Vec::<i64>::new()));
    assert_eq!(count(none.count(&mut session).await.unwrap()), 0);
    let all = Employee::query().filter(employees::name.ne_all(Vec::<String>::new()));
    assert_eq!(count(all.count(&mut session).await.unwrap()), 3);
    let others = Employee::query().filter(employees::name.ne_all(["Ann", "Bob"]));
    assert_eq!(count(others.count(&mut session).await.unwrap()), 1);
    // NULL is in no list and outside none: Ann has no boss.
    let led = Employee::query().filter(employees::boss_id.ne_all([7]));
    assert_eq!(count(led.count(&mut session).await.unwrap()), 2);
});
