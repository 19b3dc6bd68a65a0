"""What the mail reader read before, so that a policy is not read again at every start.

Of 1,000 examples reading takes seconds. What a text's numbers are depends on the network and the
text alone: they are known by a digest of both, whoever keeps them.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from rules.features.mail_reader import WIDTH, MailReader, Vector

_OFF = 1e-3  # of the length one: such numbers were damaged
_STORED = np.dtype("<f4")


class ReadBefore:
    """The vectors of texts: those that are known, and for the others the reader is asked."""

    def __init__(self, known: Mapping[str, bytes]) -> None:
        """`known` holds what `used` gave an earlier time. What is damaged is read again."""
        self._known = known
        self._used: dict[str, bytes] = {}

    @property
    def used(self) -> Mapping[str, bytes]:
        """The numbers of all texts that were asked for, by digest: little-endian 32-bit floats."""
        return self._used

    def vectors(self, reader: MailReader, texts: Sequence[str]) -> Vector:
        """What `reader.vectors` says, shape (len(texts), 384), float32."""
        return self._read("vector", texts, WIDTH, reader.vectors)

    def ways(self, reader: MailReader, texts: Sequence[str]) -> Vector:
        """What `reader.ways` says, shape (len(texts), 768), float32."""
        return self._read("way", texts, 2 * WIDTH, reader.ways)

    def _read(
        self, kind: str, texts: Sequence[str], width: int, read: Callable[[Sequence[str]], Vector]
    ) -> Vector:
        found: Vector = np.empty((len(texts), width), dtype=np.float32)
        unknown = {}
        for place, text in enumerate(texts):
            key = _key(kind, text)
            raw = self._known.get(key, b"")
            vector = _vector(raw, width)
            if vector is None:
                unknown[place] = key
            else:
                found[place] = vector
                self._used[key] = raw
        if unknown:
            places = list(unknown)
            found[places] = read([texts[place] for place in places])
            for place, key in unknown.items():
                self._used[key] = found[place].astype(_STORED).tobytes()
        return found


def _key(kind: str, text: str) -> str:
    content = f"{MailReader.version}\0{kind}\0{text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(content).hexdigest()


def _vector(raw: bytes, width: int) -> Vector | None:
    """The vector of these bytes; None if they are none of length one."""
    if len(raw) != width * _STORED.itemsize:
        return None
    vector = np.frombuffer(raw, dtype=_STORED)
    with np.errstate(all="ignore"):
        is_whole = abs(float(vector @ vector) - 1.0) < _OFF
    return vector if is_whole else None
