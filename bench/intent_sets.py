"""Public sets of short questions, and policies made of them: for `intents.py`.

They are not in the repository. `--folder` or PUBLIC_INTENTS names a folder with

    banking77/train.csv, test.csv    github.com/PolyAI-LDN/task-specific-datasets, CC BY 4.0
    clinc150/data_full.json          github.com/clinc/oos-eval, CC BY 3.0

`families` in this folder holds questions of our own.
"""

import csv
import json
import random
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from rules.features.mail_reader import MailReader, Vector
from rules.intents.answers import Answers
from rules.intents.mails import MailRecogniser
from rules.intents.matching import Abstention, Match
from rules.intents.training import fit
from rules.model import Author, Comment
from rules.policy import parse_policy
from rules.risk_modes import FULL
from rules.utterance import Utterance, read_comment
from training.edges import OF_BANKS, title_of

FAMILIES = Path(__file__).parent / "families"
_LEARNT = 10  # questions of an intent in `families` that may become examples; of sixteen
Asked = tuple[str, str]  # a text and its intent
BODY = "Hello {{ first_name }},\n\nPlease read the page about it in our help centre.\n"
KEPT = Path(tempfile.gettempdir())


@dataclass(frozen=True, slots=True)
class IntentSet:
    """A set: examples are taken from `train`, figures from `test`; `far` asks for nothing in it."""

    name: str
    train: tuple[Asked, ...]
    test: tuple[Asked, ...]
    far: tuple[str, ...]

    @property
    def intents(self) -> list[str]:
        """The intents by alphabet."""
        return sorted({intent for _, intent in self.train})

    def shots(self, count: int | None, seed: int) -> list[Asked]:
        """So many examples of each intent by chance; all if no number is given."""
        chance = random.Random(seed)
        found = []
        for intent in self.intents:
            texts = list(dict.fromkeys(text for text, of in self.train if of == intent))
            chance.shuffle(texts)
            found += [(text, intent) for text in texts[:count]]
        return found


def read_sets(folder: Path) -> list[IntentSet]:
    """Banking77 and CLINC150.

    Far from CLINC150 are its own messages that are out of scope. Some of these are a bank's
    business word for word, so that far from Banking77 are questions of CLINC150 that are not.
    """
    bank = {part: _rows(folder / "banking77" / f"{part}.csv") for part in ("train", "test")}
    content = json.loads((folder / "clinc150" / "data_full.json").read_text("utf-8"))
    clinc = {
        part: tuple((" ".join(text.split()), name(intent)) for text, intent in content[part])
        for part in ("train", "test", "oos_test")
    }
    others = sorted(text for text, intent in clinc["test"] if intent not in OF_BANKS)
    far = random.Random(0).sample(others, len(clinc["oos_test"]))
    return [
        IntentSet("Banking77", bank["train"], bank["test"], tuple(far)),
        IntentSet(
            "CLINC150", clinc["train"], clinc["test"], tuple(text for text, _ in clinc["oos_test"])
        ),
    ]


def read_families() -> list[IntentSet]:
    """Questions to invented firms of forty-three trades, forty intents each in close families.

    None is far from them: firms of other trades are asked some of the same.
    """
    return [_family(file) for file in sorted(FAMILIES.glob("*.jsonl"))]


def _family(file: Path) -> IntentSet:
    of_intent: dict[str, list[Asked]] = {}
    for row in map(json.loads, file.read_text("utf-8").splitlines()):
        of_intent.setdefault(row["intent"], []).append((row["text"], row["intent"]))
    train, test = (
        tuple(pair for asked in of_intent.values() for pair in asked[part])
        for part in (slice(_LEARNT), slice(_LEARNT, None))
    )
    return IntentSet(file.stem, train, test, ())


def _rows(file: Path) -> tuple[Asked, ...]:
    with file.open(encoding="utf-8", newline="") as source:
        return tuple(
            (" ".join(row["text"].split()), name(row["category"])) for row in csv.DictReader(source)
        )


