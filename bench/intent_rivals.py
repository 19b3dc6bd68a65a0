"""Other ways to tell which question a short message asks, side by side with the product's.

Each is given the same examples, and a limit by the same rule: every example is tried by models that
have not seen it, or none of its question's, and the limit is the lowest score that keeps the
precision as far as these trials prove it. Beside it stands the best limit there is, chosen on the
very messages: an upper bound for every method. Each runs in a process of its own, for its memory.
fastText is left out where it is not installed (any of its builds that has `train_supervised`).
"""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from intent_sets import (
    Asked,
    IntentSet,
    answer_to,
    found_in,
    highest_memory,
    policy_texts,
    read_sets,
    recognisers,
    said,
)
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC
from stock_embedder import Vector, shared_embedder

from rules.intents.certified import limit_among_strangers
from rules.intents.reading import message_sentences
from rules.intents.training import fit
from rules.policy import parse_policy
from rules.risk_modes import FULL

SHOTS, TARGET, FOLDS, SEED = 20, 0.97, 5, 0
KNOWN, STRANGE, TIMED = 428, 500, 200
ROUTE = 5  # nearest examples that speak for their questions
Scored = tuple[str, float]
Method = Callable[[Sequence[str]], list[Scored]]  # texts to the best intent of each, and its score


def by_rapidfuzz(examples: Sequence[Asked]) -> Method:
    """The intent of the most similar example by the words that both share."""
    known = [text.lower() for text, _ in examples]

    def tell(texts: Sequence[str]) -> list[Scored]:
        found = [process.extractOne(t.lower(), known, scorer=fuzz.token_set_ratio) for t in texts]
        return [(examples[number][1], score / 100) for _, score, number in found]

    return tell


def by_svc(examples: Sequence[Asked]) -> Method:
    """Words, pairs of words and pieces of words, and a linear support vector machine."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    model = make_pipeline(make_union(words, pieces), LinearSVC(C=0.5))
    model.fit(*zip(*examples, strict=True))
    return lambda texts: _best(model.decision_function(texts), model[-1].classes_)


def by_head(examples: Sequence[Asked]) -> Method:
    """Logistic regression on sentence vectors: setfit's second step, on those of stock MiniLM."""
    texts, intents = zip(*examples, strict=True)
    model = LogisticRegression(C=20.0, max_iter=500).fit(_vectors(texts), intents)
    return lambda texts: _best(model.predict_proba(_vectors(texts)), model.classes_)


def by_routes(examples: Sequence[Asked]) -> Method:
    """The intent whose share of the nearest examples is nearest by mean: semantic-router's way."""
    known = _vectors([text for text, _ in examples])
    owners = np.array([intent for _, intent in examples])

    def tell(texts: Sequence[str]) -> list[Scored]:
        found = []
        for row in _vectors(texts) @ known.T:
            near = np.argsort(-row, kind="stable")[:ROUTE]
            means = {owner: row[near][owners[near] == owner].mean() for owner in owners[near]}
            best = max(sorted(means), key=means.__getitem__)
            found.append((str(best), float(means[best])))
        return found

    return tell


def by_fasttext(examples: Sequence[Asked]) -> Method:
    """fastText, supervised, on words, pairs of words and pieces of words."""
    fasttext: Any = import_module("fasttext")

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.writelines(f"__label__{intent} {text.lower()}\n" for text, intent in examples)
        file.flush()
        model = fasttext.train_supervised(
            file.name, epoch=100, lr=0.5, wordNgrams=2, minn=2, maxn=5, thread=1, verbose=0, seed=0
        )

    def tell(texts: Sequence[str]) -> list[Scored]:
        found = [model.predict(text.lower()) for text in texts]
        return [
            (labels[0].removeprefix("__label__"), float(chances[0])) for labels, chances in found
        ]

    return tell


METHODS: dict[str, Callable[[Sequence[Asked]], Method]] = {
    "rapidfuzz, token_set_ratio": by_rapidfuzz,
    "TF-IDF, LinearSVC": by_svc,
    "MiniLM, setfit's head": by_head,
    "MiniLM, semantic-router's routes": by_routes,
    "fastText, supervised": by_fasttext,
}
PRODUCT = "Deskclerk"


def _best(table: NDArray[np.float64], intents: Sequence[str]) -> list[Scored]:
    return [(str(intents[row.argmax()]), float(row.max())) for row in table]


@cache
def _vector(text: str) -> Vector:
    found: Vector = shared_embedder().embed([text])[0]
    return found


def _vectors(texts: Sequence[str]) -> Vector:
    return np.stack([_vector(text) for text in texts])


