"""The active policy and its recogniser, ready to judge; follows a change within seconds."""

import threading
from datetime import datetime

import structlog

from integration.clock import Clock
from integration.store import Store, policies
from rules.case import Models
from rules.decide import decide
from rules.intents.matching import Recogniser
from rules.intents.training import fit
from rules.model import Decision, History, Ticket
from rules.policy import Policy, parse_policy
from rules.risk_modes import FULL
from rules.signals.risk import shared_risk_model

_FOLLOW_S = 5.0
_log = structlog.get_logger(__name__)


class NoPolicyError(Exception):
    """No policy is active."""

    def __init__(self) -> None:
        super().__init__(
            "no policy is active: set DESKCLERK_POLICY to a policy folder and start again"
        )


class Judge:
    """Decides with the policy that is active in the store. Safe for many threads."""

    def __init__(self, store: Store, clock: Clock, *, mode: str = FULL) -> None:
        """Load the active policy and the models. Raises NoPolicyError, ShippedDataError."""
        self._store = store
        self._mode = mode
        self._risk = shared_risk_model(mode)
        self._clock = clock
        self._lock = threading.Lock()
        self._looked_at = clock.now()
        self._policy, self._recogniser = self._load()

    def decide(self, ticket: Ticket, history: History, now: datetime) -> Decision:
        """Judge a ticket by the active policy."""
        policy, recogniser = self._current()
        return decide(ticket, policy, Models(recogniser, self._risk), history, now)

    @property
    def reply_window_s(self) -> float:
        """For how long one automatic reply bars the next, in seconds."""
        return self._current()[0].guards.reply_window_hours * 3600.0

    @property
    def max_replies_per_hour(self) -> int:
        """The fuse of the installation."""
        return self._current()[0].guards.max_replies_per_hour

    def _current(self) -> tuple[Policy, Recogniser]:
        with self._lock:
            now = self._clock.now()
            if (now - self._looked_at).total_seconds() >= _FOLLOW_S:
                self._looked_at = now
                with self._store.read() as connection:
                    active = policies.active_version(connection)
                if active not in (None, self._policy.version):
                    self._policy, self._recogniser = self._load()
                    _log.info("policy.followed", version=self._policy.version)
            return self._policy, self._recogniser

    def _load(self) -> tuple[Policy, Recogniser]:
        with self._store.read() as connection:
            files = policies.active_files(connection)
        if files is None:
            raise NoPolicyError
        policy = parse_policy(files)
        recogniser = fit(policy, self._mode)
        recogniser.prepare()
        return policy, recogniser
