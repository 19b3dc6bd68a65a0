"""Whether decisions differ from those before: what chance explains is no difference."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from rules.drift import (
    CHANGED,
    LEAST,
    SHIFTED,
    Drift,
    Period,
    Share,
    chance_of,
    compare,
    psi,
    psi_limit,
)
from rules.drift_report import report

QUESTIONS = {"delivery_time": 120, "returns": 480, None: 400}
SCORES = {round(0.4 + n / 2000, 4): 1 for n in range(1000)}


def a_period(**more: object) -> Period:
    fields = {
        "outcomes": {"reply": 600, "abstain": 400},
        "languages": {"en": 1000},
        "questions": QUESTIONS,
        "scores": SCORES,
    }
    return Period(**fields | more)  # type: ignore[arg-type]


def drift(before: Period, recent: Period) -> Drift:
    found = compare(before, recent)
    assert found is not None
    return found


def test_equal_times_do_not_differ() -> None:
    found = drift(a_period(), a_period())
    assert [mix.psi for mix in found.mixes] == [0.0, 0.0, 0.0]
    assert (found.scores.distance, found.scores.chance) == (0.0, 1.0)
    assert found.shares == ()
    assert report(found) == ["Nothing moved beyond chance."]


@pytest.mark.parametrize("few", ["before", "recent"])
def test_too_few_decisions_on_either_side_are_not_judged(few: str) -> None:
    less, enough = a_period(outcomes={"reply": LEAST - 1}), a_period()
    assert compare(*((less, enough) if few == "before" else (enough, less))) is None


def test_just_enough_decisions_are_judged() -> None:
    assert compare(a_period(outcomes={"reply": LEAST}), a_period()) is not None


def test_a_question_that_fell_is_told_with_both_shares() -> None:
    recent = a_period(questions={"delivery_time": 30, "returns": 540, None: 430})
    found = drift(a_period(), recent)
    assert Share("questions", "delivery_time", 0.12, 0.03) in found.shares
    assert report(found)[0] == (
        "The question delivery_time fell from 12 % to 3.0 % of the tickets that passed the guard: "
        "asked less, or otherwise; look at `deskclerk questions --stored`."
    )


def test_the_greatest_change_is_told_first() -> None:
    recent = a_period(questions={"delivery_time": 20, "returns": 300, None: 680})
    shares = drift(a_period(), recent).shares
    assert [share.name for share in shares] == [None, "returns", "delivery_time"]


@pytest.mark.parametrize(
    ("before", "recent", "says"),
    [
        (
            {"questions": {"a": 800, None: 200}},
            {"questions": {"a": 750, None: 250}},
            "Nothing moved beyond chance.",
        ),
        (
            {"questions": {"a": 800, None: 200}},
            {"questions": {"a": 700, None: 300}},
            (
                "Tickets without a recognised question rose from 20 % to 30 % of the tickets that "
                "passed the guard: look at `deskclerk questions --stored`."
            ),
        ),
        (
            {"questions": {"a": 700, None: 300}},
            {"questions": {"a": 800, None: 200}},
            (
                "Tickets without a recognised question fell from 30 % to 20 % of the tickets that "
                "passed the guard."
            ),
        ),
        (
            {"questions": {"a": 100, "b": 900}},
            {"questions": {"a": 200, "b": 800}},
            (
                "The question a rose from 10 % to 20 % of the tickets that passed the guard: see "
                "that its answer still fits."
            ),
        ),
        (
            {"outcomes": {"reply": 600, "escalate": 400}},
            {"outcomes": {"reply": 500, "escalate": 500}},
            (
                "The outcome escalate rose from 40 % to 50 % of all tickets: read some of their "
                "notes: something has happened, or a pack holds too much."
            ),
        ),
        (
            {"outcomes": {"reply": 600, "suggest": 400}},
            {"outcomes": {"reply": 700, "suggest": 300}},
            "The outcome suggest fell from 40 % to 30 % of all tickets.",
        ),
        (
            {"languages": {"en": 980, "de": 20}},
            {"languages": {"en": 900, "de": 100}},
            (
                "The language de rose from 2.0 % to 10 % of all tickets: see that the answers have "
                "it too."
            ),
        ),
        (
            {"languages": {"en": 980, None: 20}},
            {"languages": {"en": 900, None: 100}},
            "Tickets in no known language rose from 2.0 % to 10 % of all tickets.",
        ),
        (
            {"languages": {"en": 900, "de": 100}},
            {"languages": {"en": 980, "de": 20}},
            "The language de fell from 10 % to 2.0 % of all tickets.",
        ),
    ],
)
def test_what_moved_and_what_to_do_is_said_in_a_sentence(
    before: dict[str, object], recent: dict[str, object], says: str
) -> None:
    assert says in report(drift(a_period(**before), a_period(**recent)))


def test_a_change_of_many_tickets_that_is_too_small_to_matter_is_not_told() -> None:
    before = a_period(questions={"a": 100_000, "b": 900_000})
    recent = a_period(questions={"a": 110_000, "b": 890_000})
    assert drift(before, recent).shares == ()


def test_lower_scores_are_told_with_their_medians() -> None:
    lower = a_period(scores={round(score - 0.1, 4): n for score, n in SCORES.items()})
    found = drift(a_period(), lower)
    assert found.scores.moved
    assert found.scores.distance == pytest.approx(0.2, abs=0.01)
    assert any("their median was 0.65 and is 0.55" in line for line in report(found))


def test_scores_that_differ_by_chance_are_not_told() -> None:
    few = a_period(scores={0.4: 6, 0.8: 4})
    assert drift(few, a_period(scores={0.4: 4, 0.8: 6})).scores.moved is False


def test_many_scores_that_differ_by_little_are_not_told() -> None:
    many = dict.fromkeys(SCORES, 1000)
    moved = {round(score + 0.02, 4): 1000 for score in SCORES}
    found = drift(a_period(scores=many), a_period(scores=moved)).scores
    assert (found.chance, found.moved) == (0.0, False)


def test_another_mix_is_told_with_its_index() -> None:
    recent = a_period(questions={"delivery_time": 480, "returns": 120, None: 400})
    found = drift(a_period(), recent)
    assert found.mixes[0].psi > CHANGED
    assert any("The mix of questions is another one" in line for line in report(found))


def test_a_mix_that_shifted_somewhat_is_told_so() -> None:
    recent = a_period(questions={"delivery_time": 240, "returns": 360, None: 400})
    found = drift(a_period(), recent)
    assert SHIFTED <= found.mixes[0].psi < CHANGED
    assert any("not quite the same" in line for line in report(found))


def test_where_the_recogniser_was_never_asked_its_share_is_not_judged() -> None:
    nothing = a_period(questions={}, scores={})
    for found in (drift(nothing, a_period()), drift(a_period(), nothing)):
        assert (found.mixes[0].psi, found.mixes[0].limit) == (0.0, SHIFTED)
        assert (found.scores.distance, found.scores.chance) == (0.0, 1.0)
        assert not found.shares


def test_the_index_is_the_sum_over_smoothed_shares() -> None:
    before, recent = (10.5 / 41, 30.5 / 41), (20.5 / 41, 20.5 / 41)
    expected = sum((q - p) * math.log(q / p) for p, q in zip(before, recent, strict=True))
    assert psi({"a": 10, "b": 30}, {"a": 20, "b": 20}) == pytest.approx(expected, abs=1e-4)


def test_what_was_never_seen_before_has_a_finite_weight() -> None:
    assert 0 < psi({"a": 100}, {"a": 50, "b": 50}) < 5


def test_few_tickets_with_many_questions_must_differ_more() -> None:
    many = {f"q{n}": 5 for n in range(40)}
    assert psi_limit(many, many) > 0.5
    assert psi_limit({"a": 5000, "b": 5000}, {"a": 5000, "b": 5000}) == SHIFTED


def test_chance_reaches_the_limit_of_the_index_once_in_a_hundred() -> None:
    many = {f"q{n}": 20 for n in range(20)}
    expected = 2 / 400 * stats.chi2.ppf(0.99, 19)
    assert psi_limit(many, many) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("distance", [0.03, 0.05, 0.1, 0.15, 0.3])
def test_the_probability_of_a_distance_is_kolmogorovs(distance: float) -> None:
    exact = stats.kstwo.sf(distance, 250)
    assert chance_of(distance, 500, 500) == pytest.approx(exact, abs=0.01)


def test_the_distance_is_that_of_the_distributions() -> None:
    found = drift(a_period(scores={0.1: 50, 0.9: 50}), a_period(scores={0.1: 25, 0.9: 75}))
    assert found.scores.distance == 0.25


def counts(names: list[str | None]) -> st.SearchStrategy[dict[str | None, int]]:
    return st.dictionaries(st.sampled_from(names), st.integers(0, 500))


ANY_PERIOD = st.builds(
    Period,
    counts(["reply", "abstain", "escalate"]),
    counts(["en", "de", None]),
    counts(["a", "b", "c", None]),
    st.dictionaries(st.floats(0, 1), st.integers(0, 50), max_size=10),
)


@settings(deadline=None)
@given(ANY_PERIOD, ANY_PERIOD)
def test_any_two_times_can_be_compared_and_told(before: Period, recent: Period) -> None:
    found = compare(before, recent)
    assert (found is None) == (min(before.decisions, recent.decisions) < LEAST)
    if found is None:
        return
    assert report(found)
    assert 0 <= found.scores.distance <= 1
    assert 0 <= found.scores.chance <= 1
    for mix in found.mixes:
        assert mix.psi >= 0
        assert mix.limit >= SHIFTED
    turned = [dict(reversed(list(each.items()))) for each in (recent.questions, recent.languages)]
    again = compare(before, Period(recent.outcomes, turned[1], turned[0], recent.scores))
    assert again == found
