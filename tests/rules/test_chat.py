"""What a policy says about the chat."""

from datetime import UTC, datetime, time

import pytest

from rules.chat import Chat
from rules.policy import PolicyErrors, parse_policy


def chat_of(text: str) -> Chat:
    return parse_policy({"policy.yaml": text}).settings.chat


def test_a_policy_without_the_section_writes_nothing() -> None:
    assert not chat_of("").speaks
    assert chat_of("").channel_of("Support") is None


def test_channels_are_named_with_or_without_their_sign() -> None:
    chat = chat_of("slack: { channels: { Complaints: '#Complaints-Team', default: support } }")
    assert chat.speaks
    assert chat.channel_of("Complaints") == "complaints-team"


def test_a_group_without_a_channel_has_the_default_one() -> None:
    chat = chat_of("slack: { channels: { default: support } }")
    assert chat.channel_of("Legal") == chat.channel_of(None) == "support"


def test_drafts_wait_in_a_channel_of_their_own_or_in_the_groups() -> None:
    shared = "channels: { default: support }"
    assert chat_of(f"slack: {{ {shared} }}").approvals_of("Legal") == "support"
    assert chat_of(f"slack: {{ {shared}, approvals: drafts }}").approvals_of("Legal") == "drafts"


@pytest.mark.parametrize(
    ("hour", "quiet"), [(19, False), (20, True), (23, True), (6, True), (7, False), (12, False)]
)
def test_quiet_hours_pass_midnight(hour: int, quiet: bool) -> None:  # noqa: FBT001 - a table
    chat = chat_of("slack: { leads: leads, quiet_hours: { from: '20:00', to: '07:00' } }")
    assert chat.is_quiet(datetime(2026, 1, 5, hour, 0, tzinfo=UTC), "UTC") is quiet


def test_quiet_hours_are_those_of_the_time_zone() -> None:
    chat = Chat(quiet_from=time(12), quiet_to=time(13))
    noon_in_berlin = datetime(2026, 7, 1, 10, 30, tzinfo=UTC)
    assert chat.is_quiet(noon_in_berlin, "Europe/Berlin")
    assert not chat.is_quiet(noon_in_berlin, "UTC")


def test_without_quiet_hours_no_hour_is_quiet() -> None:
    assert not Chat().is_quiet(datetime(2026, 1, 5, tzinfo=UTC), "UTC")
    assert not Chat(quiet_from=time(8), quiet_to=time(8)).is_quiet(
        datetime(2026, 1, 5, 8, tzinfo=UTC), "UTC"
    )


def test_a_misspelt_key_is_named_with_its_line() -> None:
    with pytest.raises(PolicyErrors) as caught:
        chat_of("slack:\n  chanels: { default: support }\n")
    assert "policy.yaml" in str(caught.value)
    assert "slack.chanels" in str(caught.value)
