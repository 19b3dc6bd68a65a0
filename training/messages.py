"""The labelled messages that the guard's models are fitted on, and how they are read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rules.model import Author, Comment, Ticket
from rules.passages import Passage, passages_of
from rules.policy_schema import FAMILIES
from rules.signals.risk import ANY, MOODS
from rules.thread import Thread
from rules.utterance import read_comment
from rules.wordlists import word_set
from training.firms import FOLDER as FIRMS
from training.firms import read_firm

FOLDER = Path(__file__).parent / "guard"
_FIRMS_OF_THE_GUARD = word_set(
    "bakery broadband council garden gym hotel museum optician software train vet"
)
HEADS = (ANY, *FAMILIES, *MOODS)
_LATER = ("people_", "products_", "remarks_", "short_")  # so the names of files begin
_MOOD_OF_TONE = {"angry": "anger", "distressed": "distress", "churn": "churn"}


@dataclass(frozen=True, slots=True)
class Message:
    """A labelled message; `families` is empty for routine ones."""

    id: str
    subject: str
    body: str
    language: str
    kind: str  # positive, ordinary, hard_negative; mood where only the tone is known
    families: frozenset[str]
    keyword: bool
    tone: str  # calm, angry, distressed, churn
    file: str = ""

    @property
    def is_own(self) -> bool:
        """Whether it was written for this, and neither taken from a pack nor a public set."""
        return not self.id.startswith(("pack:", "public:", "mood:"))

    @property
    def is_later(self) -> bool:
        """Whether it was written when the reader had learnt those before."""
        return self.file.startswith(_LATER)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The message as the guard reads it."""
        comment = Comment(Author.REQUESTER, self.body)
        ticket = Ticket(self.id, self.subject, (comment,))
        return passages_of(Thread(ticket, read_comment(comment)))


def read_messages(folder: Path, names: str = "*.jsonl") -> list[Message]:
    """The messages of the JSON Lines files of a folder, in order of file and line."""
    return [
        Message(
            id=row["id"],
            subject=row.get("subject", ""),
            body=row["body"],
            language=row["language"],
            kind=row["kind"],
            families=frozenset(row["families"]),
            keyword=bool(row.get("keyword", False)),
            tone=row.get("tone", "calm"),
            file=file.name,
        )
        for file in sorted(folder.glob(names))
        for row in map(json.loads, file.read_text("utf-8").splitlines())
    ]


def routine_mails() -> list[Message]:
    """The mails to invented firms that an approved answer settles: routine ones, told as stories.

    Those that no answer settles may hold anything, and are left out.
    """
    return [
        Message(mail.id, mail.subject, mail.body, "en", "ordinary", frozenset(), False, "calm")  # noqa: FBT003
        for firm in sorted(_FIRMS_OF_THE_GUARD)
        for mail in read_firm(FIRMS / firm).mails
        if mail.right
    ]


def labels_of(messages: Sequence[Message]) -> NDArray[np.float32]:
    """1 where a head applies to a message, shape (len(messages), len(HEADS)), float32."""
    table = np.zeros((len(messages), len(HEADS)), dtype=np.float32)
    for row, message in enumerate(messages):
        for column, head in enumerate(HEADS):
            table[row, column] = (
                (head == ANY and bool(message.families))
                or head in message.families
                or head == _MOOD_OF_TONE.get(message.tone)
            )
    return table
