"""Learning from labelled tickets, and putting a new model in the place of the old one.

A fifth of the labelled tickets, chosen by a digest of their words, is never learnt from: on these a
new model must show that it is not worse than the one that judges now.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from integration import ledger
from integration.clock import Clock, iso
from integration.complaints import OperationFailed
from integration.evaluation import Labelled, answers_rightly, labelled
from integration.judge import judging
from integration.recording import was_recogniser_asked
from integration.store import Store, models
from rules.case import Case, Models
from rules.decide import decide
from rules.intents.learned import Trial
from rules.intents.mails import MailRecogniser
from rules.intents.matching import Recogniser
from rules.intents.training import is_made_of, recogniser_from, taught
from rules.model import History, Ticket
from rules.policy import Policy
from rules.risk_modes import FULL
from rules.signals.risk import shared_risk_model

_HELD_OUT = 5  # one in so many
_LEAST = 30  # held-out tickets that make a comparison
_DOUBT = 0.05


def is_held_out(ticket: Ticket) -> bool:
    """Whether a labelled ticket is for comparing models, and never learnt from."""
    message = ticket.message
    words = f"{ticket.subject}\0{message.body if message else ''}"
    digest = hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()
    return digest[0] % _HELD_OUT == 0


def learnt_from(source: TextIO, policy: Policy, made: Recogniser, now: datetime) -> Recogniser:
    """The recogniser with what labelled tickets prove of it. Raises InputError, naming the line.

    One that judges by words alone learns nothing from them; they are read all the same.
    """
    tickets = (each for each in labelled(source) if not is_held_out(each[0]))
    if not isinstance(made, MailRecogniser):
        for _ in tickets:
            pass
        return made
    return taught(made, trials_of(tickets, policy, made, now))


def trials_of(
    tickets: Iterable[Labelled], policy: Policy, made: MailRecogniser, now: datetime
) -> list[Trial]:
    """What the recogniser finds in the tickets that the guard lets through."""
    models = Models(made, shared_risk_model(FULL))
    found = []
    for ticket, expected in tickets:
        case = Case(ticket, policy, models, History(), now)
        decision = decide(ticket, policy, models, History(), now)
        if was_recogniser_asked(decision):
            trial = made.tried(case.utterance, ticket.subject, expected.right)
            found += [trial] if trial else []
    return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the tickets of a comparison end with the present model and with the new one."""

    tickets: int
    wrong: tuple[int, int]
    settled: tuple[int, int]
    lost: int  # settled by the present one alone
    won: int  # settled by the new one alone

    def objection(self) -> str | None:
        """Why the new one is worse, or None.

        It may give no more wrong answers, and settle no fewer tickets than chance explains (sign
        test, one-sided, 5 %).
        """
        if self.tickets < _LEAST:
            return (
                f"only {self.tickets} of the labelled tickets are held out, and a comparison needs "
                f"{_LEAST}: give more of them"
            )
        if not any((*self.wrong, *self.settled)):
            return (
                f"of {self.tickets} held-out tickets neither it nor the present one answers any: "
                "there is nothing to compare by"
            )
        if self.wrong[1] > self.wrong[0]:
            return (
                f"of {self.tickets} held-out tickets it answers {self.wrong[1]} wrongly, the "
                f"present one {self.wrong[0]}"
            )
        if _by_chance(self.lost, self.lost + self.won) < _DOUBT:
            return (
                f"of {self.tickets} held-out tickets it settles {self.settled[1]}, the present one "
                f"{self.settled[0]}"
            )
        return None


def _by_chance(lost: int, changed: int) -> float:
    """The probability that so many of the changed tickets are lost, were both models as good."""
    ways = sum(math.comb(changed, k) for k in range(lost, changed + 1))
    return float(ways / 2**changed)


def compare(
    tickets: Sequence[Labelled], policy: Policy, present: Models, new: Models, now: datetime
) -> Comparison:
    """Decide the held-out tickets with both models."""
    ends = []
    for ticket, expected in tickets:
        if is_held_out(ticket):
            given = [
                answers_rightly(decide(ticket, policy, each, History(), now), expected.right)
                for each in (present, new)
            ]
            ends.append([(is_right is False, is_right is True) for is_right in given])
    wrong, settled = (
        (sum(old[part] for old, _ in ends), sum(fresh[part] for _, fresh in ends))
        for part in (0, 1)
    )
    return Comparison(
        len(ends),
        wrong,
        settled,
        lost=sum(old[1] and not fresh[1] for old, fresh in ends),
        won=sum(fresh[1] and not old[1] for old, fresh in ends),
    )


@dataclass(frozen=True, slots=True)
class Promotions:
    """The models of an installation: which one judges, and which did."""

    store: Store
    clock: Clock
    mode: str

    def promote(self, content: bytes, tickets: Sequence[Labelled]) -> tuple[str, Comparison]:
        """Let a model judge, if it is not worse than the present one. Returns its version.

        Raises OperationFailed where it is worse, or doesn't fit; then nothing changed.
        """
        policy, present = judging(self.store, self.mode)
        new = recogniser_from(content)
        misfit = _misfit(new, policy, present)
        if misfit is not None:
            raise OperationFailed(f"the model was trained {misfit}")
        if new.version == present.version:
            raise OperationFailed("that model judges already")
        risk = shared_risk_model(self.mode)
        both = Models(present, risk), Models(new, risk)
        found = compare(tickets, policy, *both, self.clock.now())
        objection = found.objection()
        if objection is not None:
            raise OperationFailed(f"the model was not promoted: {objection}")
        self._promote([(each.version, each.to_bytes()) for each in (present, new)])
        return new.version, found

    def roll_back(self) -> str:
        """Let the model judge that was promoted before the present one. Returns its version.

        It may be another release's, as the present one may: what it held back is judged by.
        """
        with self.store.read() as connection:
            before = models.promoted(connection)[1:2]
            content = models.content_of(connection, before[0].version) if before else None
        if content is None:
            raise OperationFailed("there is no earlier model to go back to")
        self._promote([(before[0].version, content)])
        return before[0].version

    def _promote(self, some: Sequence[tuple[str, bytes]]) -> None:
        """Promote versions, with their bytes, one after the other.

        The last one judges, the one before is the way back.
        """
        now = self.clock.now()
        with self.store.write() as connection:
            before = models.promoted(connection)
            for version, content in some:
                models.keep(connection, version, content, now.timestamp())
                models.promote(connection, version, now.timestamp())
            body = {
                "version": some[-1][0],
                "before": before[0].version if before else None,
                "by": "command line",
            }
            ledger.append(connection, iso(now), [ledger.Entry("model_promoted", body)])


def _misfit(new: Recogniser, policy: Policy, present: Recogniser) -> str | None:
    """Why a model can't take the place of the present one, as the end of a sentence, or None."""
    if not is_made_of(policy, new):
        return "on another policy than the active one: train it again"
    if isinstance(new, MailRecogniser) is isinstance(present, MailRecogniser):
        return None
    if isinstance(present, MailRecogniser):
        return "without the reader, with which this installation judges: train it with the reader"
    return "with the reader, and this installation judges without it: train it --without-reader"
