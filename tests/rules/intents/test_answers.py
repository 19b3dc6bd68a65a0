"""Which answer a message asks for, and how what the reader says is weighed."""

from dataclasses import replace

import pytest

from rules.features.mail_reader import shared_mail_reader
from rules.intents.answers import Answers, Certainty, Reading, certainty_from, shared_certainty
from rules.intents.reading import Question, questions_of
from tests.rules.build import a_policy

QUESTIONS = tuple(questions_of(a_policy().faqs))
EDGES = ((5, ((0.9, 0.4), (0.95, 0.5))), (10, ((0.9, 0.6),)))
CERTAINTY = Certainty((0.0, 0.0, 0.0, 1.0), 0.0, ((0.9, 0.5), (0.95, 0.7)), EDGES)


def answers(questions: tuple[Question, ...] = QUESTIONS) -> Answers:
    return Answers(questions, shared_mail_reader())


def answerable(logit: float) -> Reading:
    return Reading(0, None, 1.0, 0.5, 0.5, logit, 0.0, 0.0)


def test_the_nearest_question_is_found() -> None:
    reading = answers().read("", ["Since Monday I can't get in, I don't know the password."])
    assert QUESTIONS[reading.number].faq == "reset_password"
    assert reading.runner_up is not None
    assert 0 <= reading.ahead <= reading.far_ahead
    assert 0 < reading.edge < 1


def test_the_subject_is_read_with_the_message() -> None:
    reading = answers().read("IBAN", ["Where does it stand, please?"])
    assert QUESTIONS[reading.number].faq == "find_iban"


@pytest.mark.parametrize("count", [1, 2])
def test_of_few_questions_the_missing_ones_are_as_far_as_can_be(count: int) -> None:
    reading = answers(QUESTIONS[:count]).read("", ["forgot my password"])
    assert (reading.runner_up is None) == (count == 1)
    assert reading.far_ahead == reading.nearness
    assert (reading.ahead == reading.nearness) == (count == 1)


def test_the_certainty_rises_with_what_is_weighed() -> None:
    assert CERTAINTY.of(answerable(3.0)) > 0.9
    assert CERTAINTY.of(answerable(-3.0)) < 0.1


@pytest.mark.parametrize(("precision", "limit"), [(0.8, 0.5), (0.9, 0.5), (0.92, 0.7), (0.95, 0.7)])
def test_the_limit_is_that_of_the_precision_or_the_next_higher(
    precision: float, limit: float
) -> None:
    assert CERTAINTY.limit(precision) == limit


def test_a_precision_that_was_never_kept_has_no_limit() -> None:
    assert CERTAINTY.limit(0.99) > 1.0
    assert CERTAINTY.edge(0.95, 10) > 1.0
    assert replace(CERTAINTY, edges=()).edge(0.9, 10) > 1.0


@pytest.mark.parametrize(("examples", "edge"), [(0, 0.4), (5, 0.4), (6, 0.6), (10, 0.6), (90, 0.6)])
def test_the_edge_is_that_of_the_precision_and_of_as_many_examples(
    examples: int, edge: float
) -> None:
    assert CERTAINTY.edge(0.85, examples) == edge


@pytest.mark.parametrize(
    ("precision", "edge"),
    [
        pytest.param(0.8, 0.3, id="within what was tried"),
        pytest.param(0.85, 0.6, id="beyond"),
        pytest.param(0.9, 0.6, id="beyond, and no higher precision was proved"),
        pytest.param(0.95, 1.1, id="never proved"),
    ],
)
def test_with_more_examples_than_were_tried_a_higher_precision_is_asked_for(
    precision: float, edge: float
) -> None:
    tried = replace(CERTAINTY, edges=((10, ((0.8, 0.3), (0.85, 0.5), (0.9, 0.6))),))
    assert tried.edge(precision, 10 if precision == 0.8 else 11) == edge


def test_ways_that_lead_to_another_question_than_the_nearest_answer_tell_nothing() -> None:
    opening = Question("opening", "Opening hours", ("when are you open",), "We open at nine.")
    parking = Question("parking", "Parking", ("where do i park",), "Your opening hours are here.")
    both = answers((opening, replace(parking, title="Opening hours", examples=("opening times",))))
    edges = [both.read("", [text]).edge for text in ("when are you open", "opening hours")]
    assert edges[0] > 0.3
    assert edges[1] < 0.1


def test_an_example_that_stands_twice_counts_once() -> None:
    twice = tuple(replace(each, examples=each.examples * 2) for each in QUESTIONS)
    assert answers(twice).ways.trials == answers().ways.trials


def test_a_weighing_survives_its_bytes() -> None:
    assert certainty_from(CERTAINTY.to_bytes()) == CERTAINTY


def test_the_shipped_limits_and_edges_rise_with_the_precision() -> None:
    certainty = shared_certainty()
    for limits in (certainty.limits, *(edges for _, edges in certainty.edges)):
        assert limits
        assert sorted(limit for _, limit in limits) == [limit for _, limit in limits]
