"""Taking the installation off the helpdesk: what goes is shown, typed for, done and told of."""

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from flask import Response, request

from connectors.errors import ConnectorError
from integration.connecting import (
    ConnectingFailed,
    Leaving,
    NotYetDone,
    Removal,
    RemovalChanged,
    RemovalPlan,
    going_lines,
    open_setup,
    staying_lines,
)
from integration.connecting.plan import WEBHOOK
from integration.console.going_on import agreed_on, going_on
from integration.console.setup_steps import WAIT_S, end_of_turn
from integration.console.web import desk, onward, page, person
from integration.console.words import sentence
from integration.needed_settings import missing_for_helpdesk
from integration.settings import Settings
from integration.store import StoreBusy, made, secrets
from integration.stored_settings import STORED, is_given

_AGAIN: Final = (
    "What was removed until then is removed, the rest stands, and the credentials are kept: do it "
    "again, and it goes on from there."
)


def setup_uninstall() -> Response:
    """The plan; and when it is typed for, its carrying out. Where nothing is connected, that."""
    settings = desk().settings
    left, stored = _known_here()
    if missing_for_helpdesk(settings):
        return _nothing(left)
    everything = "everything" in request.values
    until = end_of_turn(desk().clock)
    plan, wrong, changed = None, list[str](), False
    try:
        if request.method == "POST" and _is_typed(settings):
            _carry_out(settings, everything=everything, until=until)
            return onward("console.setup_uninstall", done="uninstalled")
        plan = _look(settings, everything=everything, until=until)
        if request.method == "POST":
            changed = agreed_on().digest != plan.digest
            wrong = [] if changed else [f"Type {_name(settings)} to confirm. Nothing was removed."]
        elif not (plan.going or stored or any(row.part == WEBHOOK for row in left)):
            return _nothing(left)
    except NotYetDone as so_far:
        return going_on("Uninstalling", so_far, "console.setup_uninstall")
    except RemovalChanged as another:
        plan, changed = another.plan, True
    except (ConnectingFailed, ConnectorError, StoreBusy) as error:
        plan, wrong = _what_is_left(settings, error, everything=everything, until=until)
    return page(
        "setup_uninstall.html",
        plan=plan,
        going=list(going_lines(plan)) if plan else [],
        staying=list(staying_lines(plan)) if plan else [],
        mark=plan.digest if plan else "",
        address=_name(settings),
        everything=everything,
        in_use=plan is not None and any(why is Leaving.IN_USE for _, why in plan.staying),
        given=_in_the_environment(),
        changed=changed,
        wrong=wrong,
    )


def _nothing(left: list[made.Made]) -> Response:
    """Nothing is connected: what was kept, what still stands, and how to connect again."""
    return page("setup_uninstalled.html", left=left, given=_in_the_environment())


def _carry_out(settings: Settings, *, everything: bool, until: datetime) -> None:
    """Remove what the plan says, as far as it comes. Raises what `Removal.carry_out` raises."""
    made_desk = desk()
    with open_setup(settings, made_desk.store, made_desk.clock) as setup:
        Removal(made_desk.store, made_desk.clock, setup).carry_out(
            agreed_on(),
            everything=everything,
            by=person().by,
            told=lambda _thing: None,
            wait_s=WAIT_S,
            until=until,
        )


def _what_is_left(
    settings: Settings, error: Exception, *, everything: bool, until: datetime
) -> tuple[RemovalPlan | None, list[str]]:
    """What is still to be removed and what went wrong, where it broke off."""
    wrong = [sentence(str(error))]
    if request.method != "POST" or not _is_typed(settings):
        return None, wrong
    wrong.append(_AGAIN)
    try:
        return _look(settings, everything=everything, until=until), wrong
    except (ConnectingFailed, ConnectorError):
        return None, wrong


def _look(settings: Settings, *, everything: bool, until: datetime) -> RemovalPlan:
    made_desk = desk()
    with open_setup(settings, made_desk.store, made_desk.clock) as setup:
        removal = Removal(made_desk.store, made_desk.clock, setup)
        return removal.look(everything=everything, copies=agreed_on().copies, until=until)


def _known_here() -> tuple[list[made.Made], bool]:
    """What is known to stand at the helpdesk, and whether credentials are stored."""
    with desk().store.read() as connection:
        stored = {row.name for row in secrets.listed(connection)}
        return made.listed(connection), not stored.isdisjoint(_credentials())


def _in_the_environment() -> list[str]:
    """Credentials that are not ours to forget."""
    return [name for name in _credentials() if is_given(desk().given, name)]


def _credentials() -> tuple[str, ...]:
    return tuple(name for name in STORED if name.startswith("ZENDESK_"))


def _name(settings: Settings) -> str:
    """What is typed to confirm: where the helpdesk is."""
    return urlsplit(settings.helpdesk_url).hostname or ""


def _is_typed(settings: Settings) -> bool:
    typed = request.form.get("typed", "").strip().casefold()
    return typed.removeprefix("https://").rstrip("/") == _name(settings)
