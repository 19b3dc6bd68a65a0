"""The sample tickets: what is expected of each comes true."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from rules.case import Models
from rules.decide import decide
from rules.exchange import Expectation, history_from_json, labelled_from_json
from rules.intents.training import fit
from rules.model import Decision, Outcome
from rules.policy import parse_policy
from rules.risk_modes import FULL
from rules.signals.risk import shared_risk_model
from tests.rules.build import NOW, codes

SAMPLES = Path(__file__).parents[2] / "samples"
POLICY = parse_policy(
    {name: (SAMPLES / "policy" / name).read_text("utf-8") for name in ("policy.yaml", "faqs.yaml")}
)
MODELS = Models(fit(POLICY, FULL), shared_risk_model(FULL))
LINES: list[dict[str, Any]] = [
    json.loads(line) for line in (SAMPLES / "tickets.jsonl").read_text("utf-8").splitlines()
]


def judged(number: int) -> tuple[Decision, Expectation]:
    line = LINES[number]
    ticket, expected = labelled_from_json(line, number + 1)
    history = history_from_json({k: v for k, v in line.items() if k != "expect"}, number + 1)
    return decide(ticket, POLICY, MODELS, history, NOW), expected


@pytest.mark.parametrize("number", range(len(LINES)), ids=[line["id"] for line in LINES])
def test_a_sample_ticket_gets_what_is_expected(number: int) -> None:
    decision, expected = judged(number)

    if expected.kind == "faq":
        assert decision.outcome in {Outcome.REPLY, Outcome.SUGGEST, Outcome.ABSTAIN}
        assert decision.blocked == ("bar.uncertain" in codes(decision))
        assert decision.outcome is Outcome.ABSTAIN or decision.faq == expected.faq
    elif expected.kind == "ignore":
        assert decision.outcome is Outcome.IGNORE
    elif expected.kind == "guard":
        assert decision.blocked
        assert decision.outcome is not Outcome.IGNORE
        assert decision.outcome is not Outcome.REPLY
    else:
        assert decision.outcome in {Outcome.ABSTAIN, Outcome.SUGGEST, Outcome.ESCALATE}


def test_most_questions_with_an_approved_answer_are_answered() -> None:
    results = [judged(number) for number in range(len(LINES))]
    answered = Counter(
        decision.outcome is Outcome.REPLY for decision, wanted in results if wanted.kind == "faq"
    )
    assert answered[True] >= 0.8 * answered.total()


def test_the_samples_are_many_and_of_every_kind() -> None:
    kinds = Counter(line["expect"]["kind"] for line in LINES)
    assert len(LINES) >= 60
    assert set(kinds) == {"faq", "none", "guard", "ignore"}
    assert len({line["id"] for line in LINES}) == len(LINES)
