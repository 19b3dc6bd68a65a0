"""The page: channels, messages with working buttons, modals, and a line to write in.

Server-rendered; a small script keeps it fresh and makes it quick. Everything works without it.
"""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from connectors.slack.sandbox import oauth
from connectors.slack.sandbox.errors import SlackError
from connectors.slack.sandbox.mrkdwn import emoji, format_date, link, mention, to_html, with_breaks
from connectors.slack.sandbox.page_view import Page, first_channel, form_values, read_page
from connectors.slack.sandbox.parts import Parts

_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"  # noqa: E501 - one header
_SENTENCES = {
    "channel_not_found": "That person isn't in that channel.",
    "message_not_found": "That message is no longer there.",
    "action_not_found": "That message has changed; the button is gone.",
    "not_found": "That form is no longer open.",
    "user_not_found": "There is nobody of that name.",
    "no_text": "Write something first.",
}


class PageViews:
    """The views; registered by `page_blueprint`."""

    def __init__(self, parts: Parts) -> None:
        self._world = parts.world
        self._people = parts.people

    def _read(self, who: str, where: str) -> Page:
        with self._world.lock:
            me = self._people.who(who)
            return read_page(self._world, me, self._people.where(where, me))

    def index(self) -> AnyResponse:
        """The first person's first channel."""
        with self._world.lock:
            return self._at_home(self._world.people()[0].handle)

    def home(self, who: str) -> AnyResponse:
        """A person's first channel."""
        with self._world.lock:
            return self._at_home(who)

    def _at_home(self, who: str) -> AnyResponse:
        me = self._people.who(who)
        where = first_channel(self._world, me).id
        return redirect(url_for("pages.talk", who=me.handle, where=where), 303)

    def talk(self, who: str, where: str) -> str:
        """A channel as a person sees it."""
        page = self._read(who, where)
        return render_template("slack_sandbox/talk.html", page=page, config=self._world.config)

    def fragment(self, who: str, where: str) -> str:
        """The same without its frame, for the script."""
        page = self._read(who, where)
        return render_template("slack_sandbox/_parts.html", page=page, config=self._world.config)

    def _back(self, who: str, where: str) -> AnyResponse:
        name = "pages.fragment" if request.headers.get("X-Sandbox-Script") else "pages.talk"
        return redirect(url_for(name, who=who, where=where), 303)

    def say(self, who: str, where: str) -> AnyResponse:
        """Words or a command from the line below."""
        self._people.say(who, where, request.form.get("text", ""))
        return self._back(who, where)

    def click(self, who: str, where: str) -> AnyResponse:
        """A button or a choice in a message."""
        form = request.form
        ts, action, block = (form.get(name, "") for name in ("ts", "action", "block"))
        several = request.form.getlist("value")
        value = several if form.get("several") else "".join(several[:1])
        self._people.click(who, where, ts, action, block=block, value=value)
        return self._back(who, where)

    def view(self, who: str, where: str) -> AnyResponse:
        """A modal sent, closed, or a button within it."""
        form = request.form
        key = form.get("view", "")
        with self._world.lock:
            stack = self._world.views.get(self._people.who(who).id, [])
            if not stack or stack[-1].id != key:
                raise SlackError("not_found")
            shown = stack[-1]
        values = form_values(shown, form.to_dict(flat=False))
        do, _, action = form.get("do", "submit").partition(":")
        if do == "close":
            self._people.close(who, key)
        elif do == "click":
            place, _, name = action.partition(":")
            blocks = {str(n): row["block_id"] for n, row in enumerate(shown.content["blocks"])}
            if place not in blocks:
                raise SlackError("action_not_found")
            self._people.click_in_view(who, key, name, values, block=blocks[place])
        else:
            self._people.submit(who, key, values)
        return self._back(who, where)


class OAuthViews:
    """The page that asks whether an app may be installed."""

    def __init__(self, parts: Parts) -> None:
        self._world = parts.world

    def ask(self) -> AnyResponse:
        """`GET /oauth/v2/authorize`."""
        with self._world.lock:
            wish = oauth.read_wish(self._world, request.args)
            people = [user for user in self._world.people() if user.is_admin]
        page = render_template(
            "slack_sandbox/install.html",
            wish=wish,
            config=self._world.config,
            people=people or self._world.people(),
            asked=request.query_string.decode(),
        )
        response = make_response(page)
        # browsers hold the address after a form's redirect against this rule too
        response.headers["Content-Security-Policy"] = f"{_POLICY} {wish.origin}"
        return response

    def decide(self) -> AnyResponse:
        """`POST` of the same: Allow or Deny."""
        with self._world.lock:
            wish = oauth.read_wish(self._world, request.args)
            allowed = request.form.get("do") == "allow"
            user = request.form.get("user", "")
            target = oauth.send_back(self._world, wish, user, allowed=allowed)
        return redirect(target, 302)


def _clock(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M")


def _host(address: str) -> str:
    return urlsplit(address).netloc


def _guard(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    # not "no-referrer": browsers would send "Origin: null" with our own forms
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response


def _on_error(error: SlackError) -> Response:
    text = _SENTENCES.get(error.code, f"Slack refuses this: {error.code}.")
    return make_response(render_template("slack_sandbox/error.html", error=text), 400)


def page_blueprint(parts: Parts) -> Blueprint:
    """The blueprint with the page."""
    views, oauth_views = PageViews(parts), OAuthViews(parts)
    blueprint = Blueprint("pages", __name__, template_folder="templates")
    filters: dict[str, Callable[..., str | Markup]] = {
        "clock": _clock,
        "host": _host,
        "mrkdwn": to_html,
        "breaks": with_breaks,
        "link_to": link,
        "mention": mention,
        "emoji": emoji,
        "moment": lambda seconds, form, now: format_date(seconds, form, now) or "",
    }
    for name, run in filters.items():
        blueprint.add_app_template_filter(run, name)
    blueprint.register_error_handler(SlackError, _on_error)
    blueprint.after_request(_guard)

    one = "/as/<who>/<where>"
    blueprint.add_url_rule("/", "index", views.index)
    blueprint.add_url_rule("/as/<who>", "home", views.home)
    blueprint.add_url_rule(one, "talk", views.talk)
    blueprint.add_url_rule(f"{one}/fragment", "fragment", views.fragment)
    blueprint.add_url_rule(f"{one}/say", "say", views.say, methods=["POST"])
    blueprint.add_url_rule(f"{one}/click", "click", views.click, methods=["POST"])
    blueprint.add_url_rule(f"{one}/view", "view", views.view, methods=["POST"])
    where = "/oauth/v2/authorize"
    blueprint.add_url_rule(where, "install", oauth_views.ask)
    blueprint.add_url_rule(where, "decide", oauth_views.decide, methods=["POST"])
    return blueprint
