"""What makes the questions that are asked on a clock cost the same at every age of the store: indexes and tallies."""

import sqlalchemy as sa
from alembic import op

revision = "0002_flat"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None

_FEW = (
    ("ix_articles_ready", "articles", ["stored_at"], "state = 'ready'"),
    ("ix_articles_ready_attempts", "articles", ["attempts"], "state = 'ready'"),
    ("ix_articles_leased", "articles", ["lease_until"], "state = 'leased'"),
    ("ix_articles_failed", "articles", ["state", "story_id"], "state = 'failed' AND story_id IS NOT NULL"),
    (
        "ix_items_hidden",
        "items",
        ["id"],
        "status = 'withheld' OR status = 'canceled' OR embargo IS NOT NULL",
    ),
    ("ix_editions_undelivered", "editions", ["closed_at", "id"], "delivered_at IS NULL"),
    ("ix_editions_unqueued", "editions", ["closed_at", "id"], "queued_at IS NULL"),
)
_WHOLE = (
    ("items", ["status", "embargo"]),
    ("stories", ["opened_at"]),
    ("merged_stories", ["merged_at"]),
    ("decisions", ["decided_at"]),
    ("editions", ["profile", "closed_at"]),
    ("editions", ["closed_at"]),
    ("editions", ["date"]),
    ("editions", ["revision"]),
    ("outbox", ["due_at"]),
)
#: The tables whose rows are counted by their state, and those states.
_COUNTED = {
    "articles": ("ready", "leased", "digested", "reprint", "failed"),
    "outbox": ("waiting", "sending", "sent", "failed", "unknown"),
}

# SQLite has one writer, which may change the one row of a state.
_TRIGGERS_SQLITE = (
    "CREATE TRIGGER tally_{table}_insert AFTER INSERT ON {table} BEGIN "
    "UPDATE tallies SET number = number + 1 WHERE counted = '{table}' AND state = NEW.state; END",
    "CREATE TRIGGER tally_{table}_delete AFTER DELETE ON {table} BEGIN "
    "UPDATE tallies SET number = number - 1 WHERE counted = '{table}' AND state = OLD.state; END",
    "CREATE TRIGGER tally_{table}_update AFTER UPDATE OF state ON {table} WHEN OLD.state <> NEW.state BEGIN "
    "UPDATE tallies SET number = number - 1 WHERE counted = '{table}' AND state = OLD.state; "
    "UPDATE tallies SET number = number + 1 WHERE counted = '{table}' AND state = NEW.state; END",
)
# On PostgreSQL writers would wait for each other at such a row: each statement adds what it changed, and
# worker.store.tallies.fold adds those rows up.
_TRIGGERS_POSTGRESQL = (
    "CREATE FUNCTION tally_{table}_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO tallies (counted, state, number) SELECT '{table}', state, count(*) FROM new_rows GROUP BY state; "
    "RETURN NULL; END $$",
    "CREATE FUNCTION tally_{table}_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO tallies (counted, state, number) SELECT '{table}', state, -count(*) FROM old_rows GROUP BY state; "
    "RETURN NULL; END $$",
    "CREATE FUNCTION tally_{table}_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO tallies (counted, state, number) SELECT '{table}', state, sum(number) FROM "
    "(SELECT state, 1 AS number FROM new_rows UNION ALL SELECT state, -1 FROM old_rows) AS changed "
    "GROUP BY state HAVING sum(number) <> 0; RETURN NULL; END $$",
    "CREATE TRIGGER tally_{table}_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows "
    "FOR EACH STATEMENT EXECUTE FUNCTION tally_{table}_insert()",
    "CREATE TRIGGER tally_{table}_delete AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows "
    "FOR EACH STATEMENT EXECUTE FUNCTION tally_{table}_delete()",
    "CREATE TRIGGER tally_{table}_update AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS "
    "new_rows FOR EACH STATEMENT EXECUTE FUNCTION tally_{table}_update()",
)


def upgrade() -> None:
    """Add the indexes, and the tallies of what is there."""
    op.drop_index("ix_articles_state_stored_at", "articles")
    op.drop_index("ix_items_status", "items")
    for table, columns in _WHOLE:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    # So that no story waits for a leader that was pruned.
    op.execute(
        "UPDATE stories SET canonical_id = NULL WHERE canonical_id IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM articles WHERE articles.id = stories.canonical_id)"
    )
    for name, table, columns, condition in _FEW:
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "tallies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counted", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tallies"),
    )
    op.create_index("ix_tallies_counted_state", "tallies", ["counted", "state"])
    connection = op.get_bind()
    for table, states in _COUNTED.items():
        for state in states:
            number = f"(SELECT count(*) FROM {table} WHERE state = '{state}')"  # noqa: S608
            op.execute(f"INSERT INTO tallies (counted, state, number) VALUES ('{table}', '{state}', {number})")  # noqa: S608
        triggers = _TRIGGERS_POSTGRESQL if connection.dialect.name == "postgresql" else _TRIGGERS_SQLITE
        for statement in triggers:
            connection.exec_driver_sql(statement.format(table=table))
