"""Channels and people by the real client."""

from typing import Any

import pytest

from connectors.slack.sandbox.config import USERS
from connectors.zendesk.sandbox.seed import STAFF
from tests.connectors.slack_sandbox.team import Team
from tests.connectors.slack_sandbox.test_messages import refusal

ALL = "public_channel,private_channel"


def names(team: Team, **arguments: Any) -> list[str]:
    found: list[str] = []
    for page in team.client.conversations_list(**arguments):
        found += [channel["name"] for channel in page["channels"]]
    return found


def test_the_staff_of_the_sandbox_helpdesk_is_in_the_team() -> None:
    staff = {email for _, email, role, _ in STAFF if role}
    assert staff <= {user.email for user in USERS if user.is_confirmed and not user.is_guest}


def test_public_channels_are_listed_in_pages(team: Team) -> None:
    assert names(team) == ["general", "support", "complaints", "legal", "safety"]
    assert names(team, limit=2, types=ALL)[-1] == "leads"


def test_a_private_channel_is_listed_only_where_the_app_is(team: Team) -> None:
    assert "leads" in names(team, types=ALL)
    team.control("POST", "/channels", {"channel": "leads", "has_app": False})
    assert "leads" not in names(team, types=ALL)
    assert refusal(team.client.conversations_info, channel="C0LEADS") == "channel_not_found"


def test_archived_channels_can_be_left_out(team: Team) -> None:
    team.control("POST", "/channels", {"channel": "legal", "is_archived": True})
    assert "legal" in names(team)
    assert "legal" not in names(team, exclude_archived=True)
    assert refusal(team.client.conversations_join, channel="C0LEGAL") == "is_archived"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"types": "secret"}, "invalid_types"),
        ({"limit": 0}, "invalid_limit"),
        ({"limit": 5000}, "invalid_limit"),
        ({"cursor": "%%%"}, "invalid_cursor"),
        ({"cursor": "bmV4dDp4"}, "invalid_cursor"),
    ],
)
def test_a_bad_page_is_refused(team: Team, arguments: Any, error: str) -> None:
    assert refusal(team.client.conversations_list, **arguments) == error


def test_reading_private_channels_wants_its_own_scope(team: Team) -> None:
    team.control("POST", "/token", {"scopes": ["channels:read", "channels:history"]})
    assert refusal(team.client.conversations_list, types=ALL) == "missing_scope"
    assert refusal(team.client.conversations_history, channel="C0LEADS") == "missing_scope"
    assert names(team, types="public_channel,mpim")


def test_joining_makes_the_app_a_member(team: Team) -> None:
    before = team.client.conversations_info(channel="C0GENERAL")["channel"]
    after = team.client.conversations_join(channel="C0GENERAL")["channel"]
    assert (before["is_member"], after["is_member"]) == (False, True)
    team.post(channel="C0GENERAL")
    error = refusal(team.client.conversations_join, channel="C0LEADS")
    assert error == "method_not_supported_for_channel_type"


def test_a_talk_with_one_person_is_opened(team: Team) -> None:
    opened = team.client.conversations_open(users="U0GRACE")["channel"]["id"]
    again = team.client.conversations_open(users="U0GRACE", return_im=True)["channel"]
    assert (opened, again["is_im"], again["user"]) == (again["id"], True, "U0GRACE")
    team.post(channel=opened)
    call = team.client.conversations_history
    assert len(call(channel=opened)["messages"]) == 1
    assert refusal(team.client.conversations_open, users="U0NOBODY") == "user_not_found"
    assert refusal(team.client.conversations_open, users="") == "users_list_not_supplied"


def test_a_user_is_shown_with_what_says_whether_to_trust_them(team: Team) -> None:
    grace = team.client.users_info(user="U0GRACE")["user"]
    assert grace["profile"]["email"] == "grace@sandbox.example"
    assert (grace["is_email_confirmed"], grace["is_restricted"], grace["deleted"]) == (
        True,
        False,
        False,
    )
    assert team.client.users_info(user="U0UNA")["user"]["is_email_confirmed"] is False
    assert team.client.users_info(user="U0GUS")["user"]["is_restricted"] is True
    assert team.client.users_info(user="U0ADA")["user"]["is_admin"] is True
    assert refusal(team.client.users_info, user="U0NOBODY") == "user_not_found"
    assert refusal(team.client.users_info, user="") == "invalid_arguments"


def test_without_its_scope_no_address_is_shown(team: Team) -> None:
    team.control("POST", "/token", {"scopes": ["users:read"]})
    assert "email" not in team.client.users_info(user="U0GRACE")["user"]["profile"]
    error = refusal(team.client.users_lookupByEmail, email="grace@sandbox.example")
    assert error == "missing_scope"


def test_a_user_is_found_by_address_until_they_leave(team: Team) -> None:
    call = team.client.users_lookupByEmail
    assert call(email="GRACE@sandbox.example")["user"]["id"] == "U0GRACE"
    changed = {"user": "grace", "is_deleted": True, "email": "grace@sandbox.example"}
    team.control("POST", "/users", changed)
    assert refusal(call, email="grace@sandbox.example") == "users_not_found"
    assert "is_restricted" not in team.client.users_info(user="U0GRACE")["user"]
