"""Fit the guard's models: the reader, the sums over words, and how their logits are weighed.

python -m training.fit [--folder training/guard] [--out rules/features] [--again | --weigh-only]

The reader is tuned on the first messages, then on the later ones with some of the first again;
`--again` goes on from the reader that stands there and does the second alone.

An eighth of the messages is held out, by the digest of their ids: the reader and the sums are
fitted on the others, and read the held-out ones and the development set. The weights and limits are
fitted on these readings. The report set in `bench` is never read here.
"""

import argparse
import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from rules.features.network import encodable, reader_pieces
from rules.features.reader import MAX_TOKENS, Reader
from rules.features.weighing import MIDDLE, Weighing, weighing_to
from rules.features.word_sums import (
    PLACES,
    SHRINK,
    WordSums,
    places_of_text,
    word_sums_from,
    word_sums_to,
)
from rules.policy_schema import FAMILIES
from rules.risk_modes import FULL, LEXICAL
from rules.signals.risk import ANY, weighing_name
from training.composed import composed
from training.messages import (
    FOLDER,
    HEADS,
    Message,
    labels_of,
    read_messages,
    routine_mails,
)
from training.recipe import Recipe

if TYPE_CHECKING:
    from training.network import Network

READER, SUMS = "reader.onnx", "word_sums.npz"
_PADDING = 1  # the number of its piece
_FIRST = Recipe(epochs=3, padding=_PADDING)
_LATER = Recipe(epochs=2, padding=_PADDING, rate=2e-5, threads=2)
_AGAIN, _COMPOSED_AGAIN = 6000, 1500  # so many of the first messages, lest they be forgotten
_FOLDS = 8
_WEIGHT_OF_ANY = 4.0
_STRENGTH = 10.0  # of the sums' fit, as scikit-learn's C
# Shares of held-out routine messages that may be held for nothing, by head. Many of these were
# written as counterparts of cases, so that in ordinary mail the shares are smaller.
_FALSE_ALARMS = {
    ANY: 0.05,
    "anger": 0.035,
    "distress": 0.008,
    "churn": 0.006,
    # A bank's everyday questions sound like disputes, and few of the routine ones are a bank's.
    "fraud_dispute": 0.003,
}
_GRAVE = frozenset({"safety_of_life", "product_safety", "data_breach"})
# With the reader, so many let every held-out message about a product be held.
_FALSE_ALARMS_OF_A_GRAVE_ONE = {FULL: 0.05, LEXICAL: 0.015}
_FALSE_ALARMS_OF_A_FAMILY = {FULL: 0.006, LEXICAL: 0.003}
_CLEAR_PRECISION = 0.9

Table = NDArray[np.float64]


def fit(messages: Sequence[Message], out: Path, *, again: bool) -> None:
    """Fit the reader and the sums on messages, and write them to a folder.

    `again` goes on from the reader that stands there and has learnt the first messages.
    """
    learnt = [each for each in messages if not is_held_out(each)]
    first = [each for each in learnt if not each.is_later]
    print(f"{len(learnt)} learnt, {len(first)} of them first", flush=True)
    everything = with_composed(learnt)
    (out / SUMS).write_bytes(word_sums_to(fit_sums(everything)))
    if not again:
        (out / READER).write_bytes(_tuned(with_composed(first), _FIRST))
    later = [each for each in learnt if each.is_later]
    later += some_of(first, _AGAIN) + some_of(everything[len(learnt) :], _COMPOSED_AGAIN)
    (out / READER).write_bytes(_tuned(later, _LATER, (out / READER).read_bytes()))


def fit_weights(messages: Sequence[Message], development: Sequence[Message], out: Path) -> None:
    """Weigh what the reader and the sums of a folder say of messages that they have not learnt."""
    held = with_composed([*filter(is_held_out, messages), *development])
    print(f"{len(held)} held out", flush=True)
    network, sums = (out / READER).read_bytes(), word_sums_from((out / SUMS).read_bytes())
    print(f"{READER} sha256 {hashlib.sha256(network).hexdigest()}", flush=True)
    reader = Reader(network)
    tables = [readings(message, sums, reader) for message in held]
    (out / "weighing.json").write_bytes(weighing_to(weighings(held, tables)))


