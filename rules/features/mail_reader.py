"""A small network that reads mails and approved answers for the recogniser.

It turns a text into a vector, near to that of the answer which the text asks for, and says of a
mail whether any answer alone could settle it, rather than an act or a person. It is
all-MiniLM-L6-v2, tuned on the mails of `training/recognition`; weights of 8 bits, sums of 32-bit
floats, one thread. A message is read alone; answers and examples are read together where they have
one length, so that no text is filled up: what it says depends on the text alone, but for the last
digits. On other processors it may differ from the fifth digit on; what is decided from it is
rounded far above that.
"""

from collections.abc import Sequence
from functools import cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from rules.features.network import encodable, open_network, word_pieces
from rules.shipped import pinned_bytes

_NETWORK = ("rules", "features/mail_reader.onnx")
SHA256 = "e2ee997bf613d5dd7f023fda8ef3b6e604834f50205f4c4255b848312e6b7477"
MAX_TOKENS = 160
WIDTH = 384  # of a vector
_MAX_CHARACTERS = 2000
_TOGETHER = 1  # texts

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
        vectors, logits = self._run([self._tokens(text)])
        return vectors[0], float(logits[0])

    def vectors(self, texts: Sequence[str]) -> Vector:
        """The vectors of texts, shape (len(texts), 384), float32."""
        tokens = [self._tokens(text) for text in texts]
        found = np.empty((len(texts), WIDTH), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda number: (len(tokens[number]), number))
        for _, alike in groupby(order, key=lambda number: len(tokens[number])):
            numbers = list(alike)
            for at in range(0, len(numbers), _TOGETHER):
                some = numbers[at : at + _TOGETHER]
                found[some], _ = self._run([tokens[number] for number in some])
        return found

    def _tokens(self, text: str) -> list[int]:
        return list(self._pieces.encode(encodable(text[:_MAX_CHARACTERS])).ids)

    def _run(self, tokens: Sequence[Sequence[int]]) -> tuple[Vector, Vector]:
        """Vectors and log-odds of texts with one number of tokens."""
        vectors, logits = self._network.run(None, {"input_ids": np.array(tokens, dtype=np.int64)})
        return np.asarray(vectors, dtype=np.float32), np.asarray(logits, dtype=np.float32)


@cache
def shared_mail_reader() -> MailReader:
    """One reader for the process: it takes about 45 MB. Raises ShippedDataError."""
    return MailReader()
