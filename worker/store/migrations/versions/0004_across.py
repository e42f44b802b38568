"""The vectors that compare digests in different languages, and the encoder that made them; older digests have none."""

import sqlalchemy as sa
from alembic import op

revision = "0004_across"
down_revision = "0003_embeddings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two columns."""
    op.add_column("digests", sa.Column("across", sa.LargeBinary(), nullable=True))
    op.add_column("digests", sa.Column("across_by", sa.Text(), nullable=True))
