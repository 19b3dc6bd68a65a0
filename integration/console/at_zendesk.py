"""What Zendesk knows that a first policy can begin with. What can't be read is said, not raised."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from connectors.errors import ConnectorError, RetryLater
from connectors.zendesk.parts import Kind
from connectors.zendesk.schedules import Schedule, Whereabouts
from connectors.zendesk.setup import ZendeskSetup
from integration.clock import Clock
from integration.connecting import open_setup
from integration.settings import Settings
from integration.store import Store

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Hours:
    """When the firm works, and where the administrator is. `unread` is why something is missing."""

    schedules: tuple[Schedule, ...] = ()
    unread: str = ""  # of the schedules
    whereabouts: Whereabouts = field(default_factory=Whereabouts)


@dataclass(frozen=True, slots=True)
class AtZendesk:
    """The groups by their names, and the hours where they were asked for."""

    groups: tuple[str, ...] = ()
    unread: str = ""  # of the groups
    hours: Hours | None = None


def look(
    settings: Settings, store: Store, clock: Clock, user_id: int | None, *, hours: bool
) -> AtZendesk:
    """Ask for the groups; with `hours` also for schedules, and where the user of that id is."""
    try:
        with open_setup(settings, store, clock) as setup:
            return _look(_Questions(), setup, user_id, hours=hours)
    except ConnectorError as error:  # there is no address to ask at
        return AtZendesk(unread=str(error), hours=Hours(unread=str(error)) if hours else None)


def group_names(setup: ZendeskSetup) -> tuple[str, ...]:
    """The helpdesk's groups. Raises ConnectorError."""
    return tuple(sorted(record.title for record in setup.records(Kind.GROUP)))


def _look(
    questions: "_Questions", setup: ZendeskSetup, user_id: int | None, *, hours: bool
) -> AtZendesk:
    groups, unread = questions.ask(lambda: group_names(setup))
    if not hours:
        return AtZendesk(groups or (), unread)
    whereabouts, _ = questions.ask(lambda: setup.whereabouts(user_id))
    schedules, why = questions.ask(setup.schedules)
    known = Hours(schedules or (), why, whereabouts or Whereabouts())
    return AtZendesk(groups or (), unread, known)


@dataclass(slots=True)
class _Questions:
    """One after the other; once Zendesk is away, no more is asked, as each would wait in vain."""

    away: str = ""

    def ask(self, read: Callable[[], _T]) -> tuple[_T | None, str]:
        """What is read; or None, and why."""
        if self.away:
            return None, self.away
        try:
            return read(), ""
        except RetryLater as error:
            self.away = str(error)
            return None, self.away
        except ConnectorError as error:  # refused: by the plan, a scope or a role
            return None, str(error)
