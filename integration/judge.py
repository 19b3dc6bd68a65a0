"""The active policy and its recogniser, ready to judge; follows a change within seconds.

The recogniser is fitted to the policy, with what the promoted one had learned. Every one that
judges is kept in the store, so that its decisions can be made again.
"""

import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import sqlalchemy as sa
import structlog

from integration.clock import Clock
from integration.machine import give_back
from integration.policy_folder import NoPolicyError
from integration.store import Store, models, policies, readings
from rules.case import Models
from rules.decide import decide
from rules.features.read_before import ReadBefore
from rules.intents.matching import ModelError, Recogniser
from rules.intents.training import fit, fit_again, recogniser_from, restrictions_from
from rules.model import Decision, History, Ticket
from rules.policy import Policy, parse_policy
from rules.risk_modes import FULL
from rules.signals.risk import RiskModel, shared_risk_model

_FOLLOW_S = 5.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Judging:
    """A policy with all it takes to judge by it. Uses no store: good within a transaction."""

    policy: Policy
    recogniser: Recogniser
    risk: RiskModel

    def decide(self, ticket: Ticket, history: History, now: datetime) -> Decision:
        """Judge a ticket."""
        return decide(ticket, self.policy, Models(self.recogniser, self.risk), history, now)

    @property
    def reply_window_s(self) -> float:
        """For how long one automatic reply bars the next, in seconds."""
        return self.policy.guards.reply_window_hours * 3600.0

    @property
    def max_replies_per_hour(self) -> int:
        """The fuse of the installation."""
        return self.policy.guards.max_replies_per_hour


class Judge:
    """The policy that is active in the store, ready to judge by. Safe for many threads."""

    def __init__(self, store: Store, clock: Clock, *, mode: str = FULL) -> None:
        """Load the active policy and the models. Raises NoPolicyError, ShippedDataError."""
        self._store = store
        self._mode = mode
        self._risk = shared_risk_model(mode)
        self._clock = clock
        self._lock = threading.Lock()
        self._looked_at = clock.now()
        self._load()

    def ready(self) -> Judging:
        """What judges now.

        Looks into the store every few seconds, and keeps a new recogniser there: within a
        transaction that would wait for its own end. Ask before it.
        """
        policy, recogniser = self._current()
        return Judging(policy, recogniser, self._risk)

    @property
    def policy(self) -> Policy:
        """The active policy. Looks into the store, as `ready` does."""
        return self._current()[0]

    @property
    def known_policy(self) -> Policy:
        """The policy that was found last; asks no store, so it may be had in a transaction."""
        return self._policy

    def _current(self) -> tuple[Policy, Recogniser]:
        with self._lock:
            now = self._clock.now()
            # A clock that was set back must not keep it from looking.
            if abs((now - self._looked_at).total_seconds()) >= _FOLLOW_S:
                self._looked_at = now
                with self._store.read() as connection:
                    active = _active(connection)
                if active[0] is not None and active != self._loaded:
                    self._load()
                    _log.info(
                        "policy.followed",
                        version=self._policy.version,
                        model=self._recogniser.version,
                    )
            return self._policy, self._recogniser

    def _load(self) -> None:
        """Judge by what is active. What fails on the way is tried again at the next look."""
        with self._store.read() as connection:
            # What changes after this is found at the next look.
            active = _active(connection)
        policy, recogniser = judging(self._store, self._mode)
        for mistake in policy.warnings:
            _log.warning("policy.mistake", place=mistake.place, error=mistake.message)
        before = ReadBefore(partial(readings.find, self._store))
        recogniser.prepare(before)
        if before.used:
            # A judge by words alone reads nothing, and drops nothing that others need.
            readings.keep(self._store, before.used, before.new)
        with self._store.write() as connection:
            now = self._clock.now().timestamp()
            models.keep(connection, recogniser.version, recogniser.to_bytes(), now)
        self._policy, self._recogniser, self._loaded = policy, recogniser, active
        give_back()


def _active(connection: sa.Connection) -> tuple[str | None, str | None]:
    """The versions of the active policy and of the promoted model."""
    promoted = models.promoted(connection)
    return policies.active_version(connection), promoted[0].version if promoted else None


def judging(store: Store, mode: str) -> tuple[Policy, Recogniser]:
    """The active policy and the recogniser that judges by it. Raises NoPolicyError."""
    with store.read() as connection:
        files = policies.active_files(connection)
        promoted = _active(connection)[1]
        content = models.content_of(connection, promoted) if promoted else None
    if files is None:
        raise NoPolicyError
    policy = parse_policy(files, kept=True)
    return policy, fitted(policy, mode, content)


def fitted(policy: Policy, mode: str, promoted: bytes | None) -> Recogniser:
    """The recogniser for a policy, with what the promoted one had learned.

    Where another release made that one, its limit is not taken, but what it held stays held.
    """
    if promoted is None:
        return fit(policy, mode)
    try:
        return fit_again(policy, mode, recogniser_from(promoted))
    except ModelError:
        _log.warning("model.of_another_release")
    with suppress(ModelError):  # one by words alone, or too old to be read
        return fit_again(policy, mode, restrictions_from(promoted))
    return fit(policy, mode)
