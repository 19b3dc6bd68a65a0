"""People decide in the chat: their acts, what waits for them, the clocks, and the messages."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and the two columns of effects that people's acts need."""
    op.add_column("effect", sa.Column("assignee_id", sa.BigInteger))
    op.add_column("effect", sa.Column("author_id", sa.BigInteger))
    _acts()
    _waiting()
    _chat()


def _acts() -> None:
    op.create_table(
        "act",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("ticket_id", sa.BigInteger, nullable=False),
        sa.Column("about", sa.String(64)),
        sa.Column("agent_id", sa.BigInteger, nullable=False),
        sa.Column("agent_name", sa.String(200), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("faq", sa.String(64)),
        sa.Column("argument", sa.Text),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_act_ticket_id", "act", ["ticket_id"])
    op.create_index("ix_act_about", "act", ["about"])


def _waiting() -> None:
    op.create_table(
        "approval",
        sa.Column("decision_id", sa.String(64), primary_key=True),
        sa.Column("ticket_id", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("act_id", sa.String(64)),
        sa.Column("why", sa.String(60)),
        sa.Column("expires_at", sa.Float, nullable=False),
    )
    op.create_index("ix_approval_ticket_id", "approval", ["ticket_id"])
    op.create_index("open_approvals", "approval", ["state", "expires_at"])
    op.create_table(
        "clock",
        sa.Column("decision_id", sa.String(64), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("ticket_id", sa.BigInteger, nullable=False),
        sa.Column("pack", sa.String(80), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("started_at", sa.Float, nullable=False),
        sa.Column("due_at", sa.Float, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reminded", sa.Integer, nullable=False),
        sa.Column("next_at", sa.Float),
    )
    op.create_index("ix_clock_ticket_id", "clock", ["ticket_id"])
    op.create_index("clocks_due", "clock", ["state", "next_at"])


def _chat() -> None:
    op.create_table(
        "post",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("ticket_id", sa.BigInteger),
        sa.Column("decision_id", sa.String(64)),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("argument", sa.Text),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("channel_id", sa.String(40)),
        sa.Column("stamp", sa.String(40)),
        sa.Column("shown", sa.String(64)),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("changed", sa.Boolean, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.Float, nullable=False),
        sa.Column("tried_at", sa.Float),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("next_look_at", sa.Float),
        sa.Column("error", sa.String(300)),
    )
    op.create_index("ix_post_ticket_id", "post", ["ticket_id"])
    op.create_index("posts_changed", "post", ["changed", "not_before"])
    op.create_index("posts_to_look_at", "post", ["next_look_at"])
    op.create_table(
        "workspace",
        sa.Column("team_id", sa.String(40), primary_key=True),
        sa.Column("team_name", sa.String(200), nullable=False),
        sa.Column("bot_user_id", sa.String(40), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("installed_at", sa.Float, nullable=False),
    )
    op.create_table(
        "nonce",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
    )
