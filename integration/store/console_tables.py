"""The tables of the console: who is signed in, and who tries to be."""

import sqlalchemy as sa

from integration.store.tables import FLEETING, metadata

# Somebody who is signed in to the console. The digest of the session's id alone is kept.
session = sa.Table(
    "session",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.BigInteger, index=True),  # at the helpdesk; none: by set-up code
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),  # installer | agent | lead | administrator
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False),
    sa.Column("checked_at", sa.Float, nullable=False),  # when the helpdesk last said the role
    sa.Column("expires_at", sa.Float, nullable=False, index=True),
    info=FLEETING,
)

# Attempts to sign in, to slow down who tries too often. Addresses stand there as digests.
attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("bucket", sa.String(80), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Index("attempts_of_bucket", "bucket", "at"),
    info=FLEETING,
)
