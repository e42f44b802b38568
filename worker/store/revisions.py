"""Taking out of the editions what may not be shown any more: the store's part of a withdrawal.

All of it is done on the connection of the decision, so that an item and the editions that show it change together.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from worker.edition.document import Document, shown_articles
from worker.items.ruling import Act
from worker.store.connect import Store, current_time, insert_new, lock
from worker.store.editions import PROFILES, document_columns
from worker.store.items import Revise, Withdrawal, mark_revised, withdrawn
from worker.store.outbox import LOCK, let_go_unsent
from worker.store.tables import edition_digests, editions, profiles, rulings, withdrawals, withdrawn_editions

#: Words of a LIKE in one statement.
_MOST_WORDS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A withdrawal as the editions know it: the ids of its `articles`, when it was made, and who made it."""

    ruling: int
    articles: frozenset[str]
    at: datetime
    by: Literal["source", "desk"]


#: Returns a document without what was taken, as the revision of that number (None: of its own).
Rewrite = Callable[[Document, Sequence[Taken], int | None], Document]


def revising(rewrite: Rewrite) -> Revise:
    """Return what carries out, on an open connection, the decisions that `items.withdrawn` lists."""

    def revise(connection: sa.Connection) -> None:
        decisions = withdrawn(connection)
        if decisions:
            _take_out(connection, decisions, rewrite)
            mark_revised(connection, [decision.ruling for decision in decisions], current_time(connection))

    return revise


def _take_out(connection: sa.Connection, decisions: Sequence[Withdrawal], rewrite: Rewrite) -> None:
    """Take what `decisions` withdraw out of every edition that shows it, of any day and profile.

    Each stored revision is rewritten where it is. The newest one of a day gets a successor, which closed at the same
    time; its files are still to be written. What the editions carried of it is unmet again. A message that is about to
    go out with it is taken from its sender, and waits.
    """
    now = current_time(connection)
    _lock_all(connection)
    taken = [_noted(connection, decision, now) for decision in decisions]
    gone = frozenset().union(*(withdrawal.articles for withdrawal in taken))
    shown: dict[tuple[str, str], list[sa.Row[Any]]] = defaultdict(list)
    for row in _showing(connection, gone):
        shown[row.profile, row.date].append(row)
    kinds = {decision.ruling: decision.act for decision in decisions}
    for (profile, day), rows in shown.items():
        newest = connection.scalar(
            sa.select(sa.func.max(editions.c.revision)).where(editions.c.profile == profile, editions.c.date == day)
        )
        for row in rows:
            document: Document = json.loads(row.document)
            of_edition = [one for one in taken if one.articles & shown_articles(document)]
            _rewrite(connection, row, rewrite(document, of_edition, None))
            if row.revision == newest and newest > 0:
                _insert_next(connection, row, rewrite(document, of_edition, newest + 1))
            connection.execute(
                sa.insert(withdrawn_editions),
                [
                    {
                        "ruling_id": one.ruling,
                        "edition_id": row.id,
                        "noticed_at": now if kinds[one.ruling] is Act.HOLD else None,
                    }
                    for one in of_edition
                ],
            )
        let_go_unsent(connection, [row.id for row in rows], now)
        taken_out = gone & set().union(*(shown_articles(json.loads(row.document)) for row in rows))
        connection.execute(
            sa.delete(edition_digests).where(
                edition_digests.c.profile == profile, edition_digests.c.article_id.in_(taken_out)
            )
        )
    for decision in decisions:
        if decision.act is not Act.HOLD:
            _tell_who_had_it(connection, decision)


def unfiled(store: Store) -> list[Taken]:
    """Return the withdrawals that files of editions which the store has no more may still show, oldest first."""
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(withdrawals).where(withdrawals.c.files_at.is_(None)).order_by(withdrawals.c.ruling_id)
        )
        return [_taken(row) for row in rows]


def mark_filed(store: Store, rulings: Collection[int]) -> None:
    """Note that no file of an edition that the store has no more shows what the `rulings` withdrew."""
    with store.writing() as connection:
        connection.execute(
            sa.update(withdrawals).where(withdrawals.c.ruling_id.in_(rulings)).values(files_at=current_time(connection))
        )


def is_stored(store: Store, profile: str, day: str) -> bool:
    """Return whether the store has an edition of `profile` and the local `day` (YYYY-MM-DD)."""
    chosen = sa.select(editions.c.id).where(editions.c.profile == profile, editions.c.date == day)
    with store.reading() as connection:
        return bool(connection.scalar(sa.select(sa.exists(chosen))))


def _lock_all(connection: sa.Connection) -> None:
    """Let no edition of any profile close, and no message go out, until the transaction ends."""
    lock(connection, PROFILES)
    names = sa.union(sa.select(profiles.c.name), sa.select(editions.c.profile))
    for name in sorted(connection.scalars(names)):
        lock(connection, f"edition {name}")
    lock(connection, LOCK)


def _noted(connection: sa.Connection, decision: Withdrawal, now: datetime) -> Taken:
    row = {
        "ruling_id": decision.ruling,
        "at": decision.at,
        "by": "desk" if decision.act is Act.WITHDRAW else "source",
        "articles": json.dumps(decision.articles),
        "files_at": None,
    }
    insert_new(connection, withdrawals, row)
    return _taken(connection.execute(sa.select(withdrawals).where(withdrawals.c.ruling_id == decision.ruling)).one())


def _taken(row: sa.Row[Any]) -> Taken:
    return Taken(ruling=row.ruling_id, articles=frozenset(json.loads(row.articles)), at=row.at, by=row.by)


def _showing(connection: sa.Connection, gone: Collection[str]) -> list[sa.Row[Any]]:
    """Return the rows of the editions that show one of the articles `gone`, oldest first."""
    names = sorted(gone)
    rows: dict[int, sa.Row[Any]] = {}
    for start in range(0, len(names), _MOST_WORDS):
        # An id is of hexadecimal digits and hyphens: no text of a document is taken for one, and few have it.
        named = (editions.c.document.contains(f'"{name}"') for name in names[start : start + _MOST_WORDS])
        for row in connection.execute(sa.select(editions).where(sa.or_(*named))):
            if not shown_articles(json.loads(row.document)).isdisjoint(gone):
                rows[row.id] = row
    return [rows[id_] for id_ in sorted(rows)]


def _tell_who_had_it(connection: sa.Connection, decision: Withdrawal) -> None:
    """Let the readers be told of what a hold took out of their editions before, without a word."""
    held = (
        sa.select(withdrawn_editions.c.edition_id)
        .distinct()
        .join(rulings, rulings.c.id == withdrawn_editions.c.ruling_id)
        .where(rulings.c.item_id == decision.item, rulings.c.act == Act.HOLD)
    )
    for edition in connection.scalars(held).all():
        row = {"ruling_id": decision.ruling, "edition_id": edition, "noticed_at": None}
        insert_new(connection, withdrawn_editions, row)


def _rewrite(connection: sa.Connection, row: sa.Row[Any], document: Document) -> None:
    values: dict[str, Any] = document_columns(document)
    if row.revision < 1:
        # It has no successor: its own files are written again.
        values["delivered_at"] = None
    connection.execute(sa.update(editions).where(editions.c.id == row.id).values(values))


def _insert_next(connection: sa.Connection, row: sa.Row[Any], document: Document) -> None:
    connection.execute(
        sa.insert(editions).values(
            profile=row.profile,
            date=row.date,
            revision=document["edition"]["revision"],
            closed_at=row.closed_at,
            **document_columns(document),
            delivered_at=None,
            queued_at=None,
        )
    )
