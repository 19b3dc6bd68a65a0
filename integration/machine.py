"""How much memory this process may take, and from when on its networks spare it."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

# Of a worker that keeps its networks as floats, and beside it the web service in the same place.
ENOUGH_MB = 640
_MB = 1024 * 1024
_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # their numbers in malloc.h
_OWN = Path("/proc/self/cgroup")
_GROUPS = Path("/sys/fs/cgroup")


def memory_limit_mb(own: Path = _OWN, groups: Path = _GROUPS) -> int:
    """The least that the machine and the control groups of this process allow, in MB.

    A group stands below others whose limits hold too, in either version of control groups.
    Source: docs.kernel.org, admin-guide/cgroup-v2 and admin-guide/cgroup-v1/memory.
    """
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([machine, *_limits(own, groups)]) // _MB


def share_arenas() -> None:
    """Let all threads of this process take memory from two arenas, and give large blocks back.

    By itself glibc gives each thread its own, which keeps what a network took there for a moment.
    Source: the manual page mallopt(3).
    """
    _allocator("mallopt", _ARENA_MAX, 2)
    _allocator("mallopt", _MMAP_THRESHOLD, _MB)


def give_back() -> None:
    """Return freed memory to the system.

    Opening networks and reading a policy leave tens of megabytes behind that are not used again.
    """
    _allocator("malloc_trim", 0)


def _allocator(function: str, *numbers: int) -> None:
    """Call a function of glibc's allocator; elsewhere nothing happens."""
    with suppress(OSError, TypeError, AttributeError):  # another system, or another library
        getattr(ctypes.CDLL(None), function)(*numbers)


def is_scarce(limit_mb: int) -> bool:
    """Whether memory is to be spared where so much is allowed."""
    return limit_mb < ENOUGH_MB


def _limits(own: Path, groups: Path) -> Iterator[int]:
    """What the groups allow, in bytes; a number that can't be one is left out."""
    for file in _files(own, groups):
        try:
            limit = int(file.read_bytes())
        except (OSError, ValueError):  # not there, or "max"
            continue
        if limit > 0:
            yield limit


def _files(own: Path, groups: Path) -> Iterator[Path]:
    """Where the limits of this process's groups stand, up to the root."""
    try:
        lines = own.read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    # In a container the path may be that of the host, and the limit stands at the root.
    for line in (*lines, "0::/", "0:memory:/"):
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers == "":
            root, name = groups, "memory.max"
        elif "memory" in controllers.split(","):
            root, name = groups / "memory", "memory.limit_in_bytes"
        else:
            continue
        group = PurePosixPath(path.lstrip("/"))
        for each in (group, *group.parents):
            yield root / each / name
