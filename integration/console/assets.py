"""The files that browsers load: known by their content, so that they may be kept for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "static"


@lru_cache(maxsize=32)
def digest_of(name: str) -> str:
    """The beginning of a file's digest."""
    return hashlib.sha256((_FOLDER / name).read_bytes()).hexdigest()[:12]
