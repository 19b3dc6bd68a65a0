"""Files that are shipped with this package or pinned by it."""

import hashlib

import pytest

from rules.shipped import (
    ShippedDataError,
    pinned_bytes,
    pinned_file,
    shipped_bytes,
    shipped_lines,
    shipped_texts,
)

LIST = "lexicon/ordinary_words.txt"


def test_the_yaml_texts_of_a_folder_come_in_order_of_their_names() -> None:
    texts = shipped_texts("lexicon")
    assert list(texts) == sorted(texts)
    assert all(name.endswith(".yaml") for name in texts)
    assert "denied:" in texts["assertion.yaml"]


def test_lines_come_without_remarks_and_blank_lines() -> None:
    lines = shipped_lines("lexicon/confusables.txt")
    assert lines
    assert all(line.strip() and not line.startswith("#") for line in lines)
    assert shipped_bytes("lexicon/confusables.txt").startswith(b"#")


def test_a_file_with_the_known_digest_is_read() -> None:
    raw = shipped_bytes(LIST)
    assert pinned_bytes("rules", LIST, hashlib.sha256(raw).hexdigest()) == raw


def test_a_file_with_the_known_digest_is_found_for_what_opens_files_itself() -> None:
    raw = shipped_bytes(LIST)
    assert pinned_file("rules", LIST, hashlib.sha256(raw).hexdigest()).read_bytes() == raw
    with pytest.raises(ShippedDataError, match="is not the one that this version knows"):
        pinned_file("rules", LIST, "0" * 64)


def test_an_altered_file_is_refused_by_name() -> None:
    with pytest.raises(ShippedDataError) as caught:
        pinned_bytes("rules", LIST, "0" * 64)
    assert str(caught.value) == (
        f"the file {LIST} of the package rules is not the one that this version knows: "
        "install the requirements again"
    )


@pytest.mark.parametrize(
    ("package", "path"),
    [
        ("rules", "lexicon/no_such_file.txt"),
        ("no-such-package-at-all", "model.onnx"),
        ("pytest", "no/such/file.py"),
    ],
)
def test_a_missing_file_is_refused_by_name(package: str, path: str) -> None:
    with pytest.raises(ShippedDataError) as caught:
        pinned_bytes(package, path, "0" * 64)
    assert str(caught.value) == (
        f"the file {path} of the package {package} is missing: install the requirements again"
    )


def test_a_file_of_another_installed_package_is_found() -> None:
    with pytest.raises(ShippedDataError, match=r"pytest/__init__\.py of the package pytest is not"):
        pinned_bytes("pytest", "pytest/__init__.py", "0" * 64)
