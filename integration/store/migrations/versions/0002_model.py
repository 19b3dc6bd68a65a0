"""Recognisers are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of models."""
    op.create_table(
        "model",
        sa.Column("version", sa.String(80), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("kept_at", sa.Float, nullable=False),
        sa.Column("promoted_at", sa.Float),
    )
