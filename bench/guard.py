"""Measure the guard: what it holds, labels and leaves in peace. guard_speed.py says how fast.

    python bench/guard.py report [--set development] [--without-reader] [--misses]
    python bench/guard.py buried [--set development] [--without-reader]
    python bench/guard.py mails [--without-reader]
    python bench/guard.py narratives
    python bench/guard.py banking77
    python bench/guard.py property --cases 100000

The messages of `bench/guard` were written for this measurement: nothing is fitted on them, and no
choice is made by them. That is what the development set in `training` is for.
"""

import argparse
import csv
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the repository: tests make the cases

from guard_labels import labels
from shares import line

from rules.case import Case, Models
from rules.decide import decide
from rules.intents.training import fit
from rules.model import Author, Comment, Decision, History, Outcome, Ticket
from rules.policy import Policy, parse_policy
from rules.policy_schema import FAMILIES
from rules.risk_modes import FULL, LEXICAL
from rules.signals.risk import shared_risk_model
from tests.properties.guard_cases import cases, policies

FOLDER = Path(__file__).parent / "guard"
SETS = {
    "report": FOLDER / "report.jsonl",
    "grave": FOLDER / "grave.jsonl",
    "passing": FOLDER / "passing.jsonl",
    "remarks": FOLDER / "remarks.jsonl",
    "brief": FOLDER / "brief.jsonl",
    "development": FOLDER.parents[1] / "training" / "development.jsonl",
}
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
_GUARD = ("regulatory.", "human_request", "risk.", "bar.risk", "sentiment.")


def policy_of(faqs: str = "") -> Policy:
    """A policy with every pack in force."""
    return parse_policy({"policy.yaml": "stage: auto\n", "faqs.yaml": faqs})


def models_of(policy: Policy, mode: str) -> Models:
    """The recogniser of a policy with the shipped risk model."""
    return Models(fit(policy, mode), shared_risk_model(mode))


def judged(policy: Policy, models: Models, body: str, subject: str = "") -> tuple[Case, Decision]:
    """A message alone, and the decision on it."""
    ticket = Ticket("1", subject, (Comment(Author.REQUESTER, body),))
    case = Case(ticket, policy, models, History(), NOW)
    return case, decide(ticket, policy, models, History(), NOW)


def is_held(decision: Decision) -> bool:
    """Whether the guard holds it: by words, by the risk model, or by its mood."""
    return any(reason.code.startswith(_GUARD) for reason in decision.reasons)


def _print_head(name: str, mode: str) -> None:
    print(f"set: {name}, mode: {mode}\n\n| what | | share | 95 % interval |")
    print("| --- | --- | --- | --- |")


Seen = tuple[dict[str, Any], Case, Decision]


def report(*, name: str, mode: str, misses: bool) -> None:
    """What is held, labelled and left in peace of a set of messages."""
    policy = policy_of()
    models = models_of(policy, mode)
    seen: list[Seen] = [
        (row, *judged(policy, models, row["body"], row.get("subject", "")))
        for row in map(json.loads, SETS[name].read_text("utf-8").splitlines())
    ]
    _print_head(name, mode)
    cases = [each for each in seen if each[0]["kind"] == "positive"]
    _held("cases held", cases)
    _held("cases without a key word held", [each for each in cases if not each[0]["keyword"]])
    for language in sorted({each[0]["language"] for each in cases}):
        _held(f"cases in {language} held", [e for e in cases if e[0]["language"] == language])
    for family in FAMILIES:
        _held(f"cases of {family} held", [each for each in cases if family in each[0]["families"]])
    ordinary = [each for each in seen if each[0]["kind"] == "ordinary"]
    _held("ordinary, calm, held", [each for each in ordinary if each[0]["tone"] == "calm"])
    _held("ordinary, angry or sad, held", [e for e in ordinary if e[0]["tone"] != "calm"])
    _held("hard negatives held", [each for each in seen if each[0]["kind"] == "hard_negative"])
    labels(name, policy, [(row, decision) for row, _, decision in seen])
    _moods(seen)
    if misses:
        _print_misses(seen)


def _held(name: str, some: Sequence[Seen]) -> None:
    print(line(name, sum(is_held(decision) for *_, decision in some), len(some)))


def _moods(seen: Sequence[Seen]) -> None:
    angry = [case for row, case, _ in seen if row["tone"] == "angry"]
    calm = [c for row, c, _ in seen if row["kind"] == "ordinary" and row["tone"] == "calm"]
    print(line("angry ones flagged", sum(bool(case.blocking_mood) for case in angry), len(angry)))
    print(line("calm ordinary flagged", sum(bool(case.blocking_mood) for case in calm), len(calm)))


def _print_misses(seen: Sequence[Seen]) -> None:
    for row, _, decision in seen:
        text = " ".join(row["body"].split())[:300]
        if row["kind"] == "positive" and not is_held(decision):
            print("missed:", row["families"], decision.risk, text)
        if row["kind"] == "ordinary" and is_held(decision):
            print("held:", [reason.rule for reason in decision.reasons], decision.risk, text)


