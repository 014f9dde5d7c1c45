//! Embedded structs: several columns that are one field.

use orm_core::vocabulary::*;

fn no_pobox(street: &str) -> Result<(), &'static str> {
    if street.starts_with("PO") {
        return Err("is a box");
    }
    Ok(())
}

#[derive(Embedded, Debug, Clone, PartialEq)]
struct Address {
    #[model(length(1..=20), validate = no_pobox)]
    street: String,
    #[model(column = "town")]
    city: Option<String>,
    #[model(range(0..))]
    zone: i16,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(index(since), index(home.city, since.desc()), has_many(parcels: Parcel))]
struct Client {
    #[model(embedded)]
    home: Address,
    #[model(generated)]
    id: i64,
    #[model(embedded(prefix = "bill_"))]
    billing: Address,
    since: NaiveDate,
    #[model(version)]
    version: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Parcel {
    #[model(generated)]
    id: i64,
    #[model(belongs_to = Client)]
    client_id: i64,
    #[model(embedded(prefix = ""))]
    target: Address,
}

fn address(street: &str, city: Option<&str>) -> Address {
    Address {
        street: street.into(),
        city: city.map(str::to_owned),
        zone: 1,
    }
}

fn client() -> NewClient {
    NewClient {
        home: address("A 1", Some("Ghent")),
        billing: address("B 2", None),
        since: NaiveDate::from_ymd_opt(2024, 1, 2).unwrap(),
    }
}

#[test]
fn columns_have_the_prefix() {
    let meta = schema![Client].tables()[0];
    let names: Vec<_> = meta.columns.iter().map(|column| column.name).collect();
    let expected = [
        "home_street",
        "home_town",
        "home_zone",
        "id",
        "bill_street",
        "bill_town",
        "bill_zone",
        "since",
        "version",
    ];
    assert_eq!(names, expected);
    assert_eq!(meta.key, [3]);
    assert_eq!(meta.version, Some(8));
    assert_eq!(meta.indexes[0].columns().unwrap(), [7]);
    assert_eq!(meta.indexes[1].columns().unwrap(), [1, 7]);
    assert_eq!(meta.indexes[1].name, "clients_home_city_since_idx");
    assert_eq!(meta.columns[5].field, "billing.city");
    let own = schema![Parcel; Client].tables()[0];
    assert_eq!(own.columns[3].name, "town");
}

scenario!(an_embedded_struct_is_written_and_read, |place| {
    place.create_all(schema![Client, Parcel]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let made = session.insert(client()).await.unwrap();
    assert_eq!(made.home, client().home);
    assert_eq!(made.billing, client().billing);
    let read = session.get::<Client>(made.id).await.unwrap().unwrap();
    assert_eq!(read, made);

    session
        .update(read.edit().billing(address("C 3", Some("Ypres"))))
        .await
        .unwrap();
    let patch = Client::patch(made.id)
        .set(clients::home.city, None)
        .set(clients::home.zone, 7);
    session.update(patch).await.unwrap();
    let read = session.get::<Client>(made.id).await.unwrap().unwrap();
    assert_eq!(read.billing, address("C 3", Some("Ypres")));
    assert_eq!((read.home.city.as_deref(), read.home.zone), (None, 7));
    assert_eq!((read.home.street.as_str(), read.version), ("A 1", 3));
    assert!(session.delete(&read).await.unwrap());
    assert_eq!(session.insert(read.clone()).await.unwrap(), read);
});

scenario!(its_columns_are_columns_like_any_other, |place| {
    place.create_all(schema![Client, Parcel]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let one = session.insert(client()).await.unwrap();
    let other = NewClient {
        home: address("Z 9", Some("Aalst")),
        ..client()
    };
    let two = session.insert(other).await.unwrap();
    for client in [&one, &two, &two] {
        let form = NewParcel {
            client_id: client.id,
            target: client.home.clone(),
        };
        session.insert(form).await.unwrap();
    }
    let found = Client::query()
        .filter(clients::home.street.like("Z%"))
        .filter(clients::billing.city.is_null())
        .order_by(clients::home.city.desc())
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(found, std::slice::from_ref(&two));
    let by_town: Vec<(Option<String>, i64)> = parcels::table
        .inner_join(clients::table)
        .group_by(clients::home.city)
        .order_by(clients::home.city)
        .select((clients::home.city, count(parcels::id)))
        .load(&mut session)
        .await
        .unwrap();
    let town = |name: &str, count| (Some(name.to_owned()), count);
    assert_eq!(by_town, [town("Aalst", 2), town("Ghent", 1)]);
    let both: Vec<(Parcel, Client)> = Parcel::query()
        .inner_join(clients::table)
        .filter(parcels::target.street.eq(clients::home.street))
        .order_by(parcels::id)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(both.len(), 3);
    assert_eq!(both[0].1, one);
    let maybe: Vec<(Client, Option<Parcel>)> = Client::query()
        .left_join(parcels::table)
        .order_by((clients::id, parcels::id))
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(
        maybe[2].1.as_ref().map(|parcel| &parcel.target),
        Some(&two.home)
    );
    let loaded = Client::query()
        .with(client::parcels)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(loaded[1][client::parcels].len(), 2);
});

scenario!(all_of_its_columns_are_one_expression, |place| {
    place.create_all(schema![Client, Parcel]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert(client()).await.unwrap();
    type Columns = (String, Option<String>, i16);
    let stored: Columns = ("A 1".to_owned(), Some("Ghent".to_owned()), 1);
    let homes = clients::table.select((clients::home, clients::since));
    let homes: Vec<(Columns, NaiveDate)> = homes.load(&mut session).await.unwrap();
    assert_eq!(homes[0].0, stored);

    let all = clients::table
        .select(clients::all_columns)
        .filter(clients::home.zone.gt(0));
    let all: Vec<Client> = all.load(&mut session).await.unwrap();
    assert_eq!(
        (all[0].home.street.as_str(), all[0].billing.city.as_deref()),
        ("A 1", None)
    );

    let other = diesel::alias!(clients as other);
    let joined = clients::table
        .inner_join(other.on(other.field(clients::id).eq(clients::id)))
        .select((clients::home, other.fields(clients::billing)));
    let joined: Vec<(Columns, Columns)> = joined.load(&mut session).await.unwrap();
    assert_eq!((&joined[0].0, joined[0].1.0.as_str()), (&stored, "B 2"));

    let left = clients::table
        .left_join(parcels::table)
        .select((clients::id, parcels::target.nullable()));
    let left: Vec<(i64, Option<Columns>)> = left.load(&mut session).await.unwrap();
    assert_eq!(left[0].1, None);

    let grouped = clients::table
        .group_by(clients::home)
        .select((clients::home, count_star()));
    let grouped: Vec<(Columns, i64)> = grouped.load(&mut session).await.unwrap();
    assert_eq!(grouped, [(stored, 1)]);
});

scenario!(its_rules_are_told_on_its_fields, |place| {
    place.create_all(schema![Client, Parcel]).await.unwrap();
    let mut session = place.session().await.unwrap();
    place.sent();
    let mut broken = client();
    broken.home.street = String::new();
    broken.billing.street = "PO Box 5".into();
    broken.billing.zone = -1;
    let error = session.insert(broken).await.unwrap_err();
    let fields: Vec<_> = error
        .invalid()
        .unwrap()
        .errors
        .iter()
        .map(|error| error.field.as_str())
        .collect();
    assert_eq!(fields.len(), 3, "{error:?}");
    for field in ["home.street", "billing.street", "billing.zone"] {
        assert!(fields.contains(&field), "{fields:?}");
    }
    assert!(place.sent().is_empty());
    let made = session.insert(client()).await.unwrap();
    let error = session
        .update(made.edit().home(address("PO 1", None)))
        .await
        .unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].field, "home.street");
    let error = session
        .update(Client::patch(made.id).set(clients::home.street, "PO Box 5"))
        .await
        .unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].field, "home.street");
    let error = orm_core::diesel::update(clients::table)
        .set(clients::home.zone.eq(-5))
        .execute(&mut session)
        .await;
    assert!(error.is_err(), "the database holds the rule too");
});

