"""Shares of messages with their intervals, as rows of a table."""

import math

_Z = 1.96  # of a two-sided interval at 95 %


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The interval of a share (Wilson, 1927)."""
    if not total:
        return 0.0, 1.0
    share = hits / total
    middle = share + _Z**2 / (2 * total)
    spread = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2))
    scale = 1 + _Z**2 / total
    return (middle - spread) / scale, (middle + spread) / scale


def line(name: str, hits: int, total: int) -> str:
    """One row of a table."""
    low, high = wilson(hits, total)
    return f"| {name} | {hits} / {total} | {hits / max(1, total):.3f} | {low:.3f} to {high:.3f} |"