def narratives(*, mode: str) -> None:
    """Formal complaints, against a banking policy with an answer for each intent of Banking77."""
    policy = banking_policy()
    models = models_of(policy, mode)
    texts = [
        json.loads(text)["body"]
        for text in (FOLDER / "narratives.jsonl").read_text("utf-8").splitlines()
    ]
    decisions = [judged(policy, models, text)[1] for text in texts]
    outcomes = Counter(decision.outcome.value for decision in decisions)
    print(f"{len(policy.faqs)} answers, {len(texts)} narratives: {dict(outcomes)}")
    print(line("narratives held", sum(map(is_held, decisions)), len(texts)))
    print(line("narratives answered", outcomes["reply"], len(texts)))


def banking_policy() -> Policy:
    """77 answers, each with twelve examples of its intent."""
    examples: dict[str, list[str]] = defaultdict(list)
    for text, intent in _rows("banking77_examples.csv"):
        examples[intent].append(text)
    faqs = [
        {
            "id": intent.lower().strip("?"),
            "examples": texts,
            "answers": [{"language": "en", "body": "This is the approved answer."}],
        }
        for intent, texts in examples.items()
    ]
    return policy_of(json.dumps({"faqs": faqs}))


def banking77(*, mode: str) -> None:
    """Which of the ordinary questions of Banking77's test split are held, by intent."""
    policy = policy_of()
    models = models_of(policy, mode)
    held, total = Counter[str](), Counter[str]()
    for text, intent in _rows("banking77_test.csv"):
        total[intent] += 1
        held[intent] += is_held(judged(policy, models, text)[1])
    print(f"mode: {mode}\n\n| intent | held |\n| --- | --- |")
    print(line("all", held.total(), total.total()))
    quiet = 0
    for intent in sorted(total, key=lambda name: (-held[name] / total[name], name)):
        if held[intent] * 20 >= total[intent]:
            print(f"| {intent} | {held[intent]} / {total[intent]} |")
        else:
            quiet += 1
    print(f"| the other {quiet} intents | under 1 in 20 each |")


def _rows(name: str) -> list[tuple[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as source:
        return [(row["text"], row["category"]) for row in csv.DictReader(source)]


def buried(*, name: str, mode: str) -> None:
    """Short cases between two routine messages of the same language, and routine ones alike."""
    policy = policy_of()
    models = models_of(policy, mode)
    chance = random.Random(1)
    rows = [json.loads(line) for line in SETS[name].read_text("utf-8").splitlines()]
    routine: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row["kind"] == "ordinary" and row["tone"] == "calm":
            routine[row["language"]].append(row["body"])
    cases = [
        (row["language"], row["body"])
        for row in rows
        if row["kind"] == "positive" and len(row["body"].split()) <= 30
    ]
    mails: dict[str, list[str]] = {"between two routine ones, cases": [], "three routine ones": []}
    for language, body in cases:
        before, after, other = chance.sample(routine[language], 3)
        mails["between two routine ones, cases"].append(f"{before} {body} {after}")
        mails["three routine ones"].append(f"{before} {other} {after}")
    _print_head(name, mode)
    alone = _count(policy, models, [body for _, body in cases])
    print(line("alone, the same cases held", alone, len(cases)))
    for what, texts in mails.items():
        print(line(f"{what} held", _count(policy, models, texts), len(texts)))


def _count(policy: Policy, models: Models, texts: Sequence[str]) -> int:
    return sum(is_held(judged(policy, models, text)[1]) for text in texts)


def mails_of_firms(*, mode: str) -> None:
    """Whole mails to two invented firms: guard cases held, and routine ones held for nothing."""
    for firm in ("ferry", "dental"):
        folder = FOLDER.parent / "recognition" / firm
        policy = policy_of((folder / "faqs.yaml").read_text("utf-8"))
        models = models_of(policy, mode)
        rows = map(json.loads, (folder / "develop.jsonl").read_text("utf-8").splitlines())
        seen = [(row, judged(policy, models, row["body"], row["subject"])[1]) for row in rows]
        _print_head(firm, mode)
        for kind in ("guard", "faq", "none"):
            some = [decision for row, decision in seen if row["expect"]["kind"] == kind]
            print(line(f"{kind} mails held", sum(map(is_held, some)), len(some)))
        answered = [(r["expect"]["faq"] == d.faq) for r, d in seen if d.outcome is Outcome.REPLY]
        print(line("answered rightly", sum(answered), len(answered)))


def strong_phrases(count: int, seed: int) -> None:
    """Tickets with a strong phrase, disguised and placed by chance: none may be answered."""
    models = Models(fit(policies()[0], LEXICAL), shared_risk_model(LEXICAL))
    outcomes = Counter(
        decide(case.ticket, case.policy, models, History(), NOW).outcome.value
        for case in cases(random.Random(seed), count)
    )
    print(f"{count} cases, seed {seed}: {dict(outcomes)}")
    print(line("answered", outcomes["reply"], count))


_WHAT = ("report", "buried", "mails", "narratives", "banking77", "property")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=_WHAT)
    parser.add_argument("--set", choices=tuple(SETS), default="report")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-reader", action="store_true")
    parser.add_argument("--misses", action="store_true", help="print what was missed and held")
    given = parser.parse_args()
    mode = LEXICAL if given.without_reader else FULL
    if given.what == "report":
        report(name=given.set, mode=mode, misses=given.misses)
    elif given.what == "mails":
        mails_of_firms(mode=mode)
    elif given.what == "buried":
        buried(name=given.set, mode=mode)
    elif given.what == "narratives":
        narratives(mode=mode)
    elif given.what == "banking77":
        banking77(mode=mode)
    else:
        strong_phrases(given.cases, given.seed)


if __name__ == "__main__":
    main()