fn in_ghent(address: &Address) -> Result<(), &'static str> {
    match address.city.as_deref() {
        Some("Ghent") => Ok(()),
        _ => Err("is elsewhere"),
    }
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(unique(place.street, place.city))]
struct Branch {
    #[model(generated)]
    id: i64,
    #[model(embedded, validate = in_ghent)]
    place: Address,
}

scenario!(a_rule_of_the_whole_holds_in_forms_and_rows, |place| {
    place.create_all(schema![Branch]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let new = |place: Address| NewBranch { place };
    let error = session.insert(new(address("A 1", None))).await.unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].field, "place");
    let row = Branch {
        id: 7,
        place: address("A 1", None),
    };
    let error = session.insert(row).await.unwrap_err();
    assert_eq!(error.invalid().unwrap().errors[0].field, "place");
    let made = session
        .insert(new(address("A 1", Some("Ghent"))))
        .await
        .unwrap();
    let again = new(address("A 1", Some("Ghent")));
    let error = session.insert(again).await.unwrap_err();
    let codes: Vec<_> = error.invalid().unwrap().errors.iter().collect();
    assert_eq!(codes[0].code, "unique", "{error}");
    let patch = made.edit().place(address("PO 1", None));
    let error = session.update(patch.clone()).await.unwrap_err();
    assert_eq!(error.invalid().unwrap().errors.len(), 2, "{error}");
    let patch = patch.place(address("B 2", Some("Ghent")));
    session.update(patch).await.unwrap();
});

factories_make!(Client, Parcel, Branch);
