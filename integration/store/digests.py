"""Messages that tell of many tickets at once: when there is a crowd, and which of them collects."""

from collections.abc import Collection

import sqlalchemy as sa

from integration.store.posts import COLUMNS, DIGEST, ESCALATION, FOLDED, PLANNED, PostRow
from integration.store.tables import post


def fold(connection: sa.Connection, ids: Collection[str]) -> None:
    """These are told in a digest: they get no message of their own."""
    connection.execute(
        sa.update(post)
        .where(post.c.id.in_(ids))
        .values(state=FOLDED, changed=False, next_look_at=None)
    )


def recent_escalations(connection: sa.Connection, channel: str, since: float) -> int:
    """How many escalations that are not urgent were planned for a channel since an instant."""
    query = sa.select(sa.func.count()).where(
        post.c.kind == ESCALATION,
        post.c.channel == channel,
        ~post.c.urgent,
        post.c.created_at > since,
    )
    return int(connection.execute(query).scalar_one())


def collecting_digest(connection: sa.Connection, channel: str, now: float) -> PostRow | None:
    """The digest of a channel that is not written yet and may take more."""
    query = sa.select(*COLUMNS).where(
        post.c.kind == DIGEST,
        post.c.channel == channel,
        post.c.state == PLANNED,
        post.c.changed,
        post.c.not_before > now,
    )
    row = connection.execute(query.limit(1).with_for_update()).first()
    return None if row is None else PostRow(*row)
