"""How much memory a process may take, and from when on it is spared."""

from pathlib import Path
from typing import ClassVar

import pytest

from integration.machine import ENOUGH_MB, give_back, is_scarce, memory_limit_mb, share_arenas

MB = 1024 * 1024


def everything(folder: Path) -> int:
    """What the machine has."""
    return memory_limit_mb(folder / "none", folder / "none")


def write(folder: Path, path: str, text: str) -> None:
    file = folder / "groups" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def found(folder: Path, groups: str = "0::/\n") -> int:
    (folder / "own").write_text(groups)
    return memory_limit_mb(folder / "own", folder / "groups")


@pytest.mark.parametrize(
    ("path", "groups"),
    [
        pytest.param("memory.max", "0::/\n", id="a container"),
        pytest.param("memory.max", "0::/host/path/x\n", id="a container with the host's path"),
        pytest.param("a.slice/b.service/memory.max", "0::/a.slice/b.service\n", id="a service"),
        pytest.param("a.slice/memory.max", "0::/a.slice/b.service\n", id="the group above"),
        pytest.param("memory/memory.limit_in_bytes", "4:memory:/\n", id="the first version"),
        pytest.param("memory/x/memory.limit_in_bytes", "4:cpu,memory:/x\n1:pids:/\n", id="both"),
    ],
)
def test_the_limit_of_a_control_group_is_found(tmp_path: Path, path: str, groups: str) -> None:
    write(tmp_path, path, f"{256 * MB}\n")
    assert found(tmp_path, groups) == 256


def test_of_several_limits_the_least_counts(tmp_path: Path) -> None:
    write(tmp_path, "a/memory.max", str(300 * MB))
    write(tmp_path, "memory.max", str(200 * MB))
    assert found(tmp_path, "0::/a\n") == 200


@pytest.mark.parametrize(
    "text", ["max\n", "", "much", "\xff", "0", "-1", "9223372036854771712\n", "9" * 5000]
)
def test_what_names_no_limit_leaves_what_the_machine_has(tmp_path: Path, text: str) -> None:
    write(tmp_path, "memory.max", text)
    assert found(tmp_path) == everything(tmp_path) > 0


@pytest.mark.parametrize("groups", ["", "nonsense", "0::\n::::\n", "\xff\n"])
def test_odd_groups_are_no_fault(tmp_path: Path, groups: str) -> None:
    assert found(tmp_path, groups) == everything(tmp_path)


def test_memory_is_scarce_under_what_floats_need() -> None:
    assert is_scarce(ENOUGH_MB - 1)
    assert not is_scarce(ENOUGH_MB)


def test_threads_share_two_arenas_and_what_is_free_goes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Library:
        called: ClassVar[list[tuple[int, ...]]] = []

        def mallopt(self, *numbers: int) -> None:
            self.called.append(numbers)

        malloc_trim = mallopt

    monkeypatch.setattr("ctypes.CDLL", lambda _name: Library())
    share_arenas()
    give_back()
    assert Library.called == [(-8, 2), (-3, MB), (0,)]


@pytest.mark.parametrize("fault", [OSError, TypeError, AttributeError])
def test_another_allocator_is_left_as_it_is(
    monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def refuse(_name: object) -> None:
        raise fault

    monkeypatch.setattr("ctypes.CDLL", refuse)
    share_arenas()
    give_back()
