"""How much memory this process may take, and what follows for the networks."""

from collections.abc import Sequence
from pathlib import Path

# Of a worker that keeps its networks as floats, and beside it the web service in the same place.
ENOUGH_MB = 640
# What a control group allows: its second version, then its first.
# Source: docs.kernel.org, admin-guide/cgroup-v2 and admin-guide/cgroup-v1/memory.
_FILES = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
_MB = 1024 * 1024


def memory_limit_mb(files: Sequence[Path] = _FILES) -> int | None:
    """What the system allows this process, in MB; None where it allows all or says nothing."""
    for file in files:
        try:
            return int(file.read_bytes()) // _MB
        except (OSError, ValueError):  # not there, or "max"
            continue
    return None


def is_scarce(limit_mb: int | None) -> bool:
    """Whether memory is to be spared where so much is allowed."""
    return limit_mb is not None and limit_mb < ENOUGH_MB
