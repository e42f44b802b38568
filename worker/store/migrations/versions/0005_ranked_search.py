"""Indexes the words anew, those of titles apart and with the length of each text: the search ranks its hits by them."""

import sqlalchemy as sa
from alembic import op

from worker.store.search import fill

revision = "0005_ranked_search"
down_revision = "0004_across"
branch_labels = None
depends_on = None

_SEARCH_WORDS_SQLITE = (
    "DROP TABLE search_words",
    "CREATE VIRTUAL TABLE search_words USING fts5(title, words, content='', tokenize='ascii')",
)
# Articles of one call, which reads their texts.
_TOGETHER = 1000


def upgrade() -> None:
    """Make the index of SQLite again, and fill that of either store from the articles."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for statement in _SEARCH_WORDS_SQLITE:
            connection.exec_driver_sql(statement)
    # With its rows those of PostgreSQL's index go, too.
    op.execute("DELETE FROM search")
    ids = list(connection.scalars(sa.text("SELECT id FROM articles WHERE story_id IS NOT NULL ORDER BY stored_at, id")))
    for at in range(0, len(ids), _TOGETHER):
        fill(connection, ids[at : at + _TOGETHER])
