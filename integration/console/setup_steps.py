"""The steps of the set-up, how far each has come, and the calls behind them.

Nothing is half-made when it breaks off: each step looks at what there is, and may be taken again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from connectors.errors import ConnectorError
from integration.clock import Clock
from integration.connecting import Connecting, Plan, Shown, Wishes, open_setup
from integration.connecting import Step as Making
from integration.console.at_zendesk import group_names
from integration.needed_settings import missing_for_helpdesk
from integration.policy_folder import active_policy
from integration.settings import Settings
from integration.slack_setup import setup_of
from integration.store import Store, facts, made
from rules.model import Stage
from rules.policy import Policy

WANTED_ANSWERS: Final = 3
WAIT_S: Final = 8.0  # for somebody else who connects or removes
_TURN_S: Final = 15.0
_WEBHOOK_PART: Final = "webhook"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `endpoint` leads to its page; `open` says whether it can be taken now."""

    endpoint: str
    title: str
    line: str
    done: bool
    open: bool
    optional: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What there is."""

    credentials: bool
    signed_in: bool
    connected: bool
    slack: bool
    policy: Policy | None
    finished: bool

    @property
    def answers(self) -> int:
        """How many answers are looked for."""
        faqs = self.policy.faqs if self.policy else ()
        return sum(faq.stage is not Stage.OFF for faq in faqs)


def state_of(settings: Settings, store: Store, *, signed_in: bool) -> State:
    """What there is now. Raises StoreUnavailable."""
    with store.read() as connection:
        parts = {row.part for row in made.listed(connection)}
        finished = bool(facts.get(connection, facts.SET_UP))
    return State(
        credentials=not missing_for_helpdesk(settings),
        signed_in=signed_in,
        connected=_WEBHOOK_PART in parts,
        slack=setup_of(settings, store).is_installed,
        policy=active_policy(store),
        finished=finished,
    )


def steps_of(state: State) -> tuple[Step, ...]:
    """The steps, in their order."""
    return (*_at_the_helpdesk(state), *_for_answers(state))


def _at_the_helpdesk(state: State) -> tuple[Step, ...]:
    inside = state.credentials and state.signed_in
    return (
        Step(
            "setup_zendesk",
            "Zendesk",
            "Its address, and a key for Deskclerk (an OAuth client) that you make there.",
            done=state.credentials,
            open=True,
        ),
        Step(
            "begin_sign_in",
            "Sign in with Zendesk",
            "From now on by your account there; the set-up code has done its work.",
            done=inside,
            open=state.credentials,
        ),
        Step(
            "setup_connect",
            "Connect",
            "What makes Zendesk tell Deskclerk of new messages. You see the plan first.",
            done=state.connected,
            open=inside,
        ),
        Step(
            "setup_slack",
            "Slack",
            "Drafts and deadlines where your people are.",
            done=state.slack,
            open=inside,
            optional=True,
        ),
        Step(
            "setup_policy",
            "Groups, regions and hours",
            "Who gets what, which laws hold for you, and when you work.",
            done=state.policy is not None,
            open=inside,
        ),
    )


def _for_answers(state: State) -> tuple[Step, ...]:
    ready = state.credentials and state.signed_in and state.policy is not None
    return (
        Step(
            "setup_drafts",
            "Drafts from what you have",
            "Macros and help-centre articles become drafts of answers.",
            done=state.policy is not None and bool(state.policy.faqs),
            open=ready,
            optional=True,
        ),
        Step(
            "setup_answers",
            f"The first {WANTED_ANSWERS} answers",
            f"{state.answers or 'None'} so far. Approved words, with ways customers ask.",
            done=state.answers >= WANTED_ANSWERS,
            open=ready,
        ),
        Step(
            "setup_try",
            "Try a message",
            "See what would be decided, and why. Nothing is sent.",
            done=state.finished,
            open=ready and state.answers > 0,
        ),
        Step(
            "setup_start",
            "Start in shadow",
            "New tickets are decided, noted, tagged and handed to their groups; nothing is sent.",
            done=state.finished,
            open=ready and state.connected,
        ),
    )


def end_of_turn(clock: Clock) -> datetime:
    """Until when one request may begin something at the helpdesk.

    Heroku cuts it after 30 seconds, and one call that is under way may take 13.
    https://devcenter.heroku.com/articles/request-timeout
    """
    return clock.now() + timedelta(seconds=_TURN_S)


def look(
    settings: Settings, store: Store, clock: Clock, wishes: Wishes, *, until: datetime
) -> tuple[Plan, tuple[str, ...] | None]:
    """What connecting would do, and the groups that are there; None if those can't be read.

    Raises what `Connecting.look` raises.
    """
    with open_setup(settings, store, clock) as setup:
        plan = Connecting(settings, store, clock, setup).look(wishes, until=until)
        try:
            return plan, group_names(setup)
        except ConnectorError:
            return plan, None


def carry_out(  # noqa: PLR0913 - what it is done by
    settings: Settings,
    store: Store,
    clock: Clock,
    agreed: Shown,
    wishes: Wishes,
    *,
    by: str,
    told: Callable[[Making], None],
    until: datetime,
) -> None:
    """Connect as it was agreed on. Raises what `Connecting.carry_out` raises."""
    with open_setup(settings, store, clock) as setup:
        connecting = Connecting(settings, store, clock, setup)
        connecting.carry_out(agreed, wishes, by=by, told=told, wait_s=WAIT_S, until=until)
