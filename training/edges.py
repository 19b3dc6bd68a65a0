"""From which edge on a question's ways of asking tell that a message asks it, on public questions.

Policies are made of the train splits of Banking77 and CLINC150, with so many examples a question,
a third of the questions left out. They get messages that ask what is in the policy, messages that
ask what was left out, and messages that are far from it. Where questions have more examples,
strangers come nearer too, so that the edge depends on how many there are. What holds for both sets
is shipped; the test splits are for the bench alone.
"""

import csv
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from rules.features.mail_reader import MailReader, Vector
from rules.intents.answers import Edges
from rules.intents.certified import limit_among_strangers
from rules.intents.ways import Told, Ways, told
from rules.wordlists import word_set

_EXAMPLES = (5, 10, 20, 60)
_POLICIES = 12  # of each kind; what holds for all and for each half hardly holds by luck
_KNOWN, _STRANGE = 12, 25  # messages a question
_FAR = 1000

Asked = tuple[str, str]  # a text and its intent
Tried = tuple[str, float, bool]  # a message's kind, its edge, whether the question is the right one


@dataclass(frozen=True, slots=True)
class PublicSet:
    """Questions with their intents, and messages that ask for none of these."""

    asked: tuple[Asked, ...]
    far: tuple[str, ...]


def edges(reader: MailReader, sets: Sequence[PublicSet], precisions: Sequence[float]) -> Edges:
    """The edges that keep a precision in every set, by the number of examples; prints them.

    More examples never get a smaller edge than fewer.
    """
    found = []
    fewer: dict[float, float] = {}
    for examples in _EXAMPLES:
        limits = [fewer, *(_limits(reader, some, examples, precisions) for some in sets)]
        fewer = {
            each: max(limit.get(each, 0.0) for limit in limits)
            for each in precisions
            if all(each in limit for limit in limits[1:])
        }
        print(f"{examples} examples, edges: {fewer}", flush=True)
        found.append((examples, tuple(fewer.items())))
    return tuple(found)


def _limits(
    reader: MailReader, some: PublicSet, examples: int, precisions: Sequence[float]
) -> dict[float, float]:
    """What is proved on all policies, or what each half of them needs, if that is greater."""
    policies = [
        list(_tried(reader, some, examples, random.Random(seed))) for seed in range(_POLICIES)
    ]
    proved = _limits_of(policies, precisions, is_proof=True)
    halves = [
        _limits_of(half, precisions, is_proof=False)
        for half in (policies[: _POLICIES // 2], policies[_POLICIES // 2 :])
    ]
    return {
        each: max(limit[each] for limit in (proved, *halves))
        for each in proved
        if all(each in half for half in halves)
    }


def _limits_of(
    policies: Sequence[Sequence[Tried]], precisions: Sequence[float], *, is_proof: bool
) -> dict[float, float]:
    """The limits of these policies together; half of the strangers are near, half far."""
    tried = [each for policy in policies for each in policy]
    known = [(edge, is_right) for kind, edge, is_right in tried if kind == "known"]
    near, far = ([edge for of, edge, _ in tried if of == kind] for kind in ("near", "far"))
    chance = random.Random(0)
    count = min(len(near), len(far))
    strangers = [*chance.sample(near, count), *chance.sample(far, count)]
    limits = {
        each: limit_among_strangers(known, strangers, each, is_proof=is_proof)
        for each in precisions
    }
    return {each: limit for each, limit in limits.items() if limit is not None}


def _tried(
    reader: MailReader, some: PublicSet, examples: int, chance: random.Random
) -> Iterator[Tried]:
    """Messages to one policy: their kind, their edge, whether the question is the right one."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in some.asked:
        by_intent.setdefault(intent, []).append(text)
    intents = sorted(by_intent)
    left_out = set(chance.sample(intents, len(intents) // 3))
    kept = [intent for intent in intents if intent not in left_out]
    for texts in by_intent.values():
        chance.shuffle(texts)
    asked = [[title_of(intent), *by_intent[intent][:examples]] for intent in kept]
    starts = np.cumsum([0, *map(len, asked[:-1])])
    ways = Ways(_read(reader, [text for each in asked for text in each]), starts)
    for number, intent in enumerate(kept):
        for vector in _read(reader, by_intent[intent][examples : examples + _KNOWN]):
            found = _told_by(ways, vector)
            yield "known", found.edge, found.best == number
    near = [text for intent in left_out for text in by_intent[intent][examples:][:_STRANGE]]
    far = chance.sample(some.far, min(len(some.far), _FAR))
    for kind, texts in (("near", sorted(near)), ("far", far)):
        for vector in _read(reader, texts):
            yield kind, _told_by(ways, vector).edge, False


def _told_by(ways: Ways, vector: Vector) -> Told:
    return told(ways.likeness(vector), ways.nearest(vector))


def _read(reader: MailReader, texts: Sequence[str]) -> Vector:
    return np.array([_way(reader, text) for text in texts])


@cache
def _way(reader: MailReader, text: str) -> Vector:
    return reader.heard(text)[2]


def title_of(intent: str) -> str:
    """A question's title."""
    return intent.replace("_", " ").capitalize()


def read_sets(folder: Path) -> list[PublicSet]:
    """Banking77 and CLINC150 without their test splits: see README.md for their sources."""
    with (folder / "banking77" / "train.csv").open(encoding="utf-8", newline="") as source:
        bank = _distinct((row["text"], row["category"]) for row in csv.DictReader(source))
    content = json.loads((folder / "clinc150" / "data_full.json").read_text("utf-8"))
    clinc = _distinct(map(tuple, content["train"]))
    others = [text for text, intent in clinc if intent not in OF_BANKS]
    strange = [text for part in ("oos_train", "oos_val") for text, _ in content[part]]
    return [PublicSet(bank, tuple(others)), PublicSet(clinc, tuple(strange))]


def _distinct(pairs: Iterator[Asked]) -> tuple[Asked, ...]:
    return tuple(dict.fromkeys((" ".join(text.split()), intent) for text, intent in pairs))


# Intents of CLINC150 that are a bank's business too.
OF_BANKS = word_set(
    "transfer transactions balance freeze_account pay_bill bill_balance bill_due interest_rate "
    "routing min_payment order_checks pin_change report_fraud account_blocked spending_history "
    "credit_score report_lost_card credit_limit rewards_balance new_card application_status "
    "card_declined international_fees apr redeem_rewards credit_limit_change damaged_card "
    "replacement_card_duration improve_credit_score expiration_date exchange_rate direct_deposit"
)
