"""Slack's failures, mapped to what there is to do about them. All of it stands here.

Slack answers 200 and `"ok": false` with a code to most refusals
(https://docs.slack.dev/apis/web-api/#responses); the codes stand on the page of each method. No
message holds anything but such a code, or the name of a scope.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from connectors.errors import (
    AskPerson,
    ConnectorError,
    OutcomeUnknown,
    RetryLater,
    Stop,
    StopKind,
)
from connectors.transport import READ_AGAIN_S

_MOVING_S: Final = 300.0
_GOOD: Final = 200
_CODE: Final = re.compile(r"[a-z0-9_]{1,60}", re.ASCII)
_SCOPE: Final = re.compile(r"[a-z][a-z.:_,]{0,99}", re.ASCII)

_Make = Callable[[str], ConnectorError]


def _stop(kind: StopKind) -> _Make:
    return lambda message: Stop(message, kind=kind)


def _later(after_s: float) -> _Make:
    return lambda message: RetryLater(message, after_s=after_s)


_TOKEN = (AskPerson, "Slack takes the app's token no more: install the app again")
_RIGHTS = (AskPerson, "the workspace doesn't let the app do this: ask one of its administrators")
_GONE = (_stop(StopKind.GONE), "the message, channel or user is there no more")
_TOO_OLD = (_stop(StopKind.GONE), "the click was too long ago to be answered")
_CLIENT = (
    AskPerson,
    "the client ID and client secret are not those of one app: copy both from the same page",
)
_INVALID = (_stop(StopKind.INVALID), "the call is refused by validation")

# https://docs.slack.dev/reference/methods/chat.postMessage/#errors and the same section of the
# other methods; two statuses stand among them, for answers without a code. What isn't named here
# is refused for good: an answer with a code did nothing.
_CODES: Final[Mapping[str, tuple[_Make, str]]] = {
    **dict.fromkeys(
        (
            "account_inactive",
            "invalid_auth",
            "not_allowed_token_type",
            "not_authed",
            "token_expired",
            "token_revoked",
            "401",
        ),
        _TOKEN,
    ),
    **dict.fromkeys(
        (
            "access_denied",
            "accesslimited",
            "ekm_access_denied",
            "enterprise_is_restricted",
            "no_permission",
            "org_login_required",
            "restricted_action",
            "restricted_action_non_threadable_channel",
            "restricted_action_read_only_channel",
            "restricted_action_thread_locked",
            "restricted_action_thread_only_channel",
            "team_access_not_granted",
            "403",
        ),
        _RIGHTS,
    ),
    **dict.fromkeys(("bad_client_secret", "invalid_client_id"), _CLIENT),
    "missing_scope": (AskPerson, "the app lacks a permission: install it again to grant it"),
    "not_in_channel": (AskPerson, "the app is not in the channel: invite it there"),
    "is_archived": (AskPerson, "the channel is archived: name another one"),
    **dict.fromkeys(
        (
            "cant_update_message",
            "channel_not_found",
            "edit_window_closed",
            "message_not_found",
            "thread_not_found",
            "user_not_found",
            "user_not_visible",
            "users_not_found",
        ),
        _GONE,
    ),
    **dict.fromkeys(
        (
            "exchanged_trigger_id",
            "expired_trigger_id",
            "expired_url",
            "invalid_trigger_id",
            "trigger_exchanged",
            "trigger_expired",
            "used_url",
        ),
        _TOO_OLD,
    ),
    "message_limit_exceeded": (_later(_MOVING_S), "too many messages"),
    "rate_limited": (_later(READ_AGAIN_S), "too many calls"),
    "ratelimited": (_later(READ_AGAIN_S), "too many calls"),
    "request_timeout": (_later(READ_AGAIN_S), "the call arrived incomplete"),
    "team_added_to_org": (_later(_MOVING_S), "the workspace is being moved"),
}

# The same pages: after these "some aspect of the operation" may have succeeded.
_LOST: Final = frozenset({408, *range(500, 600)})  # given up on the way, or while it was done
_FAULTS: Final = frozenset({"fatal_error", "internal_error", "service_unavailable"})


def of_answer(
    status: int, payload: Mapping[str, Any] | None, *, writing: bool
) -> ConnectorError | None:
    """What an answer of the Web API means; None if the call did what it should.

    `writing` is true if the call could have changed anything. Total over any status and payload;
    a payload of None was no JSON object. A 429 doesn't come here: the session raises it.
    """
    if status == _GOOD and payload is not None and payload.get("ok") is True:
        return None
    code = code_of(payload)
    if status in _LOST or code in _FAULTS or (status in range(200, 300) and code is None):
        return _fault(status, code, writing=writing)
    if status in range(300, 400):
        return AskPerson(f"Slack answers {status}: it is to be found at another address")
    make, why = _CODES.get(code or str(status), _INVALID)
    return make(f"Slack answers {_named(status, code, payload)}: {why}")


def code_of(payload: Mapping[str, Any] | None) -> str | None:
    """The error code of an answer; None if it has none."""
    code = (payload or {}).get("error")
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None


def unreadable(why: str, *, writing: bool) -> ConnectorError:
    """An answer without what it must hold. After a write it proves nothing."""
    if writing:
        return OutcomeUnknown(f"Slack answers a write, but {why}")
    return RetryLater(f"Slack answers, but {why}", after_s=READ_AGAIN_S)


def _fault(status: int, code: str | None, *, writing: bool) -> ConnectorError:
    named = _named(status, code, None)
    if writing:
        return OutcomeUnknown(f"Slack answers {named}: the write may or may not have happened")
    return RetryLater(f"Slack answers {named}: it has a fault of its own", after_s=READ_AGAIN_S)


def _named(status: int, code: str | None, payload: Mapping[str, Any] | None) -> str:
    needed = (payload or {}).get("needed")
    if code and isinstance(needed, str) and _SCOPE.fullmatch(needed):
        return f"{code} ({needed})"
    return code or str(status)
