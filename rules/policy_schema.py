"""What a policy says, as values."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rules.answers import Answer
from rules.calendars import BusinessHours
from rules.chat import Chat
from rules.languages import LANGUAGES
from rules.model import Stage

CHANNELS = (
    "email",
    "web",
    "api",
    "chat",
    "messaging",
    "mobile",
    "mobile_sdk",
    "web_widget",
    "help_center",
    "sample_ticket",
    "slack",
    "facebook",
    "twitter",
    "whatsapp",
    "voice",
)


@dataclass(frozen=True, slots=True)
class Guards:
    """The brakes on automatic replies."""

    reply_window_hours: float = 24.0
    max_replies_per_hour: int = 60
    languages: tuple[str, ...] = LANGUAGES
    channels: tuple[str, ...] = (
        "email",
        "web",
        "api",
        "mobile",
        "mobile_sdk",
        "web_widget",
        "help_center",
        "sample_ticket",
    )
    min_words_with_attachment: int = 8
    max_risk: float = 0.5
    max_message_age_hours: float = 72.0


@dataclass(frozen=True, slots=True)
class Tone:
    """How a message may sound before it goes to a person. Moods are 0 to 1; 0.5 is their limit."""

    escalate_below: float = -0.6  # of the tone, -1 angry to 1 pleased
    vip_escalate_below: float = -0.3
    anger_above: float = 0.5
    distress_above: float = 0.5
    churn_above: float = 0.5
    unanswered_messages: int = 3  # by the customer in a row


@dataclass(frozen=True, slots=True)
class Value:
    """Whose tickets weigh more."""

    vip_tags: frozenset[str] = frozenset()
    organization_fields: tuple[tuple[str, tuple[str, ...]], ...] = ()  # field, its values
    order_field: str = ""  # the custom field that holds an order's value
    order_above: float = 0.0
    auto_answer: bool = True  # whether routine questions of VIPs are answered automatically


@dataclass(frozen=True, slots=True)
class Tier:
    """Customers who have a group of their own."""

    name: str
    tags: frozenset[str]
    group: str
    priority: str | None = None


@dataclass(frozen=True, slots=True)
class Routing:
    """Where tickets go that no pack's owner takes. Every value is a group's name."""

    tiers: tuple[Tier, ...] = ()  # the first that fits
    value_group: str | None = None
    languages: dict[str, str] = field(default_factory=dict)  # by language code
    regions: dict[str, str] = field(default_factory=dict)  # by the requester's country, or EU
    on_call: str | None = None  # for what can't wait, outside business hours
    out_of_hours: str | None = None  # for everything else then


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline. It runs from a message if it `starts` with the receipt and has an amount.

    A clock of certain regions runs only for a policy that names one of them, or no region at all.
    """

    name: str
    amount: int | None  # None where the law gives no number: promptly, as stated
    unit: str  # one of UNITS
    source: str
    calendar: str = ""  # whose public holidays count; empty: the policy's
    regions: tuple[str, ...] = ()  # where it is law; empty: wherever its pack is in force
    starts: str = "receipt"  # or "event": something else than the message starts it
    event: str = ""
    kind: str = "statutory"  # one of CLOCK_KINDS
    counts_receipt: bool = False  # whether the day of receipt is the first day
    rolls: bool = False  # whether a last day that is no working day moves to the next one
    verified: str = ""
    note: str = ""

    @property
    def runs(self) -> bool:
        """Whether a message alone starts it, with an end that can be worked out."""
        return (
            self.starts == "receipt"
            and self.amount is not None
            and self.unit in COUNTED_UNITS
            and self.kind in _RUNNING
        )


COUNTED_UNITS = ("minutes", "hours", "days", "business_days", "weeks", "months", "years")
UNITS = (*COUNTED_UNITS, "billing_cycles", "promptly", "as_stated")
CLOCK_KINDS = (
    "statutory",
    "guidance",
    "scheme",
    "internal",
    "retention",
    "duration",
    "limitation",
)
_RUNNING = frozenset({"statutory", "guidance", "scheme", "internal"})
SEVERITIES = {"medium": 0.6, "high": 0.8, "critical": 0.95}
REPLIES = ("none", "neutral_ack", "statutory_ack")
VERIFICATIONS = ("read", "cited", "memory")
# What a law may require an acknowledgement to say.
STATEMENTS = (
    "receipt",
    "timetable",
    "contact",
    "how_to_add",
    "ombudsman",
    "identity_check",
    "verification",
    "reference",
    "portal",
)
# Whose business a pack is, and who steps in where the policy names no group for it.
OWNERS = {
    "complaints": "default",
    "legal": "default",
    "privacy": "legal",
    "fraud": "safety",
    "billing": "default",
    "vulnerable": "complaints",
    "collections": "vulnerable",
    "safeguarding": "safety",
    "safety": "default",
    "security": "safety",
    "product_safety": "safety",
    "press": "legal",
    "compliance": "legal",
    "content": "legal",
    "human": "default",
    "default": "default",
}


