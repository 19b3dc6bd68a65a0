"""The wish to reach a person, in any of the supported languages. It blocks every answer."""

from functools import cache

from rules.languages import LANGUAGES
from rules.model import Signal, Span
from rules.phrases import PhraseTable, Words
from rules.policy_errors import ErrorLog
from rules.sections import Section
from rules.shipped import shipped_texts
from rules.utterance import Utterance
from rules.view import View, normalised
from rules.yaml_tree import read_yaml

RULE = "human_request"
_SCORE = 0.9
_MAX_SPANS = 20


@cache
def _table() -> PhraseTable[str]:
    section = Section(read_yaml(shipped_texts("lexicon")["human_request.yaml"]), ErrorLog("", []))
    return PhraseTable(
        (phrase, RULE) for language in LANGUAGES for phrase in section.texts(language)
    )


def detect(utterance: Utterance, subject: str = "") -> tuple[Signal, ...]:
    """Whether the customer asks for a person, in what is written now, quoted, or the subject."""
    found: dict[Span, None] = {}
    seen = False
    written = utterance.written_words
    for words in (written, *_others(utterance, subject)):
        for hit in _table().find(words):
            seen = True
            if words is written and len(found) < _MAX_SPANS:
                found[words.span(hit.start, hit.end)] = None
    if not seen:
        return ()
    detail = "The customer asks for a person."
    return (Signal("human_request", RULE, _SCORE, True, detail, tuple(sorted(found))),)  # noqa: FBT003 - a field


def _others(utterance: Utterance, subject: str) -> tuple[Words, ...]:
    texts = (subject, utterance.other.text)
    return tuple(Words.of(normalised(View.of(text))) for text in texts if text)
