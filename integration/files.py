"""Writing files whole."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """A text file that appears under its name only when it is complete.

    Only its owner may read it: what is written may hold a customer's first name. What is no file,
    such as /dev/null or a pipe, is written to and stays what it is. Raises OSError.
    """
    if path.exists() and not path.is_file():
        with path.open("w", encoding="utf-8") as sink:
            yield sink
        return
    path = path.resolve()  # what a link names is replaced, not the link
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        error.filename = str(path)  # the name the user gave, not the passing one
        raise
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            yield file
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
