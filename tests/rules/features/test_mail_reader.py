"""The mail reader: what it says depends on the text alone, and altered weights are refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.features import mail_reader
from rules.features.mail_reader import MailReader, shared_mail_reader
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
    assert vectors.shape == (2, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-4)


def test_what_is_said_does_not_depend_on_what_was_read_before() -> None:
    one, other = MailReader(), MailReader()
    other.read("Something else.")
    assert one.read(ANSWER)[1] == other.read(ANSWER)[1]
    assert np.array_equal(one.read(ANSWER)[0], other.read(ANSWER)[0])


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    vector, logit = shared_mail_reader().read(text)
    assert np.isfinite(vector).all()
    assert np.isfinite(logit)


def test_half_a_surrogate_pair_and_a_very_long_text_are_read() -> None:
    assert shared_mail_reader().vectors(["\ud800", "word " * 10_000]).shape == (2, 384)


def test_altered_weights_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_reader, "SHA256", "0" * 64)
    with pytest.raises(ShippedDataError, match=r"mail_reader\.onnx"):
        MailReader()
