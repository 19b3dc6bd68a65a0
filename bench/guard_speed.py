"""Measure how fast the guard judges, what more text costs, and what more phrases cost.

python bench/guard_speed.py
"""

import json
import random
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from guard import SETS, banking_policy, judged, models_of

from rules.policy import Policy
from rules.risk_modes import FULL, LEXICAL


def speed() -> None:
    """Milliseconds a decision by words alone, all packs on; and what more phrases and text cost."""
    policy = banking_policy()
    models = models_of(policy, LEXICAL)
    mails = mails_of_size(random.Random(7), 1000, 400)
    judge = partial(judged, policy, models)
    median_ms(judge, mails)
    print(f"1,000 characters: median {median_ms(judge, mails):.2f} ms")
    for size in (500, 2000, 4000, 8000, 16000):
        some = mails_of_size(random.Random(size), size, 40)
        median_ms(judge, some)
        print(f"{size:,} characters: median {median_ms(judge, some):.2f} ms")
    more = partial(judged, _with_more_phrases(policy, 10), models)
    median_ms(more, mails)
    few, many = median_ms(judge, mails), median_ms(more, mails)
    print(f"ten times the phrases: median {many:.2f} ms, {many / few:.2f} times the time")
    full = partial(judged, policy, models_of(policy, FULL))
    print(f"with the reader: median {median_ms(full, mails[:60]):.1f} ms")


def _with_more_phrases(policy: Policy, times: int) -> Policy:
    """The policy with so many times the phrases: others put together from their words."""
    chance = random.Random(3)
    phrases = [phrase for pack in policy.packs for phrase in (*pack.phrases, *pack.weak)]
    words = sorted({word for phrase in phrases for word in re.findall(r"[a-z]{2,}", phrase)})
    made = tuple(
        " ".join(chance.choices(words, k=chance.randint(2, 5)))
        for _ in range(len(phrases) * (times - 1))
    )
    extra = replace(policy.packs[0], id="more", phrases=made, hold=(), weak=(), phrases_of=())
    return replace(policy, packs=(*policy.packs, extra))


def median_ms(act: Callable[[Any], object], values: Sequence[Any]) -> float:
    """The median time that a call takes, in milliseconds."""
    times = []
    for value in values:
        start = time.perf_counter()
        act(value)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def mails_of_size(chance: random.Random, size: int, count: int) -> list[str]:
    """Mails of a length, put together from messages of the development set."""
    bodies = [
        row["body"]
        for row in map(json.loads, SETS["development"].read_text("utf-8").splitlines())
        if row["language"] == "en"
    ]
    mails = []
    for _ in range(count):
        mail = ""
        while len(mail) < size:
            mail += chance.choice(bodies) + "\n\n"
        mails.append(mail[:size])
    return mails


if __name__ == "__main__":
    speed()
