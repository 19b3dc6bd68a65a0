"""Measure the recogniser on whole mails to firms that nothing was learnt from.

    python bench/recognition.py mails [--part develop|report]
    python bench/recognition.py curve [--part develop|report]
    python bench/recognition.py learning

`mails` decides as the product does, guard and all. `curve` asks the recogniser alone, and compares
it with other ways to rank certainty on the mails that pass the guard. The report part is for
reporting only: nothing is fitted on it, and no choice is made by it. `learning` lets the recogniser
learn from none, a hundred and three hundred labelled mails of the firm (`outcomes`, then
`develop`), and decides the report part each time.
"""

import argparse
import io
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from rapidfuzz import fuzz
from shares import line
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from stock_embedder import shared_embedder

from integration.evaluation import Evaluation, evaluate, labelled
from integration.learning import trials_of
from rules.case import Models
from rules.intents.answers import shared_certainty
from rules.intents.learned import NEVER
from rules.intents.mails import MailRecogniser
from rules.intents.training import fit, taught
from rules.policy import Policy, parse_policy
from rules.risk_modes import FULL, LEXICAL
from rules.signals.risk import shared_risk_model
from training.firms import Firm, Mail, read_firm

FOLDER = Path(__file__).parent / "recognition"
FIRMS = ("ferry", "dental")
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
PRECISIONS = (0.99, 0.97, 0.95, 0.9)


def policy_of(firm: str, precision: float) -> Policy:
    """The policy of a firm."""
    faqs = (FOLDER / firm / "faqs.yaml").read_text("utf-8")
    return parse_policy({"policy.yaml": f"target_precision: {precision}\n", "faqs.yaml": faqs})


def mails(part: str) -> None:
    """Answers right and answerable mails answered, as the product would."""
    print(f"part: {part}\n\n| what | | share | 95 % interval |\n| --- | --- | --- | --- |")
    for mode in (FULL, LEXICAL):
        for precision in (0.85, 0.98):
            found = [_evaluated(firm, part, mode, precision) for firm in FIRMS]
            right, answered = sum(e.right for e in found), sum(e.answered for e in found)
            settled = sum(e.settled for e in found)
            answerable = sum(e.tickets["faq"] for e in found)
            name = f"{mode}, target {precision}"
            print(line(f"{name}: answers right", right, answered))
            print(line(f"{name}: mails answered", settled, answerable))
            drafts, drafted = sum(e.drafts for e in found), sum(e.drafts_right for e in found)
            print(line(f"{name}: drafts right", drafted, drafts))
            print(line(f"{name}: mails drafted", drafted, answerable))
        guarded = sum(e.tickets["guard"] for e in found)
        print(line(f"{mode}: guard mails kept", sum(e.blocked for e in found), guarded))


def learning() -> None:
    """What a firm's own labelled mails are worth, on the report part."""
    print("| mails learnt from | target | limits | answers right | mails answered |")
    print("| --- " * 5 + "|")
    for most in (0, 100, 300):
        for precision in (0.9, 0.95, 0.97):
            found, limits = [], []
            for firm in FIRMS:
                policy = policy_of(firm, precision)
                made = _taught(policy, firm, most)
                limits.append(str(made.limit) if made.limit < NEVER else "none")
                models = Models(made, shared_risk_model(FULL))
                source = io.StringIO("\n".join(_lines(firm, "report")))
                found.append(evaluate(source, policy, models, NOW))
            right, answered = sum(e.right for e in found), sum(e.answered for e in found)
            settled = sum(e.settled for e in found)
            answerable = sum(e.tickets["faq"] for e in found)
            print(
                f"| {most} | {precision} | {', '.join(limits)} | {right} / {answered} "
                f"| {settled} / {answerable} |"
            )


def _taught(policy: Policy, firm: str, most: int) -> MailRecogniser:
    """The recogniser after so many of a firm's labelled mails; none of them is held out here."""
    made = fit(policy, FULL)
    assert isinstance(made, MailRecogniser)  # noqa: S101 - there are English answers
    lines = [*_lines(firm, "outcomes"), *_lines(firm, "develop")][:most]
    return taught(made, trials_of(labelled(io.StringIO("\n".join(lines))), policy, made, NOW))


def _lines(firm: str, part: str) -> list[str]:
    """Labelled tickets as `evaluate` takes them."""
    rows = map(json.loads, (FOLDER / firm / f"{part}.jsonl").read_text("utf-8").splitlines())
    wanted = ("id", "subject", "body", "language", "expect")
    return [json.dumps({key: row[key] for key in wanted}) for row in rows]


