"""Keeps why an edition left a digest out; finds an article by its address, its file and its source."""

import sqlalchemy as sa
from alembic import op

revision = "0006_ledger"
down_revision = "0005_ranked_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two columns, which are null for the editions of before, and the indexes."""
    op.add_column("edition_digests", sa.Column("left_out_by", sa.String(14), nullable=True))
    op.add_column("edition_digests", sa.Column("teller_id", sa.String(36), nullable=True))
    op.create_index("ix_articles_source_stored_at", "articles", ["source", "stored_at"])
    for column in ("url", "filename"):
        op.create_index(f"ix_articles_{column}", "articles", [column], postgresql_using="hash")
