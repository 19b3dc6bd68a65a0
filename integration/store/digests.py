"""Messages that tell of many tickets at once: when there is a crowd, and which of them collects."""

from collections.abc import Iterable

import sqlalchemy as sa

from integration.store import posts
from integration.store.posts import (
    COLUMNS,
    DIGEST,
    ENDED,
    ESCALATION,
    FOLDED,
    LIVE,
    PLANNED,
    PostRow,
)
from integration.store.tables import post

_DIGEST = "digest"  # in a folded message's details: which digest tells of it


def fold(connection: sa.Connection, rows: Iterable[PostRow], digest_id: str) -> None:
    """These are told in a digest: they get no message of their own."""
    for row in rows:
        posts.change(
            connection,
            row.id,
            details={**row.details, _DIGEST: digest_id},
            state=FOLDED,
            changed=False,
            next_look_at=None,
        )


def wake(connection: sa.Connection, folded: PostRow) -> bool:
    """The digest that tells of a folded message must be looked at again; false if it has ended."""
    found = connection.execute(
        sa.update(post)
        .where(post.c.id == str(folded.details.get(_DIGEST)), post.c.state.in_(LIVE))
        .values(changed=True)
    )
    return found.rowcount == 1


def wake_of_ticket(connection: sa.Connection, ticket_id: int) -> None:
    """What digests tell of a ticket must be looked at again."""
    for known in posts.of_ticket(connection, ticket_id, (FOLDED, ENDED)):
        if _DIGEST in known.details:
            wake(connection, known)


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
