"""How long short questions and mails take, what loading costs, and what a thousand answers cost."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from intent_sets import Asked, IntentSet, highest_memory, policy_texts

from rules.intents.mails import MailRecogniser
from rules.intents.matching import Recogniser
from rules.intents.training import fit
from rules.model import Author, Comment
from rules.policy import parse_policy
from rules.risk_modes import FULL
from rules.utterance import read_comment

MAILS = Path(__file__).parent / "recognition"
MESSAGES = 500
EACH = 20  # examples of an answer
LOADING = """
import pickle, sys, time
from pathlib import Path
sys.path.insert(0, "bench")
from intent_sets import highest_memory
from rules.features.read_before import ReadBefore
from rules.intents.training import recogniser_from
model, known = map(Path, sys.argv[1:])
kept = pickle.loads(known.read_bytes()) if known.exists() else {}
before = ReadBefore(lambda keys: kept)
began = time.process_time()
made = recogniser_from(model.read_bytes())
made.prepare(before)
print(time.process_time() - began, highest_memory())
known.write_bytes(pickle.dumps(kept | before.new))
"""


def speed(sets: Sequence[IntentSet]) -> None:
    """Print a row for each figure; all times are of one core."""
    bank = sets[0]
    made = _fitted(bank.shots(10, 0))
    print("| what | p50, ms | p99, ms |\n| --- | --- | --- |")
    texts = [text for text, _ in bank.test[:MESSAGES]]
    _show("short message, 77 answers", made, [(text, "") for text in texts])
    _show("mail, 77 answers", made, list(_mails()))
    for when, (loaded, memory) in zip(("first", "next"), _loading(made.to_bytes()), strict=True):
        print(f"\n{when} loaded in {loaded:.1f} s, {memory:.0f} MB at the highest\n")
    for name, examples in _large(sets):
        began = time.process_time()
        made = _fitted(examples)
        trained = time.process_time() - began
        _show(f"short message, {name}", made, [(text, "") for text in texts])
        peak = highest_memory()
        print(f"\ntrained and ready in {trained:.1f} s, {peak} MB at the highest\n", flush=True)


def _large(sets: Sequence[IntentSet]) -> Iterable[tuple[str, list[Asked]]]:
    """A hundred and a thousand answers: every twenty questions of an intent are one."""
    answers: list[list[Asked]] = []
    for each in sets:
        for intent in each.intents:
            texts = [text for text, of in each.train if of == intent]
            for number in range(len(texts) // EACH):
                some = texts[number * EACH : (number + 1) * EACH]
                answers.append([(text, f"{intent}_{number}") for text in some])
    for count in (100, 1000):
        chosen = [answers[n] for n in np.linspace(0, len(answers) - 1, count).astype(int)]
        yield f"{count} answers, 20 examples", [pair for some in chosen for pair in some]


def _fitted(examples: Sequence[Asked]) -> MailRecogniser:
    """The product's recogniser, ready to judge."""
    made = fit(parse_policy(policy_texts(examples, 0.97)), FULL)
    assert isinstance(made, MailRecogniser)  # noqa: S101 - there are English answers
    made.prepare()
    return made


def _loading(raw: bytes) -> list[tuple[float, float]]:
    """Seconds, and megabytes at the highest, until a process has loaded a model: twice.

    The second one knows what the first one read.
    """
    root = Path(__file__).parents[1]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder, "model")
        model.write_bytes(raw)
        command = [sys.executable, "-c", LOADING, str(model), str(Path(folder, "known"))]
        for _ in range(2):
            done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
            seconds, megabytes = done.stdout.split()
            found.append((float(seconds), float(megabytes)))
    return found


def _mails() -> Iterable[tuple[str, str]]:
    for firm in ("ferry", "dental"):
        lines = (MAILS / firm / "develop.jsonl").read_text("utf-8").splitlines()
        yield from ((row["body"], row["subject"]) for row in map(json.loads, lines))


def _show(what: str, recogniser: Recogniser, messages: Sequence[tuple[str, str]]) -> None:
    """A row: taking a message apart and finding its question, each message once."""
    times = [_ms(recogniser, body, subject) for body, subject in (messages[0], *messages)][1:]
    print(f"| {what} | {np.median(times):.1f} | {np.percentile(times, 99):.1f} |", flush=True)


def _ms(recogniser: Recogniser, body: str, subject: str) -> float:
    began = time.process_time()
    recogniser.match(read_comment(Comment(Author.REQUESTER, body), "en"), subject)
    return (time.process_time() - began) * 1000
