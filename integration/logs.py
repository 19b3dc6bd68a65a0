"""Structured logs: constant event names with keys and values, one JSON object a line.

Only ids, counts, codes, durations and mistakes of a policy's files are logged; never text, names,
addresses or tokens. The request id of a delivery is its key, carried from the webhook to the note.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

_ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "request", "delivery", "ticket", "decision", "effect",
        "outcome", "reason", "audit", "attempt", "wait_s", "ms", "state", "kind", "count",
        "executor", "dead", "task", "error", "version", "status", "port", "url", "found", "place",
        "pruned", "requeued", "group", "pid", "logger",
    }
)  # fmt: skip


def only_known_keys(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Drop any key that is not on the list: a slip of the pen can't leak text."""
    return {key: value for key, value in event.items() if key in _ALLOWED}


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Write JSON lines to `stream` (standard error by default); also for libraries' warnings."""
    out = stream or sys.stderr
    number = getattr(logging, level.upper())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_known_keys,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_NamesOnly(out)]
    root.setLevel(logging.WARNING)


class _NamesOnly(logging.Handler):
    """Libraries' records: who and how bad, without their text, which may quote anything."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        structlog.get_logger().log(
            record.levelno, "library.warning", logger=record.name, error=error
        )
