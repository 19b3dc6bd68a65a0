"""A small network that reads mails and approved answers for the recogniser.

It turns a text into a vector, near to that of the answer which the text asks for, and says of a
mail whether any answer alone could settle it, rather than an act or a person. It is
all-MiniLM-L6-v2, tuned on the mails of `training/recognition`; weights of 8 bits, sums of 32-bit
floats, one thread, one text at a time: what it says depends on the text alone. On other processors
it may differ from the fifth digit on; what is decided from it is rounded far above that.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rules.features.network import encodable, open_network, word_pieces
from rules.shipped import pinned_bytes

_NETWORK = ("rules", "features/mail_reader.onnx")
SHA256 = "e2ee997bf613d5dd7f023fda8ef3b6e604834f50205f4c4255b848312e6b7477"
MAX_TOKENS = 160
_MAX_CHARACTERS = 2000

Vector = NDArray[np.float32]


class MailReader:
    """Reads texts; `version` names its weights."""

    version = f"mail-reader:{SHA256[:12]}"

    def __init__(self, network: bytes | None = None) -> None:
        """Load the shipped network, or a given one. Raises ShippedDataError, naming what fails."""
        self._pieces = word_pieces(MAX_TOKENS)
        self._network = open_network(network or pinned_bytes(*_NETWORK, SHA256))

    def read(self, text: str) -> tuple[Vector, float]:
        """A text's vector, shape (384,), of length one, and the log-odds that it is answerable."""
        ids = self._pieces.encode(encodable(text[:_MAX_CHARACTERS])).ids
        vector, logit = self._network.run(None, {"input_ids": np.array([ids], dtype=np.int64)})
        return np.asarray(vector[0], dtype=np.float32), float(logit[0])

    def vectors(self, texts: Sequence[str]) -> Vector:
        """The vectors of texts, shape (len(texts), 384), float32."""
        return np.stack([self.read(text)[0] for text in texts])


@cache
def shared_mail_reader() -> MailReader:
    """One reader for the process: it takes about 45 MB. Raises ShippedDataError."""
    return MailReader()
