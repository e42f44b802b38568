"""Empties the embeddings of the bodies: those of summaries and headlines, which replace them, are not comparable."""

import sqlalchemy as sa
from alembic import op

revision = "0003_embeddings"
down_revision = "0002_flat"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty every embedding; the digests of before are compared by their words."""
    digests = sa.table("digests", sa.column("embedding", sa.LargeBinary()))
    op.execute(digests.update().values(embedding=b""))
