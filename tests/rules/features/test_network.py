"""Word pieces of both readers, and opening a network."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from rules.features import network
from rules.features.network import encodable, reader_pieces, scored_pieces, word_pieces
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


def test_the_mail_readers_pieces_are_cut_and_marked_at_both_ends() -> None:
    encoded = word_pieces(8).encode("My complaint about the unbelievably long delay " * 3)
    assert len(encoded.ids) == 8
    assert (encoded.tokens[0], encoded.tokens[-1]) == ("[CLS]", "[SEP]")
    assert encoded.tokens[1:3] == ["my", "complaint"]


def test_case_and_accents_do_not_matter_to_the_mail_reader() -> None:
    pieces = word_pieces(64)
    assert pieces.encode("Où est ma CARTE").ids == pieces.encode("ou est ma carte").ids


def test_an_altered_vocabulary_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "_VOCABULARY_SHA256", "0" * 64)
    with pytest.raises(ShippedDataError, match=r"features/vocab\.txt of the package rules"):
        word_pieces(8)


def test_half_a_character_is_read_like_any_other() -> None:
    assert encodable("a\ud800b") == "a?b"


def test_whoever_made_the_runtime_hears_nothing_of_us(tmp_path: Path) -> None:
    """Their builds report each process and network to them, with a number kept in the home."""
    opened = "from rules.features.network import open_network; open_network(b'')"
    run = [sys.executable, "-c", opened]
    # A bare environment: their code is silent by itself where it takes a machine for CI.
    environment = {"HOME": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
    ran = subprocess.run(run, env=environment, cwd=tmp_path, capture_output=True, check=False)
    assert b"onnxruntime" in ran.stderr  # it was there, and refused what is no network
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("open_again")
@pytest.mark.parametrize("spared", [False, True])
def test_memory_is_spared_by_floats_that_are_made_for_each_product(
    monkeypatch: pytest.MonkeyPatch, *, spared: bool
) -> None:
    given = []
    monkeypatch.setattr(
        onnxruntime, "InferenceSession", lambda _file, options, **_: given.append(options)
    )
    network.spare_memory(on=spared)
    network.open_network(b"")
    (options,) = given
    assert options.enable_cpu_mem_arena is not spared
    name = "session.qdq_matmulnbits_accuracy_level" if spared else "session.disable_quant_qdq"
    assert options.get_session_config_entry(name) == "1"


@pytest.fixture
def open_again() -> Iterator[None]:
    """Networks are opened as before, afterwards."""
    yield
    network.spare_memory(on=False)


@pytest.mark.usefixtures("open_again")
@pytest.mark.parametrize("name", ["mail_reader", "reader"])
@pytest.mark.parametrize("spared", [False, True], ids=["floats kept", "memory spared"])
def test_a_network_gives_what_its_sums_in_floats_give(name: str, *, spared: bool) -> None:
    """As the runtime computes it without any of its rearrangements, on whatever processor."""
    network.spare_memory(on=spared)
    file = Path(network.__file__).with_name(f"{name}.onnx")
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    plain = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    ids = {"input_ids": np.arange(1000, 1300, 7)[None]}
    for ours, theirs in zip(
        network.open_network(file).run(None, ids), plain.run(None, ids), strict=True
    ):
        assert np.abs(ours - theirs).max() < 1e-4
