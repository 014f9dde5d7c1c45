//! What a model does with each row that was read, however it was.

use orm_core::diesel::sql_query;
use orm_core::vocabulary::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shops", has_many(goods: Good))]
struct Shop {
    id: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "goods", after_load = Good::checked)]
struct Good {
    #[model(generated)]
    id: i64,
    name: String,
    #[model(belongs_to = Shop)]
    shop_id: i64,
}

impl Good {
    /// Names are shown in capitals; what is spoilt is not shown.
    fn checked(&mut self) -> Result<(), &'static str> {
        if self.name == "spoilt" {
            return Err("is spoilt");
        }
        self.name = self.name.to_uppercase();
        Ok(())
    }
}

fn good(name: &str) -> NewGood {
    NewGood {
        name: name.into(),
        shop_id: 1,
    }
}

scenario!(each_row_that_is_read_is_handed_over, |place| {
    place.create_all(schema![Shop, Good]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert(NewShop { id: 1 }).await.unwrap();
    let tea = session.insert(good("tea")).await.unwrap();
    assert_eq!(tea.name, "TEA");
    assert_eq!(
        session.get::<Good>(tea.id).await.unwrap(),
        Some(tea.clone())
    );
    let all = Good::query().filter(goods::name.eq("tea"));
    let all: Vec<Good> = all.load(&mut session).await.unwrap();
    assert_eq!(all, [tea.clone()], "the database has it as it was written");
    let shops = Shop::query().with(shop::goods);
    let shops = shops.load(&mut session).await.unwrap();
    assert_eq!(shops[0].get(shop::goods)[0].name, "TEA");
    let text: Vec<Good> = sql_query("SELECT * FROM goods")
        .load(&mut session)
        .await
        .unwrap();
    assert_eq!(text, [tea]);

    let names = Good::query().select(goods::name);
    let names: Vec<String> = names.load(&mut session).await.unwrap();
    assert_eq!(names, ["tea"], "a column is no row of the model");
});

scenario!(a_row_that_is_refused_is_an_error_of_conversion, |place| {
    place.create_all(schema![Shop, Good]).await.unwrap();
    let mut session = place.session().await.unwrap();
    session.insert(NewShop { id: 1 }).await.unwrap();
    // Past the model, which would not give it back.
    let spoilt = (goods::name.eq("spoilt"), goods::shop_id.eq(1_i64));
    let inserted = orm_core::diesel::insert_into(goods::table).values(spoilt);
    inserted.execute(&mut session).await.unwrap();
    let loaded: orm_core::Result<Vec<Good>> = Good::query().load(&mut session).await;
    let error = loaded.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conversion, "{error}");
    assert!(error.to_string().contains("is spoilt"), "{error}");
    // The session goes on.
    assert_eq!(Good::query().count(&mut session).await.unwrap(), 1);
});
