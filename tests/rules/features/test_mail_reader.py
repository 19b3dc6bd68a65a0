"""The mail reader: what it says depends on the text alone, and altered weights are refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.features import mail_reader
from rules.features.mail_reader import BATCH_TOLERANCE, WIDTH, MailReader, shared_mail_reader
from rules.shipped import ShippedDataError

ANSWER = "Reset a password. Tap Forgot password and follow the link in the mail."
OTHER = "Opening times. We are open from nine to five on weekdays."


def test_a_mail_is_nearer_to_the_answer_that_it_asks_for() -> None:
    asked, answer, other = shared_mail_reader().vectors(
        ["I can't remember what I typed in last year, how do I get back in?", ANSWER, OTHER]
    )
    assert asked @ answer > asked @ other


def test_a_plain_question_is_more_answerable_than_two_and_an_accusation() -> None:
    _, plain = shared_mail_reader().read("How do I change my delivery day?")
    _, mixed = shared_mail_reader().read(
        "Why did you move my delivery day, and can you please put it back for me and call my wife?"
    )
    assert plain > mixed


def test_vectors_have_length_one_and_the_promised_shape() -> None:
    vectors = shared_mail_reader().vectors([ANSWER, OTHER])
    assert vectors.shape == (2, WIDTH)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-4)


def test_as_ways_of_asking_texts_are_compared_by_what_they_ask_and_by_their_wording() -> None:
    reader = shared_mail_reader()
    texts = ["When are you open?", "When do you open?", "Is there a branch that opens on Sundays?"]
    ways, vectors = reader.ways(texts), reader.vectors(texts)
    assert ways.shape == (3, 2 * WIDTH)
    assert ways.dtype == np.float32
    assert np.linalg.norm(ways, axis=1) == pytest.approx(1.0, abs=1e-4)
    wording = (3 * ways @ ways.T - vectors @ vectors.T) / 2
    assert np.diag(wording) == pytest.approx(1.0, abs=1e-4)
    assert wording[0, 1] > wording[0, 2]
    assert reader.heard(texts[0])[2] == pytest.approx(ways[0], abs=BATCH_TOLERANCE)


def test_what_is_said_does_not_depend_on_what_was_read_before() -> None:
    one, other = MailReader(), MailReader()
    other.read("Something else.")
    assert one.read(ANSWER)[1] == other.read(ANSWER)[1]
    assert np.array_equal(one.read(ANSWER)[0], other.read(ANSWER)[0])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=80))
def test_texts_read_together_are_as_texts_read_alone(texts: list[str]) -> None:
    reader = shared_mail_reader()
    together = reader.vectors(texts)
    assert together.shape == (len(texts), WIDTH)
    for text, vector in zip(texts, together, strict=True):
        assert np.abs(reader.read(text)[0] - vector).max() < BATCH_TOLERANCE


def test_more_texts_of_one_length_than_fit_a_batch_keep_their_order() -> None:
    texts = [f"{number} apples" for number in range(10, 80)]
    reader = shared_mail_reader()
    assert reader.vectors(texts)[[0, 63, 64, 69]] == pytest.approx(
        np.stack([reader.read(texts[place])[0] for place in (0, 63, 64, 69)]), abs=BATCH_TOLERANCE
    )


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    vector, logit = shared_mail_reader().read(text)
    assert np.isfinite(vector).all()
    assert np.isfinite(logit)


def test_half_a_surrogate_pair_and_a_very_long_text_are_read() -> None:
    assert shared_mail_reader().vectors(["\ud800", "word " * 10_000]).shape == (2, WIDTH)


def test_altered_weights_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_reader, "SHA256", "0" * 64)
    with pytest.raises(ShippedDataError, match=r"mail_reader\.onnx"):
        MailReader()
