"""How logits become one number a head."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.features.weighing import Weighing, weighing_from, weighing_to
from rules.policy_schema import FAMILIES
from rules.risk_modes import FULL, LEXICAL
from rules.shipped import shipped_bytes
from rules.signals.risk import weighing_name

Rows = list[list[list[float]]]


def a_weighing(limit: float = 0.5) -> Weighing:
    return Weighing(
        ("any", "legal"),
        np.array([[1.0, 0.5], [2.0, -1.0]]),
        np.array([0.0, -1.0]),
        np.array([limit, 0.25]),
        {"any": 0.8, "legal": 0.9},
    )


def one(logit: float, limit: float, weight: float = 1.0, bias: float = 0.0) -> float:
    weighing = Weighing(
        ("x",), np.array([[weight]]), np.array([bias]), np.array([limit]), {"x": 1.0}
    )
    return weighing.risks(np.array([[[logit]]]))["x"]


def slowly(limit: float, total: float) -> float:
    chance = 1.0 / (1.0 + math.exp(-total))
    if chance < limit:
        return 0.5 * chance / limit
    return 0.5 + 0.5 * (chance - limit) / (1.0 - limit)


def test_the_limit_is_in_the_middle() -> None:
    assert one(0.0, limit=0.5) == 0.5
    assert one(math.log(0.2 / 0.8), limit=0.2) == 0.5
    assert one(math.log(0.9 / 0.1), limit=0.9) == 0.5


def test_below_and_above_the_limit_the_risk_is_in_proportion() -> None:
    half_way_up = math.log(0.6 / 0.4)
    assert one(half_way_up, limit=0.2) == 0.75
    half_way_down = math.log(0.1 / 0.9)
    assert one(half_way_down, limit=0.2) == 0.25


def test_weights_and_bias_are_applied() -> None:
    assert one(2.0, limit=0.5, weight=-1.5, bias=3.0) == 0.5


@pytest.mark.parametrize("logit", [1e300, -1e300, 500.0, -500.0])
def test_a_very_large_logit_is_no_error(logit: float) -> None:
    assert one(logit, limit=0.3) == (1.0 if logit > 0 else 0.0)


def test_without_passages_there_is_no_risk() -> None:
    assert a_weighing().risks(np.zeros((0, 2, 2))) == {"any": 0.0, "legal": 0.0}


def test_of_several_passages_the_worst_decides_head_by_head() -> None:
    calm, legal = [[-3.0, 0.0], [-3.0, 0.0]], [[-2.0, 0.0], [4.0, 0.0]]
    risks = a_weighing().risks(np.array([calm, legal, calm]))
    assert risks == a_weighing().risks(np.array([legal]))
    assert risks["legal"] > a_weighing().risks(np.array([calm]))["legal"]


numbers = st.floats(-20, 20)
heads = st.lists(st.lists(numbers, min_size=2, max_size=2), min_size=2, max_size=2)


@given(st.lists(heads, min_size=1, max_size=4), st.floats(0.05, 0.95))
def test_a_risk_is_what_a_slow_reckoning_gives(rows: Rows, limit: float) -> None:
    risks = a_weighing(limit).risks(np.array(rows))
    wanted = {
        "any": max(slowly(limit, row[0][0] + 0.5 * row[0][1]) for row in rows),
        "legal": max(slowly(0.25, 2.0 * row[1][0] - row[1][1] - 1.0) for row in rows),
    }
    assert risks == pytest.approx(wanted, abs=1e-4)


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(0.01, 0.99))
def test_more_is_never_less_and_stays_between_nothing_and_all(
    logit: float, other: float, limit: float
) -> None:
    low, high = sorted((logit, other))
    assert 0 <= one(low, limit) <= one(high, limit) <= 1


@given(st.floats(-50, 50), st.floats(0.01, 0.99))
def test_a_risk_has_four_digits(logit: float, limit: float) -> None:
    risk = one(logit, limit)
    assert risk == round(risk, 4)


def test_a_weighing_survives_being_written_and_equal_ones_are_equal_bytes() -> None:
    raw = weighing_to({LEXICAL: a_weighing(0.4), FULL: a_weighing(0.6)})
    lexical, full = weighing_from(raw, LEXICAL), weighing_from(raw, FULL)
    assert lexical.names == ("any", "legal")
    assert lexical.clear == {"any": 0.8, "legal": 0.9}
    assert weighing_to({LEXICAL: lexical, FULL: full}) == raw
    logits = np.array([[[1.0, 2.0], [-1.0, 0.5]]])
    assert full.risks(logits) == a_weighing(0.6).risks(logits)


@pytest.mark.parametrize("english", [True, False])
@pytest.mark.parametrize(("mode", "models"), [(LEXICAL, 1), (FULL, 2)])
def test_the_shipped_heads_name_every_family_and_have_sensible_limits(
    mode: str,
    models: int,
    english: bool,  # noqa: FBT001 - a case of the test
) -> None:
    name = weighing_name(mode, english=english)
    weighing = weighing_from(shipped_bytes("features/weighing.json"), name)
    assert {*FAMILIES, "any"} <= set(weighing.names)
    assert weighing.weights.shape == (len(weighing.names), models)
    assert all(0 < limit < 1 for limit in weighing.limits)
    assert set(weighing.clear) == set(weighing.names)
