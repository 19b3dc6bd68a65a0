"""A small network that reads mails and approved answers for the recogniser.

It turns a text into a vector, near to that of the answer which the text asks for, and says of a
mail whether any answer alone could settle it, rather than an act or a person. It is
all-MiniLM-L6-v2, tuned on the mails of `training/recognition`; weights of 8 bits, sums of 32-bit
floats, one thread. A message is read alone: what is said of it depends on it alone. Many texts are
read in batches of equal length, without padding, which moves a vector's numbers by less than
`BATCH_TOLERANCE`. On other processors they may differ from the fifth digit on; what is decided from
them is rounded far above that.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rules.features.network import encodable, open_network, word_pieces
from rules.shipped import pinned_file

_NETWORK = ("rules", "features/mail_reader.onnx")
SHA256 = "b4e60dc2da4c09b2f6c8a29309e42e0108e105f8f07b03ab19297b9b39b8fb6c"
MAX_TOKENS = 160
WIDTH = 384  # of a vector
BATCH_TOLERANCE = 1e-5
_MAX_CHARACTERS = 2000
_MOST_TEXTS, _MOST_TOKENS = 64, 1024  # of a batch: more of them cost memory and save no time

Vector = NDArray[np.float32]


class MailReader:
    """Reads texts; `version` names its weights."""

    version = f"mail-reader:{SHA256[:12]}"

    def __init__(self, network: bytes | None = None) -> None:
        """Load the shipped network, or a given one. Raises ShippedDataError, naming what fails."""
        self._pieces = word_pieces(MAX_TOKENS)
        self._network = open_network(network or pinned_file(*_NETWORK, SHA256))

    def read(self, text: str) -> tuple[Vector, float]:
        """A text's vector, shape (384,), of length one, and the log-odds that it is answerable."""
        vectors, logits = self._run([self._tokens(text)])
        return vectors[0], float(logits[0])

    def vectors(self, texts: Sequence[str]) -> Vector:
        """The vectors of texts, shape (len(texts), 384), float32."""
        tokens = [self._tokens(text) for text in texts]
        alike: dict[int, list[int]] = {}
        for place, ids in enumerate(tokens):
            alike.setdefault(len(ids), []).append(place)
        found: Vector = np.empty((len(texts), WIDTH), dtype=np.float32)
        for length, places in alike.items():
            most = min(_MOST_TEXTS, _MOST_TOKENS // length)
            for start in range(0, len(places), most):
                batch = places[start : start + most]
                found[batch], _ = self._run([tokens[place] for place in batch])
        return found

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._pieces.encode(encodable(text[:_MAX_CHARACTERS])).ids
        return ids

    def _run(self, tokens: Sequence[list[int]]) -> tuple[Vector, Vector]:
        """Vectors and log-odds of texts of one length."""
        ids = np.array(tokens, dtype=np.int64)
        vectors, logits = self._network.run(None, {"input_ids": ids})
        return np.asarray(vectors, dtype=np.float32), np.asarray(logits, dtype=np.float32)


@cache
def shared_mail_reader() -> MailReader:
    """One reader for the process: it takes about 45 MB. Raises ShippedDataError."""
    return MailReader()
