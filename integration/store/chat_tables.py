"""The table of the chat's people. The messages stand beside what they tell of, in `tables`."""

import sqlalchemy as sa

from integration.store.tables import metadata

# Who acted in the chat: which user of a workspace is which agent, as it was found then.
colleague = sa.Table(
    "colleague",
    metadata,
    sa.Column("team_id", sa.String(40), primary_key=True),
    sa.Column("user_id", sa.String(40), primary_key=True),
    sa.Column("agent_id", sa.BigInteger, nullable=False),
    sa.Column("is_lead", sa.Boolean, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False),
)
