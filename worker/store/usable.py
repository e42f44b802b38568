"""The one condition of what may be shown: every query that feeds an edition, page, feed, search, export, count, mail or
hook uses it (tests/unit/store/test_usable.py).
"""

from typing import Any

import sqlalchemy as sa

from producers.article import Status
from worker.items.ruling import Standing
from worker.store.tables import articles, items

#: The columns of an article that the condition reads.
_Row = sa.FromClause


def usable(row: _Row = articles) -> sa.ColumnElement[bool]:
    """Return the condition of an article that may be shown; `row` is the table `articles` or an alias of it."""
    return sa.and_(row.c.status != Status.CANCELED, row.c.item_id.not_in(sa.select(items.c.id).where(hidden())))


def usable_id(article: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that the article whose id is in the column `article` is stored and may be shown."""
    row = articles.alias()
    return sa.exists(sa.select(row.c.id).where(row.c.id == article, usable(row)))


def hidden() -> sa.ColumnElement[bool]:
    """Return the condition of a row of `items` whose articles may not be shown."""
    return sa.or_(items.c.status.in_((Status.WITHHELD, Status.CANCELED)), items.c.embargo.is_not(None))


def standing(row: _Row = articles) -> sa.ColumnElement[Any]:
    """Return the expression of an article's worker.items.ruling.Standing, as text."""

    def item_is(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        return row.c.item_id.in_(sa.select(items.c.id).where(condition))

    return sa.case(
        (item_is(items.c.status == Status.CANCELED), Standing.KILLED.value),
        (item_is(hidden()), Standing.HELD.value),
        # The notice of a kill that was lifted since.
        (row.c.status == Status.CANCELED, Standing.KILLED.value),
        else_=Standing.USABLE.value,
    )
