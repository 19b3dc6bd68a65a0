"""The first policy.yaml from a form: groups, regions, sectors and hours. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

import yaml

from rules.calendars import DAYS
from rules.known_names import OTHER_SECTOR, known_names
from rules.policy import Policy

MARK: Final = (
    "# Made by the set-up of Deskclerk. Change it there, or export the policy and edit it."
)
# The keys of groups that a first policy asks for; all others step in for each other.
GROUP_KEYS: Final = {
    "default": "Everything else",
    "complaints": "Complaints",
    "legal": "Legal matters, courts, the press",
    "privacy": "Rights about personal data",
    "fraud": "Fraud and disputed payments",
    "safety": "Safety of people and products",
    "vulnerable": "Customers who need special care",
    "human": "Customers who ask for a person",
}
# What they are called where the set-up makes them; `_likely` finds each by it.
GROUP_NAMES: Final = {
    "complaints": "Complaints",
    "legal": "Legal",
    "privacy": "Privacy",
    "fraud": "Fraud",
    "safety": "Safety",
    "vulnerable": "Vulnerable customers",
    "human": "Human contact",
}
# Where else something is told in Slack: the policy's keys under `slack`.
MORE_CHANNELS: Final = {
    "approvals": "Drafts that wait for a yes",
    "leads": "Leads, when a legal deadline runs out",
}
REGIONS: Final = {
    "GB": "United Kingdom",
    "EU": "European Union",
    "US": "United States",
    "CA": "Canada",
    "AU": "Australia",
    "BR": "Brazil",
}
DAY_NAMES: Final = dict(
    zip(
        DAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)
_STAFF: Final = "human resources"  # no group for customers, whatever they ask for
_TIME: Final = re.compile(r"[0-2]\d:[0-5]\d")


@dataclass(frozen=True, slots=True)
class FirstPolicy:
    """What the form holds."""

    groups: Mapping[str, str]
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    timezone: str
    days: tuple[str, ...]
    opens: str
    closes: str
    holidays: str
    channels: Mapping[str, str] = field(default_factory=dict)  # of GROUP_KEYS and MORE_CHANNELS

    def to_yaml(self) -> str:
        """As policy.yaml. Answers that name no stage are in shadow."""
        hours: dict[str, Any] = {
            "timezone": self.timezone,
            "days": list(self.days),
            "open": self.opens,
            "close": self.closes,
        }
        if self.holidays:
            hours["holidays"] = self.holidays
        content: dict[str, Any] = {
            "stage": "shadow",
            "regions": list(self.regions),
            "sectors": list(self.sectors),
            "groups": {key: name for key, name in self.groups.items() if name},
            "business_hours": hours,
            "slack": self._slack(),
        }
        written = {key: value for key, value in content.items() if value}
        text = yaml.safe_dump(written, allow_unicode=True, sort_keys=False, width=10**6)
        return f"{MARK}\n{text}"

    def faults(self) -> list[str]:
        """What is wrong with it that the policy itself could not say."""
        said = []
        for key, name in GROUP_KEYS.items():
            channel, group = self.channels.get(key), self._told(key)
            if channel and not group:
                said.append(f"{name}: a channel is told of a group's tickets, so choose the group.")
            elif channel and self._by_group().get(group) != channel:
                said.append(f"{group} has two channels: give one.")
        return said

    def _slack(self) -> dict[str, Any]:
        told = {"channels": self._by_group()}
        more = {key: self.channels.get(key, "") for key in MORE_CHANNELS}
        return {key: value for key, value in (told | more).items() if value}

    def _by_group(self) -> dict[str, str]:
        """The channels by the names of groups, of two the first."""
        found: dict[str, str] = {}
        for key in GROUP_KEYS:
            if self.channels.get(key) and self._told(key):
                found.setdefault(self._told(key), self.channels[key])
        return found

    def _told(self, key: str) -> str:
        """By what name a policy's channels know a group; the default one's is of all others."""
        return "default" if key == "default" else self.groups.get(key, "")


def from_form(form: Mapping[str, str], lists: Mapping[str, list[str]]) -> FirstPolicy:
    """What was filled in, but for what no page of ours offers; the policy checks the rest."""
    return FirstPolicy(
        groups={key: form.get(f"group_{key}", "").strip()[:200] for key in GROUP_KEYS},
        regions=tuple(each for each in lists.get("regions", ()) if each in REGIONS),
        sectors=tuple(each for each in lists.get("sectors", ()) if each in sectors()),
        timezone=form.get("timezone", "").strip()[:60] or "UTC",
        days=tuple(day for day in DAYS if day in lists.get("days", ())),
        opens=_time(form.get("opens", ""), "09:00"),
        closes=_time(form.get("closes", ""), "17:00"),
        holidays=form.get("holidays", "").strip()[:20],
        channels={
            key: form.get(f"channel_{key}", "").strip().removeprefix("#").lower()[:80]
            for key in (*GROUP_KEYS, *MORE_CHANNELS)
        },
    )


def from_policy(policy: Policy | None, groups: Iterable[str]) -> FirstPolicy:
    """What stands in a policy; for a first one what is likely, by the names of the groups."""
    if policy is None:
        names = tuple(groups)
        likely = {key: _likely(key, names) for key in GROUP_KEYS}
        return FirstPolicy(likely, (), (), "UTC", DAYS[:5], "09:00", "17:00", "")
    settings, chat = policy.settings, policy.settings.chat
    by_name = {key: settings.groups.get(key, "") for key in GROUP_KEYS} | {"default": "default"}
    return FirstPolicy(
        groups={key: settings.groups.get(key, "") for key in GROUP_KEYS},
        regions=settings.regions,
        sectors=settings.sectors,
        timezone=settings.hours.timezone,
        days=settings.hours.days,
        opens=settings.hours.open.isoformat("minutes"),
        closes=settings.hours.close.isoformat("minutes"),
        holidays=settings.hours.holidays,
        channels={
            **{key: chat.channels.get(name, "") for key, name in by_name.items()},
            "approvals": chat.approvals,
            "leads": chat.leads,
        },
    )


@cache
def sectors() -> tuple[str, ...]:
    """The sectors that packs are about, and at last the one for every other firm."""
    return tuple(
        sorted(known_names(()).sectors, key=lambda sector: (sector == OTHER_SECTOR, sector))
    )


@cache
def zones() -> tuple[str, ...]:
    """The time zones that people live in."""
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"))


def lacking(names: tuple[str, ...], policy: Policy | None) -> tuple[str, ...]:
    """The keys for which no group is likely, nor is one that the policy names there."""
    named = policy.settings.groups if policy else {}
    return tuple(
        key for key in GROUP_NAMES if named.get(key) not in names and not _likely(key, names)
    )


def _likely(key: str, names: tuple[str, ...]) -> str:
    """The group whose name says what the key is about; of the default the first general one."""
    wanted = ("support", "default", "general", "help") if key == "default" else (key[:6],)
    named = [(name, name.casefold()) for name in names]
    found = (name for word in wanted for name, text in named if word in text and _STAFF not in text)
    return next(found, names[0] if key == "default" and names else "")


def _time(text: str, otherwise: str) -> str:
    return text if _TIME.fullmatch(text) else otherwise
