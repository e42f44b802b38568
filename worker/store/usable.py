"""The one condition of what may be shown: every query that feeds an edition, page, feed, search, export, count, mail or
hook uses it (tests/unit/store/test_usable.py).
"""

from typing import Any

import sqlalchemy as sa

from producers.article import Status
from worker.items.ruling import Standing
from worker.store.tables import articles, is_hidden, items

#: The columns of an article that the condition reads.
_Row = sa.FromClause


def usable(row: _Row = articles) -> sa.ColumnElement[bool]:
    """Return the condition of an article that may be shown; `row` is the table `articles` or an alias of it."""
    return sa.and_(row.c.status != Status.CANCELED, ~_item_is_hidden(row))


def usable_id(article: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that the stored article whose id is in the column `article` may be shown."""
    row = articles.alias()
    return ~sa.exists(
        sa.select(row.c.id).where(row.c.id == article, sa.or_(row.c.status == Status.CANCELED, _item_is_hidden(row)))
    )


def hidden_articles() -> sa.Subquery:
    """Return the articles that may not be shown, few among many, each with its id, state and standing."""
    of_items = sa.select(articles.c.id, articles.c.state, standing().label("standing")).where(
        articles.c.item_id.in_(sa.select(items.c.id).where(is_hidden()))
    )
    # The notices of kills that were lifted since.
    notices = sa.select(articles.c.id, articles.c.state, sa.literal(Standing.KILLED.value).label("standing")).where(
        articles.c.status == Status.CANCELED, ~_item_is_hidden(articles)
    )
    return sa.union_all(of_items, notices).subquery()


def standing(row: _Row = articles) -> sa.ColumnElement[Any]:
    """Return the expression of an article's worker.items.ruling.Standing, as text."""
    item = items.alias()
    is_killed = sa.exists(sa.select(item.c.id).where(item.c.id == row.c.item_id, item.c.status == Status.CANCELED))
    return sa.case(
        (is_killed, Standing.KILLED.value),
        (_item_is_hidden(row), Standing.HELD.value),
        # The notice of a kill that was lifted since.
        (row.c.status == Status.CANCELED, Standing.KILLED.value),
        else_=Standing.USABLE.value,
    )


def _item_is_hidden(row: _Row) -> sa.ColumnElement[bool]:
    # Asked of each article, by the item's key: the set of all hidden items grows with the age of the store.
    item = items.alias()
    return sa.exists(sa.select(item.c.id).where(item.c.id == row.c.item_id, is_hidden(item)))
