"""A small network that reads mails and approved answers for the recogniser.

It turns a text into a vector, near to that of the answer which the text asks for, and says of a
mail whether any answer alone could settle it, rather than an act or a person. It is
all-MiniLM-L6-v2, tuned on the mails of `training/recognition`; a second vector, of the wording,
comes from its upper layers as they were before. Weights of 8 bits, sums of 32-bit floats, one
thread. A message is read alone: what is said of it depends on it alone. Many texts are
read in batches of equal length, without padding, which moves a vector's numbers by less than
`BATCH_TOLERANCE`. On other processors they may differ from the sixth digit on; what is decided from
them is rounded far above that.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rules.features.network import SUMS, encodable, open_network, word_pieces
from rules.shipped import pinned_file

NETWORK = ("rules", "features/mail_reader.onnx")
SHA256 = "9154805edbaf7d034bfe3be3e8ee5705aa0500c2cbf29134d9eb5394e55a90aa"
MAX_TOKENS = 160
WIDTH = 384  # of a vector
_OF_WORDING = 2.0  # what the wording weighs beside what is asked, where wordings are compared
BATCH_TOLERANCE = 1e-5
# Of how texts are read, beside the network: a change of any constant or of the word pieces that
# changes a vector needs another number, or vectors that were kept would be compared with others.
READING = 1
_MAX_CHARACTERS = 2000
_MOST_TEXTS, _MOST_TOKENS = 64, 1024  # of a batch: more of them cost memory and save no time

Vector = NDArray[np.float32]


class MailReader:
    """Reads texts; `version` names its weights, and how they are summed."""

    version = f"mail-reader:{SHA256[:12]}:{SUMS}"

    def __init__(self, network: bytes | None = None) -> None:
        """Load the shipped network, or a given one. Raises ShippedDataError, naming what fails."""
        self._pieces = word_pieces(MAX_TOKENS)
        self._network = open_network(network or pinned_file(*NETWORK, SHA256))

    def read(self, text: str) -> tuple[Vector, float]:
        """A text's vector, shape (384,), of length one, and the log-odds that it is answerable."""
        vector, answerable, _ = self.heard(text)
        return vector, answerable

    def heard(self, text: str) -> tuple[Vector, float, Vector]:
        """The same, and beside it the text as a way of asking: what `ways` says of it."""
        vectors, logits, wordings = self._run([self._tokens(text)])
        return vectors[0], float(logits[0]), _beside(vectors, wordings)[0]

    def vectors(self, texts: Sequence[str]) -> Vector:
        """The vectors of texts, shape (len(texts), 384), float32."""
        return self._all(texts)[0]

    def ways(self, texts: Sequence[str]) -> Vector:
        """Texts to be compared as ways of asking, shape (len(texts), 768), float32, of length one.

        Of the product of two, a third says how near what they ask is, the rest their wordings.
        """
        return _beside(*self._all(texts))

    def _all(self, texts: Sequence[str]) -> tuple[Vector, Vector]:
        """The vectors of texts and of their wordings, read in batches of one length."""
        tokens = [self._tokens(text) for text in texts]
        alike: dict[int, list[int]] = {}
        for place, ids in enumerate(tokens):
            alike.setdefault(len(ids), []).append(place)
        found: Vector = np.empty((2, len(texts), WIDTH), dtype=np.float32)
        for length, places in alike.items():
            most = min(_MOST_TEXTS, _MOST_TOKENS // length)
            for start in range(0, len(places), most):
                batch = places[start : start + most]
                found[0, batch], _, found[1, batch] = self._run([tokens[place] for place in batch])
        return found[0], found[1]

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._pieces.encode(encodable(text[:_MAX_CHARACTERS])).ids
        return ids

    def _run(self, tokens: Sequence[list[int]]) -> tuple[Vector, Vector, Vector]:
        """Vectors, log-odds and vectors of the wording of texts of one length."""
        ids = np.array(tokens, dtype=np.int64)
        vectors, logits, wordings = self._network.run(None, {"input_ids": ids})
        return np.asarray(vectors), np.asarray(logits), np.asarray(wordings)


def _beside(vectors: Vector, wordings: Vector) -> Vector:
    """Both in one, of length one; their weights are those of their products."""
    both = np.concatenate([vectors, wordings * _OF_WORDING**0.5], axis=1)
    return np.asarray(both / (1.0 + _OF_WORDING) ** 0.5, dtype=np.float32)


@cache
def shared_mail_reader() -> MailReader:
    """One reader for the process: it takes about 80 MB. Raises ShippedDataError."""
    return MailReader()