def name(intent: str) -> str:
    """An intent's name as a policy takes it."""
    return re.sub(r"[^a-z0-9_]", "", intent.lower())


class KeptReader(MailReader):
    """The shipped mail reader; what it read once is kept in a file from run to run."""

    def __init__(self) -> None:
        """Load what was kept."""
        super().__init__()
        self._file = KEPT / f"intents-{self.version.replace(':', '-')}.npz"
        self._kept: dict[str, tuple[Vector, float, Vector]] = {}
        self._count = 0
        if self._file.exists():
            with np.load(self._file) as stored:
                texts = json.loads(stored["texts"].tobytes())
                rows = zip(
                    stored["vectors"], stored["answerable"].tolist(), stored["ways"], strict=True
                )
                self._kept = dict(zip(texts, rows, strict=True))
            self._count = len(self._kept)

    def heard(self, text: str) -> tuple[Vector, float, Vector]:
        """A text's vector, the log-odds that it is answerable, and the text as a way of asking."""
        found = self._kept.get(text)
        if found is None:
            found = self._kept[text] = super().heard(text)
        return found

    def vectors(self, texts: Sequence[str]) -> Vector:
        """The vectors of texts, shape (len(texts), 384), float32."""
        return np.stack([self.heard(text)[0] for text in texts])

    def ways(self, texts: Sequence[str]) -> Vector:
        """The texts as ways of asking, shape (len(texts), 768), float32."""
        return np.stack([self.heard(text)[2] for text in texts])

    def keep(self) -> None:
        """Write what was read."""
        if len(self._kept) == self._count:
            return
        texts = np.frombuffer(json.dumps(list(self._kept)).encode("utf-8"), dtype=np.uint8)
        vectors = np.stack([vector for vector, _, _ in self._kept.values()])
        answerable = np.array([logit for _, logit, _ in self._kept.values()])
        ways = np.stack([way for _, _, way in self._kept.values()])
        np.savez(self._file, texts=texts, vectors=vectors, answerable=answerable, ways=ways)
        self._count = len(self._kept)


@cache
def kept_reader() -> KeptReader:
    """One for the process."""
    return KeptReader()


def policy_texts(examples: Sequence[Asked], precision: float) -> dict[str, str]:
    """A policy's files: the intents as questions. The same words stand for every answer."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in examples:
        by_intent.setdefault(intent, []).append(text)
    faqs: list[dict[str, Any]] = [
        {
            "id": intent,
            "title": title_of(intent),
            "examples": texts,
            "answers": [{"language": "en", "body": BODY}],
        }
        for intent, texts in by_intent.items()
    ]
    return {
        "policy.yaml": f"target_precision: {precision}\n",
        "faqs.yaml": json.dumps({"faqs": faqs}),
    }


def recognisers(
    examples: Sequence[Asked], precisions: Sequence[float]
) -> Iterator[tuple[float, MailRecogniser]]:
    """The product's recogniser for each precision; the questions are read once for all."""
    answers = None
    for precision in precisions:
        made = fit(parse_policy(policy_texts(examples, precision)), FULL)
        assert isinstance(made, MailRecogniser)  # noqa: S101 - there are English answers
        answers = answers or Answers(made.questions, kept_reader())
        made.__dict__["answers"] = answers  # what `MailRecogniser.answers` would be, read before
        yield precision, made


@cache
def said(text: str) -> Utterance:
    """A text as the product takes it apart; the helpdesk says that the customer writes English."""
    return read_comment(Comment(Author.REQUESTER, text), "en")


def found_in(recogniser: MailRecogniser, text: str) -> Match | Abstention:
    """What the recogniser finds in a message."""
    return recogniser.match(said(text), "")


def answer_to(recogniser: MailRecogniser, text: str) -> str | None:
    """The question that would be answered; None if none would."""
    found = found_in(recogniser, text)
    return found.faq if isinstance(found, Match) and found.is_sure else None


def highest_memory() -> int:
    """The most memory that this process held since it began, in MB."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(re.findall(r"VmHWM:\s*(\d+)", status)[0]) // 1024
