"""The vectors by which digests in different languages are compared, for digests that were made before they were wanted.

An English desk wants none, and pays for none: they come with the first article in another language.
"""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from worker.store.connect import Store, current_time
from worker.store.tables import articles, digests
from worker.store.usable import usable

#: Older digests lack their vectors for good: no edition to come carries them.
REACH: Final = timedelta(hours=36)


def lacking(store: Store, languages: Collection[str], most: int) -> list[tuple[str, str, str]]:
    """Return the article, headline and summary of the newest `most` digests in `languages` that have no such vector."""
    with store.reading() as connection:
        rows = connection.execute(
            sa.select(digests.c.article_id, digests.c.headline, digests.c.summary)
            .join(articles, articles.c.id == digests.c.article_id)
            .where(
                digests.c.made_at >= current_time(connection) - REACH,
                digests.c.across.is_(None),
                articles.c.language.in_(languages),
                usable(),
            )
            .order_by(digests.c.made_at.desc(), digests.c.article_id)
            .limit(most)
        )
        return [(row.article_id, row.headline, row.summary) for row in rows]


def put(store: Store, encoder: str, vectors: Mapping[str, bytes]) -> None:
    """Give the digests of the articles that `vectors` names their vectors by `encoder`, unless they have one."""
    if not vectors:
        return
    with store.writing() as connection:
        connection.execute(
            sa.update(digests)
            .where(digests.c.article_id == sa.bindparam("article"), digests.c.across.is_(None))
            .values(across=sa.bindparam("vector"), across_by=encoder),
            [{"article": article, "vector": vector} for article, vector in sorted(vectors.items())],
        )
