"""What a policy says about messages in the chat."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.calendars import aware
from rules.sections import Section

_MAX_HOURS = 24.0 * 30
_LONGEST_NAME = 80  # of a channel at Slack, and in the store
_MAX_BURST = 1000


@dataclass(frozen=True, slots=True)
class Chat:
    """Which channel hears of what, and when. Channels by name, without the sign before it."""

    channels: dict[str, str] = field(default_factory=dict)  # by the group's name, or `default`
    approvals: str = ""  # where drafts wait for a yes; empty: the group's channel
    leads: str = ""  # where clocks that nobody stopped are told of, too
    approval_hours: float = 24.0
    quiet_from: time | None = None
    quiet_to: time | None = None
    digest_above: int = 5  # escalations a minute in a channel; more are told in one message

    @property
    def speaks(self) -> bool:
        """Whether anything may be written in the chat at all."""
        return bool(self.channels or self.approvals or self.leads)

    def channel_of(self, group: str | None) -> str | None:
        """The channel of a group, or the default one, or None."""
        return self.channels.get(group or "") or self.channels.get("default")

    def approvals_of(self, group: str | None) -> str | None:
        """Where a draft for a group waits for a person."""
        return self.approvals or self.channel_of(group)

    def is_quiet(self, now: datetime, timezone: str) -> bool:
        """Whether only what is urgent may be written now, by the clocks of a time zone."""
        if self.quiet_from is None or self.quiet_to is None or self.quiet_from == self.quiet_to:
            return False
        at = aware(now).astimezone(ZoneInfo(timezone)).time()
        if self.quiet_from < self.quiet_to:
            return self.quiet_from <= at < self.quiet_to
        return at >= self.quiet_from or at < self.quiet_to

    def quiet_until(self, now: datetime, timezone: str) -> datetime | None:
        """When the present quiet hours end, in UTC; None if it is not quiet."""
        if self.quiet_to is None or not self.is_quiet(now, timezone):
            return None
        local = aware(now).astimezone(ZoneInfo(timezone))
        day = local.date() + timedelta(days=int(local.time() >= self.quiet_to))
        # `fold`: within the hour that comes twice in autumn, the same one of the two is meant.
        end = datetime.combine(day, self.quiet_to, local.tzinfo).replace(fold=local.fold)
        return end.astimezone(UTC)


def read_chat(section: Section) -> Chat:
    """The `slack` section of policy.yaml; mistakes go to the section's log."""
    quiet = section.section("quiet_hours")
    given = section.has("quiet_hours")
    default = Chat()
    chat = Chat(
        channels={
            group: _channel(name)
            for group, name in section.pairs("channels", most=_LONGEST_NAME).items()
        },
        approvals=_channel(section.text("approvals", most=_LONGEST_NAME)),
        leads=_channel(section.text("leads", most=_LONGEST_NAME)),
        approval_hours=section.number("approval_hours", default.approval_hours, 0.25, _MAX_HOURS),
        quiet_from=quiet.time("from", time(20)) if given else None,
        quiet_to=quiet.time("to", time(7)) if given else None,
        digest_above=section.whole("digest_above", default.digest_above, 1, _MAX_BURST),
    )
    quiet.close()
    section.close()
    return chat


def _channel(name: str) -> str:
    """A channel's name as the vendor lists it."""
    return name.strip().removeprefix("#").lower()
