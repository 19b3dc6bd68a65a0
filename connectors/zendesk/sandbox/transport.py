"""The wire on which webhooks leave the sandbox."""

import threading
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from connectors.addresses import is_loopback
from connectors.zendesk.sandbox.config import HookAnswer

_BODY_KEPT = 2000  # characters of an answer


class HttpTransport:
    """Sends over HTTP: no redirects, no repeats, no proxies, and to this machine only by default.

    One connection pool a thread; answers with status 0 when nothing came back.
    """

    def __init__(self, timeout_s: float, *, remote: bool) -> None:
        self._timeout_s = timeout_s
        self._remote = remote
        self._local = threading.local()
        self._lock = threading.Lock()
        self._sessions: list[requests.Session] = []

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False
            for prefix in ("http://", "https://"):
                session.mount(prefix, HTTPAdapter(max_retries=0, pool_maxsize=2))
            self._local.session = session
            with self._lock:
                self._sessions.append(session)
        return session

    def __call__(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> HookAnswer:
        """Send once."""
        try:
            if not self._remote and not is_loopback(urlsplit(url).hostname):
                return HookAnswer(0, body="the sandbox delivers to this machine only")
            response = self._session().request(
                method,
                url,
                data=body,
                headers=dict(headers),
                timeout=self._timeout_s,
                allow_redirects=False,
            )
            return HookAnswer(
                response.status_code, dict(response.headers), response.text[:_BODY_KEPT]
            )
        except requests.Timeout:
            return HookAnswer(0, timed_out=True)
        except (requests.RequestException, ValueError):
            return HookAnswer(0)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for session in self._sessions:
                session.close()
            self._sessions.clear()
