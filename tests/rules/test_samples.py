"""The sample tickets: what is expected of each comes true."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet

from rules.case import Models
from rules.decide import decide
from rules.exchange import Expectation, history_from_json, labelled_from_json
from rules.intents.training import fit
from rules.model import Decision, Outcome
from rules.policy import parse_policy
from rules.risk_modes import FULL
from rules.signals.risk import shared_risk_model
from tests.rules.build import NOW

SAMPLES = Path(__file__).parents[2] / "samples"
POLICY = parse_policy(
    {name: (SAMPLES / "policy" / name).read_text("utf-8") for name in ("policy.yaml", "faqs.yaml")}
)
MODELS = Models(fit(POLICY), shared_risk_model(FULL))
LINES: list[dict[str, Any]] = [
    json.loads(line) for line in (SAMPLES / "tickets.jsonl").read_text("utf-8").splitlines()
]


def judged(number: int) -> tuple[Decision, Expectation]:
    line = LINES[number]
    ticket, expected = labelled_from_json(line, number + 1)
    history = history_from_json({k: v for k, v in line.items() if k != "expect"}, number + 1)
    return decide(ticket, POLICY, MODELS, history, NOW), expected


# A known fault: the risk model holds these routine questions, so that an agent gets a draft instead
# of the customer an answer. Strict: whoever mends the model is told to take them out.
HELD_FOR_NOTHING = {"s006", "s011"}  # a forgotten password in Spanish, a lost card in German


def sample(number: int) -> ParameterSet:
    name = LINES[number]["id"]
    fault = pytest.mark.xfail(reason="the reader knows little Spanish and German", strict=True)
    return pytest.param(number, id=name, marks=[fault] if name in HELD_FOR_NOTHING else [])


@pytest.mark.parametrize("number", [sample(number) for number in range(len(LINES))])
def test_a_sample_ticket_gets_what_is_expected(number: int) -> None:
    decision, expected = judged(number)

    if expected.kind == "faq":
        assert not decision.blocked
        assert decision.outcome in {Outcome.REPLY, Outcome.ABSTAIN}
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