def with_composed(messages: Sequence[Message]) -> list[Message]:
    """The messages, and some that are put together from them."""
    return [*messages, *composed(messages)]


def some_of(messages: Sequence[Message], count: int) -> list[Message]:
    """So many of the messages, in an order that depends on nothing but their ids."""
    return sorted(messages, key=lambda each: hashlib.sha256(f"replay{each.id}".encode()).digest())[
        :count
    ]


def _tuned(messages: Sequence[Message], recipe: Recipe, reader: bytes | None = None) -> bytes:
    """The reader, tuned on messages: the base, or what went before."""
    from training.export import as_onnx, weights_in
    from training.network import multilingual
    from training.tuning import tune

    def untuned() -> "Network":
        network = multilingual(len(HEADS))
        if reader is not None:
            network.put(weights_in(reader, list(network.state_dict())))
        return network

    pieces = reader_pieces(MAX_TOKENS)
    tokens = [pieces.encode(encodable(text_of(message))).ids for message in messages]
    labels, weights = labels_of(messages), weights_of(messages)
    return as_onnx(tune(untuned, tokens, labels, weights, recipe))


def readings(message: Message, sums: WordSums, reader: Reader) -> Table:
    """The logits of a message's passages, shape (passages, heads, 2): the sums', the reader's."""
    passages = message.passages
    by_sums = np.stack([sums.logits(each.words) for each in passages])
    return np.stack([by_sums, reader.logits([each.text for each in passages])], axis=2)


def text_of(message: Message) -> str:
    """What the reader gets to see of a message while it is tuned."""
    return " ".join(passage.text for passage in message.passages)


def _words(message: Message) -> list[str]:
    return [word for passage in message.passages for word in passage.words]


def is_held_out(message: Message) -> bool:
    """Whether a message is only read, to weigh what was fitted on the others."""
    digest = hashlib.sha256(message.id.encode()).digest()
    return message.is_own and int.from_bytes(digest[:4], "big") % _FOLDS == 0


def weights_of(messages: Sequence[Message]) -> NDArray[np.float32]:
    """How much each label counts, shape (messages, heads); moods of short public texts don't."""
    weights = np.ones((len(messages), len(HEADS)), dtype=np.float32)
    weights[:, HEADS.index(ANY)] = _WEIGHT_OF_ANY
    for row, message in enumerate(messages):
        weights[row] *= 1.0 if message.is_own else 0.5
        if message.kind == "mood":
            weights[row] = [head == "anger" for head in HEADS]
    return weights


def fit_sums(messages: Sequence[Message]) -> WordSums:
    """Logistic regression a head on the hashed features, in whole numbers with a scale."""
    features, labels, weights = _features(messages), labels_of(messages), weights_of(messages)
    columns, biases = [], []
    for head in range(labels.shape[1]):
        model = LogisticRegression(
            C=_STRENGTH, class_weight="balanced", solver="liblinear", max_iter=500, random_state=0
        )
        model.fit(features, labels[:, head] > 0, sample_weight=weights[:, head])
        columns.append(model.coef_[0])
        biases.append(round(float(model.intercept_[0]), 4))
    table = np.stack(columns, axis=1)
    # Rounded scales keep the last bits of a fit out of the shipped file.
    scales = np.array([float(f"{np.abs(column).max() / 127:.3g}") for column in columns])
    whole = np.clip(np.round(table / scales), -127, 127).astype(np.int8)
    return WordSums(HEADS, whole, scales, np.array(biases))


def _features(messages: Sequence[Message]) -> sparse.csr_matrix:
    rows, places, values = [], [], []
    for row, message in enumerate(messages):
        counted = np.bincount(list(places_of_text(_words(message))), minlength=PLACES)
        found = np.flatnonzero(counted)
        rows += [row] * len(found)
        places += found.tolist()
        values += (counted[found] / np.sqrt(counted.sum() + SHRINK)).tolist()
    return sparse.csr_matrix((values, (rows, places)), shape=(len(messages), PLACES))


