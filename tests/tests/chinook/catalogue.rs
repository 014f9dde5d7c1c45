//! Music: tables that are on every shard, so that any one of them answers.

use orm_core::vocabulary::*;

use crate::models::*;
use crate::text::decimal;

chinook!(genres_with_many_tracks, |place| {
    let rows: Vec<(Option<String>, i64, Option<i32>, Option<i32>, Option<f64>)> = Track::query()
        .inner_join(genres::table)
        .group_by((genres::id, genres::name))
        .having(count_star().ge(50))
        .order_by((count_star().desc(), genres::id.asc()))
        .select((
            genres::name,
            count_star(),
            min(tracks::milliseconds),
            max(tracks::milliseconds),
            avg(tracks::milliseconds),
        ))
        .load(&*place)
        .await
        .unwrap();
    assert_eq!(place.sent().len(), 1, "one shard has all of it");
    place.same(
        &rows,
        "SELECT g.Name, count(*), min(Milliseconds), max(Milliseconds),
             printf('%.3f', avg(Milliseconds))
         FROM Track t JOIN Genre g ON g.GenreId = t.GenreId
         GROUP BY g.GenreId HAVING count(*) >= 50 ORDER BY count(*) DESC, g.GenreId",
        "SELECT g.name, count(*), min(milliseconds), max(milliseconds),
             round(avg(milliseconds), 3)
         FROM track t JOIN genre g ON g.genre_id = t.genre_id
         GROUP BY g.genre_id HAVING count(*) >= 50 ORDER BY count(*) DESC, g.genre_id",
    );
});

chinook!(artists_without_an_album, |place| {
    let rows: Vec<(i64, Option<String>)> = Artist::query()
        .left_join(albums::table)
        .filter(albums::id.is_null())
        .order_by(artists::id)
        .select((artists::id, artists::name))
        .load(&*place)
        .await
        .unwrap();
    assert_eq!(rows.len(), 71);
    place.same(
        &rows,
        "SELECT ArtistId, Name FROM Artist WHERE ArtistId NOT IN (SELECT ArtistId FROM Album)
         ORDER BY ArtistId",
        "SELECT artist_id, name FROM artist
         WHERE artist_id NOT IN (SELECT artist_id FROM album) ORDER BY artist_id",
    );
});

chinook!(playlists_hold_many_tracks_and_tracks_are_in_many, |place| {
    let lists: Vec<(i64, Option<String>, i64)> = Playlist::query()
        .left_join(playlist_tracks::table)
        .group_by((playlists::id, playlists::name))
        .order_by(playlists::id)
        .select((
            playlists::id,
            playlists::name,
            count(playlist_tracks::track_id.nullable()),
        ))
        .load(&*place)
        .await
        .unwrap();
    assert!(
        lists.iter().any(|(_, _, tracks)| *tracks == 0),
        "an empty one is listed too"
    );
    place.same(
        &lists,
        "SELECT p.PlaylistId, Name, (SELECT count(*) FROM PlaylistTrack e
             WHERE e.PlaylistId = p.PlaylistId) FROM Playlist p ORDER BY 1",
        "SELECT p.playlist_id, name, (SELECT count(*) FROM playlist_track e
             WHERE e.playlist_id = p.playlist_id) FROM playlist p ORDER BY 1",
    );
    let songs: Vec<(i64, String, Option<String>)> = PlaylistTrack::query()
        .inner_join(tracks::table.inner_join(albums::table.inner_join(artists::table)))
        .inner_join(playlists::table)
        .filter(playlists::name.eq("Grunge"))
        .order_by(tracks::id)
        .select((tracks::id, tracks::name, artists::name))
        .load(&*place)
        .await
        .unwrap();
    place.same(
        &songs,
        "SELECT t.TrackId, t.Name, a.Name FROM PlaylistTrack e
         JOIN Track t ON t.TrackId = e.TrackId JOIN Playlist p ON p.PlaylistId = e.PlaylistId
         JOIN Album b ON b.AlbumId = t.AlbumId JOIN Artist a ON a.ArtistId = b.ArtistId
         WHERE p.Name = 'Grunge' ORDER BY t.TrackId",
        "SELECT t.track_id, t.name, a.name FROM playlist_track e
         JOIN track t ON t.track_id = e.track_id JOIN playlist p ON p.playlist_id = e.playlist_id
         JOIN album b ON b.album_id = t.album_id JOIN artist a ON a.artist_id = b.artist_id
         WHERE p.name = 'Grunge' ORDER BY t.track_id",
    );
});

chinook!(pages_of_the_longest_tracks, |place| {
    let mut rows: Vec<(i64, String, i32)> = Vec::new();
    for page in 0..3 {
        let page = Track::query()
            .filter(
                tracks::unit_price
                    .lt(decimal("1.5"))
                    .and(tracks::composer.is_null()),
            )
            .order_by((tracks::milliseconds.desc(), tracks::id.asc()))
            .select((tracks::id, tracks::name, tracks::milliseconds))
            .offset(20 * page)
            .limit(20)
            .load(&*place)
            .await
            .unwrap();
        rows.extend(page);
    }
    place.same(
        &rows,
        "SELECT TrackId, Name, Milliseconds FROM Track
         WHERE round(UnitPrice * 100) < 150 AND Composer IS NULL
         ORDER BY Milliseconds DESC, TrackId LIMIT 60",
        "SELECT track_id, name, milliseconds FROM track
         WHERE unit_price < 1.5 AND composer IS NULL
         ORDER BY milliseconds DESC, track_id LIMIT 60",
    );
});
