"""Decisions about items outside of the store: what a restored store must not forget."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from producers.article import Status
from worker.items.ruling import Decider, Ruling
from worker.store import items as rows
from worker.store import verdicts
from worker.store.connect import Store, current_time, insert_new, lock
from worker.store.tables import item_articles, items, rulings

#: Decisions that are read together.
_MOST: int = 200


def unfiled(store: Store) -> list[tuple[int, dict[str, Any]]]:
    """Return the decisions that are not in a file yet, oldest first: the id of each, and all of it, ready for JSON."""
    with store.reading() as connection:
        chosen = (
            sa.select(rulings, items.c.source, items.c.name, items.c.cause, *_NEWEST)
            .join(items, items.c.id == rulings.c.item_id)
            .where(rulings.c.filed_at.is_(None))
            .order_by(rulings.c.id)
            .limit(_MOST)
        )
        return [(row.id, _decision(connection, row)) for row in connection.execute(chosen).all()]


def mark_filed(store: Store, ids: Sequence[int]) -> None:
    """Note that the decisions `ids` are in the file, on the disk."""
    with store.writing() as connection:
        connection.execute(sa.update(rulings).where(rulings.c.id.in_(ids)).values(filed_at=current_time(connection)))


def apply(store: Store, decision: Mapping[str, Any], revise: rows.Revise = rows.nothing_to_revise) -> bool:
    """Let a decision of `unfiled` hold if it is later than what the store knows of its item; return whether it was.

    Raises KeyError, TypeError or ValueError if it is no such decision.
    """
    item, at = str(decision["item"]), datetime.fromisoformat(decision["at"])
    ruling = Ruling(
        status=Status(decision["status"]),
        embargo=_time(decision["embargo"]),
        decided_by=Decider(decision["decided_by"]),
        at=at,
        note=decision["note"],
        cause=decision["cause"],
    )
    with store.writing() as connection:
        lock(connection, "stories")
        lock(connection, f"item {item}")
        known = connection.scalar(sa.select(items.c.at).where(items.c.id == item))
        if known is not None and known >= at:
            return False
        newest = {column.name: decision["newest"][column.name] for column in _NEWEST}
        newest |= {name: _time(newest[name]) for name in ("created", "published_at", "received_at")}
        named = {"id": item, "source": decision["source"], "name": decision["name"], **newest}
        insert_new(connection, items, {**named, **rows.columns(ruling)})
        for article in decision["articles"]:
            insert_new(
                connection,
                item_articles,
                {**article, "item_id": item, "received_at": _time(article["received_at"])},
            )
        verdicts.decide(connection, item, ruling, current_time(connection))
        revise(connection)
    return True


_NEWEST = (items.c.article_id, items.c.created, items.c.number, items.c.published_at, items.c.received_at)


def _decision(connection: sa.Connection, row: sa.Row[Any]) -> dict[str, Any]:
    kept = connection.execute(
        sa.select(
            item_articles.c.article_id,
            item_articles.c.story_id,
            item_articles.c.text_key,
            item_articles.c.publisher,
            item_articles.c.received_at,
        )
        .where(item_articles.c.item_id == row.item_id)
        .order_by(item_articles.c.article_id)
    ).mappings()
    return {
        "item": row.item_id,
        "source": row.source,
        "name": row.name,
        "act": row.act,
        "status": row.status,
        "embargo": _text(row.embargo),
        "decided_by": row.decided_by,
        "at": _text(row.at),
        "note": row.note,
        "cause": row.cause,
        "newest": {column.name: _text(getattr(row, column.name)) for column in _NEWEST},
        "articles": [{name: _text(value) for name, value in one.items()} for one in kept],
    }


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
