"""Fit the recogniser's mail reader: which answer a mail asks for, and whether one settles it.

python -m training.recogniser --public DATA [--out rules] [--again | --weigh-only]

It is tuned on the mails of the firms in `training/recognition`, then on these and the later ones;
`--again` goes on from the reader that stands there and does the second alone. Of some firms nothing
is learnt: their mails, and the development mails of `bench/recognition`, are only read, and give
the weights and limits; the train splits of public questions give the edges. The report mails in
`bench` are never read here.
"""

import argparse
import hashlib
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from rules.features.mail_reader import MailReader
from rules.intents.answers import Answers, Certainty, Reading
from rules.intents.certified import limit_for
from training.edges import PublicSet, edges, read_sets
from training.firms import LATER, Firm, read_firm, read_firms

HELD_OUT = ("museum", "vet", "evcharge", "petinsurance", "tutoring", "wastebins", "zoo")
BENCH = Path(__file__).parents[1] / "bench" / "recognition"
OUTPUTS = ("vector", "answerable", "wording")
PRECISIONS = (0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99)

Flags = NDArray[np.bool_]


def fit(first: Sequence[Firm], later: Sequence[Firm], file: Path, *, again: bool) -> None:
    """Tune the network on the mails of firms, in two steps, and write it.

    `again` goes on from the reader that stands there and has learnt the first ones.
    """
    from training import mail_network as mails
    from training.export import as_onnx

    def write(tuned: mails.MailNetwork) -> None:
        file.write_bytes(as_onnx(mails.Reader(tuned), OUTPUTS, several=True))

    if not again:
        print(f"{len(first)} firms learnt", flush=True)
        write(mails.tune(first, mails.FIRST))
    print(f"{len(later)} firms more", flush=True)
    write(mails.tune([*first, *later], mails.AGAIN, file.read_bytes()))


def weigh(firms: Sequence[Firm], public: Sequence[PublicSet], reader: MailReader) -> Certainty:
    """Weights and limits, by mails that the reader was not tuned on; prints what they answer."""
    readings, right, answerable = read_mails(firms, reader)
    features = np.stack([reading.features for reading in readings])
    model = LogisticRegression(C=1.0, max_iter=500).fit(features, right)
    draft = Certainty(
        tuple(round(float(weight), 4) for weight in model.coef_[0]),
        round(float(model.intercept_[0]), 4),
        (),
    )
    scores = np.array([draft.of(reading) for reading in readings])
    limits = []
    for precision in PRECISIONS:
        limit = limit_for(list(zip(scores, right, strict=True)), precision)
        if limit is not None:
            limits.append((precision, limit))
            answered = scores >= limit
            print(
                f"precision {precision}: limit {limit}, {right[answered].mean():.3f} of "
                f"{answered.sum()} answers right, {right[answered].sum() / answerable:.3f} of "
                f"{answerable} answered"
            )
    return Certainty(draft.weights, draft.bias, tuple(limits), edges(reader, public, PRECISIONS))


def read_mails(firms: Sequence[Firm], reader: MailReader) -> tuple[list[Reading], Flags, int]:
    """What the reader says of the mails that pass the guard, which are right, how many could be."""
    readings, right, answerable = [], [], 0
    for firm in firms:
        answers = Answers(firm.questions, reader)
        for mail in firm.mails:
            if mail.kind == "guard" or not mail.sentences:
                continue
            reading = answers.read(mail.subject, mail.sentences)
            readings.append(reading)
            right.append(firm.questions[reading.number].faq in mail.right)
            answerable += bool(mail.right)
    return readings, np.array(right), answerable


def _learnt(firms: Sequence[Firm]) -> list[Firm]:
    return [firm for firm in firms if firm.name not in HELD_OUT]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("rules"))
    parser.add_argument("--public", type=Path, required=True, help="the folder of the public sets")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--again", action="store_true", help="go on from the reader that stands there")
    how.add_argument("--weigh-only", action="store_true", help="tune nothing that stands there")
    given = parser.parse_args()
    began = time.monotonic()
    first, later = read_firms(), read_firms(LATER)
    network = given.out / "features" / "mail_reader.onnx"
    if not given.weigh_only:
        fit(_learnt(first), _learnt(later), network, again=given.again)
    raw = network.read_bytes()
    print(f"{network.name} sha256 {hashlib.sha256(raw).hexdigest()}", flush=True)
    held = [firm for firm in (*first, *later) if firm.name in HELD_OUT]
    held += [read_firm(BENCH / name, "develop.jsonl") for name in ("ferry", "dental")]
    certainty = weigh(held, read_sets(given.public), MailReader(raw))
    (given.out / "intents" / "certainty.json").write_bytes(certainty.to_bytes())
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
