"""Several questions in one message, answered in one reply; where anything is in doubt, none is.

Every sentence that says something must be a question that is understood by itself and is surely
one of the policy's. A sentence that tells something may change what the questions mean: with one,
the message is judged as a whole. Each of the answers must pass all that a single one must pass.
"""

from dataclasses import replace
from itertools import combinations

from rules.answers import Answer, framed, joined
from rules.case import Case
from rules.faqs import Faq
from rules.intents.matching import Abstention, Match
from rules.intents.wording import (
    Sentence,
    announces,
    is_question,
    points_elsewhere,
    stands_alone,
)
from rules.model import Stage
from rules.offers import Offer, language_of, lowest_stage, text_for
from rules.words import Words

_MOST_SENTENCES = 6
_FEWEST, _MOST = 2, 3  # questions
_SILENT = {Stage.OFF, Stage.SHADOW}


def combined_offer(case: Case, whole: Match | Abstention) -> Offer | None:
    """The one reply to several questions, or None where the message is judged as a whole.

    `whole` is what was found in the whole message: one of the questions must be nearest to it. What
    may go out for it isn't given up for a reply at a stage that sends nothing.
    """
    if not case.policy.combines:
        return None
    matches = _matches(case)
    if not _FEWEST <= len(matches) <= _MOST or (whole.faq and whole.faq not in matches):
        return None
    language, *others = {language_of(case, match) for match in matches.values()}
    faqs = [faq for faq in map(case.policy.faq, matches) if faq is not None]
    text = None if others or len(faqs) < len(matches) else _text(case, faqs, language)
    if text is None:
        return None
    if isinstance(whole, Match) and lowest_stage(case, faqs)[0] in _SILENT:
        return None
    first = next(iter(matches.values()))
    score = min(match.score for match in matches.values())
    return Offer(replace(first, score=score), tuple(faqs), language, text)


def _matches(case: Case) -> dict[str, Match]:
    """What the sentences surely ask, by question, in order; none if one of them is in doubt."""
    spoken = [words for words in case.utterance.sentence_words if not announces(_sentence(words))]
    if not _FEWEST <= len(spoken) <= _MOST_SENTENCES:
        return {}
    found: dict[str, Match] = {}
    for words in spoken:
        match = _match(case, words)
        if match is None:
            return {}
        known = found.setdefault(match.faq, match)
        found[match.faq] = min(known, match, key=lambda each: each.score)
    return found


def _match(case: Case, words: Words) -> Match | None:
    """What a sentence surely asks by itself, or None."""
    sentence = _sentence(words)
    language = case.utterance.language
    if not is_question(sentence) or not stands_alone(sentence):
        return None
    alone = case.utterance.alone(words.view)
    if alone.language != language or points_elsewhere(sentence, language):
        return None
    found = case.models.recogniser.match(alone, case.ticket.subject)
    return found if isinstance(found, Match) and found.is_sure else None


def _sentence(words: Words) -> Sentence:
    return Sentence(words.view.text, words.words)


def _text(case: Case, faqs: list[Faq], language: str | None) -> Answer | None:
    """The approved texts in their frame, or None where one is missing, withheld or not to join."""
    frame = case.policy.settings.combination.get(language or "")
    if frame is None or not all(one.combines(other) for one, other in combinations(faqs, 2)):
        return None
    bodies: list[str] = []
    for faq in faqs:
        answer, remarks = text_for(case, faq, language)
        if answer is None or remarks or not answer.combined:
            return None
        bodies.append(answer.combined)
    return Answer(language or "", framed(frame, joined(*bodies).rstrip("\n")))
