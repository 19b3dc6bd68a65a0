"""A small network that reads a message and says how far it is from routine, head by head.

It is multilingual-e5-small tuned on the messages of the folder `training`; weights of 8 bits, sums
of 32-bit floats, one thread, one text at a time: the logits depend on the text alone. On other
processors they may differ from the sixth digit on; what is decided from them is rounded far above
that.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from rules.features.network import SUMS, encodable, open_network, reader_pieces
from rules.shipped import pinned_file

NETWORK = ("rules", "features/reader.onnx")
SHA256 = "294325497d81c7ffa2d9cb6f7e963533dade5c97e29ca32996304f1b26959ed1"
MAX_TOKENS = 256
_MAX_CHARACTERS = 2000
_CACHED = 1024

Logits = NDArray[np.float64]


class Reader:
    """Reads texts; `version` names its weights, and how they are summed."""

    version = f"reader:{SHA256[:12]}:{SUMS}"

    def __init__(self, network: bytes | None = None) -> None:
        """Load the shipped network, or a given one. Raises ShippedDataError, naming what fails."""
        self._pieces = reader_pieces(MAX_TOKENS)
        self._network = open_network(network or pinned_file(*NETWORK, SHA256))
        self._one = lru_cache(maxsize=_CACHED)(self._read_one)

    def logits(self, texts: Sequence[str]) -> Logits:
        """The logits of texts, shape (len(texts), heads), float64."""
        return np.stack([self._one(text[:_MAX_CHARACTERS]) for text in texts])

    def _read_one(self, text: str) -> Logits:
        ids = np.array([self._pieces.encode(encodable(text)).ids], dtype=np.int64)
        return np.asarray(self._network.run(None, {"input_ids": ids})[0][0], dtype=np.float64)


@cache
def shared_reader() -> Reader:
    """One reader for the process: it takes about 110 MB. Raises ShippedDataError."""
    return Reader()