def _evaluated(firm: str, part: str, mode: str, precision: float) -> Evaluation:
    policy = policy_of(firm, precision)
    models = Models(fit(policy, mode), shared_risk_model(mode))
    return evaluate(io.StringIO("\n".join(_lines(firm, part))), policy, models, NOW)


Ranking = tuple[NDArray[np.float64], NDArray[np.bool_]]  # scores, whether the best is right


def curve(part: str) -> None:
    """Of the answerable mails, the share that could be answered at a precision, by the best limit.

    An upper bound for every method: the limit is chosen on the very mails.
    """
    methods: dict[str, Callable[[Firm, Sequence[Mail]], Ranking]] = {
        "mail reader": _by_mail_reader,
        "rapidfuzz": lambda firm, some: _ranking(firm, some, _by_rapidfuzz(firm, some)),
        "TF-IDF, LinearSVC": lambda firm, some: _ranking(firm, some, _by_svc(firm, some)),
        "MiniLM, regression": lambda firm, some: _ranking(firm, some, _by_minilm(firm, some)),
    }
    print(f"part: {part}\n")
    print("| method | best is right | " + " | ".join(f"at {p}" for p in PRECISIONS) + " |")
    print("| --- " * (2 + len(PRECISIONS)) + "|")
    firms = [read_firm(FOLDER / name, f"{part}.jsonl") for name in FIRMS]
    chosen = [[mail for mail in firm.mails if mail.kind != "guard"] for firm in firms]
    answerable = sum(bool(mail.right) for some in chosen for mail in some)
    for name, method in methods.items():
        found = [method(firm, some) for firm, some in zip(firms, chosen, strict=True)]
        scores = np.concatenate([scores for scores, _ in found])
        right = np.concatenate([right for _, right in found])
        shares = [_coverage(scores, right, answerable, p) for p in PRECISIONS]
        cells = " | ".join(f"{share:.3f}" for share in (right.sum() / answerable, *shares))
        print(f"| {name} | {cells} |")


def _coverage(
    scores: NDArray[np.float64], right: NDArray[np.bool_], answerable: int, precision: float
) -> float:
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(right[order])
    kept = hits / np.arange(1, len(order) + 1) >= precision
    return float(hits[kept].max() / answerable) if kept.any() else 0.0


def _by_mail_reader(firm: Firm, some: Sequence[Mail]) -> Ranking:
    made = fit(policy_of(firm.name, 0.97), FULL)
    assert isinstance(made, MailRecogniser)  # noqa: S101 - there are English answers
    certainty = shared_certainty()
    readings = [made.answers.read(mail.subject, mail.sentences) for mail in some]
    return (
        np.array([certainty.of(reading) for reading in readings]),
        np.array(
            [
                firm.questions[reading.number].faq in mail.right
                for reading, mail in zip(readings, some, strict=True)
            ]
        ),
    )


def _ranking(firm: Firm, some: Sequence[Mail], table: NDArray[np.float64]) -> Ranking:
    best = table.argmax(axis=1)
    right = [firm.questions[n].faq in mail.right for n, mail in zip(best, some, strict=True)]
    return table.max(axis=1), np.array(right)


def _by_rapidfuzz(firm: Firm, some: Sequence[Mail]) -> NDArray[np.float64]:
    return np.array(
        [
            [
                max(fuzz.token_set_ratio(mail.text, way) for way in q.examples)
                for q in firm.questions
            ]
            for mail in some
        ]
    )


def _examples(firm: Firm) -> tuple[list[str], list[int]]:
    rows = [(way, n) for n, q in enumerate(firm.questions) for way in (*q.examples, q.title)]
    return [way for way, _ in rows], [n for _, n in rows]


def _by_svc(firm: Firm, some: Sequence[Mail]) -> NDArray[np.float64]:
    texts, labels = _examples(firm)
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit(texts)
    model = LinearSVC(C=0.5).fit(vectors.transform(texts), labels)
    found: NDArray[np.float64] = model.decision_function(vectors.transform([m.text for m in some]))
    return found


def _by_minilm(firm: Firm, some: Sequence[Mail]) -> NDArray[np.float64]:
    texts, labels = _examples(firm)
    embed = shared_embedder().embed
    model = LogisticRegression(C=20.0, max_iter=1000).fit(embed(texts), labels)
    found: NDArray[np.float64] = model.predict_proba(embed([mail.text for mail in some]))
    return found


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("mails", "curve", "learning"))
    parser.add_argument("--part", choices=("develop", "report"), default="report")
    given = parser.parse_args()
    if given.what == "learning":
        learning()
    else:
        {"mails": mails, "curve": curve}[given.what](given.part)


if __name__ == "__main__":
    main()