# Families of packs, and whose business they are.
FAMILIES = {
    "complaint": "complaints",
    "legal": "legal",
    "reputation": "press",
    "cancellation": "billing",
    "fraud_dispute": "fraud",
    "financial_hardship": "collections",
    "vulnerability": "vulnerable",
    "safety_of_life": "safeguarding",
    "product_safety": "product_safety",
    "data_rights": "privacy",
    "data_breach": "privacy",
    "security": "security",
    "optout": "privacy",
    "content": "content",
    "financial_crime": "compliance",
    "human_request": "human",
}
# Their mention alone may break a law: tipping off (Proceeds of Crime Act 2002, s. 333A;
# 31 USC 5318(g)(2)).
NEUTRAL_FAMILIES = frozenset({"financial_crime"})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from, and whether its page was read."""

    ref: str
    url: str = ""
    date: str = ""
    verified: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """A regulatory pack: by which words a right is invoked, whose business it is, by when."""

    id: str
    title: str
    family: str
    severity: str
    owner: str  # a key of the policy's groups
    priority: str
    regime: str = ""
    regions: tuple[str, ...] = ()  # empty: everywhere
    sectors: tuple[str, ...] = ()  # empty: every sector
    tags: tuple[str, ...] = ()
    neutral: bool = False  # nothing on the ticket may tell what it is about
    reply: str = "none"  # one of REPLIES
    acknowledgement_states: tuple[str, ...] = ()  # what the law requires it to say
    phrases: tuple[str, ...] = ()  # leave no doubt: hold the answer, label, start the clocks
    hold: tuple[str, ...] = ()  # hold the answer, but start no clock
    weak: tuple[str, ...] = ()  # hold the answer where there is a second cue
    acronyms: tuple[str, ...] = ()  # weak too, in capitals only
    phrases_of: tuple[str, ...] = ()  # packs whose phrases count for this one too
    hard_negatives: tuple[str, ...] = ()
    clocks: tuple[Clock, ...] = ()
    sources: tuple[Source, ...] = ()
    verified: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class StatutoryAnswer:
    """Approved words for packs whose law says what an acknowledgement must state."""

    packs: frozenset[str]
    states: tuple[str, ...]  # what the person who approved it says it states
    answers: tuple[Answer, ...]

    def serves(self, packs: Sequence[Pack]) -> bool:
        """Whether it is for all of these packs, and states what each of their laws requires."""
        required = {statement for pack in packs for statement in pack.acknowledgement_states}
        return {pack.id for pack in packs} <= self.packs and required <= set(self.states)


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Approved words for tickets whose packs allow a receipt."""

    stage: Stage = Stage.OFF
    answers: tuple[Answer, ...] = ()
    statutory: tuple[StatutoryAnswer, ...] = ()

    def answers_for(self, lawful: Sequence[Pack]) -> tuple[Answer, ...]:
        """The words where these packs' laws require statements; the plain ones if none does."""
        if not lawful:
            return self.answers
        return next((each.answers for each in self.statutory if each.serves(lawful)), ())


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything of policy.yaml and faqs.yaml."""

    target_precision: float = 0.98
    stage: Stage = Stage.SHADOW
    answer_outside_hours: bool = True
    regions: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    groups: dict[str, str] = field(default_factory=dict)
    specialists: dict[str, str] = field(default_factory=dict)
    hours: BusinessHours = field(default_factory=BusinessHours)
    value: Value = field(default_factory=Value)
    guards: Guards = field(default_factory=Guards)
    tone: Tone = field(default_factory=Tone)
    routing: Routing = field(default_factory=Routing)
    acknowledgement: Acknowledgement = field(default_factory=Acknowledgement)
    entities: dict[str, str] = field(default_factory=dict)  # shapes by name
    # Approved words by language code.
    disclosure: dict[str, str] = field(default_factory=dict)
    combination: dict[str, str] = field(default_factory=dict)  # the frame of several answers
    chat: Chat = field(default_factory=Chat)
