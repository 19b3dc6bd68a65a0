"""The inbox: every delivery that was accepted, with its unique key, for good."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from integration.store.inserts import insert_once
from integration.store.tables import delivery

WEBHOOK = "webhook"  # the source of what the helpdesk sends
SLACK = "slack"  # the source of what people do there
CONSOLE = "console"  # of what people do in the console
PEOPLE = (SLACK, CONSOLE)
STORED, DONE, IGNORED, UNREADABLE, FAILED = "stored", "done", "ignored", "unreadable", "failed"


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery, without its body."""

    id: int
    key: str
    ticket_id: int | None
    state: str
    attempts: int
    round: int
    received_at: float
    error: str | None
    kind: str
    takeovers: int
    source: str


_COLUMNS = [delivery.c[name] for name in DeliveryRow.__slots__]


# Built once: building a statement costs more than running it.
_GET = sa.select(*_COLUMNS).where(delivery.c.id == sa.bindparam("delivery"))
_NOT_OF_PEOPLE = delivery.c.source.not_in(PEOPLE)
_OF_PEOPLE = delivery.c.source.in_(PEOPLE)
_UNDISPATCHED = sa.select(delivery.c.id).where(~delivery.c.dispatched).limit(1)
_FINISH = (
    sa.update(delivery)
    .where(delivery.c.id == sa.bindparam("delivery"))
    .values(
        state=sa.bindparam("to_state"),
        finished_at=sa.bindparam("now"),
        error=sa.bindparam("why"),
    )
)
_INSERT = {
    name: insert.returning(delivery.c.id) for name, insert in insert_once(delivery, "key").items()
}


def insert(connection: sa.Connection, values: dict[str, Any]) -> int | None:
    """Store a delivery and return its id, or None when its key is known already."""
    row = {
        "attempts": 0,
        "round": 0,
        "takeovers": 0,
        "dispatched": values["state"] != STORED,
        "error": None,
        "finished_at": None,
        **values,
    }
    found: int | None = connection.execute(_INSERT[connection.dialect.name], row).scalar()
    return found


def get(connection: sa.Connection, delivery_id: int) -> DeliveryRow | None:
    """A delivery by its id."""
    row = connection.execute(_GET, {"delivery": delivery_id}).first()
    return None if row is None else DeliveryRow(*row)


def body_of(connection: sa.Connection, delivery_id: int) -> bytes | None:
    """What came, as it came."""
    query = sa.select(delivery.c.body).where(delivery.c.id == delivery_id)
    found: bytes | None = connection.execute(query).scalar()
    return found


def of_key(connection: sa.Connection, key: str) -> tuple[DeliveryRow, str | None] | None:
    """The delivery with this key, and what was said about it."""
    query = sa.select(*_COLUMNS, delivery.c.said).where(delivery.c.key == key)
    row = connection.execute(query).first()
    return None if row is None else (DeliveryRow(*row[:-1]), row[-1])


def said_of(connection: sa.Connection, delivery_id: int) -> str | None:
    """What was said to the person whose wish the delivery is; None while nothing was."""
    query = sa.select(delivery.c.said).where(delivery.c.id == delivery_id)
    found: str | None = connection.execute(query).scalar()
    return found


def answer(connection: sa.Connection, delivery_id: int, said: str) -> None:
    """What is said to the person whose wish the delivery is."""
    connection.execute(sa.update(delivery).where(delivery.c.id == delivery_id).values(said=said))


def release_key(connection: sa.Connection, delivery_id: int) -> None:
    """Nothing came of it: the same again is to be taken as new."""
    mark = sa.literal(f"#{delivery_id}")
    connection.execute(
        sa.update(delivery).where(delivery.c.id == delivery_id).values(key=delivery.c.key + mark)
    )


def lane_of(row: DeliveryRow) -> str:
    """What is about one ticket runs one after the other; what is about none waits for nothing."""
    return f"delivery-{row.id}" if row.ticket_id is None else str(row.ticket_id)


def finish(
    connection: sa.Connection,
    delivery_id: int,
    state: str,
    *,
    now: float,
    error: str | None = None,
) -> None:
    """Set a delivery's final state."""
    values = {"delivery": delivery_id, "to_state": state, "now": now, "why": error}
    connection.execute(_FINISH, values)


def count_attempt(connection: sa.Connection, delivery_id: int, attempts: int, error: str) -> None:
    """Remember that a delivery's next attempt is planned, and why."""
    connection.execute(
        sa.update(delivery)
        .where(delivery.c.id == delivery_id)
        .values(attempts=attempts, error=error)
    )


