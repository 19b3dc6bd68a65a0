"""Word pieces and networks, opened so that they give the same on every run."""

from typing import Any

from rules.shipped import pinned_bytes

_VOCABULARY = ("rules", "features/vocab.txt")
_VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
VOCABULARY_VERSION = f"vocab:{_VOCABULARY_SHA256[:12]}"
_CLS, _SEP = 101, 102  # their places in the vocabulary


def word_pieces(max_tokens: int) -> Any:
    """The tokenizer of the MiniLM family. Raises ShippedDataError without its vocabulary."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

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
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", _CLS), ("[SEP]", _SEP)]
    )
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def open_network(raw: bytes) -> Any:
    """An ONNX network on one thread of the CPU, without chance."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(raw, options, providers=["CPUExecutionProvider"])


def encodable(text: str) -> str:
    """The text without half surrogates, which no encoder takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
