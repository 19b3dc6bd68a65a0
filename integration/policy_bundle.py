"""A policy's files as one file, and files that somebody gave as those of a policy.

What is given comes from anywhere: whatever it is, it is files of a policy or one sentence.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

FILES: Final = ("policy.yaml", "faqs.yaml")
PACKS: Final = "packs/"
MOST_BYTES: Final = 3 * 1024 * 1024  # of all files together
_MOST_ENTRIES: Final = 1000
_LONGEST_NAME: Final = 100
_ALWAYS: Final = (1980, 1, 1, 0, 0, 0)  # the same files make the same bytes
_KNOWN: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED: Final = 1


class BundleError(Exception):
    """What was given can't be used. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Given:
    """The files of a policy that were given, and the names of those that are none.

    `whole` when they are a whole policy, and take the place of all that was there.
    """

    files: dict[str, str]
    left_out: tuple[str, ...] = ()
    whole: bool = False


def is_name(name: str) -> bool:
    """Whether a file of a policy may be called so."""
    own = name.removeprefix(PACKS)
    plain = own.isprintable() and not own.startswith(".") and not set(own) & set('/\\:*?"<>|')
    is_pack = name.startswith(PACKS) and len(own) > len(".yaml") and own.endswith(".yaml")
    return name in FILES or (is_pack and plain and len(name) <= _LONGEST_NAME)


def zipped(files: Mapping[str, str]) -> bytes:
    """All files in one."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _ALWAYS)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name].encode("utf-8", "replace"))
    return whole.getvalue()


def read_given(uploads: Iterable[tuple[str, bytes]]) -> Given:
    """The files of a policy among those that were given, or in a zip of them.

    Raises BundleError.
    """
    files: dict[str, str] = {}
    left_out: list[str] = []
    whole = False
    for name, content in uploads:
        if content.startswith(b"PK"):
            whole = True
            entries = _whole(name, content)
        else:
            base = name.replace("\\", "/").rpartition("/")[2]
            entries = {base if base in FILES else f"{PACKS}{base}": content}
        for path, data in entries.items():
            if not is_name(path):
                left_out.append(path.removeprefix(PACKS))
            else:
                files[path] = _text(path, data)
    if sum(len(text.encode("utf-8", "replace")) for text in files.values()) > MOST_BYTES:
        raise BundleError("The files hold more than 3 MB together: nothing was taken. Split them.")
    if left_out and not files:
        raise BundleError(
            "None of these is a file of a policy: nothing was taken. They are called policy.yaml, "
            "faqs.yaml, and packs by any name that ends in .yaml."
        )
    return Given(files, tuple(left_out), whole)


def _unzipped(name: str, content: bytes) -> dict[str, bytes]:
    """The files in a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _entries(name, archive)
    except BundleError:
        raise
    except Exception:  # noqa: BLE001 - zipfile falls over hostile bytes in ways that nobody lists
        line = f"{name} can't be read as a zip: nothing was taken. Make it anew."
        raise BundleError(line) from None


def _entries(name: str, archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Each file with its path, never more of them than may be."""
    found: dict[str, bytes] = {}
    left = MOST_BYTES
    entries = [each for each in archive.infolist() if not each.is_dir()]
    if len(entries) > _MOST_ENTRIES:
        raise BundleError(f"{name} holds more than {_MOST_ENTRIES} files: zip fewer.")
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _KNOWN:
            raise BundleError(
                f"{name} is encrypted, or packed in an unusual way: nothing was taken. Zip the "
                "files as your computer does it by itself."
            )
        with archive.open(entry) as file:
            data = file.read(left + 1)
        left -= len(data)
        if left < 0:
            raise BundleError(f"{name} holds more than 3 MB: nothing was taken. Split it.")
        found[entry.filename.replace("\\", "/")] = data
    return found


def _whole(name: str, content: bytes) -> dict[str, bytes]:
    """A zip's files by their paths from the folder that holds the policy, wherever that is."""
    entries = _unzipped(name, content)
    roots = [
        path.removesuffix(file)
        for path in entries
        for file in FILES
        if path == file or path.endswith(f"/{file}")
    ]
    if not roots:  # in the place of all that was there, it would leave no policy
        raise BundleError(
            f"{name} holds no policy: nothing was taken. A zip takes the place of all files, so it "
            "holds policy.yaml or faqs.yaml; give a pack as a file of its own."
        )
    root = min(roots, key=len)
    return {path.removeprefix(root): data for path, data in entries.items()}


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8").replace("\0", "")
    except UnicodeDecodeError:
        line = f"{name} is not UTF-8 text: nothing was taken. Save it as UTF-8."
        raise BundleError(line) from None
