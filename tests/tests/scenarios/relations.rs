//! Relations loaded along: one more query a relation, whatever the number of rows.

use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(has_many(books: Book), has_many(awards: Award))]
struct Author {
    #[model(generated)]
    id: i64,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(has_many(editions: Edition))]
struct Book {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Author, index)]
    author_id: i64,
    #[model(belongs_to = Publisher)]
    publisher_id: Option<i64>,
    title: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Edition {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Book)]
    book_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Award {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Author)]
    author_id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(has_many(printed: Book, via = books::publisher_id))]
struct Publisher {
    #[model(generated)]
    id: i64,
    name: String,
}

macro_rules! library {
    ($place:ident, $session:ident) => {
        form! {
        $place
            .create_all(schema![Award, Edition, Book, Author, Publisher])
            .await
            .unwrap();
        let mut $session = $place.session().await.unwrap();
        let author = |id, name: &str| NewAuthor { name: name.into() }.id(id);
        $session
            .insert_many([author(1, "Ann"), author(2, "Bob"), author(3, "Cy")])
            .await
            .unwrap();
        $session
            .insert(
                NewPublisher {
                    name: "Press".into(),
                }
                .id(1),
            )
            .await
            .unwrap();
        let book = |author_id, title: &str, publisher: Option<i64>| {
            NewBook {
                author_id,
                title: title.into(),
            }
            .publisher_id(publisher)
        };
        $session
            .insert_many([
                book(2, "b", Some(1)),
                book(1, "a", None),
                book(2, "c", Some(1)),
            ])
            .await
            .unwrap();
        $session.insert(NewAward { author_id: 1 }).await.unwrap();
        $place.sent();
        }
    };
}

scenario!(has_many_costs_two_queries_and_keeps_both_orders, |place| {
    library!(place, session);
    let rows = Author::query()
        .order_by(authors::name.desc())
        .with(author::books)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(place.sent().len(), 2);
    let titles = |n: usize| {
        rows[n][author::books]
            .iter()
            .map(|b| b.title.as_str())
            .collect()
    };
    let titles: [Vec<&str>; 3] = [titles(0), titles(1), titles(2)];
    assert_eq!(titles, [vec![], vec!["b", "c"], vec!["a"]]);
    assert_eq!(rows[1].name, "Bob", "a loaded row is the row");
    assert_eq!(rows[2].get(author::books).len(), 1);
});

scenario!(belongs_to_is_loaded_once_a_parent, |place| {
    library!(place, session);
    let rows = Book::query()
        .order_by(books::title)
        .with(book::author)
        .with(book::publisher)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(place.sent().len(), 3);
    let names: Vec<_> = rows
        .iter()
        .map(|r| r[book::author].as_ref().unwrap().name.as_str())
        .collect();
    assert_eq!(names, ["Ann", "Bob", "Bob"]);
    assert!(rows[0][book::publisher].is_none());
    let (one, other) = (&rows[1][book::publisher], &rows[2][book::publisher]);
    let same = std::sync::Arc::ptr_eq(one.as_ref().unwrap(), other.as_ref().unwrap());
    assert!(same, "one parent, one allocation");
});

scenario!(several_relations_at_once, |place| {
    library!(place, session);
    let rows = Author::query()
        .filter(authors::id.eq(1))
        .with(author::books)
        .with(author::awards)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(place.sent().len(), 3);
    assert_eq!(
        (rows[0][author::books].len(), rows[0][author::awards].len()),
        (1, 1)
    );
    let rows = Publisher::query()
        .with(publisher::printed)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(
        rows[0][publisher::printed].len(),
        2,
        "by the foreign key that was named"
    );
});

scenario!(without_parents_nothing_more_is_asked, |place| {
    library!(place, session);
    let none = Author::query()
        .filter(authors::id.eq(99))
        .with(author::books);
    assert!(none.load(&mut session).await.unwrap().is_empty());
    assert_eq!(place.sent().len(), 1);
    let unpublished = Book::query()
        .filter(books::publisher_id.is_null())
        .with(book::publisher);
    assert_eq!(unpublished.load(&mut session).await.unwrap().len(), 1);
    assert_eq!(place.sent().len(), 1, "no key, no query");
});

scenario!(many_parents_are_still_two_queries, |place| {
    library!(place, session);
    let authors = (0..1000).map(|n| {
        NewAuthor {
            name: format!("{n}"),
        }
        .id(n + 10)
    });
    let ids: Vec<i64> = session
        .insert_many(authors)
        .await
        .unwrap()
        .iter()
        .map(|a| a.id)
        .collect();
    let books = ids.iter().map(|id| NewBook {
        author_id: *id,
        title: format!("{id}"),
    });
    session.insert_many(books).await.unwrap();
    place.sent();
    let rows = Author::query()
        .with(author::books)
        .limit(2000)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(place.sent().len(), 2);
    for row in rows.iter().filter(|row| row.id > 3) {
        assert_eq!(row[author::books][0].author_id, row.id);
    }
});
