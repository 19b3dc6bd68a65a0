"""Tickets that hold a strong phrase of a pack, disguised and placed in many ways, by chance."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from rules.model import Author, Comment, Requester, Ticket
from rules.pack_library import shipped_packs
from rules.policy import Policy, parse_policy
from rules.rulebook import ordinary_words
from rules.spellings import MIN_MENDED, STAR
from rules.words import fold_text, look_alikes

SAMPLES = Path(__file__).parents[2] / "samples" / "policy"
_CHOICE = re.compile(r"\(([^()]*)\)")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\u00ad", "\ufeff", "\u202e")

# Questions that the sample policy answers by itself.
QUESTIONS = (
    "how do i reset my password",
    "Hi,\n\nI lost my card. How do I freeze it?\n\nThanks\nBob",
    "where can I find my IBAN?",
    "Guten Tag, wie ändere ich meine Adresse? Danke",
    "How long does a bank transfer take?",
    "",
)
_FLAGS = ("🇬🇧", "🇫🇷", "🇺🇸", "🇯🇵", "🇧🇷", "🇰🇪")
# Switches of a policy that must not matter.
SWITCHES = (
    "",
    "regions: [US]\nsectors: [insurance]\n",
    "regions: [AU]\n",
    "sectors: [gambling]\n",
    "answer_outside_hours: true\ntarget_precision: 0.5\n",
    "guards: {max_risk: 0.5, min_words_with_attachment: 3, max_replies_per_hour: 1000000}\n",
    "tone: {escalate_below: -1, vip_escalate_below: -1, unanswered_messages: 1000}\n",
    "tone: {anger_above: 1, distress_above: 1, churn_above: 1}\n",
    "value: {vip_tags: [vip], auto_answer: true}\n",
    "acknowledgement: {stage: auto, answers: [{language: en, body: We have it.}]}\n",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A ticket with a phrase somewhere, and the policy that judges it."""

    ticket: Ticket
    policy: Policy
    phrase: str  # as written in its pack
    written: str  # as it stands in the ticket


@cache
def policies() -> tuple[Policy, ...]:
    """The sample questions, all at stage auto, under every switch."""
    faqs = re.sub(r"stage: \w+", "stage: auto", (SAMPLES / "faqs.yaml").read_text("utf-8"))
    groups = "stage: auto\nspecialists: {account: A, cards: C, payments: P, technical: T}\n"
    return tuple(
        parse_policy({"policy.yaml": groups + switch, "faqs.yaml": faqs}) for switch in SWITCHES
    )


@cache
def strong_phrases() -> tuple[str, ...]:
    """Every phrase that must always hold an answer back."""
    return tuple(phrase for pack in shipped_packs() for phrase in (*pack.phrases, *pack.hold))


def cases(chance: random.Random, count: int) -> Iterator[Case]:
    """So many cases; the same chance, the same cases."""
    made = 0
    while made < count:
        phrase = chance.choice(strong_phrases())
        written = _disguised(_expanded(phrase, chance), chance)
        if written is not None:
            made += 1
            policy = chance.choice(policies())
            yield Case(_ticket(written, chance), policy, phrase, written)


def beside_flags(chance: random.Random, count: int) -> Iterator[tuple[Case, Case]]:
    """So many phrases as they stand, each with itself right before or behind one to six flags."""
    for _ in range(count):
        phrase = chance.choice(strong_phrases())
        written = _expanded(phrase, chance)
        flags = "".join(chance.choices(_FLAGS, k=chance.randint(1, 6)))
        flagged = chance.choice((f"{flags}{written}", f"{written}{flags}"))
        policy, question = chance.choice(policies()), chance.choice(QUESTIONS)
        plain, beside = (
            Case(Ticket("7", "", (Comment(Author.REQUESTER, body),)), policy, phrase, written)
            for body in (f"{question}\n\n{written}", f"{question}\n\n{flagged}")
        )
        yield plain, beside


def _expanded(phrase: str, chance: random.Random) -> str:
    """One of the wordings that a phrase stands for."""
    text = _CHOICE.sub(lambda choice: f" {chance.choice(choice.group(1).split('|'))} ", phrase)
    words: list[str] = []
    for word in text.split():
        if word == "_":
            words += chance.choices(("really", "my", "very", "own"), k=chance.randint(0, 3))
        elif word.endswith(STAR):
            words.append(word[:-1] + chance.choice(("", "s", "ed", "ing")))
        else:
            words.append(word)
    return " ".join(words)


def _disguised(text: str, chance: random.Random) -> str | None:
    """The wording with one misspelling, in odd letters; None if it became an ordinary word."""
    words = text.split()
    long = [n for n, word in enumerate(words) if len(word) >= MIN_MENDED and word.isalpha()]
    if long and chance.random() < 0.6:
        place = chance.choice(long)
        words[place] = _misspelt(words[place], chance)
        if len(words) == 1 and fold_text(words[0]) in ordinary_words():
            return None
    text = " ".join(words)
    text = chance.choice((str, str, str.upper, str.title, str.swapcase))(text)
    kind = chance.random()
    if kind < 0.15:
        text = _with_look_alikes(text, chance)
    elif kind < 0.3:
        text = _with_invisible(text, chance)
    return text


def _misspelt(word: str, chance: random.Random) -> str:
    """One edit: a letter more, less, another one, or two that changed places."""
    place = chance.randrange(len(word))
    letter = chance.choice(_LETTERS)
    edits = (
        word[:place] + letter + word[place:],
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :],
    )
    return chance.choice(edits)


@cache
def _others() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, latin in look_alikes().items():
        found.setdefault(latin, []).append(chr(code))
    return found


def _with_look_alikes(text: str, chance: random.Random) -> str:
    return "".join(
        chance.choice(_others()[char]) if char in _others() and chance.random() < 0.3 else char
        for char in text
    )


def _with_invisible(text: str, chance: random.Random) -> str:
    return "".join(
        char + chance.choice(_INVISIBLE) if char.isalpha() and chance.random() < 0.2 else char
        for char in text
    )


def _ticket(written: str, chance: random.Random) -> Ticket:
    """The wording before, after or within a question, in one of the places where text may stand."""
    question = chance.choice(QUESTIONS)
    gaps = [place for place, char in enumerate(question) if char in " \n"] or [0]
    place = chance.choice((0, chance.choice(gaps), len(question)))
    glue = chance.choice((" ", ". ", "\n", "\n\n", ", "))
    body = f"{question[:place]}{glue}{written}{glue}{question[place:]}"
    ticket = Ticket(
        "7", "", (Comment(Author.REQUESTER, body),), requester=Requester("Ann Lee", "a@b.example")
    )
    where = chance.choice(("body", "body", "body", "subject", "html", "quoted", "earlier"))
    if where == "subject":
        own = Comment(Author.REQUESTER, question)
        return replace(ticket, subject=f"Question: {written}", comments=(own,))
    if where == "html":
        own = Comment(Author.REQUESTER, question, html_body=f"<p>{question} {written}</p>")
        return replace(ticket, comments=(own,))
    if where == "quoted":
        quoted = f"{question}\n\nOn Mon 16 Nov 2026, x wrote:\n> {written}"
        return replace(ticket, comments=(Comment(Author.REQUESTER, quoted),))
    if where == "earlier":
        own = Comment(Author.REQUESTER, question)
        return replace(ticket, comments=(Comment(Author.REQUESTER, written), own))
    return ticket
