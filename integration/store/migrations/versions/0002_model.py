"""Recognisers are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of models, and what the earliest installations lack of the first schema."""
    _complete_the_first()
    op.create_table(
        "model",
        sa.Column("version", sa.String(80), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("kept_at", sa.Float, nullable=False),
        sa.Column("promoted_at", sa.Float),
    )


def _complete_the_first() -> None:
    """The first schema grew for an hour after its first commit; its first form is completed."""
    inspector = sa.inspect(op.get_bind())
    columns = {column["name"] for column in inspector.get_columns("delivery")}
    if "dispatched" not in columns:
        false = sa.Column("dispatched", sa.Boolean, nullable=False, server_default=sa.false())
        op.add_column("delivery", false)
        # What is not at its end gets its task again: the same key is the same task.
        op.execute("UPDATE delivery SET dispatched = (state <> 'stored')")
        _create_partial_index("waiting_for_task", "delivery", "id", "NOT dispatched")
    if "takeovers" not in columns:
        none = sa.Column("takeovers", sa.Integer, nullable=False, server_default=sa.text("0"))
        op.add_column("delivery", none)
    indexes = {index["name"] for index in inspector.get_indexes("effect")}
    if "public_effects" not in indexes:
        _create_partial_index("public_effects", "effect", "planned_at", "public")
    if "effects_by_state" not in indexes:
        op.create_index("effects_by_state", "effect", ["kind", "state"])


def _create_partial_index(name: str, table: str, column: str, where: str) -> None:
    text = sa.text(where)
    op.create_index(name, table, [column], sqlite_where=text, postgresql_where=text)
