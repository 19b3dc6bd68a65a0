"""Which user of the chat is which agent; tags that a write takes off a ticket."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table and the column."""
    op.create_table(
        "colleague",
        sa.Column("team_id", sa.String(40), primary_key=True),
        sa.Column("user_id", sa.String(40), primary_key=True),
        sa.Column("agent_id", sa.BigInteger, nullable=False),
        sa.Column("is_lead", sa.Boolean, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
    )
    op.add_column("effect", sa.Column("tags_off", sa.Text))
