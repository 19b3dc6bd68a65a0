"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_GENESIS = "0" * 64


def upgrade() -> None:
    """Create everything and the single row the ledger starts from."""
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(300), nullable=False, unique=True),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("event_type", sa.String(120)),
        sa.Column("ticket_id", sa.BigInteger, index=True),
        sa.Column("body", sa.LargeBinary),
        sa.Column("body_digest", sa.String(64), nullable=False),
        sa.Column("received_at", sa.Float, nullable=False),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("round", sa.Integer, nullable=False),
        sa.Column("dispatched", sa.Boolean, nullable=False),
        sa.Column("takeovers", sa.Integer, nullable=False),
        sa.Column("error", sa.String(300)),
        sa.Column("finished_at", sa.Float),
    )
    op.create_index(
        "waiting_for_task",
        "delivery",
        ["id"],
        sqlite_where=sa.text("NOT dispatched"),
        postgresql_where=sa.text("NOT dispatched"),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("delivery_id", sa.Integer, nullable=False, index=True),
        sa.Column("ticket_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("comment_id", sa.BigInteger, nullable=False),
        sa.Column("requester_id", sa.BigInteger),
        sa.Column("assignee_id", sa.BigInteger),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("guarded", sa.Boolean, nullable=False),
        sa.Column("decided_at", sa.Float, nullable=False),
        sa.Column("watched_from", sa.Float, nullable=False),
        sa.Column("comment_ids", sa.Text, nullable=False),
        sa.Column("snapshot", sa.Text),
        sa.Column("decision", sa.Text),
    )
    op.create_index(
        "one_decision_per_comment",
        "decision",
        ["ticket_id", "comment_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'superseded'"),
        postgresql_where=sa.text("state <> 'superseded'"),
    )
    op.create_table(
        "effect",
        sa.Column("decision_id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("ticket_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("requester_id", sa.BigInteger, index=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("tags", sa.Text),
        sa.Column("group_id", sa.BigInteger),
        sa.Column("priority", sa.String(10)),
        sa.Column("stamp", sa.String(40)),
        sa.Column("owner", sa.String(64)),
        sa.Column("lease_until", sa.Float),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("planned_at", sa.Float, nullable=False),
        sa.Column("finished_at", sa.Float),
        sa.Column("audit_id", sa.BigInteger),
        sa.Column("error", sa.String(300)),
    )
    op.create_index(
        "public_effects",
        "effect",
        ["planned_at"],
        sqlite_where=sa.text("public"),
        postgresql_where=sa.text("public"),
    )
    op.create_index("effects_by_state", "effect", ["kind", "state"])
    op.create_table(
        "ledger",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("ticket_id", sa.BigInteger, index=True),
        sa.Column("decision_id", sa.String(64)),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
    )
    head = op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "digest": _GENESIS}])
    op.create_table(
        "worker",
        sa.Column("executor_id", sa.String(64), primary_key=True),
        sa.Column("started_at", sa.Float, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
    )
    op.create_table(
        "fact",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_table(
        "policy_version",
        sa.Column("version", sa.String(80), primary_key=True),
        sa.Column("files", sa.Text, nullable=False),
        sa.Column("imported_at", sa.Float, nullable=False),
        sa.Column("activated_at", sa.Float),
    )
