"""What is counted of decisions stands beside their texts, and is found by time."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_DECISION = sa.table(
    "decision",
    sa.column("id", sa.String),
    sa.column("decision", sa.Text),
    sa.column("faq", sa.String),
    sa.column("score", sa.Float),
    sa.column("language", sa.String),
)
_BATCH = 500
_LANGUAGE = 3  # letters of a code, at most


def upgrade() -> None:
    """Add the columns and the index, and fill them from the texts that are kept."""
    op.add_column("decision", sa.Column("faq", sa.String(64)))
    op.add_column("decision", sa.Column("score", sa.Float))
    op.add_column("decision", sa.Column("language", sa.String(3)))
    _fill(op.get_bind())
    op.create_index(
        "decisions_by_time",
        "decision",
        ["decided_at", "state", "outcome", "faq", "language", "score"],
    )


def _fill(connection: sa.Connection) -> None:
    table = _DECISION.c
    query = sa.select(table.id, table.decision).order_by(table.id).limit(_BATCH)
    change = (
        sa.update(_DECISION)
        .where(table.id == sa.bindparam("of"))
        .values({name: sa.bindparam(name) for name in ("faq", "score", "language")})
    )
    last = ""
    while rows := connection.execute(query.where(table.id > last)).all():
        last = rows[-1][0]
        values = [{"of": key, **_counted(json.loads(text))} for key, text in rows if text]
        if values:
            connection.execute(change, values)


def _counted(decision: dict[str, Any]) -> dict[str, Any]:
    asked = any(reason["code"].startswith(("match.", "abstain.")) for reason in decision["reasons"])
    language = decision["language"] or ""
    is_code = language.isascii() and language.isalpha() and len(language) <= _LANGUAGE
    return {
        "faq": decision["faq"],
        "score": decision["score"] if asked else None,
        "language": language if is_code and language else None,
    }
