//! Newtypes by derive: keys, foreign keys, filters, lists, forms, whatever is inside.

use orm_core::backend::Database;
use orm_core::vocabulary::*;

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct OwnerId(i64);

/// A newtype of a newtype.
#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct KeeperId(OwnerId);

#[derive(ColumnType, Debug, Clone, PartialEq, Eq, Hash)]
struct Name(String);

#[derive(ColumnType, Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Tag(Uuid);

#[derive(ColumnType, Debug, Clone, PartialEq)]
struct Price(Decimal);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(has_many(pets: Pet))]
struct Owner {
    #[model(generated)]
    id: OwnerId,
    name: Name,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(key(name, tag))]
struct Pet {
    #[model(length(1..=10))]
    name: Name,
    tag: Tag,
    #[model(belongs_to = Owner, on_delete = cascade)]
    owner_id: OwnerId,
    keeper: Option<KeeperId>,
    #[model(range(0..))]
    price: Option<Price>,
}

fn name(name: &str) -> Name {
    Name(name.to_owned())
}

fn pet(owner_id: OwnerId, tag: u128) -> NewPet {
    NewPet {
        name: name("Rex"),
        tag: Tag(Uuid::from_u128(tag)),
        owner_id,
    }
}

scenario!(a_newtype_is_a_key_a_foreign_key_and_a_literal, |place| {
    place.create_all(schema![Owner, Pet]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let mut owners = Vec::new();
    for text in ["Ann", "Bob"] {
        let form = NewOwner { name: name(text) };
        owners.push(session.insert(form).await.unwrap());
    }
    let (ann, bob) = (owners[0].id, owners[1].id);
    assert_eq!(
        session.get::<Owner>(ann).await.unwrap().as_ref(),
        Some(&owners[0])
    );
    let first = session
        .insert(pet(ann, 1).keeper(KeeperId(bob)))
        .await
        .unwrap();
    assert_eq!(first.keeper, Some(KeeperId(bob)));
    let rest = [pet(ann, 2), pet(bob, 3)];
    session.insert_many(rest).await.unwrap();

    let of_ann = Pet::query().filter(pets::owner_id.eq(ann));
    assert_eq!(of_ann.count(&mut session).await.unwrap(), 2);
    let both = Pet::query().filter(pets::owner_id.eq_any([ann, bob]));
    assert_eq!(both.count(&mut session).await.unwrap(), 3);
    let kept = Pet::query().filter(pets::keeper.eq(KeeperId(bob)));
    assert_eq!(kept.load(&mut session).await.unwrap(), [first.clone()]);
    let kept = Pet::query().filter(pets::keeper.eq(Some(KeeperId(bob))));
    assert_eq!(kept.count(&mut session).await.unwrap(), 1);
    let joined = Owner::query()
        .inner_join(pets::table)
        .filter(pets::tag.eq(Tag(Uuid::from_u128(3))))
        .select(owners::name);
    let names: Vec<Name> = joined.load(&mut session).await.unwrap();
    assert_eq!(names, [name("Bob")]);

    let found = Owner::query()
        .with(owner::pets)
        .order_by(owners::id)
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(found[0][owner::pets].len(), 2);
    let found = Pet::query()
        .with(pet::owner)
        .order_by(pets::tag)
        .load(&mut session)
        .await
        .unwrap();
    let owner = found[2][pet::owner].as_ref().unwrap();
    assert_eq!(owner.name, name("Bob"));
});

scenario!(a_newtype_is_changed_checked_and_set_to_null, |place| {
    place.create_all(schema![Owner, Pet]).await.unwrap();
    let mut session = place.session().await.unwrap();
    let form = NewOwner { name: name("Ann") };
    let ann = session.insert(form).await.unwrap().id;
    let row = session.insert(pet(ann, 1)).await.unwrap();
    let key = (row.name.clone(), row.tag);
    let price = Price("12.50".parse().unwrap());
    let patch = Pet::patch(key.clone()).price(price.clone());
    session.update(patch).await.unwrap();
    let changed = session.get::<Pet>(key.clone()).await.unwrap().unwrap();
    assert_eq!((changed.price, changed.keeper), (Some(price), None));

    let negative = Price("-1".parse().unwrap());
    let invalid = session
        .update(Pet::patch(key.clone()).price(negative))
        .await
        .unwrap_err();
    assert_eq!(invalid.invalid().unwrap().errors[0].field, "price");
    let long = NewPet {
        name: name("a name that is too long"),
        ..pet(ann, 2)
    };
    let invalid = session.insert(long).await.unwrap_err();
    assert_eq!(invalid.invalid().unwrap().errors[0].code, "length");

    let form = pet(ann, 1).price(None).keeper(KeeperId(ann));
    let row = session.upsert(form, (pets::name, pets::tag)).await.unwrap();
    assert_eq!((row.price, row.keeper), (None, Some(KeeperId(ann))));
    let unknown = session
        .insert(pet(OwnerId(ann.0 + 9), 5))
        .await
        .unwrap_err();
    let field = &unknown.invalid().unwrap().errors[0].field;
    // SQLite does not say which key it was.
    let named = place.database != Database::Sqlite;
    assert_eq!(field, if named { "owner_id" } else { "" }, "{unknown}");
    assert!(session.delete_key::<Owner>(ann).await.unwrap());
    assert_eq!(Pet::query().count(&mut session).await.unwrap(), 0);
});
