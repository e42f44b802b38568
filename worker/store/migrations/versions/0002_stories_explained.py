"""Why each article is in its story, what makes it an update, and what a person decided about it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table, and name the rules that stores of 0001 knew."""
    op.add_column("articles", sa.Column("rule", sa.String(length=9), nullable=True))
    op.add_column("articles", sa.Column("matched_id", sa.String(length=36), nullable=True))
    op.add_column("articles", sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("articles", sa.Column("uri_key", sa.String(length=32), nullable=True))
    op.create_index("ix_articles_uri_key", "articles", ["uri_key"], unique=False)
    op.execute(
        "UPDATE articles SET joined_at = stored_at, rule = CASE WHEN story_id = id THEN 'opened' ELSE 'exact' END, "
        "matched_id = CASE WHEN story_id = id THEN NULL ELSE story_id END WHERE story_id IS NOT NULL"
    )
    op.create_table(
        "decisions",
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("story_id", sa.String(length=36), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "story_id", name="pk_decisions"),
    )
