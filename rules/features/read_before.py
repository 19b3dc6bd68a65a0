"""What the mail reader read before, so that a policy is not read again at every start.

Reading a thousand examples takes seconds. What is kept is known by a digest of the text, of the
network and of how it is read. It stands behind a digest of its own: what was altered on the way is
read again.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from rules.features.mail_reader import READING, WIDTH, MailReader, Vector

_STORED = np.dtype("<f4")
_SEAL = 8  # octets of a digest before the numbers

Find = Callable[[Sequence[str]], Mapping[str, bytes]]


def knows_nothing(_keys: Sequence[str]) -> Mapping[str, bytes]:
    """Where nothing was read before."""
    return {}


class ReadBefore:
    """The vectors of texts: those that are known, and for the others the reader is asked."""

    def __init__(self, find: Find = knows_nothing) -> None:
        """`find` gives what is known of some keys: what `new` gave another time."""
        self._find = find
        self._used: set[str] = set()
        self._new: dict[str, bytes] = {}

    @property
    def used(self) -> AbstractSet[str]:
        """The keys of all texts that were asked for."""
        return self._used

    @property
    def new(self) -> Mapping[str, bytes]:
        """What had to be read, by key: to be kept."""
        return self._new

    def vectors(self, reader: MailReader, texts: Sequence[str]) -> Vector:
        """What `reader.vectors` says, shape (len(texts), 384), float32."""
        return self._read("vector", texts, WIDTH, reader.vectors)

    def ways(self, reader: MailReader, texts: Sequence[str]) -> Vector:
        """What `reader.ways` says, shape (len(texts), 768), float32."""
        return self._read("way", texts, 2 * WIDTH, reader.ways)

    def _read(
        self, kind: str, texts: Sequence[str], width: int, read: Callable[[Sequence[str]], Vector]
    ) -> Vector:
        keys = [_key(kind, text) for text in texts]
        known = self._find(sorted(set(keys)))
        found: Vector = np.empty((len(texts), width), dtype=np.float32)
        unknown = []
        for place, key in enumerate(keys):
            vector = _opened(key, known.get(key, b""), width)
            if vector is None:
                unknown.append(place)
            else:
                found[place] = vector
        if unknown:
            found[unknown] = read([texts[place] for place in unknown])
            self._new |= {keys[place]: _sealed(keys[place], found[place]) for place in unknown}
        self._used.update(keys)
        return found


def _key(kind: str, text: str) -> str:
    content = f"{MailReader.version}\0{READING}\0{kind}\0{text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(content).hexdigest()


def _sealed(key: str, vector: Vector) -> bytes:
    numbers = vector.astype(_STORED).tobytes()
    return _seal_of(key, numbers) + numbers


def _opened(key: str, raw: bytes, width: int) -> Vector | None:
    """The vector in these bytes; None if they are not what was sealed for this key."""
    seal, numbers = raw[:_SEAL], raw[_SEAL:]
    if len(numbers) != width * _STORED.itemsize or seal != _seal_of(key, numbers):
        return None
    return np.frombuffer(numbers, dtype=_STORED)


def _seal_of(key: str, numbers: bytes) -> bytes:
    return hashlib.sha256(key.encode("ascii") + numbers).digest()[:_SEAL]
