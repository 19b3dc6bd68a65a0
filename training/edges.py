"""From which edge on a question's ways of asking tell that a message asks it, on public questions.

Two policies are made of the short questions in `guard/public.jsonl`, intents of Banking77 and of
CLINC150. Each question is tried as if it were unknown, and as if its intent had no answer; those of
one set are tried on the other, too.
"""

import json
from collections.abc import Sequence

from rules.features.mail_reader import MailReader
from rules.intents.answers import Answers, Limits
from rules.intents.certified import limit_among_strangers
from rules.intents.reading import Question
from rules.intents.ways import edge_of
from training.messages import FOLDER


def edges(reader: MailReader, precisions: Sequence[float]) -> Limits:
    """The edges that keep a precision, where one is proved; prints them."""
    sets = {name: Answers(_questions(name), reader).ways for name in ("banking77", "clinc150")}
    known: list[tuple[float, bool]] = []
    strangers: list[float] = []
    for name, ways in sets.items():
        known += ways.trials.known
        strangers += ways.trials.strangers
        far = (text for other in sets if other != name for text in _texts(other))
        vectors = (reader.read(text)[0] for text in far)
        strangers += [edge_of(ways.likeness(each), ways.nearest(each))[1] for each in vectors]
    found = []
    for precision in precisions:
        edge = limit_among_strangers(known, strangers, precision, is_proof=True)
        if edge is not None:
            found.append((precision, edge))
    print(f"edges: {found}")
    return tuple(found)


def _questions(name: str) -> list[Question]:
    by_intent: dict[str, list[str]] = {}
    for intent, text in _rows(name):
        by_intent.setdefault(intent, []).append(text)
    return [
        Question(intent, intent.replace("_", " ").capitalize(), tuple(texts), "")
        for intent, texts in by_intent.items()
    ]


def _texts(name: str) -> list[str]:
    return [text for _, text in _rows(name)]


def _rows(name: str) -> list[tuple[str, str]]:
    """Intents with their questions, in the order of the file."""
    lines = map(json.loads, (FOLDER / "public.jsonl").read_text("utf-8").splitlines())
    rows = ((row["id"].split(":"), row["body"]) for row in lines)
    return [(intent, text) for (_, source, intent, _), text in rows if source == name]