def weighings(messages: Sequence[Message], tables: Sequence[Table]) -> dict[str, Weighing]:
    """The weights of both modes, for English and for the others; prints what each would hold.

    A table holds the logits of a message's passages, shape (passages, heads, models); of the models
    the sums stand first, then the reader.
    """
    found = {}
    for english in (True, False):
        rows = [n for n, message in enumerate(messages) if (message.language == "en") == english]
        some = [messages[n] for n in rows]
        for mode, models in ((LEXICAL, 1), (FULL, 2)):
            read = [tables[n][:, :, :models] for n in rows]
            name = weighing_name(mode, english=english)
            found[name] = weigh(some, read, mode)
            report(name, some, found[name], read)
    return found


def weigh(messages: Sequence[Message], tables: Sequence[Table], mode: str) -> Weighing:
    """Weights and limits a head: fitted on first passages, limited by the worst."""
    labels = labels_of(messages) > 0
    whole = np.stack([table[0] for table in tables])
    weights, biases = [], []
    for column in range(len(HEADS)):
        model = LogisticRegression(C=1.0, max_iter=500)
        model.fit(whole[:, column], labels[:, column])
        weights.append([round(float(weight), 4) for weight in model.coef_[0]])
        biases.append(round(float(model.intercept_[0]), 4))
    draft = Weighing(HEADS, np.array(weights), np.array(biases), np.full(len(HEADS), 0.5), {})
    chances = risks_of(draft, tables)  # with every limit at 0.5 a risk is the probability itself
    limits = np.array([_limit(messages, name, chances[:, n], mode) for n, name in enumerate(HEADS)])
    heads = replace(draft, limits=limits)
    risks = risks_of(heads, tables)
    clear = {name: _clear(risks[:, n], labels[:, n]) for n, name in enumerate(HEADS)}
    return replace(heads, clear=clear)


def risks_of(heads: Weighing, tables: Sequence[Table]) -> Table:
    """The risks of messages, the worst passage deciding, shape (messages, heads)."""
    return np.array([list(heads.risks(table).values()) for table in tables])


def _limit(messages: Sequence[Message], head: str, chances: Table, mode: str) -> float:
    """The probability that at most the allowed share of quiet messages reaches."""
    mood = head != ANY and head not in FAMILIES
    quiet = np.sort(
        [
            chance
            for message, chance in zip(messages, chances, strict=True)
            if message.kind == "ordinary" and (not mood or message.tone == "calm")
        ]
    )
    of_a_family = (_FALSE_ALARMS_OF_A_GRAVE_ONE if head in _GRAVE else _FALSE_ALARMS_OF_A_FAMILY)[
        mode
    ]
    allowed = int(len(quiet) * _FALSE_ALARMS.get(head, of_a_family))
    return round(float(min(0.95, max(0.02, quiet[-allowed - 1] + 0.0005))), 4)


def _clear(risk: Table, wanted: NDArray[np.bool_]) -> float:
    """The lowest risk from which a message is nearly always what the head says."""
    for candidate in sorted(set(risk[risk >= MIDDLE])):
        above = risk >= candidate
        if wanted[above].mean() >= _CLEAR_PRECISION:
            return round(float(candidate), 4)
    return 1.0


def report(
    name: str, messages: Sequence[Message], heads: Weighing, tables: Sequence[Table]
) -> None:
    """Print what is held of each kind of message, read by models that have not seen it."""
    cases = [n for n, head in enumerate(HEADS) if head == ANY or head in FAMILIES]
    held = (risks_of(heads, tables)[:, cases] >= MIDDLE).any(axis=1)
    for kind in ("positive", "ordinary", "hard_negative"):
        rows = [n for n, each in enumerate(messages) if each.kind == kind]
        print(f"{name} {kind}: {held[rows].mean():.3f} of {len(rows)} held", flush=True)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--out", type=Path, default=Path("rules/features"))
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--again", action="store_true", help="go on from the reader that stands there")
    how.add_argument("--weigh-only", action="store_true", help="tune nothing that stands there")
    given = parser.parse_args()
    began = time.monotonic()
    development = read_messages(given.folder.parent, "development.jsonl")
    messages = [*read_messages(given.folder), *routine_mails()]
    if not given.weigh_only:
        fit(messages, given.out, again=given.again)
    fit_weights(messages, development, given.out)
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
