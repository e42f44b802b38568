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
    """Return the condition that the stored article whose id is in the column `article` may be shown."""
    return article.not_in(sa.select(hidden_articles().c.id))


def hidden_articles() -> sa.Subquery:
    """Return the articles that may not be shown, few among many, each with its id, state and standing."""
    killed = sa.case((items.c.status == Status.CANCELED, Standing.KILLED.value), else_=Standing.HELD.value)
    of_items = (
        sa.select(articles.c.id, articles.c.state, killed.label("standing"))
        .join(items, items.c.id == articles.c.item_id)
        .where(hidden())
    )
    # The notices of kills that were lifted since.
    notices = sa.select(articles.c.id, articles.c.state, sa.literal(Standing.KILLED.value).label("standing")).where(
        articles.c.status == Status.CANCELED, articles.c.item_id.not_in(sa.select(items.c.id).where(hidden()))
    )
    return sa.union_all(of_items, notices).subquery()


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
