"""What a sandbox helpdesk is built from: its world, its limits, its clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

Json = dict[str, Any]  # a vendor's JSON object

# https://developer.zendesk.com/documentation/webhooks/verifying/ : the publicly known secret of
# the "Test webhook" button, used for webhooks that don't exist yet.
PUBLIC_TEST_SECRET: Final = "dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ=="  # noqa: S105 - public by design


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """What came back from a webhook's endpoint. `status` 0 means that nothing came back."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    timed_out: bool = False


Transport = Callable[[str, str, Mapping[str, str], bytes], HookAnswer]
"""Sends (method, url, headers, body) and answers; never raises."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Rate limits; None switches one off.

    https://developer.zendesk.com/api-reference/introduction/rate-limits/ : 200 to 2,500 calls a
    minute by plan, 30 updates a ticket and user in 10 minutes, 10 incremental exports a minute.
    """

    account_per_minute: int | None = 2500
    ticket_updates_per_10_minutes: int | None = 30
    updates_per_minute: int | None = None  # 100, or 300 with the high-volume add-on
    exports_per_minute: int | None = 10


@dataclass(frozen=True, slots=True)
class Breaker:
    """When deliveries to a webhook stop for a while.

    Zendesk speaks of 70 % errors, or more than 1,000 errors, within five minutes; how many
    deliveries are needed for the share to count, and the length of the pause, are assumptions.
    """

    window_s: float = 300.0
    error_share: float = 0.7
    min_sample: int = 100
    max_errors: int = 1000
    pause_s: float = 5.0


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a delivery is tried again, and how long is waited in between.

    https://developer.zendesk.com/api-reference/webhooks/introduction/ : 409 up to three times,
    429 and 503 only with a `Retry-After` below 60 seconds, time-outs up to five times, no other
    answer. The pauses are assumptions.
    """

    conflict: int = 3
    busy: int = 3
    timeout: int = 5
    pause_s: float = 1.0
    retry_after_below_s: int = 60


@dataclass(frozen=True, slots=True)
class ScheduleSeed:
    """Business hours: Monday to Friday, 9 to 17 in London, unless said otherwise.

    `intervals` are minutes since Sunday 00:00 in the zone, which has Zendesk's name.
    """

    name: str = "Support hours"
    time_zone: str = "London"
    intervals: tuple[tuple[int, int], ...] = tuple(
        (day * 1440 + 9 * 60, day * 1440 + 17 * 60) for day in range(1, 6)
    )


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """Everything a sandbox may be told. The defaults make a helpdesk that works on its own.

    `webhook_url` is where the seeded webhook delivers; without it there is no webhook and no
    notifying trigger until somebody makes them through the API. With `delivery_threads` 0
    nothing is delivered until `Sandbox.deliver_due()` is called. `client_scopes` are those that
    the OAuth client may have; None: any. `max_webhooks` is the plan's: 0 has no webhooks at all.
    `schedules` None is a plan that has none. `more_groups` stand beside the seeded ones, with both
    agents in them.
    """

    webhook_url: str | None = None
    webhook_secret: str = "c2FuZGJveC13ZWJob29rLXNlY3JldC1ub3QtcmVhbCE="  # noqa: S105 - a toy
    client_id: str = "deskclerk_sandbox"
    client_secret: str = "sandbox-client-secret"  # noqa: S105 - a toy's secret
    client_scopes: str | None = None
    max_webhooks: int | None = None
    schedules: tuple[ScheduleSeed, ...] | None = (ScheduleSeed(),)
    more_groups: tuple[str, ...] = ()
    account_id: int = 18000001
    bot_role: str = "admin"
    token_ttl_s: int = 1800
    export_lag_s: int = 60
    limits: Limits = field(default_factory=Limits)
    breaker: Breaker = field(default_factory=Breaker)
    retries: Retries = field(default_factory=Retries)
    webhook_timeout_s: float = 10.0
    delivery_threads: int = 4
    remote_endpoints: bool = False  # deliver to other machines too
    escape_placeholders: bool = False  # whether trigger texts are JSON-escaped: undocumented
    seed: int = 1
    clock: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] | None = None  # None: a wait that ends when the sandbox closes
    transport: Transport | None = None
