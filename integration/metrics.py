"""Metrics in OpenMetrics form, counted in the store at the moment they are asked for.

Web and worker are several processes on several machines; the store is what they share.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST, generate_latest

from integration import ledger
from integration.brake import read_brake
from integration.clock import Clock
from integration.drift import DriftOfTheHour
from integration.store import Store, clocks, counts, deliveries, tables, workers
from rules.drift import Drift

NAMES = (
    "deskclerk_deliveries",
    "deskclerk_decisions",
    "deskclerk_effects",
    "deskclerk_oldest_waiting_seconds",
    "deskclerk_replies_last_hour",
    "deskclerk_workers",
    "deskclerk_missed_webhooks",
    "deskclerk_ledger_entries",
    "deskclerk_paused",
    "deskclerk_posts",
    "deskclerk_approvals",
    "deskclerk_clocks_overdue",
    "deskclerk_drift_psi",
    "deskclerk_drift_psi_limit",
    "deskclerk_drift_scores",
)


class StoreCollector:
    """Reads all metrics from the store."""

    def __init__(self, store: Store, clock: Clock, drift: DriftOfTheHour) -> None:
        self._store = store
        self._clock = clock
        self._drift = drift

    def collect(self) -> Iterator[Metric]:
        """Every metric, with its value now."""
        now = self._clock.now().timestamp()
        with self._store.read() as connection:
            yield _by(connection, tables.delivery.c.state, "deskclerk_deliveries", "Deliveries")
            yield _by(connection, tables.decision.c.outcome, "deskclerk_decisions", "Decisions")
            yield _by(connection, tables.effect.c.state, "deskclerk_effects", "Planned writes")
            yield _by(connection, tables.post.c.state, "deskclerk_posts", "Messages in the chat")
            yield _by(connection, tables.approval.c.state, "deskclerk_approvals", "Drafts")
            yield from self._gauges(connection, now)
        yield from _drifted(self._drift.at(now))

    def _gauges(self, connection: sa.Connection, now: float) -> Iterator[Metric]:
        values = {
            "deskclerk_oldest_waiting_seconds": (
                "Age of the oldest delivery that is not finished",
                _oldest_waiting_s(connection, now),
            ),
            "deskclerk_replies_last_hour": (
                "Automatic public replies planned or sent in the last hour",
                counts.replies_since(connection, now - 3600.0),
            ),
            "deskclerk_workers": ("Workers that live", len(workers.live(connection))),
            "deskclerk_missed_webhooks": (
                "Decisions on tickets whose webhook never came",
                _missed(connection),
            ),
            "deskclerk_clocks_overdue": (
                "Clocks that ran out while they ran",
                clocks.overdue(connection, now),
            ),
            "deskclerk_ledger_entries": ("Entries in the ledger", ledger.end_of(connection)[0]),
            "deskclerk_paused": (
                "1 while automatic replies are paused",
                read_brake(connection).everything,
            ),
        }
        for name, (text, value) in values.items():
            yield GaugeMetricFamily(name, text, value=float(value))


def _oldest_waiting_s(connection: sa.Connection, now: float) -> float:
    delivery = tables.delivery
    oldest = connection.execute(
        sa.select(sa.func.min(delivery.c.received_at)).where(delivery.c.state == deliveries.STORED)
    ).scalar()
    return 0.0 if oldest is None else max(0.0, now - oldest)


def _missed(connection: sa.Connection) -> int:
    delivery, decision = tables.delivery, tables.decision
    query = (
        sa.select(sa.func.count())
        .select_from(decision)
        .join(delivery, delivery.c.id == decision.c.delivery_id)
        .where(delivery.c.source == "sweep")
    )
    return int(connection.execute(query).scalar_one())


def _by(connection: sa.Connection, column: sa.Column[str], name: str, text: str) -> Metric:
    family = GaugeMetricFamily(name, f"{text} by {column.name}", labels=[column.name])
    query = sa.select(column, sa.func.count()).group_by(column).order_by(column)
    for value, count in connection.execute(query):
        family.add_metric([value], count)
    return family


def _drifted(drift: Drift | None) -> Iterator[Metric]:
    """How far the last days differ; no values where too little was decided to judge."""
    psi = GaugeMetricFamily(
        "deskclerk_drift_psi", "Population stability index of the last days", labels=["of"]
    )
    limit = GaugeMetricFamily(
        "deskclerk_drift_psi_limit", "Index from which a mix is another one", labels=["of"]
    )
    scores = GaugeMetricFamily(
        "deskclerk_drift_scores", "Greatest distance of the distributions of scores", labels=[]
    )
    if drift is not None:
        for mix in drift.mixes:
            psi.add_metric([mix.of], mix.psi)
            limit.add_metric([mix.of], mix.limit)
        scores.add_metric([], drift.scores.distance)
    yield from (psi, limit, scores)


def exposition(store: Store, clock: Clock, drift: DriftOfTheHour) -> tuple[bytes, str]:
    """The page for the scraper and its content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(StoreCollector(store, clock, drift))
    body: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]  # not annotated there
    return body, CONTENT_TYPE_LATEST


__all__ = ["NAMES", "StoreCollector", "exposition"]
