"""Taking the installation off the helpdesk: what goes is shown, typed for, done and told of."""

import hashlib
from typing import Final
from urllib.parse import urlsplit

from flask import Response, request

from connectors.errors import ConnectorError
from integration.connecting import (
    ConnectingFailed,
    Leaving,
    Removal,
    RemovalPlan,
    going_lines,
    open_setup,
    staying_lines,
)
from integration.connecting.plan import WEBHOOK
from integration.console.web import desk, onward, page, person
from integration.console.words import sentence
from integration.needed_settings import missing_for_helpdesk
from integration.settings import Settings
from integration.store import StoreBusy, made, secrets
from integration.stored_settings import STORED, is_given

_WAIT_S: Final = 20.0
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
    plan, wrong, changed = None, list[str](), False
    try:
        plan = _look(settings, everything=everything)
        if request.method == "POST":
            changed = request.form.get("plan") != _mark(plan)
            if not changed and not _is_typed(settings):
                wrong = [f"Type {_name(settings)} to confirm. Nothing was removed."]
            elif not changed:
                plan, wrong = _carried_out(settings, plan, everything=everything)
                if not wrong:
                    return onward("console.setup_uninstall", done="uninstalled")
        elif not (plan.going or stored or any(row.part == WEBHOOK for row in left)):
            return _nothing(left)
    except ConnectorError as error:
        wrong = [sentence(str(error))]
    return page(
        "setup_uninstall.html",
        plan=plan,
        going=list(going_lines(plan)) if plan else [],
        staying=list(staying_lines(plan)) if plan else [],
        mark=_mark(plan) if plan else "",
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


def _carried_out(
    settings: Settings, plan: RemovalPlan, *, everything: bool
) -> tuple[RemovalPlan | None, list[str]]:
    """Remove what the plan says; what is left and why, where it broke off."""
    made_desk = desk()
    try:
        with open_setup(settings, made_desk.store, made_desk.clock) as setup:
            Removal(made_desk.store, made_desk.clock, setup).carry_out(
                plan,
                everything=everything,
                by=person().by,
                told=lambda _thing: None,
                wait_s=_WAIT_S,
            )
    except (ConnectingFailed, ConnectorError, StoreBusy) as error:
        wrong = [sentence(str(error)), _AGAIN]
    else:
        return plan, []
    try:
        return _look(settings, everything=everything), wrong
    except ConnectorError:
        return None, wrong


def _look(settings: Settings, *, everything: bool) -> RemovalPlan:
    made_desk = desk()
    with open_setup(settings, made_desk.store, made_desk.clock) as setup:
        return Removal(made_desk.store, made_desk.clock, setup).look(everything=everything)


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


def _mark(plan: RemovalPlan) -> str:
    """What tells one plan from another: a form carries the mark of the plan that was shown."""
    going = "\n".join(f"{one.kind} {one.id}" for one in plan.going)
    return hashlib.sha256(going.encode()).hexdigest()[:32]
