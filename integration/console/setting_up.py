"""The set-up's pages: the list of steps, the helpdesk, connecting, and the end of it."""

from collections.abc import Mapping
from typing import Final

from flask import Response, request

from connectors.errors import ConnectorError
from integration.addresses import subdomain_in
from integration.connecting import (
    CLIENT,
    ConnectingFailed,
    NotYetDone,
    PlanChanged,
    Wishes,
    fixed_client,
    plan_lines,
    take_credentials,
)
from integration.console import policy_form, setup_steps
from integration.console.going_on import agreed_on, going_on
from integration.console.policy_form import GROUP_NAMES
from integration.console.signing_in import RETURN_PATH
from integration.console.web import desk, onward, own_origin, page, person
from integration.console.words import sentence
from integration.policy_folder import active_policy
from integration.settings import Settings, SettingsError
from integration.starting import let_begin, waits_for_start
from integration.store import StoreError, StoreUnavailable, deliveries, facts
from integration.stored_settings import ADDRESS, is_from_environment, keep, with_values
from integration.vault import VaultError
from rules.policy import PolicyErrors

_LONGEST: Final = 400
_AGAIN: Final = "Look at the plan again: what was done until then is found."


def setup() -> Response:
    """All steps, and which is next."""
    return page("setup.html", steps=_steps())


def setup_zendesk() -> Response:
    """The helpdesk's address, the values for its OAuth client, and that client's own."""
    made = desk()
    fixed = bool(made.services.settings.zendesk_base_url)
    subdomain = made.settings.zendesk_subdomain or subdomain_in(request.values.get("subdomain", ""))
    wrong: list[str] = []
    if request.method == "POST" and "client_id" in request.form:
        wrong = _taken(_credentials(request.form, subdomain, fixed=fixed))
        if not wrong:
            return onward("console.setup", done="stored")
    return page(
        "setup_zendesk.html",
        subdomain=subdomain,
        fixed=fixed,
        address=made.settings.helpdesk_url if fixed else f"https://{subdomain}.zendesk.com",
        state=_state(),
        by_platform=set(fixed_client(made.settings)) == set(CLIENT),
        back=own_origin() + RETURN_PATH,
        wrong=wrong,
        given=request.form.get("client_id", ""),
        bad_address=request.method == "POST" and not subdomain and not fixed,
    )


def _taken(values: dict[str, str]) -> list[str]:
    """Try the client and store it; what is wrong with it instead."""
    made = desk()
    by_platform = fixed_client(made.settings)
    if set(by_platform) == set(CLIENT):
        names = " and ".join(by_platform)
        return [f"{names} stand in the settings of your platform: change them there."]
    lacking = {name: text for name, text in values.items() if name not in by_platform}
    try:
        take_credentials(made.services.settings, made.store, made.clock, lacking, by=person().by)
    except SettingsError as error:
        return [f"{line}." for line in error.lines]
    except StoreUnavailable:
        raise
    except (ConnectorError, StoreError, VaultError) as error:
        return [sentence(str(error))]
    return []


def setup_connect() -> Response:
    """The plan; and when it is agreed on, its carrying out, a turn at a time."""
    made = desk()
    keys, wishes = _wished()
    wrong, plan, changed, there = "", None, False, None
    fixed = is_from_environment(made.settings, ADDRESS)
    address = made.settings.public_url if fixed else _address()
    try:
        settings = made.settings if fixed else with_values(made.settings, {ADDRESS: address})
        if request.method == "POST":
            _connect(settings, wishes, {} if fixed else {ADDRESS: address})
            return onward("console.setup", done="connected")
        until = setup_steps.end_of_turn(made.clock)
        plan, there = setup_steps.look(settings, made.store, made.clock, wishes, until=until)
    except StoreUnavailable:
        raise
    except NotYetDone as so_far:
        return going_on("Connecting", so_far, "console.setup_connect")
    except PlanChanged as another:
        plan, changed = another.plan, True
    except (ConnectingFailed, ConnectorError, SettingsError, StoreError, VaultError) as error:
        # Some of it may be done: the plan that was shown is none any more.
        wrong = sentence(str(error)) + (f" {_AGAIN}" if request.method == "POST" else "")
    return page(
        "setup_connect.html",
        plan=plan,
        lines=list(plan_lines(plan)) if plan else [],
        mark=plan.digest if plan else "",
        views=wishes.views,
        keys=keys,
        offered=_offered(there, keys),
        unread=plan is not None and there is None and not changed,
        forms=policy_form,
        address=address,
        fixed=fixed,
        changed=changed,
        wrong=wrong,
    )


def _connect(settings: Settings, wishes: Wishes, address: dict[str, str]) -> None:
    """Do what was agreed on, as far as it comes; the address is stored with the first step."""
    made, by = desk(), person().by

    def keep_address(*_step: object) -> None:
        if address:
            keep(made.given, made.store, made.clock, address, by=by)

    agreed, until = agreed_on(), setup_steps.end_of_turn(made.clock)
    setup_steps.carry_out(
        settings, made.store, made.clock, agreed, wishes, by=by, told=keep_address, until=until
    )
    keep_address()


def _wished() -> tuple[tuple[str, ...], Wishes]:
    """What is ticked: the keys of the groups, and all of it by name."""
    keys = tuple(key for key in GROUP_NAMES if key in request.values.getlist("groups"))
    names = tuple(GROUP_NAMES[key] for key in keys)
    return keys, Wishes(names, views="views" in request.values)


def _offered(there: tuple[str, ...] | None, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of the groups that can be ticked: what is lacking, and what is ticked already."""
    if there is None:
        return keys
    try:
        policy = active_policy(desk().store)
    except PolicyErrors:  # of an earlier release: that is no bar to connecting
        policy = None
    missing = policy_form.lacking(there, policy)
    return tuple(key for key in GROUP_NAMES if key in missing or key in keys)


def _address() -> str:
    """Where the helpdesk is to call: as it was typed, else stored, else as the browser wrote it."""
    typed = request.values.get("address", "").strip()[:_LONGEST]
    return typed or desk().settings.public_url or own_origin()


def setup_start() -> Response:
    """The last look, and the end of the set-up."""
    made = desk()
    if request.method != "POST":
        with made.store.read() as connection:
            held = waits_for_start(connection)
            waiting = deliveries.waiting(connection)
        return page(
            "setup_start.html",
            state=_state(),
            steps=_steps(),
            held=held,
            waiting=waiting,
            settings=made.settings,
        )
    now = made.clock.now()
    with made.store.write() as connection:
        facts.put(connection, facts.SET_UP, person().by, now.timestamp())
        let_begin(connection, now.timestamp())
    return onward("console.status", done="started")


def _state() -> setup_steps.State:
    made = desk()
    signed_in = person().user_id is not None
    return setup_steps.state_of(made.settings, made.store, signed_in=signed_in)


def _steps() -> tuple[setup_steps.Step, ...]:
    return setup_steps.steps_of(_state())


def _credentials(form: Mapping[str, str], subdomain: str, *, fixed: bool) -> dict[str, str]:
    values = {
        "ZENDESK_CLIENT_ID": form.get("client_id", "").strip()[:_LONGEST],
        "ZENDESK_CLIENT_SECRET": form.get("client_secret", "").strip()[:_LONGEST],
    }
    return values if fixed else {"ZENDESK_SUBDOMAIN": subdomain, **values}
