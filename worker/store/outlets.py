"""Which publishers the store's articles name, and on which domains."""

import sqlalchemy as sa

from worker.store.connect import Store
from worker.store.tables import articles
from worker.store.usable import usable


def named(store: Store) -> list[tuple[str | None, str, int]]:
    """Return (domain or None, publisher, number of articles) for all articles that have a publisher and may be
    shown, in no order.
    """
    chosen = (
        sa.select(articles.c.site, articles.c.publisher, sa.func.count())
        .where(articles.c.publisher.is_not(None), usable())
        .group_by(articles.c.site, articles.c.publisher)
    )
    with store.reading() as connection:
        return [(site, publisher, number) for site, publisher, number in connection.execute(chosen)]
