"""Measure the recogniser on short questions of public sets, many alike: Banking77 and CLINC150.

    python bench/intents.py accuracy --folder DATA
    python bench/intents.py precision --folder DATA
    python bench/intents.py robustness --folder DATA
    python bench/intents.py sidebyside --folder DATA
    python bench/intents.py speed --folder DATA
    python bench/intents.py families

The first two sets are not in the repository: see `intent_sets.py`. Examples come from the train
splits, and figures from the test splits, on which nothing was fitted; docs/benchmarks.md says what
was read of them on the way. The recogniser is the product's, asked as the product asks it; the
guard isn't. An intent's name is the question's title. `precision`, `robustness`, `sidebyside` and
`families` leave a third of the intents out of the policy and send their messages too.
"""

import argparse
import os
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from intent_noise import robustness
from intent_rivals import sidebyside
from intent_sets import (
    Asked,
    IntentSet,
    answer_to,
    found_in,
    kept_reader,
    read_families,
    read_sets,
    recognisers,
)
from intent_speed import speed
from sklearn.metrics import roc_auc_score

SHOTS = (5, 10, 20, None)
SEEDS = range(5)
TARGETS = (0.95, 0.97, 0.99)
NO_ANSWER = ""
OF_EACH = 1000  # messages that are answerable, near and far


def accuracy(sets: Sequence[IntentSet]) -> None:
    """Whether the nearest answer is the right one, answered or not; the areas are the last seed's.

    They are those under the curves by which edge and reach tell the set's questions from others.
    """
    print("| set | examples | right answer comes first | area by reach | area by edge |")
    print("| --- " * 5 + "|")
    for each in sets:
        for count in (5, 10, None):
            shares = []
            for seed in SEEDS if count else (0,):
                ((_, made),) = recognisers(each.shots(count, seed), (0.97,))
                found = [(found_in(made, text), intent) for text, intent in each.test]
                shares.append(sum(one.faq == intent for one, intent in found) / len(found))
            share = sum(shares) / len(shares)
            texts = [*(text for text, _ in each.test), *each.far]
            read = [made.answers.read("", [text]) for text in texts]
            is_own = [1] * len(each.test) + [0] * len(each.far)
            areas = (
                roc_auc_score(is_own, [getattr(one, number) for one in read])
                for number in ("reach", "edge")
            )
            figures = " | ".join(f"{figure:.3f}" for figure in (share, *areas))
            print(f"| {each.name} | {count or 'all'} | {figures} |", flush=True)


def precision(sets: Sequence[IntentSet]) -> None:
    """Of what is answered the share that is right, and of the answerable the share answered."""
    print(
        "| set | examples | target | traffic | answers right | precision | answered | worst seed |"
    )
    print("| --- " * 8 + "|")
    for each in sets:
        for count in SHOTS:
            outcomes: dict[tuple[float, str], list[Counter[str]]] = {}
            for seed in SEEDS:
                for key, counts in _outcomes(each, count, seed):
                    outcomes.setdefault(key, []).append(counts)
            for (target, traffic), seeds in sorted(outcomes.items()):
                head = f"| {each.name} | {count or 'all'} | {target} | {traffic}"
                print(f"{head} | {_figures(seeds)} |", flush=True)


def families(sets: Sequence[IntentSet]) -> None:
    """The same for questions to invented firms of many trades, in close families: all together."""
    print("| examples | target | traffic | answers right | precision | answered | worst |")
    print("| --- " * 7 + "|")
    for count in (5, 10):
        outcomes: dict[tuple[float, str], list[Counter[str]]] = {}
        for each in sets:
            for seed in range(2):
                for key, counts in _outcomes(each, count, seed):
                    if not key[1].startswith("far"):
                        outcomes.setdefault(key, []).append(counts)
        for (target, traffic), policies in sorted(outcomes.items()):
            print(f"| {count} | {target} | {traffic} | {_figures(policies)} |", flush=True)


def _outcomes(
    each: IntentSet, count: int | None, seed: int
) -> Iterable[tuple[tuple[float, str], Counter[str]]]:
    """What is answered of each traffic, by targets."""
    chance = random.Random(seed)
    left_out = set(chance.sample(each.intents, len(each.intents) // 3))
    known = [pair for pair in each.test if pair[1] not in left_out]
    near = [(text, NO_ANSWER) for text, intent in each.test if intent in left_out]
    known, near = (chance.sample(some, min(len(some), OF_EACH)) for some in (known, near))
    strange = [(text, NO_ANSWER) for text in each.far[:OF_EACH]]
    traffics: dict[str, list[Asked]] = {
        "far: half without an answer": [*known, *strange],
        "near: a third without": [*known, *near[: len(known) // 2]],
        "mixed: seven of ten without": [
            *known[: (len(near) + len(strange)) * 3 // 7],
            *near,
            *strange,
        ],
    }
    examples = [pair for pair in each.shots(count, seed) if pair[1] not in left_out]
    for target, made in recognisers(examples, TARGETS):
        answers = {text: answer_to(made, text) for text, _ in (*known, *near, *strange)}
        for traffic, messages in traffics.items():
            yield (target, traffic), _counts(messages, answers)


def _counts(messages: Iterable[Asked], answers: dict[str, str | None]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text, intent in messages:
        counts["answerable"] += intent != NO_ANSWER
        counts["answered"] += answers[text] is not None
        counts["right"] += answers[text] == intent
    return counts


def _figures(seeds: Sequence[Counter[str]]) -> str:
    total = sum(seeds, Counter[str]())
    right, answered = total["right"], total["answered"]
    shares = [each["right"] / each["answered"] for each in seeds if each["answered"]]
    return (
        f"{right} / {answered} | {right / answered:.3f} | {right / total['answerable']:.3f} "
        f"| {min(shares):.3f}"
        if answered
        else "0 / 0 | | 0.000 | "
    )


def main() -> None:
    """The command."""
    parts = {part.__name__: part for part in (accuracy, precision, robustness, speed)}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=(*parts, "sidebyside", "families"))
    parser.add_argument("--folder", type=Path, default=os.environ.get("PUBLIC_INTENTS"))
    parser.add_argument("--only", choices=("Banking77", "CLINC150"), help="one of the sets")
    given = parser.parse_args()
    if given.part == "families":
        families(read_families())
        kept_reader().keep()
        return
    if given.folder is None:
        parser.error("say where the sets are: --folder or PUBLIC_INTENTS (see intent_sets.py)")
    sets = read_sets(given.folder)
    if given.part == "sidebyside":
        sidebyside(sets, given.folder)
    else:
        parts[given.part]([each for each in sets if given.only in (None, each.name)])
    kept_reader().keep()


if __name__ == "__main__":
    main()
