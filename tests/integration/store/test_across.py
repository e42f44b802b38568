"""The vectors that compare digests in different languages."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from producers.article import Status
from tests.articles import digest, incoming
from worker.store import Store, across, leases
from worker.store.articles import take_in
from worker.store.connect import current_time
from worker.store.tables import digests

LANGUAGES = {"de", "en"}


def with_digests(store: Store, **languages: str) -> None:
    take_in(store, [incoming(name, language=language) for name, language in languages.items()])
    lease = leases.lease(store)
    leases.finish(store, lease.token, [digest(article.id) for article in lease.articles])


def stored(store: Store) -> dict[str, tuple[bytes | None, str | None]]:
    with store.reading() as connection:
        rows = connection.execute(sa.select(digests.c.article_id, digests.c.across, digests.c.across_by))
        return {row[0]: (row[1] and bytes(row[1]), row[2]) for row in rows}


def test_a_digest_keeps_its_vector_and_the_name_of_its_encoder_and_may_have_none(store: Store) -> None:
    take_in(store, [incoming("a"), incoming("b")])
    lease = leases.lease(store)
    leases.finish(store, lease.token, [replace(digest("a"), across=b"1234", across_by="e"), digest("b")])
    assert stored(store) == {"a": (b"1234", "e"), "b": (None, None)}


def test_digests_that_lack_one_are_listed_if_the_encoder_knows_their_language_and_are_given_one_once(
    store: Store,
) -> None:
    with_digests(store, a="en", b="de", c="is")
    listed = across.lacking(store, LANGUAGES, 10)
    assert sorted(listed) == [(name, f"Headline of {name}", f"Summary of {name}.") for name in "ab"]
    assert len(across.lacking(store, LANGUAGES, 1)) == 1
    across.put(store, "e", {"a": b"1234"})
    across.put(store, "later", {"a": b"5678", "b": b"5678", "gone": b"5678"})
    assert stored(store) == {"a": (b"1234", "e"), "b": (b"5678", "later"), "c": (None, None)}
    assert across.lacking(store, LANGUAGES, 10) == []
    across.put(store, "e", {})


def test_digests_of_long_ago_and_of_what_may_not_be_shown_lack_theirs_for_good(store: Store) -> None:
    with_digests(store, old="en")
    with store.writing() as connection:
        long_ago = current_time(connection) - across.REACH - timedelta(minutes=1)
        connection.execute(sa.update(digests).values(made_at=long_ago))
    take_in(store, [incoming("killed", status=Status.CANCELED)])
    assert across.lacking(store, LANGUAGES, 10) == []
