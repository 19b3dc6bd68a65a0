"""The tables of the recogniser: every one that judged, and what was read for the present one."""

import sqlalchemy as sa

from integration.store.tables import FLEETING, metadata

# Every recogniser that ever judged, so that its decisions can be made again.
model = sa.Table(
    "model",
    metadata,
    sa.Column("version", sa.String(80), primary_key=True),
    sa.Column("content", sa.Text, nullable=False),  # JSON
    sa.Column("kept_at", sa.Float, nullable=False),
    sa.Column("promoted_at", sa.Float),  # by a person, for the last time
)

# What the mail reader read of the policy that judges: see `rules/features/read_before.py`.
reading = sa.Table(
    "reading",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),  # of the text and of how it is read
    sa.Column("vector", sa.LargeBinary, nullable=False),  # sealed
    info=FLEETING,
)
