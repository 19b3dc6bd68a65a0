"""Messages that no answer settles, with what they ask: for `questions.py`."""

import csv
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from guard import NOW

from rules.case import Models
from rules.decide import decide
from rules.features.mail_reader import shared_mail_reader
from rules.intents.asking import Ask, Known, ask_of, is_left, known_questions
from rules.intents.clustering import Space, space_of
from rules.intents.training import fit
from rules.model import Author, Comment, History, Ticket
from rules.policy import Policy, parse_policy
from rules.risk_modes import FULL
from rules.signals.risk import shared_risk_model
from training.firms import FOLDER, LATER
from training.recogniser import BENCH

GUARD = Path(__file__).parent / "guard"
REMOVED = 6
INTENTS = 20


@dataclass(frozen=True, slots=True)
class Trial:
    """Messages that were left, and what they ask; None where no single answer settles them."""

    name: str
    space: Space
    plain: Space  # nothing in common is taken away
    asked: tuple[str | None, ...]
    sought: frozenset[str]  # the questions without an answer


def trials(mode: str) -> Iterator[Trial]:
    """A trial for each firm."""
    for firms in (FOLDER, LATER):
        for path in sorted(firms.glob("*/mails.jsonl")):
            yield trial_of(path.parent, path.name, mode)
    for name in ("ferry", "dental"):
        yield trial_of(BENCH / name, "develop.jsonl", mode)


def trial_of(folder: Path, mails: str, mode: str) -> Trial:
    """Decide a firm's mails by a policy that lacks six of its answers."""
    faqs = yaml.safe_load((folder / "faqs.yaml").read_text("utf-8"))["faqs"]
    names = [faq["id"] for faq in faqs]
    removed = frozenset(_by_digest(names, folder.name)[:REMOVED])
    text = json.dumps({"faqs": [faq for faq in faqs if faq["id"] not in removed]}, default=str)
    policy = parse_policy({"policy.yaml": "stage: auto\n", "faqs.yaml": text})
    models = Models(fit(policy, mode), shared_risk_model(mode))
    asks, asked = [], []
    for row in map(json.loads, (folder / mails).read_text("utf-8").splitlines()):
        comment = Comment(Author.REQUESTER, row["body"])
        ticket = Ticket(row["id"], row["subject"], (comment,), language="en")
        ask = left(ticket, policy, models, mode)
        if ask is not None and ask.language == "en":
            asks.append(ask)
            asked.append(row["expect"]["faq"] if row["expect"]["kind"] == "faq" else None)
    known = [each for each in known_questions(models.recogniser) if each.language == "en"]
    plain = space_of(asks, [])
    return Trial(folder.name, space_of(asks, known), plain, tuple(asked), removed)


def left(ticket: Ticket, policy: Policy, models: Models, mode: str) -> Ask | None:
    """What a ticket asks, if the guard lets it through and no answer is sure enough."""
    decision = decide(ticket, policy, models, History(), NOW)
    reader = shared_mail_reader() if mode == FULL else None
    return ask_of(ticket, reader) if is_left(decision) else None


def _by_digest(names: Sequence[str], seed: str) -> list[str]:
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed}\0{name}".encode()).digest())


def bank_trial(mode: str) -> Trial:
    """Short questions to a bank; nobody decides them."""
    rows = {part: _rows(f"banking77_{part}.csv") for part in ("examples", "test")}
    intents = _by_digest(sorted({intent for _, intent in rows["test"]}), "")
    sought = frozenset(intents[:INTENTS])
    reader = shared_mail_reader() if mode == FULL else None
    asks, asked = [], []
    for number, (text, intent) in enumerate(rows["test"]):
        if intent in sought:
            comment = Comment(Author.REQUESTER, text)
            ask = ask_of(Ticket(str(number), "", (comment,), language="en"), reader)
            if ask is not None:
                asks.append(ask)
                asked.append(intent)
    known = []
    for intent in intents[INTENTS:]:
        some = [text for text, of in rows["examples"] if of == intent]
        asking = f"{intent.replace('_', ' ')}. {' ; '.join(some[:6])}"
        vector = None if reader is None else reader.read(asking)[0]
        known.append(Known(intent, "en", tuple(asking.split()), vector))
    return Trial("bank", space_of(asks, known), space_of(asks, []), tuple(asked), sought)


def _rows(name: str) -> list[list[str]]:
    return list(csv.reader((GUARD / name).read_text("utf-8").splitlines()))[1:]
