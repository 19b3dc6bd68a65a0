"""What a policy says about the chat."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize("key", ["channels: { default: %s }", "approvals: %s", "leads: %s"])
def test_a_channel_whose_name_is_longer_than_slack_takes_is_refused(key: str) -> None:
    assert chat_of(f"slack: {{ {key % ('x' * 80)} }}").speaks
    with pytest.raises(PolicyErrors, match="is longer than 80 characters"):
        chat_of(f"slack: {{ {key % ('x' * 81)} }}")


def test_a_misspelt_key_is_named_with_its_line() -> None:
    with pytest.raises(PolicyErrors) as caught:
        chat_of("slack:\n  chanels: { default: support }\n")
    assert "policy.yaml" in str(caught.value)
    assert "slack.chanels" in str(caught.value)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    st.times(),
    st.times(),
    st.sampled_from(["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe"]),
)
def test_quiet_hours_end_when_it_is_quiet_no_more(
    now: datetime, begin: time, finish: time, timezone: str
) -> None:
    chat = Chat(quiet_from=begin, quiet_to=finish)
    until = chat.quiet_until(now, timezone)
    assert (until is not None) == chat.is_quiet(now, timezone)
    if until is not None:
        assert now < until <= now + timedelta(hours=26)


def test_a_night_ends_in_the_morning_of_the_desk() -> None:
    chat = chat_of("slack: { quiet_hours: { from: '20:00', to: '07:00' } }")
    for hour, day in ((22, 24), (23, 24)):
        now = datetime(2026, 11, 23, hour, 30, tzinfo=UTC)
        assert chat.quiet_until(now, "Europe/Berlin") == datetime(2026, 11, day, 6, 0, tzinfo=UTC)
    assert chat.quiet_until(datetime(2026, 11, 23, 12, 0, tzinfo=UTC), "UTC") is None


def test_the_hour_that_comes_twice_in_autumn_ends_once() -> None:
    """In Berlin 02:15 comes twice on 25 October 2026, the second time at 01:15 UTC."""
    chat = Chat(quiet_from=time(20), quiet_to=time(2, 30))
    now = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    assert chat.quiet_until(now, "Europe/Berlin") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_without_quiet_hours_none_ends() -> None:
    assert Chat().quiet_until(datetime(2026, 11, 23, 22, 0, tzinfo=UTC), "UTC") is None
