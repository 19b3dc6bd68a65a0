"""An open-loop load: requests start when they are due, whether or not others have ended."""

import http.client
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

Request = tuple[bytes, dict[str, str]]


def percentile(values: list[float], share: float) -> float:
    """A percentile by nearest rank; 0 for no values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def run_load(
    url: str,
    make: Callable[[int], Request],
    *,
    per_second: float,
    seconds: float,
    wanted: int = 202,
) -> list[float]:
    """Latencies in ms, each counted from the moment the request was due.

    Every answer must have the status that is `wanted`.
    """
    parts, local = urlsplit(url), threading.local()
    latencies: list[float] = []
    begin = time.perf_counter() + 0.2
    total = int(per_second * seconds)

    def send(number: int) -> None:
        due = begin + number / per_second
        while (left := due - time.perf_counter()) > 0:
            time.sleep(left)
        body, headers = make(number)
        connection = getattr(local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
            local.connection = connection
        connection.request("POST", parts.path, body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != wanted:
            raise AssertionError(answer.status)
        latencies.append((time.perf_counter() - due) * 1000)

    with ThreadPoolExecutor(max_workers=16) as pool:
        list(pool.map(send, range(total)))
    return latencies
