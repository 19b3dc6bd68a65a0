"""A small network that reads mails and approved answers for the recogniser.

It turns a text into a vector, near to that of the answer which the text asks for, and says of a
mail whether any answer alone could settle it, rather than an act or a person. It is
all-MiniLM-L6-v2, tuned on the mails of `training/recognition`; weights of 8 bits, sums of 32-bit
floats, one thread, one text at a time: what it says depends on the text alone. On other processors
it may differ from the fifth digit on; what is decided from it is rounded far above that.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from rules.features.network import encodable, open_network, word_pieces
from rules.shipped import pinned_bytes

_NETWORK = ("rules", "features/mail_reader.onnx")
SHA256 = "76f412edb4dfdefcd31b8dfd002ea9eb842ab92a6a1fd5e09d0b485190bb755a"
MAX_TOKENS = 160
_MAX_CHARACTERS = 2000
_CACHED = 4096

Vector = NDArray[np.float32]


class MailReader:
    """Reads texts; `version` names its weights."""

    version = f"mail-reader:{SHA256[:12]}"

    def __init__(self, network: bytes | None = None) -> None:
        """Load the shipped network, or a given one. Raises ShippedDataError, naming what fails."""
        self._pieces = word_pieces(MAX_TOKENS)
        self._network = open_network(network or pinned_bytes(*_NETWORK, SHA256))
        self._one = lru_cache(maxsize=_CACHED)(self._read_one)

    def read(self, text: str) -> tuple[Vector, float]:
        """A text's vector, shape (384,), of length one, and the log-odds that it is answerable."""
        return self._one(text[:_MAX_CHARACTERS])

    def vectors(self, texts: Sequence[str]) -> Vector:
        """The vectors of texts, shape (len(texts), 384), float32."""
        return np.stack([self.read(text)[0] for text in texts])

    def _read_one(self, text: str) -> tuple[Vector, float]:
        ids = np.array([self._pieces.encode(encodable(text)).ids], dtype=np.int64)
        vector, logit = self._network.run(None, {"input_ids": ids})
        return np.asarray(vector[0], dtype=np.float32), float(logit[0])


@cache
def shared_mail_reader() -> MailReader:
    """One reader for the process: it takes about 100 MB. Raises ShippedDataError."""
    return MailReader()
