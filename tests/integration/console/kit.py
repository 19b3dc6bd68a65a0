"""A browser without a screen, an installation behind it, and a sandbox helpdesk behind that."""

import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connectors.zendesk.people import read_agent
from connectors.zendesk.sandbox import SandboxServer
from connectors.zendesk.sandbox.faults import Faults
from integration.app import create_app
from integration.console.work import ConsoleWork
from integration.drift import DriftOfTheHour
from integration.helpdesk import connect_helpdesk
from integration.intake import Intake
from integration.services import WebServices
from integration.settings import Settings
from integration.store import Store, deliveries
from tests.fakes.desk import Desk
from tests.fakes.helpdesk import FakeClock
from tests.fakes.judge import ScriptedJudge
from tests.fakes.secrets import secrets_of

HERE = "http://127.0.0.1:8000"
CODE = "canary-set-up-code-0123"
KEY = "canary-secret-key-of-32-characters!!"
ADA, GRACE, OMAR = "Ada Admin", "Grace Agent", "Omar Agent"
_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_FORM = re.compile(r"<form[^>]*>.*?</form>", re.DOTALL)
_ACTION = re.compile(r'action="([^"]*)"')


def app_for(store: Store, clock: FakeClock, settings: Settings) -> Flask:
    intake = Intake(store, clock, secrets_of(store, clock, "s"))
    return create_app(WebServices(store, intake, clock, "", DriftOfTheHour(store), settings))


@dataclass
class Installation:
    """Everything that a test of the console may need."""

    store: Store
    clock: FakeClock
    box: SandboxServer
    desk: Desk
    settings: Settings
    app: Flask = field(init=False)

    def __post_init__(self) -> None:
        self.app = app_for(self.store, self.clock, self.settings)

    def browser(self) -> "Browser":
        return Browser(self, self.app.test_client())

    def change_user(self, whose: str, **changes: Any) -> None:
        """Somebody's record at the helpdesk changes."""
        world = self.box.sandbox.state
        with world.lock:
            user = next(each for each in world.users.values() if each.name == whose)
            world.put_user(replace(user, **changes))

    def fail(self, path: str = "", *, well: bool = False) -> None:
        """The helpdesk does not answer, or does again."""
        faults = Faults() if well else Faults(server_error=1.0, server_status=503, path=path)
        self.box.sandbox.faults.set(faults)

    def user_id(self, name: str) -> int:
        world = self.box.sandbox.state
        return next(each.id for each in world.users.values() if each.name == name)

    def work(self) -> None:
        """A worker does what people wanted in the console."""
        judge: Any = ScriptedJudge()
        drafts = {"drafts": [], "more": 0, "left_out": 0, "said": []}
        with closing(connect_helpdesk(self.settings, self.store, self.clock)) as helpdesk:
            work = ConsoleWork(
                self.store,
                self.desk.acting,
                judge,
                self.clock,
                lambda: drafts,
                partial(read_agent, helpdesk.read),
            )
            with self.store.write() as connection:
                rows = deliveries.take_undispatched(connection, limit=50)
            for row in rows:
                work.advance(row)


@dataclass
class Browser:
    """Follows redirects within the console, fills in forms, keeps cookies."""

    at: Installation
    client: FlaskClient
    base: str = HERE

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=self.base, headers=headers, buffered=True)

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, origin: str | None = HERE
    ) -> TestResponse:
        headers = {"Origin": origin} if origin else {}
        return self.client.post(
            path, base_url=self.base, data=data or {}, headers=headers, buffered=True
        )

    def sign_in(self, name: str = ADA, where: str = "") -> TestResponse:
        """Through the helpdesk's own pages."""
        begun = self.get(f"/console/sign-in/zendesk{f'?next={where}' if where else ''}")
        return self.get(self.allowed(begun.headers["Location"], name))

    def allowed(self, address: str, name: str, do: str = "allow") -> str:
        """Press Allow at the helpdesk: path and query that the browser is sent back to."""
        form = {"user": str(self.at.user_id(name)), "do": do}
        answer = requests.post(address, data=form, allow_redirects=False, timeout=5)
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"

    def cookie(self, name: str = "deskclerk", path: str = "/") -> str:
        """What the browser keeps."""
        kept = self.client.get_cookie(name, domain="127.0.0.1", path=path)
        if kept is None:
            raise AssertionError(f"there is no cookie {name}")
        return kept.value

    def keep(self, value: str, name: str = "deskclerk", path: str = "/") -> None:
        """Give the browser a cookie."""
        self.client.set_cookie(name, value, domain="127.0.0.1", path=path)

    def enter_code(self, code: str = CODE) -> TestResponse:
        return self.post("/setup/code", {"code": code})

    def token(self) -> str:
        """The token of the session's forms."""
        page = self.get("/console/account")
        if page.status_code != 200:
            page = self.get("/setup")
        return dict(_FIELD.findall(page.text))["form"]

    def send(self, path: str, **data: Any) -> TestResponse:
        """A form of this session, with any values."""
        return self.post(path, {"form": self.token(), **data})

    def submit(self, page: TestResponse, action: str, **data: Any) -> TestResponse:
        """The form of a page that goes to an address, filled in."""
        for form in _FORM.findall(page.text):
            target = next(iter(_ACTION.findall(form.partition(">")[0])), "")
            hidden = _hidden(form)
            if target == action and all(hidden.get(k) == v for k, v in data.items() if k in hidden):
                return self.post(action or page.request.path, {**hidden, **data})
        raise AssertionError(f"the page has no form for {action}")


def _hidden(form: str) -> dict[str, Any]:
    """The hidden fields of a form; one that stands there several times is a list."""
    found: dict[str, Any] = {}
    for name, value in _FIELD.findall(form):
        text = unescape(value)
        if name in found:
            before = found[name] if isinstance(found[name], list) else [found[name]]
            found[name] = [*before, text]
        else:
            found[name] = text
    return found


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def without_choices(page: str) -> str:
    """A page without what its forms offer to choose from, which is the same for every ticket."""
    return re.sub("<select.*?</select>", "", page, flags=re.DOTALL)
