"""Word pieces and networks, opened so that they give the same on every run."""

import os
from pathlib import Path
from typing import Any

from rules.shipped import pinned_bytes

_VOCABULARY = ("rules", "features/vocab.txt")
_VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
_CLS, _SEP = 101, 102  # their places in the vocabulary
_PIECES = ("rules", "features/pieces.txt")
_PIECES_SHA256 = "9620f17e752cdc239963d4c3a1fba2e61a1bec13bb5d2b75167eb1ed31e66e1c"
_START, _END, _UNKNOWN = 0, 2, 3  # their places among the pieces
# How a network is computed, as part of its name: what another way gave is not compared with it.
SUMS = "f32"
# Both ways give the same floats up to rounding: weights made floats once, or for each product.
_KEEPING_FLOATS = ("session.disable_quant_qdq", "1")
_SPARING_MEMORY = ("session.qdq_matmulnbits_accuracy_level", "1")
_spares_memory = False


def word_pieces(max_tokens: int) -> Any:
    """The tokenizer of the MiniLM family. Raises ShippedDataError without its vocabulary."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    words = pinned_bytes(*_VOCABULARY, _VOCABULARY_SHA256).decode("utf-8").rstrip("\n").split("\n")
    tokenizer = Tokenizer(
        models.WordPiece(
            {word: number for number, word in enumerate(words)},
            unk_token="[UNK]",  # noqa: S106 - a word piece, no secret
            max_input_chars_per_word=100,
        )
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return _between(tokenizer, ("[CLS]", _CLS), ("[SEP]", _SEP), max_tokens)


def reader_pieces(max_tokens: int) -> Any:
    """The tokenizer of the reader. Raises ShippedDataError without its pieces."""
    return unigrams(scored_pieces(), max_tokens)


def scored_pieces() -> list[tuple[str, float]]:
    """The word pieces that the reader knows, by their numbers. Raises ShippedDataError."""
    lines = pinned_bytes(*_PIECES, _PIECES_SHA256).decode("utf-8").rstrip("\n").split("\n")
    scored = (line.partition("\t") for line in lines)
    return [(piece, float(score)) for score, _, piece in scored]


def unigrams(pieces: list[tuple[str, float]], max_tokens: int) -> Any:
    """A tokenizer that cuts small letters into the likeliest of the scored pieces."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=_UNKNOWN, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return _between(tokenizer, ("<s>", _START), ("</s>", _END), max_tokens)


def _between(tokenizer: Any, start: tuple[str, int], end: tuple[str, int], max_tokens: int) -> Any:
    """The tokenizer with a mark at the start and the end of a text, which is cut to fit."""
    from tokenizers import processors

    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start[0]} $A {end[0]}", special_tokens=[start, end]
    )
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def spare_memory(*, on: bool) -> None:
    """Whether networks that are opened from now on take half the memory and four times the time."""
    global _spares_memory  # noqa: PLW0603 - of the process, as its memory is
    _spares_memory = on


def open_network(network: bytes | Path) -> Any:
    """An ONNX network on one thread of the CPU, without chance, in 32-bit floats throughout.

    Left to itself the runtime multiplies weights of 8 bits with numbers rounded to 8 bits, in a way
    that depends on the processor. From a file a network takes less memory: bytes are kept beside
    what is made of them.
    """
    # Its official builds report home unless they are told not to before they are loaded.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry(*(_SPARING_MEMORY if _spares_memory else _KEEPING_FLOATS))
    # The floats of each product would stay in its arena, which grows by hundreds of megabytes.
    options.enable_cpu_mem_arena = not _spares_memory
    return onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])


def encodable(text: str) -> str:
    """The text without half surrogates, which no encoder takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
