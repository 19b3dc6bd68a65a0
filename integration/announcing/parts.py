"""The parts of a worker that write in the chat, put together."""

from collections.abc import Callable
from dataclasses import dataclass

from connectors.chat import Chat
from connectors.ports import Helpdesk
from integration.announcing.announcer import Announcer
from integration.announcing.channels import Channels
from integration.announcing.dispatching import PostDispatcher
from integration.announcing.posting import Poster
from integration.announcing.reminding import Reminders
from integration.announcing.render import Renderer
from integration.announcing.watch import Watch
from integration.clock import Clock
from integration.engine import Queue
from integration.store import Store
from rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Known:
    """What the parts ask for whenever they need it."""

    policy: Callable[[], Policy]  # the active one; it may look into the store
    policy_within: Callable[[], Policy]  # the same within a transaction: it must not look there
    chat: Callable[[], Chat | None]  # None while the app is installed nowhere
    ticket_url: Callable[[int], str]
    token: Callable[[], str] = str  # another text whenever the chat's token is another


@dataclass(frozen=True, slots=True)
class Announcing:
    """What a worker runs, and what it tells of decisions and acts."""

    announcer: Announcer
    dispatcher: PostDispatcher
    poster: Poster
    watch: Watch


def announcing(
    store: Store, queue: Queue, helpdesk: Helpdesk, clock: Clock, known: Known
) -> Announcing:
    """Put the parts together."""
    announcer = Announcer(known.policy_within)
    render = Renderer(known.policy_within, known.ticket_url).render
    return Announcing(
        announcer,
        PostDispatcher(store, queue, known.policy, clock),
        Poster(store, known.chat, render, Channels(clock), clock),
        Watch(
            store,
            Reminders(store, helpdesk, announcer, known.policy, clock),
            known.policy,
            clock,
            known.token,
        ),
    )
