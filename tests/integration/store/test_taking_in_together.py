"""A message is stored together, with the same decisions as if its articles were stored one after the other."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from producers.article import Revision, Signal, Status
from tests.articles import article, incoming
from tests.integration.store.test_articles import failure
from worker.dedup import text_key
from worker.store import Store, articles, search, tables
from worker.store.articles import Incoming, take_in
from worker.store.tables import decisions, merged_stories, metadata

START: Final = datetime(2026, 11, 22, 6, tzinfo=UTC)
#: Messages of one history, and articles of one message.
MESSAGES, SIZE = 4, 9
#: Columns that count up.
COUNTED: Final = {("rulings", "id"), ("search", "id")}
#: Texts, items and slugs of which every article has one: few, so that articles meet.
TEXTS: Final = [
    " ".join(f"The {thing} of {place} is closed since day {n}." for n in range(4))
    for thing in ("harbour", "bridge", "night train", "opera")
    for place in ("Eastmere", "Hohenau", "Lakemont")
]


def history(seed: int) -> Iterator[list[Incoming]]:
    """Yield messages of articles that are, now and then, copies, versions, retries, kills and proofs of each other."""
    chance = random.Random(seed)
    ids = [f"article-{n:02}" for n in range(MESSAGES * SIZE)]
    bodies = iter(chance.sample(range(1000), MESSAGES * SIZE))
    for start in range(0, len(ids), SIZE):
        # Some messages have none that reaches out to other stories, as most real ones do.
        is_calm = chance.random() < 0.7
        message = []
        for name in ids[start : start + SIZE]:
            is_copy = chance.random() < 0.3
            body = chance.choice(TEXTS) if is_copy else f"{chance.choice(TEXTS)} It is report {next(bodies)}."
            fields: dict[str, Any] = {"received_at": START + timedelta(minutes=chance.randrange(9000))}
            if chance.random() < 0.3:
                fields["item"] = f"item-{chance.randrange(4)}"
                fields["revision"] = Revision(None, chance.randrange(4))
                fields["signal"] = chance.choice([None, None, Signal.CORRECTION])
            if chance.random() < 0.2:
                fields["slug"] = f"slug-{chance.randrange(3)}"
            if not is_calm and chance.random() < 0.3:
                fields["status"] = chance.choice([Status.CANCELED, Status.WITHHELD])
            if not is_calm and chance.random() < 0.2:
                fields["embargo"] = START + timedelta(days=chance.choice([-1, 9]))
            again = chance.random() < 0.1
            made = article(chance.choice(ids[: start + SIZE]) if again else name, body, **fields)
            one = Incoming(made, text_key(made.body), update=chance.random() < 0.2)
            if chance.random() < 0.3:
                # Of an article that came, comes in this message, or is still in the queue.
                one = replace(one, joins=chance.choice(ids), opener=chance.choice(ids), containment=0.9)
                if not is_calm and chance.random() < 0.5:
                    one = replace(one, proves=(chance.choice(ids),))
            message.append(one)
        yield message


def decided(store: Store, seed: int) -> None:
    """Put into the empty `store` what may be there before an article: decisions, a merged story, failures."""
    chance = random.Random(-seed)
    ids = [f"article-{n:02}" for n in range(MESSAGES * SIZE)]
    with store.writing() as connection:
        for name in chance.sample(ids, 4):
            row = {"article_id": name, "story_id": chance.choice(ids), "joined": chance.random() < 0.5}
            connection.execute(sa.insert(decisions), {**row, "decided_at": START})
        row = {"id": chance.choice(ids), "story_id": chance.choice(ids), "merged_at": START}
        connection.execute(sa.insert(merged_stories), row)
    take_in(store, [], [failure(name) for name in chance.sample(ids, 3)])


def result(store: Store, seed: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of each table after the history of `seed`; the store is empty before and after."""
    monkeypatch.setattr(articles, "current_time", lambda _connection: START)
    decided(store, seed)
    ready = []
    for number, message in enumerate(history(seed)):
        now = START + timedelta(hours=20 * number)
        monkeypatch.setattr(articles, "current_time", lambda _connection, now=now: now)
        ready.append((articles.take_in(store, message),))
    rows: dict[str, list[tuple[Any, ...]]] = {"ready": ready}
    with store.writing() as connection:
        for table in metadata.sorted_tables:
            # The name of the desk, and counts of the other tables.
            if table in (tables.desk, tables.tallies):
                continue
            # Numbers that the store counts up go on from those of the history before.
            columns = [column for column in table.c if (table.name, column.name) not in COUNTED]
            rows[table.name] = sorted(map(tuple, connection.execute(sa.select(*columns))), key=repr)
        search.forget(connection, sa.select(tables.articles.c.id))
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))
    return rows


@pytest.mark.parametrize("seed", [1, 3])
def test_a_message_is_stored_as_if_its_articles_came_one_after_the_other(
    store: Store, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "_take_in_together", one_after_the_other)
    expected = result(store, seed, monkeypatch)
    monkeypatch.undo()
    assert result(store, seed, monkeypatch) == expected


def one_after_the_other(connection: sa.Connection, incoming: Sequence[Incoming], now: datetime) -> int:
    """The plain way, and what each article of a message was stored by before."""
    return sum(articles._take_in(connection, item, now)[0] for item in incoming)


def test_articles_without_relation_to_any_other_are_stored_in_a_few_statements(store: Store) -> None:
    statements = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    take_in(store, [incoming("first", item="first")])
    alone = len(statements)
    statements.clear()
    take_in(store, [incoming(f"article-{n}", item=f"item-{n}") for n in range(30)])
    assert len(statements) == alone
