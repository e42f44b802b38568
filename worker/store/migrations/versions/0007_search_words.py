"""Search: the index is filled by worker.store.search, which makes the same words of a text on both kinds of store."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OLD_SQLITE = (
    "DROP TRIGGER search_insert",
    "DROP TRIGGER search_update",
    "DROP TRIGGER search_delete",
    "DROP TABLE search_words",
)
_OLD_POSTGRESQL = (
    "DROP TRIGGER search_insert ON articles",
    "DROP TRIGGER search_delete ON articles",
    "DROP FUNCTION search_article()",
    "DROP FUNCTION search_forget()",
    "DROP FUNCTION search_words(text, text)",
)

# FTS5 holds the index and not the text (content=''), nor the length of each, since hits are not ranked. Its tokenizer
# `ascii` parts what it is given at spaces only.
_NEW_SQLITE = ("CREATE VIRTUAL TABLE search_words USING fts5(words, content='', columnsize=0, tokenize='ascii')",)
_NEW_POSTGRESQL = (
    "CREATE TABLE search_words (id integer NOT NULL REFERENCES search ON DELETE CASCADE, words tsvector NOT NULL)",
    "CREATE INDEX ix_search_words_id ON search_words (id)",
    "CREATE INDEX ix_search_words_words ON search_words USING gin (words)",
)


def upgrade() -> None:
    """Make the index anew, empty: `migrate` fills it when all tables are up to date."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    _run(_OLD_POSTGRESQL if postgresql else _OLD_SQLITE)
    op.drop_table("search")
    op.create_table(
        "search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search"),
        sa.UniqueConstraint("article_id", name="uq_search_article_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_search_at_id_name", "search", ["at", "id", "name"])
    op.create_index("ix_search_publisher", "search", ["publisher"])
    _run(_NEW_POSTGRESQL if postgresql else _NEW_SQLITE)


def _run(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
