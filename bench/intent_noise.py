"""What happens to short questions on their way: slips, mails around them, shouting."""

import random
import re
import string
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from intent_sets import Asked, IntentSet, answer_to, found_in, recognisers

NO_ANSWER = ""
SHOTS, TARGET, SEED = 20, 0.97, 0
KNOWN, STRANGE = 428, 500  # messages: seven of ten have no answer, half of them near
ASIDES = (
    "I have been a customer for six years now.",
    "My sister told me about you.",
    "It is raining here again.",
    "I am writing this on the train, so excuse me if it is short.",
    "We moved house in the spring.",
    "I hope that you all had a lovely weekend.",
)
OPENINGS = ("Hello,", "Hi there,", "Good morning,", "Dear team,")
CLOSINGS = (
    "Kind regards,\nSam Miller",
    "Thanks a lot\nAlex",
    "Best wishes,\nJo\n\nSent from my phone",
)
HISTORY = """
On Mon, 23 Nov 2026 at 09:12, Support <support@firm.example> wrote:
> Hello,
>
> Thank you for your message. We have changed your address and sent you a new card. Is there
> anything else that we can do for you?
>
> Your support team
"""

Change = Callable[[str, random.Random], str]


def misspelt(text: str, share: float, chance: random.Random) -> str:
    """The text with one slip in such a share of its words: a letter lost, swapped or another."""
    return " ".join(
        _slip(word, chance) if len(word) > 2 and chance.random() < share else word
        for word in text.split()
    )


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word) - 1)
    rest = word[at + 1 :]
    other = chance.choice(string.ascii_lowercase)
    return word[:at] + chance.choice((rest, rest[0] + word[at] + rest[1:], other + rest))


CHANGES: dict[str, Change] = {
    "as they are": lambda text, _: text,
    "slips in 10 % of the words": lambda text, chance: misspelt(text, 0.1, chance),
    "slips in 30 % of the words": lambda text, chance: misspelt(text, 0.3, chance),
    "a mail around it, with quoted history": lambda text, chance: "\n\n".join(
        (chance.choice(OPENINGS), text, chance.choice(CLOSINGS), HISTORY)
    ),
    "shouted": lambda text, _: text.upper(),
    "no punctuation": lambda text, _: re.sub(r"[^\w\s]", "", text),
    "one sentence beside the point": lambda text, chance: " ".join(
        chance.sample((text if text[-1] in "?!." else f"{text}.", chance.choice(ASIDES)), 2)
    ),
}


def robustness(sets: Sequence[IntentSet]) -> None:
    """Precision and answers in mixed traffic, by what was done to every message."""
    heads = ("set", "messages", "right first", "answers right", "precision", "answered")
    print("| " + " | ".join(heads) + " |\n" + "| --- " * len(heads) + "|")
    for each in sets:
        for name, some in _counts(each):
            first = some["first"] / some["answerable"]
            kept = some["right"] / max(1, some["answered"])
            print(
                f"| {each.name} | {name} | {first:.3f} | {some['right']} / {some['answered']} "
                f"| {kept:.3f} | {some['right'] / some['answerable']:.3f} |",
                flush=True,
            )


def _counts(each: IntentSet) -> Iterator[tuple[str, Counter[str]]]:
    chance = random.Random(SEED)
    left_out = set(chance.sample(each.intents, len(each.intents) // 3))
    known = chance.sample([pair for pair in each.test if pair[1] not in left_out], KNOWN)
    near = chance.sample([text for text, intent in each.test if intent in left_out], STRANGE)
    strange = [(text, NO_ANSWER) for text in (*near, *chance.sample(each.far, STRANGE))]
    examples = [pair for pair in each.shots(SHOTS, SEED) if pair[1] not in left_out]
    ((_, made),) = recognisers(examples, (TARGET,))
    for name, change in CHANGES.items():
        messages: list[Asked] = [(change(text, chance), of) for text, of in (*known, *strange)]
        some: Counter[str] = Counter()
        for text, intent in messages:
            answer = answer_to(made, text)
            some["answerable"] += intent != NO_ANSWER
            some["answered"] += answer is not None
            some["right"] += answer == intent
            some["first"] += intent != NO_ANSWER and found_in(made, text).faq == intent
        yield name, some
