"""What is asked on a clock, or by a page, costs the same however old the store is and however much waits."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa

from tests import postgres as servers
from tests.history import OF_AN_EDITION, PROFILE, QUESTIONS, fill
from worker.store import Store, connect, contents, editions, leases, sqlite_url, tallies
from worker.store.tables import articles, edition_digests
from worker.store.tables import outbox as messages

#: Articles of the young store and of the old one, and ready ones of the idle store and of the one that is behind.
YOUNG, OLD = 4_000, 20_000
#: How much more a question may cost in the old store.
MOST: Final = 1.2
#: Steps of SQLite's machine between two looks at it, and the cost of any question that is not worth a comparison.
STEPS, NOTHING = 10, 400


def cost(store: Store, question: Callable[[Store], object]) -> int:
    """Return what `question` costs the database: steps of SQLite's machine, or rows that PostgreSQL visits."""
    visited = 0

    def step() -> int:
        nonlocal visited
        visited += STEPS
        return 0

    def on_begin(connection: sa.Connection) -> None:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.set_progress_handler(step, STEPS)

    def on_commit(connection: sa.Connection) -> None:
        nonlocal visited
        rows = "sum(seq_tup_read + coalesce(idx_tup_fetch, 0))"
        visited += int(connection.exec_driver_sql(f"SELECT {rows} FROM pg_stat_xact_user_tables").scalar_one())  # noqa: S608

    if store.engine.dialect.name == "sqlite":
        event, listener = "begin", on_begin
    else:
        event, listener = "commit", on_commit
    sa.event.listen(store.engine, event, listener)
    try:
        question(store)
    finally:
        sa.event.remove(store.engine, event, listener)
        store.close()
    return visited


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Store]]:
    """A young store, an old one, and a young one with a backlog."""

    def made(name: str, rows: int, **more: int) -> Store:
        if request.param == "sqlite":
            file: Path = tmp_path_factory.mktemp("history") / f"{name}.db"
            file.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
            url = sqlite_url(file)
        else:
            template = request.getfixturevalue("postgres_template")
            url = servers.database(request.getfixturevalue("postgres"), name, template)
        store = connect(url)
        fill(store, rows, **more)
        if request.param == "postgresql":
            # Of a small table PostgreSQL reads all rows even if it has an index; a large store has the other plan.
            with store.engine.begin() as connection:
                connection.exec_driver_sql(f"ALTER DATABASE {name} SET enable_seqscan = off")
                connection.exec_driver_sql(f"ALTER DATABASE {name} SET enable_hashjoin = off")
            store.engine.dispose()
        return store

    all_stores = {"young": made("young", YOUNG), "old": made("old", OLD), "behind": made("behind", YOUNG, ready=OLD)}
    yield all_stores
    for store in all_stores.values():
        store.close()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_costs_no_more_in_an_old_store(stores: dict[str, Store], name: str) -> None:
    young, old = (cost(stores[age], QUESTIONS[name]) for age in ("young", "old"))
    assert old <= MOST * young + NOTHING, f"{name}: {young:,} in a young store, {old:,} in an old one"


def test_a_lease_costs_no_more_if_much_waits(stores: dict[str, Store]) -> None:
    def work(store: Store) -> None:
        leases.release(store, leases.lease(store).token)

    few, many = (cost(stores[age], work) for age in ("young", "behind"))
    assert many <= MOST * few + NOTHING


def test_the_tallies_are_what_a_count_of_the_rows_says(stores: dict[str, Store]) -> None:
    store = stores["young"]
    lease = leases.lease(store)
    leases.finish(store, lease.token, [])
    with store.writing() as connection:
        connection.execute(sa.delete(messages).where(messages.c.recipient == "reader1"))
    for _ in range(2):
        with store.reading() as connection:
            for counted, table in (("articles", articles), ("outbox", messages)):
                states = sa.select(table.c.state, sa.func.count()).group_by(table.c.state)
                rows = {str(state): number for state, number in connection.execute(states)}
                assert tallies.tally(connection, counted) == rows  # type: ignore[arg-type]
        # What was added up says the same.
        tallies.fold(store)


def test_a_list_of_editions_reads_no_document(stores: dict[str, Store]) -> None:
    statements: list[str] = []
    sa.event.listen(stores["young"].engine, "before_cursor_execute", lambda *sent: statements.append(sent[2]))
    assert len(editions.heads(stores["young"])) == -(-YOUNG // OF_AN_EDITION)
    assert editions.newest(stores["young"], PROFILE) is not None
    assert not [statement for statement in statements if "document" in statement]


def test_a_prune_lets_others_write_in_between(store: Store) -> None:
    fill(store, 2_000)
    written = [0]

    def count(_connection: sa.Connection, cursor: object, *_: object) -> None:
        written[-1] += max(0, getattr(cursor, "rowcount", 0))

    sa.event.listen(store.engine, "begin", lambda _connection: written.append(0), insert=True)
    sa.event.listen(store.engine, "after_cursor_execute", count)
    before = contents.counts(store)
    gone = contents.prune(store, 1)
    assert gone == {"articles": 2_000, "failures": 200, "stories": 1_400, "editions": 10}
    assert contents.counts(store).articles == before.articles - 2_000
    # No transaction touches more than the rows of 100 articles and what hangs on them.
    assert max(written) < 800
    with store.reading() as connection:
        for table in (edition_digests, messages):
            assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0


#: No edition of the profile has met the digest.
_NOT_MET: Final = (
    "NOT EXISTS (SELECT 1 FROM edition_digests WHERE profile = name AND edition_digests.article_id = "
    "digests.article_id)"
)
#: What may become of digests, of those whose ids end with a digit.
_STEPS: Final = (
    "DELETE FROM edition_digests WHERE article_id LIKE '%{digit}'",
    "DELETE FROM digests WHERE article_id LIKE '%{digit}'",
    "INSERT INTO edition_digests (profile, article_id, story_id, edition_id, carried) SELECT name, "  # noqa: S608
    "article_id, story_id, 1, supported FROM digests CROSS JOIN profiles WHERE article_id LIKE "
    "'%{digit}' AND " + _NOT_MET,
    "INSERT INTO digests (article_id, story_id, headline, summary, engine, model, supported, checks, embedding, "
    "seconds, made_at) SELECT id, id, '', '', '', '', teaser, '[]', '', 0, stored_at FROM articles "
    "WHERE id LIKE '%{digit}' AND id NOT IN (SELECT article_id FROM digests)",
)


def test_what_no_edition_has_met_is_what_a_comparison_of_all_digests_says(store: Store) -> None:
    chance = random.Random(20)
    fill(store, 40)
    profiles = iter(("evening", "sport"))
    sizes = set()
    for number in range(40):
        statement = chance.choice(_STEPS).format(digit=chance.randrange(10))
        if number in (5, 20):
            statement = f"INSERT INTO profiles (name) VALUES ('{next(profiles)}')"  # noqa: S608
        with store.writing() as connection:
            connection.execute(sa.text(statement))
        with store.reading() as connection:
            noted = connection.execute(sa.text("SELECT profile, article_id FROM unmet")).all()
            plain = connection.execute(
                sa.text(f"SELECT name, article_id FROM profiles CROSS JOIN digests WHERE {_NOT_MET}")  # noqa: S608
            ).all()
        assert sorted(map(tuple, noted)) == sorted(map(tuple, plain))
        sizes.add(len(plain))
    assert len(sizes) > 5
