"""The set-up's step for Slack: the app is made there, its secrets are given here."""

from typing import Final

from flask import Response, current_app, request

from connectors.errors import ConnectorError
from integration.console.web import desk, onward, page, person
from integration.console.words import sentence
from integration.following import renewed
from integration.settings import SettingsError
from integration.slack_credentials import APP, ID, SECRET, SIGNING, TOKEN, fixed_app, take_app
from integration.slack_setup import setup_of
from integration.store import StoreError, StoreUnavailable
from integration.stored_settings import forget
from integration.vault import VaultError

_LONGEST: Final = 400
_FIELDS: Final = {
    "client_id": ID,
    "client_secret": SECRET,
    "signing_secret": SIGNING,
    "bot_token": TOKEN,
}


def setup_slack() -> Response:
    """How far it is, the form for the app's secrets, and the way into the workspace."""
    made, wrong = desk(), list[str]()
    if request.method == "POST" and "forget" in request.form:
        forget(made.store, made.clock, APP, by=person().by)
        _follow()
        return onward("console.setup_slack", done="slack-forgotten")
    if request.method == "POST":
        wrong = _taken()
        if not wrong:
            _follow()
            return onward("console.setup_slack", done="slack-stored")
    return page(
        "setup_slack.html",
        setup=setup_of(made.settings, made.store),
        fixed=fixed_app(made.settings),
        stored=[name for name in APP if name in made.settings.stored],
        names=_FIELDS,
        wrong=wrong,
        given=request.form.get("client_id", ""),
        settings=made.settings,
    )


def _taken() -> list[str]:
    """Try what was filled in and store it; what is wrong with it instead.

    An empty field leaves what is known as it is.
    """
    made = desk()
    fixed = fixed_app(made.settings)
    filled = {name: request.form.get(field, "").strip() for field, name in _FIELDS.items()}
    values = {name: text[:_LONGEST] for name, text in filled.items() if text and name not in fixed}
    try:
        take_app(made.settings, made.store, made.clock, values, by=person().by)
    except SettingsError as error:
        return [sentence(line) for line in error.lines]
    except StoreUnavailable:
        raise
    except (ConnectorError, StoreError, VaultError) as error:
        return [sentence(str(error))]
    return []


def _follow() -> None:
    """Slack's next request finds what was stored; other processes follow within seconds."""
    made = desk()
    current_app.extensions["deskclerk"] = renewed(made.services, made.given)
