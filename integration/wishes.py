"""What a person wants done with a ticket, and what is known when it is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from connectors.ports import Snapshot
from integration.store.acts import ActRow
from integration.store.approvals import ApprovalRow
from integration.store.decisions import DecisionRow
from rules.model import Deadline
from rules.policy import Policy

NOTHING = "none"  # what a correction names where no answer fits


class ActKind(StrEnum):
    """What people do."""

    SEND = "send"  # a draft, as it is
    EDIT = "edit"  # an answer of the agent's own, in place of a draft
    ANOTHER = "another"  # another approved answer, in place of a draft
    REPLY = "reply"  # an approved answer
    REFUSE = "refuse"  # a draft: not a question for us
    ESCALATE = "escalate"  # a draft: people take over
    CORRECT = "correct"  # says what a message really asked
    CLEAR = "clear"  # lifts a guard
    TAKE = "take"  # makes the ticket the agent's own


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted."""

    kind: ActKind
    ticket_id: int
    about: str | None = None  # the decision whose card was clicked
    faq: str | None = None  # an answer's id; for a correction also `none` or a pack's id
    written: str = ""  # the reason, or the agent's own reply
    seen_at: float | None = None  # until when they had seen the ticket; None: as `about` shows it


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when the wish is looked at."""

    snapshot: Snapshot
    decision: DecisionRow | None  # the one the wish is about, or the ticket's newest
    decided: Mapping[str, Any]  # that decision in full; empty where it was erased
    newest: bool  # whether it is the ticket's newest decision
    approval: ApprovalRow | None  # its draft
    settled_by: ActRow | None  # who settled the draft
    guarded: bool
    guarded_since: bool  # by something that the person had not seen yet
    written_at: datetime | None  # when the message was that the wish is about; None if unknown
    seen_at: float  # until when the person had seen the ticket, seconds since the epoch
    restricted: bool  # nothing may be said of what the ticket is about
    policy: Policy
    now: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """How a wish is done."""

    said: str  # to the person
    noted: str  # on the ticket, after the person's name
    reply: str | None = None
    as_agent: bool = False  # the reply stands in the agent's name
    takes: bool = False
    group: str | None = None
    priority: str | None = None
    tags: tuple[str, ...] = ()  # to be added
    guards: bool = False
    draft: str | None = None  # what becomes of a waiting draft, a state of approvals
    faq: str | None = None  # the answer that is named
    deadlines: tuple[Deadline, ...] = ()
    stops_clocks: bool = False
    restricts: bool = False  # from now on nothing may be said of what the ticket is about


class Declined(Exception):  # noqa: N818 - an answer to a person, not a fault
    """The wish can't be done; the message is the sentence for the person."""
