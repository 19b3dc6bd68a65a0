"""Word pieces of the reader."""

import pytest

from rules.features import network
from rules.features.network import reader_pieces, scored_pieces
from rules.shipped import ShippedDataError


def test_shouting_is_read_like_quiet_words() -> None:
    pieces = reader_pieces(64)
    assert pieces.encode("WO IST MEIN PAKET").ids == pieces.encode("wo ist mein paket").ids


def test_wide_and_joined_letters_are_read_like_plain_ones() -> None:
    pieces = reader_pieces(64)
    assert pieces.encode("ｏﬃce  now").ids == pieces.encode("office now").ids


def test_a_text_begins_and_ends_with_a_mark_and_is_cut_to_the_limit() -> None:
    assert (
        reader_pieces(8).encode("one two three four five six seven eight nine").tokens[0] == "<s>"
    )
    cut = reader_pieces(8).encode("one two three four five six seven eight nine")
    assert len(cut.ids) == 8
    assert cut.tokens[-1] == "</s>"


def test_letters_that_no_piece_holds_become_the_unknown_piece() -> None:
    assert "<unk>" in {token for token, _ in scored_pieces()}
    assert 3 in reader_pieces(8).encode("\U00012000").ids


def test_altered_pieces_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_PIECES_SHA256", "0" * 64)
    with pytest.raises(ShippedDataError, match=r"features/pieces\.txt"):
        reader_pieces(8)
