"""Sessions for calls to vendors: bounded in time, sent once, to one place only.

Three things that `requests` does by default are wrong here. Redirects would carry tokens and
tickets to other hosts. Proxies, `.netrc` and cookies would come from the surroundings. And a
repeated write is a second reply to a customer, so nothing is ever repeated below this line.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from connectors.addresses import is_protected
from connectors.errors import AskPerson, RetryLater

Timeout = tuple[float, float]  # seconds to connect, seconds between two bytes of the answer
DEFAULT_TIMEOUT: Final[Timeout] = (3.05, 10.0)

_DEFAULT_WAIT_S = 10.0
_WAIT_RANGE_S = (1.0, 300.0)
_TOO_MANY_REQUESTS = 429
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rate:
    """What an answer said about limits. Fields are None where it said nothing."""

    per_minute: int | None  # calls a minute of the whole account
    remaining: int | None
    refused_for_s: float | None  # set if the answer was 429: seconds to wait
    narrow: bool  # the refusal is about one kind of call or one ticket, not the whole account


OnRate = Callable[[Rate], None]


class Budget(Protocol):
    """Calls that may be made, shared with other threads and processes."""

    def take(self) -> None:
        """Use one call; may wait a little, or raise RetryLater."""
        ...

    def limit_seen(self, per_minute: int) -> None:
        """The vendor named the account's limit."""
        ...

    def refused(self, after_s: float) -> None:
        """The vendor refused a call because the account's limit is used up."""
        ...


def tell_budget(budget: Budget | None, on_rate: OnRate | None) -> OnRate:
    """What keeps a budget up to date; refusals of one ticket or endpoint don't stop the others."""

    def tell(rate: Rate) -> None:
        if budget is not None and rate.per_minute is not None:
            budget.limit_seen(rate.per_minute)
        if budget is not None and rate.refused_for_s is not None and not rate.narrow:
            budget.refused(rate.refused_for_s)
        if on_rate is not None:
            on_rate(rate)

    return tell


def create_session(
    auth: AuthBase | None,
    *,
    timeout: Timeout = DEFAULT_TIMEOUT,
    base_url: str | None = None,
    on_rate: OnRate | None = None,
) -> requests.Session:
    """A session that repeats nothing, follows no redirect and always has a time-out.

    A 429 raises RetryLater with the seconds asked for. With `base_url` every call goes there,
    whatever scheme and host its address names. `on_rate` is told of every answer's limits.
    """
    session = _Session(timeout, base_url)
    session.auth = auth
    session.hooks["response"].append(_watch(on_rate))
    return session


class _Session(requests.Session):
    def __init__(self, timeout: Timeout, base_url: str | None) -> None:
        super().__init__()
        self._timeout = timeout
        self._base_url = base_url
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.headers["User-Agent"] = "Deskclerk/0.1"
        self.headers["Accept"] = "application/json"
        for scheme in ("http://", "https://"):
            self.mount(scheme, HTTPAdapter(max_retries=0))

    def request(  # type: ignore[override] # all but method and address passes through
        self, method: str, url: str, *args: Any, **options: Any
    ) -> requests.Response:
        options["allow_redirects"] = False
        if options.get("timeout") is None:
            options["timeout"] = self._timeout
        return super().request(method, self._anchored(url), *args, **options)

    def _anchored(self, url: str) -> str:
        if self._base_url is None:
            return url
        parts = urlsplit(url)
        return f"{self._base_url}{parts.path}{'?' + parts.query if parts.query else ''}"


def _watch(on_rate: OnRate | None) -> Callable[..., None]:
    def watch(response: requests.Response, *_args: object, **_options: object) -> None:
        refused = response.status_code == _TOO_MANY_REQUESTS
        wait_s = retry_after_s(response.headers) if refused else None
        rate = rate_of(response.headers, wait_s)
        if on_rate is not None:
            on_rate(rate)
        if wait_s is not None:
            settle(response)
            raise RetryLater("the vendor asks to slow down (429)", after_s=wait_s)

    return watch


def settle(response: requests.Response) -> bytes:
    """Read a refusal to its end, so that its connection serves the next call; b"" if it breaks."""
    try:
        return response.content or b""
    except (requests.RequestException, HTTPError):
        response.close()
        return b""


def retry_after_s(headers: Mapping[str, str]) -> float:
    """Seconds that `Retry-After` asks to wait, as a number or as a date; 10 if it doesn't say.

    Bounded to 1..300. A date counts from the answer's own `Date`. RFC 9110, section 10.2.3.
    """
    text = headers.get("Retry-After", "").strip()
    wait_s = _DEFAULT_WAIT_S
    if _NUMBER.fullmatch(text):
        wait_s = float(text)
    else:
        until, now = http_date(text), http_date(headers.get("Date"))
        if until is not None and now is not None:
            wait_s = (until - now).total_seconds()
    low, high = _WAIT_RANGE_S
    return min(max(wait_s, low), high)


def http_date(text: str | None) -> datetime | None:
    """An HTTP date as a UTC instant; None if it is missing or can't be read."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def rate_of(headers: Mapping[str, str], refused_for_s: float | None) -> Rate:
    """What the headers say about limits.

    https://developer.zendesk.com/api-reference/introduction/rate-limits/ : the account's limit is
    sent with every answer; single endpoints have limits of their own, sent as
    `total=..; remaining=..; resets=..`.
    """
    own = "".join(
        value for name, value in headers.items() if name.lower().startswith("zendesk-rate")
    )
    remaining = _count(headers, "ratelimit-remaining", "x-rate-limit-remaining")
    return Rate(
        per_minute=_count(headers, "ratelimit-limit", "x-rate-limit"),
        remaining=remaining,
        refused_for_s=refused_for_s,
        narrow=refused_for_s is not None
        and ("remaining=0" in own.replace(" ", "") or bool(remaining)),
    )


def _count(headers: Mapping[str, str], *names: str) -> int | None:
    for name in names:
        text = headers.get(name, "").strip()
        if _NUMBER.fullmatch(text):
            return int(text)
    return None


def origin_of(address: str, *, vendor_domain: str) -> str:
    """The base URL for an address or a bare subdomain of the vendor; raises AskPerson.

    Plain http is for this machine alone: anywhere else tokens and tickets would travel readable.
    """
    text = address.strip().rstrip("/")
    if _SUBDOMAIN.fullmatch(text.lower()):
        return f"https://{text.lower()}.{vendor_domain}"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise AskPerson("the helpdesk's address can't be read") from None
    if parts.username is not None or parts.query or parts.fragment or not host:
        raise AskPerson("the helpdesk's address must be a scheme, a host and perhaps a port")
    if is_protected(text):
        return text
    raise AskPerson("the helpdesk's address must begin with https://, unless it is this machine")