def count_takeover(connection: sa.Connection, delivery_id: int) -> None:
    """The worker that ran this delivery died; perhaps because of it."""
    connection.execute(
        sa.update(delivery)
        .where(delivery.c.id == delivery_id)
        .values(takeovers=delivery.c.takeovers + 1)
    )


def newest_at(connection: sa.Connection, *, source: str = WEBHOOK) -> float | None:
    """When the newest delivery came, seconds since the epoch: the helpdesk's own sign of life."""
    query = sa.select(delivery.c.received_at).where(delivery.c.source == source)
    query = query.order_by(delivery.c.id.desc()).limit(1)
    found: float | None = connection.execute(query).scalar()
    return found


def reopen(connection: sa.Connection, delivery_id: int) -> None:
    """A person asked to try again: a new round with fresh attempts and a new task."""
    connection.execute(
        sa.update(delivery)
        .where(delivery.c.id == delivery_id)
        .values(
            state=STORED,
            attempts=0,
            round=delivery.c.round + 1,
            dispatched=False,
            takeovers=0,
            error=None,
            finished_at=None,
        )
    )


def forget_tasks(connection: sa.Connection) -> None:
    """The engine has lost its tasks: what is not at its end gets a new one."""
    connection.execute(
        sa.update(delivery).where(delivery.c.state == STORED).values(dispatched=False)
    )


def any_undispatched(connection: sa.Connection, *, of_people: bool = False) -> bool:
    """Whether a delivery waits for its task: a cheap look before a write."""
    query = _UNDISPATCHED.where(_OF_PEOPLE) if of_people else _UNDISPATCHED
    return connection.execute(query).first() is not None


def take_undispatched(
    connection: sa.Connection, *, limit: int, of_people: bool = False
) -> list[DeliveryRow]:
    """Mark the oldest deliveries without a task as having one, and return them.

    Several workers may do it at once: each row goes to one of them. `of_people`: leave tickets.
    """
    oldest = (
        sa.select(delivery.c.id)
        .where(~delivery.c.dispatched, _OF_PEOPLE if of_people else sa.true())
        .order_by(delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # SQLite has one writer anyway and leaves it out
    )
    taken = connection.execute(
        sa.update(delivery)
        .where(delivery.c.id.in_(oldest))
        .values(dispatched=True)
        .returning(*_COLUMNS)
    )
    return sorted((DeliveryRow(*row) for row in taken), key=lambda row: row.id)


def failures(connection: sa.Connection, *, limit: int = 1000) -> Sequence[DeliveryRow]:
    """What waits for a person, oldest first."""
    query = (
        sa.select(*_COLUMNS)
        .where(delivery.c.state.in_([FAILED, UNREADABLE]))
        .order_by(delivery.c.received_at, delivery.c.id)
        .limit(limit)
    )
    return [DeliveryRow(*row) for row in connection.execute(query)]


def unfinished(connection: sa.Connection, *, before: float, limit: int) -> Sequence[DeliveryRow]:
    """Deliveries accepted before an instant whose task has not brought them to an end."""
    query = (
        sa.select(*_COLUMNS)
        .where(delivery.c.state == STORED, delivery.c.dispatched, delivery.c.received_at < before)
        .order_by(delivery.c.id)
        .limit(limit)
    )
    return [DeliveryRow(*row) for row in connection.execute(query)]


def waiting(connection: sa.Connection) -> int:
    """How many deliveries wait for a decision, whether they have their task or not."""
    query = sa.select(sa.func.count()).where(delivery.c.state == STORED, _NOT_OF_PEOPLE)
    return int(connection.execute(query).scalar_one())


def is_waiting(connection: sa.Connection, ticket_id: int) -> bool:
    """Whether a run on this ticket is still to come or under way."""
    query = sa.select(delivery.c.id).where(
        delivery.c.ticket_id == ticket_id,
        delivery.c.state == STORED,
        _NOT_OF_PEOPLE,  # what people want does not judge the newest message
    )
    return connection.execute(query.limit(1)).first() is not None


def has_test(connection: sa.Connection, token: str, *, since: float) -> bool:
    """Whether a test message with this token is among the last thousand, since an instant."""
    recent = sa.select(sa.func.max(delivery.c.id) - 1000).scalar_subquery()
    query = sa.select(delivery.c.body).where(
        delivery.c.id > recent, delivery.c.kind == "other", delivery.c.received_at >= since
    )
    return any(token.encode() in body for body in connection.execute(query).scalars() if body)
