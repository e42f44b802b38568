"""A store with a past: many settled articles, stories, editions and messages beside a few that are open.

Everything is inserted by the database itself, so that 200,000 articles take seconds.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from worker.store import (
    Store,
    activity,
    by_hand,
    contents,
    editions,
    failures,
    filed,
    future,
    leases,
    ledger,
    outbox,
    pages_queries,
    releasing,
    revisions,
    sources,
)
from worker.store.states import State
from worker.store.tables import articles

PROFILE: Final = "daily"
#: Articles of an edition, readers of its mail, and articles of a past day.
OF_AN_EDITION, READERS, OF_A_DAY = 200, 10, 400
#: Ready articles, leased ones, and failed leaders with a reprint, at any length of the past.
READY, LEASED, ORPHANS = 40, 16, 5

_NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last}) ",
    "postgresql": "WITH n(i) AS (SELECT generate_series({first}, {last})) ",
}
#: The day of the article i of a past of {rows}, days before {now}: the last one two days ago.
_AT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', '{now}', '-' || (2 * 86400 + ({rows} - i) * 86400.0 / {a_day}) "
    "|| ' seconds')",
    "postgresql": "timestamptz '{now}+00' - ((2 * 86400 + ({rows} - i) * 86400.0 / {a_day}) || ' seconds')::interval",
}
_WORDS = {
    "sqlite": {"true": "true", "false": "false", "empty": "x''"},
    "postgresql": {"true": "true", "false": "false", "empty": "''"},
}
_ARTICLE = (
    "INSERT INTO articles (id, source, publisher, site, uri, media_type, filename, body, language, received_at, "
    "dropped, notes, stored_at, state, state_at, text_key, story_id, attempts, item_id, teaser, status, subjects, "
    "captions) {numbers} SELECT '{prefix}' || i, 'wire', 'Paper ' || (i % 20), 'paper' || (i % 20) || '.example', "
    "'file:///' || i, 'text/plain', i || '.txt', '{body}', 'en', {at}, '[]', '[]', {at}, {state}, {at}, 'key' || i, "
    "{story}, 0, '{prefix}' || i, {false}, 'usable', '[]', '[]' FROM n"
)
_STORY = (
    "INSERT INTO stories (id, canonical_id, opened_at) {numbers} SELECT '{prefix}' || i, '{prefix}' || i, {at} FROM n"
)
_DIGEST = (
    "INSERT INTO digests (article_id, story_id, headline, summary, engine, model, supported, checks, embedding, "
    "seconds, made_at) {numbers} SELECT '{prefix}' || i, '{prefix}' || i, 'Headline', 'Summary.', 'extractive', "
    "'none', {true}, '[]', {empty}, 0.01, {at} FROM n WHERE {chosen}"
)
_ITEM = (
    "INSERT INTO items (id, source, name, article_id, received_at, status, decided_by, at) {numbers} "
    "SELECT '{prefix}' || i, 'wire', 'item ' || i, '{prefix}' || i, {at}, 'usable', 'source', "
    "{at} FROM n WHERE i % 2 = 0"
)
_FAILURE = (
    "INSERT INTO failures (article_id, stage, reason, attempts, failed_at) {numbers} "
    "SELECT '{prefix}' || i, 'clean', 'no prose', 1, {at} FROM n WHERE {chosen}"
)
_MET = (
    "INSERT INTO edition_digests (profile, article_id, story_id, edition_id, carried) {numbers} "
    "SELECT 'daily', 'past' || i, 'past' || i, 1 + (i - 1) / {an_edition}, {true} FROM n WHERE {chosen}"
)
_EDITION = (
    "INSERT INTO editions (id, profile, date, revision, closed_at, head, document, delivered_at, queued_at) {numbers} "
    "SELECT i, 'daily', {date}, 1 + (i - 1) % 5, {at}, '{head}', '{document}', {at}, {at} FROM n"
)
_MESSAGE = (
    "INSERT INTO outbox (key, edition_id, recipient, earlier, state, state_at, queued_at, due_at, attempts, begun) "
    "{numbers} SELECT 'message' || i, 1 + (i - 1) / {readers}, 'reader' || ((i - 1) % {readers}), '', 'sent', {at}, "
    "{at}, {at}, 1, {false} FROM n"
)
#: Of ten articles of the past seven lead a story and two are reprints of the one before; one never was an article.
_PAST_STATE = "CASE WHEN i % 10 IN (8, 9) THEN 'reprint' WHEN i % 10 = 0 THEN 'failed' ELSE 'digested' END"
_PAST_STORY = (
    "CASE WHEN i % 10 = 0 THEN NULL WHEN i % 10 IN (8, 9) THEN 'past' || (i - i % 10 + 7) ELSE 'past' || i END"
)


def fill(store: Store, rows: int, ready: int = READY) -> None:
    """Give the empty `store` a past of `rows` articles, and ready, leased and orphaned ones."""
    now = datetime.now(UTC)
    kind = store.engine.dialect.name
    head = {"profile": PROFILE, "revision": 1}
    texts = {"head": json.dumps(head), "document": json.dumps({"schema": 1, "edition": head, "topics": []})}

    def insert(statement: str, first: int, last: int, of: int = rows, **names: object) -> None:
        at = _AT[kind].format(now=f"{now:%Y-%m-%d %H:%M:%S}", rows=of, a_day=max(1, OF_A_DAY * of // rows))
        day = f"date({at})" if kind == "sqlite" else f"to_char(({at}) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
        values = {"prefix": "past", "chosen": "true", "at": at, "date": day, **_WORDS[kind], **names}
        numbers = _NUMBERS[kind].format(first=first, last=last)
        whole = statement.format(
            numbers=numbers, body="A word. " * 20, readers=READERS, an_edition=OF_AN_EDITION, **texts, **values
        )
        with store.writing() as connection:
            connection.exec_driver_sql(whole.replace("%", "%%") if kind == "postgresql" else whole)

    with store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO profiles (name) VALUES ('daily')")
    insert(_ARTICLE, 1, rows, state=_PAST_STATE, story=_PAST_STORY)
    insert(_STORY + " WHERE i % 10 NOT IN (0, 8, 9)", 1, rows)
    insert(_ITEM, 1, rows)
    insert(_FAILURE, 1, rows, chosen="i % 10 = 0")
    insert(_DIGEST, 1, rows, chosen="i % 10 NOT IN (0, 8, 9)")
    number = -(-rows // OF_AN_EDITION)
    insert(_EDITION, 1, number, of=number)
    insert(_MET, 1, rows, chosen="i % 10 NOT IN (0, 8, 9)")
    insert(_MESSAGE, 1, number * READERS, of=number * READERS)
    recent = f"'{now - timedelta(hours=1):%Y-%m-%d %H:%M:%S.%f}" + ("'" if kind == "sqlite" else "+00'")
    for prefix, state, last in (("ready", "'ready'", ready), ("leased", "'leased'", LEASED), ("orphan", None, ORPHANS)):
        insert(_ARTICLE, 1, last, prefix=prefix, state=state or "'failed'", story=f"'{prefix}' || i", at=recent)
        insert(_STORY, 1, last, prefix=prefix, at=recent)
    insert(_ARTICLE, 1, ORPHANS, prefix="left", state="'reprint'", story="'orphan' || i", at=recent)
    with store.writing() as connection:
        leased = sa.update(articles).where(articles.c.state == State.LEASED)
        connection.execute(leased.values(lease_token="token", lease_until=now + timedelta(seconds=50)))
    if kind == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


#: What is asked of the store at every tick, by every page of the desk, by a scrape, or at each close, by its name.
QUESTIONS: Final[dict[str, Callable[[Store], object]]] = {
    "counts": contents.counts,
    "identity": contents.desk_id,
    "orphans": leases.adopt_orphans,
    "waiting": lambda store: leases.waiting(store, 32),
    "too long leases": leases.shorten,
    "digests ahead": editions.count_as_made_now,
    "editions ahead": future.withdraw_void,
    "stamps ahead": future.counts,
    "void editions": editions.void_editions,
    "messages ahead": outbox.shorten,
    "next message": outbox.take,
    "messages": outbox.counts,
    "unqueued editions": outbox.unqueued,
    "undelivered editions": editions.undelivered,
    "notices": outbox.queue_notices,
    "last closed": lambda store: editions.last_closed(store, PROFILE),
    "last edition": lambda store: editions.find(store, PROFILE),
    "head of the last edition": lambda store: editions.newest(store, PROFILE),
    "recent editions": lambda store: editions.recent(store, PROFILE, 5),
    "next edition": lambda store: editions.drafted(store, PROFILE, datetime.now(UTC).date(), None),
    "releases": releasing.due,
    "next release": releasing.next_release,
    "unread embargoes": lambda store: by_hand.unread_embargoes(store, 6),
    "hidden items": by_hand.listed,
    "withdrawals": revisions.unfiled,
    "decisions": filed.unfiled,
    "activity": activity.activity,
    "way of an article": lambda store: ledger.way(store, "past1"),
    "article by its id": lambda store: ledger.matching(store, "abcdef"),
    "article by its address": lambda store: ledger.matching(store, "https://paper1.example/1"),
    "article by its record": lambda store: ledger.matching(store, "1.txt#2"),
    "sources": lambda store: sources.activity(store, 50),
    "last failures": lambda store: failures.listed(store, 20, raw=False),
    "article": lambda store: pages_queries.article(store, "past1"),
}
