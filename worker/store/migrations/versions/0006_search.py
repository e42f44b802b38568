"""Search: an index of the words of every article, kept in step by triggers, so that whoever writes need not know."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# FTS5 holds the index and not the text (content=''): what it is told to forget must be the very text it was given.
_SQLITE = (
    "CREATE VIRTUAL TABLE search_words USING fts5(title, body, content='', tokenize='unicode61 remove_diacritics 2')",
    "CREATE TRIGGER search_insert AFTER INSERT ON articles BEGIN "
    "INSERT INTO search (article_id) VALUES (new.id); "
    "INSERT INTO search_words (rowid, title, body) "
    "SELECT id, coalesce(new.title, ''), new.body FROM search WHERE article_id = new.id; END",
    "CREATE TRIGGER search_update AFTER UPDATE OF title, body ON articles BEGIN "
    "INSERT INTO search_words (search_words, rowid, title, body) "
    "SELECT 'delete', id, coalesce(old.title, ''), old.body FROM search WHERE article_id = old.id; "
    "INSERT INTO search_words (rowid, title, body) "
    "SELECT id, coalesce(new.title, ''), new.body FROM search WHERE article_id = new.id; END",
    "CREATE TRIGGER search_delete AFTER DELETE ON articles BEGIN "
    "INSERT INTO search_words (search_words, rowid, title, body) "
    "SELECT 'delete', id, coalesce(old.title, ''), old.body FROM search WHERE article_id = old.id; "
    "DELETE FROM search WHERE article_id = old.id; END",
    "INSERT INTO search (article_id) SELECT id FROM articles ORDER BY stored_at, id",
    "INSERT INTO search_words (rowid, title, body) "
    "SELECT search.id, coalesce(title, ''), body FROM search JOIN articles ON articles.id = search.article_id",
)

# A tsvector holds at most 1 MB: 100,000 characters, words and places, stay under it in every script. Accents are taken
# off and punctuation parts words as in FTS5, where else addresses and numbers would be words of their own.
_POSTGRESQL = (
    "CREATE FUNCTION search_words(title text, body text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$ "
    "SELECT to_tsvector('simple', regexp_replace(regexp_replace("
    "left(normalize(left(coalesce(title, '') || E'\\n' || body, 100000), NFKD), 100000), '[\u0300-\u036f]', '', 'g'), "
    "'[!-/:-@\\[-`{-~]', ' ', 'g')) $$",
    "CREATE FUNCTION search_article() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO search (article_id, words) VALUES (new.id, search_words(new.title, new.body)) "
    "ON CONFLICT (article_id) DO UPDATE SET words = excluded.words; RETURN NULL; END $$",
    "CREATE FUNCTION search_forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "DELETE FROM search WHERE article_id = old.id; RETURN NULL; END $$",
    "CREATE TRIGGER search_insert AFTER INSERT OR UPDATE OF title, body ON articles "
    "FOR EACH ROW EXECUTE FUNCTION search_article()",
    "CREATE TRIGGER search_delete AFTER DELETE ON articles FOR EACH ROW EXECUTE FUNCTION search_forget()",
    "ALTER TABLE search ADD COLUMN words tsvector NOT NULL",
    "INSERT INTO search (article_id, words) SELECT id, search_words(title, body) FROM articles",
    "CREATE INDEX ix_search_words ON search USING gin (words)",
)


def upgrade() -> None:
    """Make the index and put every article into it that is there already."""
    op.create_table(
        "search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search"),
        sa.UniqueConstraint("article_id", name="uq_search_article_id"),
    )
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.get_bind().exec_driver_sql(statement)