def sidebyside(sets: Sequence[IntentSet], folder: Path) -> None:
    """A row for each set and method, each from a process of its own."""
    print("| set | method | right first | right | precision | answered | best limit | ms | MB |")
    print("| --- " * 9 + "|")
    for number in range(len(sets)):
        for method in (PRODUCT, *METHODS):
            if method != "fastText, supervised" or find_spec("fasttext"):
                command = [sys.executable, __file__, str(folder), str(number), method]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                print(done.stdout.rstrip("\n"), flush=True)


def _row(each: IntentSet, method: str) -> str:
    milliseconds = _milliseconds(each, method)
    memory = highest_memory()
    first, right, answered, answerable, best = _counts(each, method)
    return (
        f"| {each.name} | {method} | {first / answerable:.3f} | {right} / {answered} "
        f"| {right / max(1, answered):.3f} | {right / answerable:.3f} | {best / answerable:.3f} "
        f"| {milliseconds:.1f} | {memory} |"
    )


def _counts(each: IntentSet, method: str) -> tuple[int, int, int, int, int]:
    """Of mixed traffic: right first, right, answered, answerable, right by the best limit."""
    chance = random.Random(SEED)
    left_out = set(chance.sample(each.intents, len(each.intents) // 3))
    known = chance.sample([pair for pair in each.test if pair[1] not in left_out], KNOWN)
    near = chance.sample([text for text, intent in each.test if intent in left_out], STRANGE)
    strange = [(text, "") for text in (*near, *chance.sample(each.far, STRANGE))]
    examples = [pair for pair in each.shots(SHOTS, SEED) if pair[1] not in left_out]
    found = (_product if method == PRODUCT else _method(METHODS[method]))(
        examples, [text for text, _ in (*known, *strange)]
    )
    intents = [intent for _, intent in (*known, *strange)]
    rows = [(it == of, sure, score) for (it, sure, score), of in zip(found, intents, strict=True)]
    answered = [is_right for is_right, is_sure, _ in rows if is_sure]
    by_score = [is_right for is_right, _, _ in sorted(rows, key=lambda row: -row[2])]
    hits = np.cumsum(by_score)
    kept = hits[hits >= TARGET * np.arange(1, len(hits) + 1)]
    best = int(kept[-1]) if kept.size else 0
    return int(hits[-1]), sum(answered), len(answered), len(known), best


Found = list[tuple[str | None, bool, float]]  # the best intent, whether it is sure, its score


def _product(examples: Sequence[Asked], texts: Sequence[str]) -> Found:
    ((_, made),) = recognisers(examples, (TARGET,))
    edges = [made.answers.read("", message_sentences(said(text))).edge for text in texts]
    return [
        (found_in(made, text).faq, answer_to(made, text) is not None, edge)
        for text, edge in zip(texts, edges, strict=True)
    ]


def _method(fitted: Callable[[Sequence[Asked]], Method]) -> Callable[..., Found]:
    def tell(examples: Sequence[Asked], texts: Sequence[str]) -> Found:
        limit = limit_among_strangers(*_trials(fitted, examples), TARGET, is_proof=True)
        scored = fitted(examples)(texts)
        return [(best, limit is not None and score >= limit, score) for best, score in scored]

    return tell


def _trials(
    fitted: Callable[[Sequence[Asked]], Method], examples: Sequence[Asked]
) -> tuple[list[tuple[float, bool]], list[float]]:
    """Scores of examples that are left out by fifths, and by fifths of the questions."""
    known: list[tuple[float, bool]] = []
    strangers: list[float] = []
    intents = sorted({intent for _, intent in examples})
    for fold in range(FOLDS):
        held = [pair for number, pair in enumerate(examples) if number % FOLDS == fold]
        rest = [pair for number, pair in enumerate(examples) if number % FOLDS != fold]
        tried = fitted(rest)([text for text, _ in held])
        known += [(score, best == of) for (best, score), (_, of) in zip(tried, held, strict=True)]
        absent = set(intents[fold::FOLDS])
        model = fitted([pair for pair in examples if pair[1] not in absent])
        strangers += [
            score for _, score in model([text for text, intent in examples if intent in absent])
        ]
    return known, strangers


def _milliseconds(each: IntentSet, method: str) -> float:
    """The mean CPU time of a message that was not read before."""
    texts = [text + "?" for text, _ in each.test[:TIMED]]
    examples = each.shots(SHOTS, SEED)
    tell = _tell_product(examples) if method == PRODUCT else METHODS[method](examples)
    tell([each.test[-1][0]])
    began = time.process_time()
    for text in texts:
        tell([text])
    return (time.process_time() - began) * 1000 / TIMED


def _tell_product(examples: Sequence[Asked]) -> Callable[[Sequence[str]], Any]:
    made = fit(parse_policy(policy_texts(examples, TARGET)), FULL)
    made.prepare()
    return lambda texts: [made.match(said(text), "") for text in texts]


if __name__ == "__main__":
    print(_row(read_sets(Path(sys.argv[1]))[int(sys.argv[2])], sys.argv[3]))
