"""Invented firms: their approved answers, and the mails of their customers with what is right."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.intents.reading import Question, message_sentences, message_text, questions_of
from rules.model import Author, Comment
from rules.policy import parse_policy
from rules.utterance import read_comment

FOLDER = Path(__file__).parent / "recognition"
LATER = FOLDER / "later"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail, and which answers settle it: none where it is for people."""

    id: str
    subject: str
    body: str
    sentences: tuple[str, ...]
    kind: str  # faq, none, guard
    right: frozenset[str]
    near: str | None  # the answer it is most easily mistaken to ask for, where its author knew one
    trait: str

    @property
    def text(self) -> str:
        """As the mail reader gets it."""
        return message_text(self.subject, self.sentences)


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm's answers and mails."""

    name: str
    questions: tuple[Question, ...]
    mails: tuple[Mail, ...]


def read_firm(folder: Path, mails: str = "mails.jsonl") -> Firm:
    """The firm of a folder."""
    faqs = (folder / "faqs.yaml").read_text("utf-8")
    policy = parse_policy({"policy.yaml": "", "faqs.yaml": faqs})
    lines = (folder / mails).read_text("utf-8").splitlines()
    return Firm(
        folder.name, tuple(questions_of(policy.faqs)), tuple(_mail(json.loads(x)) for x in lines)
    )


def read_firms(folder: Path = FOLDER) -> list[Firm]:
    """The firms that are trained on, by name."""
    return [read_firm(file.parent) for file in sorted(folder.glob("*/mails.jsonl"))]


def _mail(row: dict[str, Any]) -> Mail:
    utterance = read_comment(Comment(Author.REQUESTER, row["body"]))
    expect = row["expect"]
    right = {expect["faq"], *expect["also"]} if expect["kind"] == "faq" else set()
    return Mail(
        id=row["id"],
        subject=row["subject"],
        body=row["body"],
        sentences=tuple(message_sentences(utterance)),
        kind=expect["kind"],
        right=frozenset(right),
        near=row.get("near"),
        trait=row["trait"],
    )
