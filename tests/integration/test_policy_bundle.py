"""A policy's files in one, and what somebody gives as such: files of a policy, or one sentence."""

import io
import random
import struct
import zipfile

import pytest

from integration.policy_bundle import MOST_BYTES, BundleError, Given, is_name, read_given, zipped

FILES = {"policy.yaml": "a: 1\n", "faqs.yaml": "faqs: []\n", "packs/own.yaml": "ü: ✓\n"}


def a_zip(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return whole.getvalue()


def test_what_is_zipped_is_read_as_it_was() -> None:
    assert read_given([("p.zip", zipped(FILES))]) == Given(FILES, whole=True)
    assert zipped(FILES) == zipped(dict(reversed(FILES.items())))


def test_a_folder_around_the_policy_and_what_lies_beside_it_do_no_harm() -> None:
    entries = {f"desk/{name}": text.encode() for name, text in FILES.items()}
    given = read_given([("p.zip", a_zip({**entries, "desk/.DS_Store": b"x", "README": b"y"}))])
    assert given.files == FILES
    assert set(given.left_out) == {".DS_Store", "README"}


def test_a_zip_of_an_old_windows_is_read_by_its_own_signs_between_folders() -> None:
    entries = {f"desk\\{name}".replace("/", "\\"): text.encode() for name, text in FILES.items()}
    assert read_given([("p.zip", a_zip(entries))]).files == FILES


def test_single_files_are_known_by_their_names() -> None:
    uploads = [("C:\\desk\\faqs.yaml", b"faqs: []\n"), ("own.yaml", b"x: 1\n"), ("me.txt", b"")]
    files = {"faqs.yaml": "faqs: []\n", "packs/own.yaml": "x: 1\n"}
    assert read_given(uploads) == Given(files, ("me.txt",))


def test_nothing_given_is_nothing() -> None:
    assert read_given([]) == Given({})


@pytest.mark.parametrize(
    "name",
    ["", "packs/.yaml", "packs/../x.yaml", "packs/a/b.yaml", "/etc/policy.yaml", "packs/a\0.yaml",
     "packs/.hidden.yaml", "packs/a\\b.yaml", "Policy.yaml", f"packs/{'a' * 100}.yaml", "x.yaml"],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_none_of_a_policy(name: str) -> None:
    assert not is_name(name)


def test_a_pack_may_have_any_plain_name() -> None:
    assert is_name("packs/Über uns 2.yaml")


def a_hostile_zip(offset: int, name: bytes = b"faqs.yaml") -> bytes:
    """A table of contents whose only file lies anywhere, and is called anything."""
    extra = struct.pack("<HHQ", 1, 8, offset)
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 45, 0, 45, *[0] * 4, 33, 0, 0, 0,
                        len(name), len(extra), 0, 0, 0, 0, 0xFFFFFFFF) + name + extra  # fmt: skip
    return entry + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), 0, 0)


BOMB = a_zip({"faqs.yaml": bytes(MOST_BYTES + 1)})
MANY = a_zip({f"packs/{n}.yaml": b"" for n in range(1001)})


@pytest.mark.parametrize(
    ("uploads", "said"),
    [
        ([("p.zip", BOMB)], "more than 3 MB"),
        ([("p.zip", MANY)], "more than 1000 files"),
        ([("p.zip", a_zip({"faqs.yaml": b"x"}, zipfile.ZIP_LZMA))], "packed in an unusual way"),
        ([("p.zip", b"PK\x03\x04 and no more")], "can't be read as a zip"),
        ([("p.zip", a_hostile_zip(2**64 - 1))], "can't be read as a zip"),
        ([("p.zip", a_hostile_zip(0, b""))], "can't be read as a zip"),
        ([("p.zip", a_zip({}))], "holds no policy"),
        ([("p.zip", a_zip({"packs/own.yaml": b"x"}))], "holds no policy"),
        ([("faqs.yaml", b"\xff\xfe")], "not UTF-8"),
        ([("me.txt", b"x")], "None of these is a file of a policy"),
        ([("a.yaml", b"x" * 2**21), ("b.yaml", b"x" * 2**21)], "more than 3 MB together"),
    ],
    ids=[
        "bomb",
        "many",
        "lzma",
        "broken",
        "nowhere",
        "nameless",
        "empty",
        "packs",
        "latin",
        "others",
        "large",
    ],
)
def test_what_can_not_be_used_is_one_sentence(uploads: list[tuple[str, bytes]], said: str) -> None:
    with pytest.raises(BundleError, match=said):
        read_given(uploads)


def test_any_bytes_are_files_or_a_sentence() -> None:
    draw = random.Random(7)
    whole = zipped(FILES)
    for _ in range(1500):
        data = bytearray(whole)
        for _ in range(draw.randint(1, 6)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        cut = bytes(data[: draw.randrange(len(data))]) if draw.random() < 0.3 else bytes(data)
        try:
            given = read_given([("p.zip", cut)])
        except BundleError:
            continue
        assert all(is_name(name) for name in given.files)
