"""Fitting a recogniser to a policy: its examples, and how sure it must be before it answers."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from rules.intents.answers import shared_certainty
from rules.intents.certified import lower_bound
from rules.intents.learned import NOTHING, Learned, Trial, learn
from rules.intents.lexical import LexicalRecogniser
from rules.intents.mails import ALGORITHM, MailRecogniser
from rules.intents.matching import ModelError, Recogniser
from rules.intents.nearest import Example
from rules.intents.reading import Question, questions_of
from rules.languages import by_grammar
from rules.policy import Faq, Policy
from rules.risk_modes import FULL, LEXICAL
from rules.words import fold_text

FIXED_THRESHOLD = 0.30  # where the examples are too few to certify anything
_LOWEST, _HIGHEST = 0.22, 0.60
_Made = TypeVar("_Made", bound=Recogniser)
_SAMPLE = 400  # examples that are tried; more only cost time


def fit(policy: Policy, mode: str) -> Recogniser:
    """A recogniser for the policy's questions. Deterministic: equal policies, equal bytes.

    With the networks (`FULL`) the mail reader judges English messages; without, words alone do.
    Raises ShippedDataError where a network is missing.
    """
    target = policy.settings.target_precision
    examples = tuple(_examples(policy.faqs))
    draft = LexicalRecogniser(examples, FIXED_THRESHOLD)
    words = LexicalRecogniser(examples, calibrate(draft, target))
    questions = tuple(questions_of(policy.faqs))
    if mode != FULL or not questions:
        return words
    return MailRecogniser(words, questions, target)


def is_made_of(policy: Policy, made: Recogniser) -> bool:
    """Whether a recogniser was fitted to a policy, whatever it learned."""
    if isinstance(made, MailRecogniser):
        return replace(made, learned=NOTHING).version == fit(policy, FULL).version
    return made.version == fit(policy, LEXICAL).version


def taught(recogniser: MailRecogniser, trials: Sequence[Trial]) -> MailRecogniser:
    """The recogniser with what trials on the firm's own labelled tickets prove."""
    precision = recogniser.precision
    learned = learn(trials, precision, shared_certainty().limit(precision))
    return replace(recogniser, learned=learned)


def fit_again(policy: Policy, mode: str, before: Recogniser) -> Recogniser:
    """A recogniser for the policy, with what one that was trained before had learned.

    A limit holds for the questions and the precision that it was proved for. An answer that was
    wrong too often stays held while its question stays as it was.
    """
    made = fit(policy, mode)
    if not isinstance(made, MailRecogniser) or not isinstance(before, MailRecogniser):
        return made
    return replace(made, learned=still_learned(before, made.questions, made.precision))


def still_learned(
    before: MailRecogniser, questions: Sequence[Question], precision: float
) -> Learned:
    """What of all that a recogniser had learned holds for questions and a precision."""
    learned = before.learned
    if tuple(questions) == before.questions and precision == before.precision:
        return learned
    same = {question.faq for question in set(questions) & set(before.questions)}
    return Learned(held=tuple(faq for faq in learned.held if faq in same))


def recogniser_from(raw: bytes) -> Recogniser:
    """The recogniser of these bytes. Raises ModelError for any others."""
    return _read(raw, _whole)


def restrictions_from(raw: bytes) -> MailRecogniser:
    """What another release's model had learnt not to answer. Raises ModelError where it is none."""
    return _read(raw, MailRecogniser.restrictions)


def _whole(content: Any) -> Recogniser:
    made = MailRecogniser if content["algorithm"] == ALGORITHM else LexicalRecogniser
    return made.of_content(content)


def _read(raw: bytes, read: Callable[[Any], _Made]) -> _Made:
    try:
        return read(json.loads(raw))
    except ModelError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError("the file holds no model: train it again") from error


def _examples(faqs: Sequence[Faq]) -> Iterator[Example]:
    """The examples with their languages.

    One that can't be told by its grammar takes the language whose examples share most of its
    words, then that of the question's first answer.
    """
    told: dict[str, Counter[str]] = {}
    texts = [(faq, text, fold_text(text).split()) for faq in faqs for text in _distinct(faq)]
    for _, _, words in texts:
        language = by_grammar(words)
        if language is not None:
            told.setdefault(language, Counter()).update(words)
    for faq, text, words in texts:
        shared = {
            language: sum(map(bool, map(seen.__getitem__, words)))
            for language, seen in told.items()
        }
        near = max(sorted(shared), key=shared.__getitem__, default=None)
        guess = near if near is not None and shared[near] else faq.answers[0].language
        yield Example(faq.id, text, by_grammar(words) or guess)


def _distinct(faq: Faq) -> list[str]:
    return list(dict.fromkeys(faq.examples))


def calibrate(draft: LexicalRecogniser, target: float) -> float:
    """The lowest threshold that keeps the target precision on examples it has not seen.

    Every example is tried twice: left out alone, when the nearest question should be its own; and
    with its whole question left out, when nothing should be near. Where the trials are too few to
    certify the target, the fixed threshold holds, raised above the nearest stranger.
    """
    near = draft.neighbours
    right: list[float] = []
    wrong: list[float] = []
    strangers: list[float] = []
    for number in _chosen(draft.examples):
        example = draft.examples[number]
        query = near.index.query(near.index.words[number])
        known = near.nearest(query, without=number)
        (right if known.faq == example.faq else wrong).append(known.score)
        strangers.append(near.nearest(query, without_faq=example.faq).score)
    bad = sorted([*wrong, *strangers])
    for threshold in sorted({*right, FIXED_THRESHOLD}):
        if threshold < _LOWEST:
            continue
        good = sum(1 for score in right if score >= threshold)
        errors = sum(1 for score in bad if score >= threshold)
        if lower_bound(good, good + errors) >= target:
            return round(min(threshold, _HIGHEST), 4)
    highest = bad[-max(1, len(bad) // 50)] if bad else 0.0
    return round(min(_HIGHEST, max(FIXED_THRESHOLD, highest + 0.01)), 4)


def _chosen(examples: Sequence[Example]) -> list[int]:
    """A sample that depends on the content alone."""
    order = sorted(
        range(len(examples)),
        key=lambda n: hashlib.sha256(f"{examples[n].faq}\0{examples[n].text}".encode()).digest(),
    )
    return sorted(order[:_SAMPLE])
