"""The one place that reads files: data that is shipped with this package or pinned by it."""

import hashlib
from importlib import resources
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path


class ShippedDataError(Exception):
    """A shipped file is missing or altered. The message names it and says what to do."""


def shipped_texts(folder: str) -> dict[str, str]:
    """The YAML texts of a folder of this package, by file name, in order of their names."""
    entries = sorted((resources.files("rules") / folder).iterdir(), key=lambda entry: entry.name)
    return {
        entry.name: entry.read_text("utf-8") for entry in entries if entry.name.endswith(".yaml")
    }


def shipped_lines(path: str) -> list[str]:
    """The lines of a text file of this package that are neither blank nor remarks."""
    text = (resources.files("rules") / path).read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def shipped_bytes(path: str) -> bytes:
    """The bytes of a file of this package."""
    return (resources.files("rules") / path).read_bytes()


def pinned_bytes(package: str, path: str, sha256: str) -> bytes:
    """A file of an installed package whose content is known beforehand.

    Raises ShippedDataError, naming the file, where it is missing or is not the pinned one.
    """
    try:
        raw = _located(package, path).read_bytes()
    except (PackageNotFoundError, OSError):
        raise ShippedDataError(
            f"the file {path} of the package {package} is missing: install the requirements again"
        ) from None
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise ShippedDataError(
            f"the file {path} of the package {package} is not the one that this version knows: "
            "install the requirements again"
        )
    return raw


def pinned_file(package: str, path: str, sha256: str) -> Path:
    """Where such a file lies, for what opens files itself. Raises what `pinned_bytes` raises."""
    pinned_bytes(package, path, sha256)
    return _located(package, path)


def _located(package: str, path: str) -> Path:
    if package == "rules":
        return Path(str(resources.files("rules") / path))
    for file in files(package) or ():
        if str(file) == path:
            return Path(str(file.locate()))
    raise PackageNotFoundError(package)
