"""How well the policy and its recogniser judge labelled tickets: what `evaluate` says."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, TextIO

from integration.offline import InputError, numbered_lines
from integration.recording import was_recogniser_asked
from rules.case import Models
from rules.decide import decide
from rules.exchange import EXPECTED_KINDS, ExchangeError, Expectation, labelled_from_json
from rules.intents.certified import lower_bound
from rules.model import Decision, History, Outcome, Ticket
from rules.policy import Policy

# What forbids an answer at one hour and not at another says nothing of policy and recogniser, and
# labelled tickets are always older than what is answered.
_OF_THE_MOMENT = frozenset({"bar.old_message", "bar.outside_hours"})
_HELD = {Outcome.ESCALATE, Outcome.ACKNOWLEDGE}

Labelled = tuple[Ticket, Expectation]


@dataclass
class OfFaq:
    """What became of the tickets of one question."""

    asked: int = 0  # tickets that it settles
    answered: int = 0  # with it
    right: int = 0


@dataclass
class Evaluation:
    """What became of labelled tickets, as if all were automatic and each had just come."""

    tickets: dict[str, int] = field(default_factory=lambda: dict.fromkeys(EXPECTED_KINDS, 0))
    answered: int = 0
    right: int = 0  # or acceptable
    settled: int = 0  # of the tickets that an answer settles
    drafts: int = 0  # offered to an agent, since the recogniser is not sure enough to answer
    drafts_right: int = 0
    escalated: int = 0  # of the guard tickets
    blocked: int = 0  # of the guard tickets: nothing could have been answered
    ignored: int = 0  # of those to be ignored
    faqs: dict[str, OfFaq] = field(default_factory=dict)

    def add(self, decision: Decision, expected: Expectation) -> None:
        """Count a decision."""
        self.tickets[expected.kind] += 1
        right = expected.right
        if expected.faq and expected.kind == "faq":
            self._of(expected.faq).asked += 1
        faq, is_right = decision.faq, answers_rightly(decision, right)
        if faq is not None and is_right is not None:
            self.answered += 1
            self.right += is_right
            self.settled += is_right and expected.kind == "faq"
            self._of(faq).answered += 1
            self._of(faq).right += is_right
        elif any(reason.code == "bar.uncertain" for reason in decision.reasons):
            self.drafts += 1
            self.drafts_right += decision.faq in right
        if expected.kind == "guard":
            self.escalated += decision.outcome in _HELD
            self.blocked += is_blocked(decision)
        if expected.kind == "ignore":
            self.ignored += decision.outcome is Outcome.IGNORE

    def _of(self, faq: str) -> OfFaq:
        return self.faqs.setdefault(faq, OfFaq())

    def figures(self) -> dict[str, Any]:
        """Everything, with shares; null where nothing was there to count."""
        return {
            "tickets": sum(self.tickets.values()),
            "by_kind": self.tickets,
            "answered": self.answered,
            "right": self.right,
            "drafts": self.drafts,
            "drafts_right": self.drafts_right,
            "precision": _share(self.right, self.answered),
            "precision_at_least": round(lower_bound(self.right, self.answered), 4),
            "coverage": _share(self.settled, self.tickets["faq"]),
            "escalation_recall": _share(self.escalated, self.tickets["guard"]),
            "blocked_recall": _share(self.blocked, self.tickets["guard"]),
            "ignore_recall": _share(self.ignored, self.tickets["ignore"]),
            "faqs": {name: asdict(self.faqs[name]) for name in sorted(self.faqs)},
        }


def answers_rightly(decision: Decision, right: frozenset[str]) -> bool | None:
    """Whether the answers that would go out, were all automatic, are among the right ones.

    None where none would. One reply to several questions is right if each of its answers is.
    """
    withheld = any(
        reason.code.startswith("answer.") and reason.code != "answer.asks"
        for reason in decision.reasons
    )
    if decision.faq is None or withheld or is_blocked(decision):
        return None
    also = [reason.rule for reason in decision.reasons if reason.code == "match.also"]
    return {decision.faq, *also} <= right


def is_blocked(decision: Decision) -> bool:
    """Whether an answer was forbidden by more than the age of the message and the hour."""
    if not was_recogniser_asked(decision):
        return decision.blocked
    bars = {reason.code for reason in decision.reasons if reason.code.startswith("bar.")}
    return bool(bars - _OF_THE_MOMENT)


def evaluate(source: TextIO, policy: Policy, models: Models, now: datetime) -> Evaluation:
    """Decide labelled tickets and count. Raises InputError, naming the line."""
    found = Evaluation()
    for ticket, expected in labelled(source):
        found.add(decide(ticket, policy, models, History(), now), expected)
    return found


def labelled(source: TextIO) -> Iterator[Labelled]:
    """The labelled tickets of JSON Lines. Raises InputError, naming the line."""
    for number, line in numbered_lines(source):
        try:
            yield labelled_from_json(json.loads(line), number)
        except ExchangeError as error:
            raise InputError(str(error)) from None
        except (ValueError, RecursionError):
            raise InputError(f"line {number} is not JSON: give one object a line") from None


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def table(figures: dict[str, Any]) -> list[str]:
    """The figures for people, a line each."""
    kinds = figures["by_kind"]
    lines = [
        f"{figures['tickets']} tickets, as if all were automatic and each had just come:",
        (
            f"  precision  {_per_cent(figures['precision'])}  {figures['right']} of "
            f"{figures['answered']} answers right; at least "
            f"{_per_cent(figures['precision_at_least'])} at 90 % confidence"
        ),
        f"  coverage   {_per_cent(figures['coverage'])}  of {kinds['faq']} that an answer settles",
        f"  drafts     {figures['drafts_right']} of {figures['drafts']} offered are right",
        (
            f"  escalation {_per_cent(figures['escalation_recall'])}  of {kinds['guard']} for the "
            f"guard; {_per_cent(figures['blocked_recall'])} kept from any answer"
        ),
    ]
    if kinds["ignore"]:
        lines.append(
            f"  ignored    {_per_cent(figures['ignore_recall'])}  of {kinds['ignore']} that are "
            "not ours"
        )
    width = max((len(name) for name in figures["faqs"]), default=0)
    for name, each in figures["faqs"].items():
        lines.append(
            f"  {name:<{width}}  asked {each['asked']:>4}  answered {each['answered']:>4}  "
            f"right {each['right']:>4}"
        )
    return lines


def _per_cent(share: float | None) -> str:
    return "     -" if share is None else f"{share:6.1%}"
