"""What was read before: known by network and text, and never believed where it was damaged."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.features.mail_reader import READING, WIDTH, MailReader, Vector, shared_mail_reader
from rules.features.read_before import ReadBefore

NUMBERS = (0.040415, -0.039444, 0.017756, -0.009956)


class Counting(MailReader):
    """A reader without a network that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def vectors(self, texts: Sequence[str]) -> Vector:
        return self._of(texts, WIDTH)

    def ways(self, texts: Sequence[str]) -> Vector:
        return self._of(texts, 2 * WIDTH)

    def _of(self, texts: Sequence[str], width: int) -> Vector:
        self.asked += texts
        rows = [np.random.default_rng(len(text)).normal(size=width) for text in texts]
        unit = [row / np.linalg.norm(row) for row in rows]
        return np.array(unit, dtype=np.float32).reshape(len(texts), width)


def known_of(texts: Sequence[str]) -> Mapping[str, bytes]:
    """What is known after these texts were read as ways."""
    before = ReadBefore()
    before.ways(Counting(), texts)
    return before.new


def knowing(known: Mapping[str, bytes]) -> ReadBefore:
    return ReadBefore(lambda keys: {key: known[key] for key in keys if key in known})


@given(st.lists(st.text(max_size=5), max_size=8), st.lists(st.text(max_size=5), max_size=8))
def test_what_is_known_is_not_read_again_and_is_the_same(first: list[str], then: list[str]) -> None:
    reader, before = Counting(), knowing(known_of(first))
    assert np.array_equal(before.ways(reader, then), Counting().ways(then))
    assert set(reader.asked) == set(then) - set(first)


def test_only_what_was_asked_for_counts_as_used() -> None:
    before = knowing(known_of(["one", "other"]))
    before.ways(Counting(), ["one"])
    assert before.used == known_of(["one"]).keys()
    assert not before.new


def test_a_text_has_other_numbers_as_a_way_than_as_a_vector() -> None:
    reader, before = Counting(), knowing(known_of(["one"]))
    before.vectors(reader, ["one"])
    assert reader.asked == ["one"]


def test_another_network_reads_everything_again(monkeypatch: pytest.MonkeyPatch) -> None:
    known = known_of(["one"])
    monkeypatch.setattr(MailReader, "version", "mail-reader:another")
    reader = Counting()
    knowing(known).ways(reader, ["one"])
    assert reader.asked == ["one"]


def test_numbers_that_were_read_otherwise_are_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    known = known_of(["one"])
    monkeypatch.setattr("rules.features.read_before.READING", 0)
    reader = Counting()
    knowing(known).ways(reader, ["one"])
    assert reader.asked == ["one"]


def test_whoever_changes_how_texts_are_read_gives_it_another_number() -> None:
    """A fixed text's numbers: where they differ, `READING` must differ, too."""
    (way,) = shared_mail_reader().ways(["When do you open on Saturdays?"])
    assert READING == 1
    assert way[[0, 1, 400, 767]] == pytest.approx(NUMBERS, abs=2e-6)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda raw: raw[:0], id="nothing"),
        pytest.param(lambda raw: raw[:-4], id="too short"),
        pytest.param(lambda raw: bytes(len(raw)), id="zeros"),
        pytest.param(lambda raw: raw[:-1] + bytes([raw[-1] ^ 128]), id="a sign"),
        pytest.param(lambda _raw: next(iter(known_of(["another"]).values())), id="another text's"),
    ],
)
def test_damaged_numbers_are_read_again(damage: Callable[[bytes], bytes]) -> None:
    reader = Counting()
    known = {key: damage(raw) for key, raw in known_of(["one"]).items()}
    before = knowing(known)
    assert np.array_equal(before.ways(reader, ["one"]), Counting().ways(["one"]))
    assert reader.asked == ["one"]
    assert before.new == known_of(["one"])
