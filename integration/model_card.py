"""What a recogniser was made of and what it may do, for people."""

import hashlib

from rules.intents.answers import shared_certainty
from rules.intents.certified import lower_bound, still_needed
from rules.intents.learned import NEVER
from rules.intents.lexical import LexicalRecogniser
from rules.intents.mails import MailRecogniser
from rules.intents.matching import ModelError, Recogniser
from rules.intents.training import recogniser_from, restrictions_from


def card_of(raw: bytes) -> list[str]:
    """The card of a recogniser in a file, another release's among them. Raises ModelError."""
    try:
        return card(recogniser_from(raw))
    except ModelError as error:
        try:
            restricted = restrictions_from(raw)
        except ModelError:
            raise error from None
    _, *lines = card(restricted)
    return [
        f"version    sha256:{hashlib.sha256(raw).hexdigest()}",
        "release    another one's: of what it had learnt only what it holds back counts here",
        *lines,
    ]


def card(made: Recogniser) -> list[str]:
    """The card of a recogniser, a line each."""
    lines = [f"version    {made.version}"]
    words = made.words if isinstance(made, MailRecogniser) else made
    if isinstance(words, LexicalRecogniser):
        answers = len({example.faq for example in words.examples})
        lines.append(f"answers    {answers} with {len(words.examples)} examples")
    if not isinstance(made, MailRecogniser):
        return [*lines, "reads      by words alone: known wordings; it learns from no outcome"]
    return [
        *lines,
        "reads      English mails with the mail reader, other languages by words",
        f"learnt     {made.learned.trials} labelled tickets that reached it",
        f"precision  {made.precision} is wanted",
        *what_is_proved(made),
    ]


def what_is_proved(made: MailRecogniser) -> list[str]:
    """From which certainty it answers and why, and what would change that."""
    lines = [f"limit      {_limit(made)}"]
    if not made.learned.is_proved:
        lines.append(f"more       {_more(made.precision)}")
    if made.learned.held:
        lines.append(f"held       {', '.join(made.learned.held)}: wrong too often, drafts only")
    return lines


def _limit(made: MailRecogniser) -> str:
    learned, limit = made.learned, made.limit
    if learned.is_proved:
        share = lower_bound(learned.right, learned.answered)
        right = f"{learned.right} of {learned.answered} answers right"
        return f"{limit}: {right} on your own tickets, at least {share:.3f} at 90 % confidence"
    if learned.limit is not None:
        return (
            "none: too many of your own tickets were answered wrongly; of English mails known "
            "wordings alone are answered, other languages go by words as before"
        )
    if limit < NEVER:
        return f"{limit}: from there the precision was kept on mails to other firms"
    told = " and what examples tell" if shared_certainty().edge(made.precision, 0) < NEVER else ""
    return f"none is proved for that precision: known wordings{told} are answered, else drafts"


def _more(precision: float) -> str:
    more = still_needed(0, 0, precision)
    if more is None:
        return "no number of tickets proves a precision of 1: want less"
    return f"{more} tickets answered rightly, and none wrongly, would prove a limit of your own"
