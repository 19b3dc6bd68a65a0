"""How much memory a process may take, and from when on it is spared."""

from pathlib import Path

import pytest

from integration.machine import ENOUGH_MB, is_scarce, memory_limit_mb


def said(folder: Path, *texts: str) -> list[Path]:
    """A file for each text."""
    files = [folder / str(place) for place in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    return files


def test_the_first_file_that_names_a_limit_counts(tmp_path: Path) -> None:
    assert memory_limit_mb(said(tmp_path, "536870912\n", "1073741824\n")) == 512


@pytest.mark.parametrize("text", ["max\n", "", "much", "\xff"])
def test_what_names_no_limit_leaves_the_word_to_the_next(tmp_path: Path, text: str) -> None:
    missing = tmp_path / "missing"
    assert memory_limit_mb([missing, *said(tmp_path, text, "268435456")]) == 256


def test_without_a_limit_nothing_is_scarce(tmp_path: Path) -> None:
    assert memory_limit_mb([tmp_path / "missing"]) is None
    assert not is_scarce(None)


def test_memory_is_scarce_under_what_floats_need() -> None:
    assert is_scarce(ENOUGH_MB - 1)
    assert not is_scarce(ENOUGH_MB)


def test_a_limit_of_an_old_control_group_that_is_none_is_not_scarce(tmp_path: Path) -> None:
    (file,) = said(tmp_path, "9223372036854771712\n")
    assert not is_scarce(memory_limit_mb([file]))
