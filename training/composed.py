"""Messages put together from others, as customers do who write once about several things.

A case between two routine questions is a case, and the reader has to learn it: without these it
held two of three such mails. Routine questions are put together as well, so that length alone says
nothing.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rules.passages import LONGEST
from training.messages import Message

SHARE = 0.25  # composed messages, of the number of messages given
_CASES = 0.6
_SEED = 7
_JOINS = (" ", "\n", "\n\n")


def composed(messages: Sequence[Message]) -> list[Message]:
    """Some composed messages: equal messages give equal ones.

    Each holds one or two routine messages of a language, and three of five hold one case besides.
    None is longer than a passage.
    """
    chance = random.Random(_SEED)
    routine = _by_language(m for m in messages if m.kind == "ordinary" and m.tone == "calm")
    cases = _by_language(m for m in messages if m.kind == "positive" and m.is_own)
    spoken = {each for each, some in routine.items() if len(some) > 1 and each in cases}
    languages = [m.language for m in messages if m.is_own and m.language in spoken]
    made: list[Message] = []
    for number in range(int(len(messages) * SHARE)):
        language = chance.choice(languages)
        parts = chance.sample(routine[language], chance.randint(1, 2))
        if chance.random() < _CASES:
            main = chance.choice(cases[language])
            parts.insert(chance.randint(0, len(parts)), main)
        else:
            main = parts[0]
            parts.append(chance.choice(routine[language]))
        body = chance.choice(_JOINS).join(part.body for part in parts)
        if len(body) <= LONGEST:
            made.append(replace(main, id=f"composed:{number}", subject="", body=body))
    return made


def _by_language(messages: Iterable[Message]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    for message in messages:
        found.setdefault(message.language, []).append(message)
    return found
