"""The first tables."""

import sqlalchemy as sa
from alembic import op

#: Not "0001": stores of unreleased versions have that revision, and other tables.
revision = "0001_first_tables"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.String(length=36)
_KEY = sa.String(length=32)
_TIME = sa.DateTime(timezone=True)
_STATUS = "status IN ('usable', 'withheld', 'canceled')"
_DECIDED_BY = "decided_by IN ('source', 'person', 'desk')"

# FTS5 holds the index and not the text (content=''). Its tokenizer `ascii` splits its input only at spaces.
_SEARCH_WORDS_SQLITE = ("CREATE VIRTUAL TABLE search_words USING fts5(title, words, content='', tokenize='ascii')",)
_SEARCH_WORDS_POSTGRESQL = (
    "CREATE TABLE search_words (id integer NOT NULL REFERENCES search ON DELETE CASCADE, words tsvector NOT NULL)",
    "CREATE INDEX ix_search_words_id ON search_words (id)",
    "CREATE INDEX ix_search_words_words ON search_words USING gin (words)",
)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "desk",
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk"),
    )
    _create_articles()
    _create_items()
    _create_stories()
    _create_results()
    _create_editions()
    _create_search()


def _create_articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("standfirst", sa.Text(), nullable=True),
        sa.Column("dateline", sa.Text(), nullable=True),
        sa.Column("byline", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("published_at", _TIME, nullable=True),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("dropped", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("stored_at", _TIME, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("state_at", _TIME, nullable=False),
        sa.Column("text_key", _KEY, nullable=True),
        sa.Column("story_id", _ID, nullable=True),
        sa.Column("containment", sa.Float(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_token", _ID, nullable=True),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("rule", sa.String(length=9), nullable=True),
        sa.Column("matched_id", _ID, nullable=True),
        sa.Column("joined_at", _TIME, nullable=True),
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("item", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("teaser", sa.Boolean(), nullable=False),
        sa.Column("revision_created", _TIME, nullable=True),
        sa.Column("revision_number", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("embargo", _TIME, nullable=True),
        sa.Column("signal", sa.String(length=10), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("slug", sa.Text(), nullable=True),
        sa.Column("slug_key", _KEY, nullable=True),
        sa.Column("urgency", sa.Integer(), nullable=True),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("usage", sa.Text(), nullable=True),
        sa.Column("copyright", sa.Text(), nullable=True),
        sa.Column("located", sa.Text(), nullable=True),
        sa.Column("captions", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.CheckConstraint(
            "state IN ('ready', 'leased', 'digested', 'reprint', 'failed')", name=op.f("ck_articles_state")
        ),
        sa.CheckConstraint(_STATUS, name=op.f("ck_articles_status")),
        sa.CheckConstraint("signal IN ('correction', 'update')", name=op.f("ck_articles_signal")),
    )
    op.create_index("ix_articles_text_key", "articles", ["text_key"])
    op.create_index("ix_articles_item_id_version", "articles", ["item_id", "version"])
    op.create_index("ix_articles_slug_key", "articles", ["slug_key"])
    op.create_index("ix_articles_status", "articles", ["status"])
    op.create_index("ix_articles_story_id", "articles", ["story_id"])
    op.create_index("ix_articles_state_stored_at", "articles", ["state", "stored_at"])
    op.create_index("ix_articles_stored_at", "articles", ["stored_at"])
    op.create_index("ix_articles_site_publisher", "articles", ["site", "publisher"])


def _create_items() -> None:
    op.create_table(
        "items",
        sa.Column("id", _ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("article_id", _ID, nullable=True),
        sa.Column("created", _TIME, nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("published_at", _TIME, nullable=True),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("embargo", _TIME, nullable=True),
        sa.Column("decided_by", sa.String(length=6), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("cause", _ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.CheckConstraint(_STATUS, name=op.f("ck_items_status")),
        sa.CheckConstraint(_DECIDED_BY, name=op.f("ck_items_decided_by")),
    )
    for column in ("status", "embargo", "cause"):
        op.create_index(f"ix_items_{column}", "items", [column])
    op.create_table(
        "item_articles",
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("story_id", _ID, nullable=True),
        sa.Column("text_key", _KEY, nullable=True),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("received_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("article_id", name="pk_item_articles"),
    )
    for column in ("item_id", "story_id", "text_key"):
        op.create_index(f"ix_item_articles_{column}", "item_articles", [column])
    op.create_table(
        "rulings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", _ID, nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("embargo", _TIME, nullable=True),
        sa.Column("decided_by", sa.String(length=6), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("revised_at", _TIME, nullable=True),
        sa.Column("filed_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_rulings"),
        sa.CheckConstraint("act IN ('kill', 'withdraw', 'hold', 'release')", name=op.f("ck_rulings_act")),
        sa.CheckConstraint(_STATUS, name=op.f("ck_rulings_status")),
        sa.CheckConstraint(_DECIDED_BY, name=op.f("ck_rulings_decided_by")),
        sqlite_autoincrement=True,
    )
    for column in ("item_id", "revised_at", "filed_at"):
        op.create_index(f"ix_rulings_{column}", "rulings", [column])


def _create_stories() -> None:
    op.create_table(
        "stories",
        sa.Column("id", _ID, nullable=False),
        sa.Column("canonical_id", _ID, nullable=True),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stories"),
    )
    op.create_index("ix_stories_canonical_id", "stories", ["canonical_id"])
    op.create_table(
        "merged_stories",
        sa.Column("id", _ID, nullable=False),
        sa.Column("story_id", _ID, nullable=False),
        sa.Column("merged_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_merged_stories"),
    )
    op.create_index("ix_merged_stories_story_id", "merged_stories", ["story_id"])
    op.create_table(
        "decisions",
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("story_id", _ID, nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("decided_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "story_id", name="pk_decisions"),
    )


def _create_results() -> None:
    op.create_table(
        "digests",
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("story_id", _ID, nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("supported", sa.Boolean(), nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_digests_article_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", name="pk_digests"),
    )
    op.create_index("ix_digests_story_id", "digests", ["story_id"])
    op.create_index("ix_digests_made_at", "digests", ["made_at"])
    op.create_table(
        "failures",
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("failed_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_failures_article_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", name="pk_failures"),
    )
    op.create_index("ix_failures_failed_at", "failures", ["failed_at"])


def _create_editions() -> None:
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("date", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("closed_at", _TIME, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("delivered_at", _TIME, nullable=True),
        sa.Column("queued_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_editions"),
        sa.UniqueConstraint("profile", "date", "revision", name="uq_editions_profile_date_revision"),
    )
    op.create_table(
        "profiles",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_profiles"),
    )
    op.create_table(
        "edition_digests",
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("story_id", _ID, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_edition_digests_edition_id"),
        sa.PrimaryKeyConstraint("profile", "article_id", name="pk_edition_digests"),
    )
    op.create_index("ix_edition_digests_edition_id", "edition_digests", ["edition_id"])
    op.create_index("ix_edition_digests_story_id", "edition_digests", ["story_id"])
    op.create_table(
        "withdrawals",
        sa.Column("ruling_id", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("by", sa.String(length=6), nullable=False),
        sa.Column("articles", sa.Text(), nullable=False),
        sa.Column("files_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("ruling_id", name="pk_withdrawals"),
    )
    op.create_index("ix_withdrawals_files_at", "withdrawals", ["files_at"])
    op.create_index("ix_withdrawals_at", "withdrawals", ["at"])
    op.create_table(
        "withdrawn_editions",
        sa.Column("ruling_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("noticed_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["ruling_id"], ["withdrawals.ruling_id"], name="fk_withdrawn_editions_ruling_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name="fk_withdrawn_editions_edition_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ruling_id", "edition_id", name="pk_withdrawn_editions"),
    )
    op.create_index("ix_withdrawn_editions_edition_id", "withdrawn_editions", ["edition_id"])
    op.create_index("ix_withdrawn_editions_noticed_at", "withdrawn_editions", ["noticed_at"])
    op.create_table(
        "outbox",
        sa.Column("key", _ID, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.Column("earlier", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("state_at", _TIME, nullable=False),
        sa.Column("queued_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", _ID, nullable=True),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("begun", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["editions.id"], name="fk_outbox_edition_id"),
        sa.PrimaryKeyConstraint("key", name="pk_outbox"),
        sa.UniqueConstraint("edition_id", "recipient", name="uq_outbox_edition_id_recipient"),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed', 'unknown')", name=op.f("ck_outbox_state")
        ),
    )
    op.create_index("ix_outbox_state_due_at", "outbox", ["state", "due_at"])


def _create_search() -> None:
    op.create_table(
        "search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search"),
        sa.UniqueConstraint("article_id", name="uq_search_article_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_search_at_id_name", "search", ["at", "id", "name"])
    op.create_index("ix_search_publisher", "search", ["publisher"])
    connection = op.get_bind()
    postgresql = connection.dialect.name == "postgresql"
    for statement in _SEARCH_WORDS_POSTGRESQL if postgresql else _SEARCH_WORDS_SQLITE:
        connection.exec_driver_sql(statement)
