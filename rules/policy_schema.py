"""What a policy says, as values."""

from dataclasses import dataclass, field

from rules.answers import Answer
from rules.calendars import BusinessHours
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
class Faq:
    """A routine question with its approved answers."""

    id: str
    title: str
    specialist: str
    examples: tuple[str, ...]
    answers: tuple[Answer, ...]
    stage: Stage
    share: int  # per cent of matching tickets at this stage

    def answer_in(self, language: str | None) -> Answer | None:
        """The answer in a language, or None."""
        return next((answer for answer in self.answers if answer.language == language), None)


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
    """How angry a message may be, -1 to 1, before it goes to a person."""

    escalate_below: float = -0.6
    vip_escalate_below: float = -0.3


@dataclass(frozen=True, slots=True)
class Value:
    """Whose tickets weigh more."""

    vip_tags: frozenset[str] = frozenset()
    auto_answer: bool = True  # whether routine questions of VIPs are answered automatically


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline that begins to run with a message."""

    name: str
    amount: int
    unit: str  # one of UNITS
    source: str
    calendar: str = ""  # whose public holidays count; empty: the policy's


UNITS = ("hours", "days", "business_days", "weeks", "months")
SEVERITIES = {"medium": 0.6, "high": 0.8, "critical": 0.95}


@dataclass(frozen=True, slots=True)
class Pack:
    """A regulatory pack: by which words a right is invoked, whose business it is, by when."""

    id: str
    title: str
    family: str
    severity: str
    owner: str  # a key of the policy's groups
    priority: str
    regions: tuple[str, ...] = ()  # empty: everywhere
    sectors: tuple[str, ...] = ()  # empty: every sector
    tags: tuple[str, ...] = ()
    neutral: bool = False  # nothing on the ticket may tell what it is about
    reply: str = "none"  # none or neutral_ack
    phrases: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()  # hold the answer, start no clock
    phrases_of: tuple[str, ...] = ()  # packs whose phrases count for this one too
    head_words: tuple[str, ...] = ()  # recognised with one misspelling
    hard_negatives: tuple[str, ...] = ()
    clocks: tuple[Clock, ...] = ()
    sources: tuple[str, ...] = ()
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Approved words for tickets whose packs allow a receipt."""

    stage: Stage = Stage.OFF
    answers: tuple[Answer, ...] = ()


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
    acknowledgement: Acknowledgement = field(default_factory=Acknowledgement)
