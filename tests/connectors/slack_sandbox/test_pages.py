"""The page without its script: everything is a form."""

import re
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from connectors.slack.sandbox import SlackSandboxServer
from connectors.slack.sandbox.config import ChannelSeed
from tests.connectors.slack_sandbox.conftest import OpenTeam
from tests.connectors.slack_sandbox.team import (
    Button,
    Team,
    config,
    marked,
    modal,
    plain,
    text_field,
)


def get(team: Team, path: str = "/as/grace/C0SUPPORT") -> str:
    answer = requests.get(urljoin(team.server.url, path), timeout=5)
    assert answer.status_code == 200, answer.text
    return answer.text


def do(team: Team, act: str, **form: Any) -> str:
    url = f"{team.server.url}/as/grace/C0SUPPORT/{act}"
    answer = requests.post(url, data=form, timeout=5)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_first_page_is_the_first_persons_channel_with_the_app(team: Team) -> None:
    page = get(team, "/")
    assert "# support" in page
    assert "<b>Grace Agent</b>" in page
    assert "Type <code>/deskclerk help</code> below" in page
    assert "# general" in get(team, "/as/gus")


def test_a_command_typed_below_is_sent_and_answered(team: Team) -> None:
    team.service.on_command = lambda ack, **_: ack("all quiet")
    page = do(team, "say", text="/deskclerk status")
    assert "all quiet" in page
    assert "Only visible to you" in page
    assert re.search(r"HTTP 200 · \d+ ms", page)


def test_unread_messages_are_counted_until_the_channel_is_seen(team: Team) -> None:
    for _ in range(2):
        team.post(channel="C0LEGAL")
    team.people.say("grace", "legal", "my own")
    assert '<span class="hidden">unread: </span>2</span>' in get(team)
    get(team, "/as/grace/C0LEGAL")
    assert "unread: " not in get(team)


def test_a_person_sees_only_channels_that_they_are_in(team: Team) -> None:
    page = get(team, "/as/gus")
    assert "general" in page
    assert "C0LEGAL" not in page
    answer = requests.get(f"{team.server.url}/as/gus/C0LEGAL", timeout=5)
    assert answer.status_code == 400
    assert "That person isn&#39;t in that channel." in answer.text
    assert requests.get(f"{team.server.url}/as/nobody", timeout=5).status_code == 400


def test_somebody_without_channels_is_told_so(open_team: OpenTeam) -> None:
    team = open_team(channels=(ChannelSeed("only"),))
    assert requests.get(f"{team.server.url}/as/gus", timeout=5).status_code == 400
    assert "# only" in get(team, "/as/grace")


def test_the_talk_with_the_app_stands_among_the_channels(team: Team) -> None:
    team.post("just you", "U0GRACE")
    page = get(team, "/as/grace/D0GRACE")
    assert "<h1>Deskclerk</h1>" in page
    assert "just you" in page


CARD = [
    {"type": "header", "text": plain("A header <b>")},
    {"type": "section", "text": marked("*bold* <https://e.example|link>"),
     "fields": [marked("*Due*\ntoday"), plain("*plain*")]},
    {"type": "context", "elements": [marked("small"), plain("words")]},
    {"type": "divider"},
    {"type": "markdown", "text": "# as it is"},
    {"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": [
            {"type": "text", "text": "styled", "style": {"bold": True, "code": True}},
            {"type": "link", "url": "https://e.example/x"},
            {"type": "user", "user_id": "U0GRACE"},
            {"type": "channel", "channel_id": "C0LEGAL"},
            {"type": "broadcast", "range": "here"},
            {"type": "date", "timestamp": 5, "format": "{x}", "fallback": "long ago"},
            {"type": "emoji", "name": "warning"}]},
        {"type": "rich_text_preformatted",
         "elements": [{"type": "text", "text": "  two\n lines <x>"}]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
        {"type": "rich_text_list", "style": "bullet", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "point"}]}]}]},
    {"type": "actions", "elements": [
        {"type": "button", "action_id": "go", "text": plain("Go"), "url": "https://e.example/go"},
        {"type": "button", "action_id": "sure", "text": plain("Sure"), "style": "danger",
         "confirm": {"title": plain("Really?"), "text": marked("No way back.")}},
        {"type": "static_select", "action_id": "menu", "options": [
            {"text": plain("One"), "value": "1", "description": plain("first")}]}]},
    {"type": "section", "text": marked("x"), "accessory": {
        "type": "checkboxes", "action_id": "ticks",
        "options": [{"text": marked("*Tick*"), "value": "t"}]}},
]  # fmt: skip


def test_every_kind_of_block_is_shown(team: Team) -> None:
    team.post("fallback", blocks=CARD)
    page = get(team)
    for part in (
        '<h2 class="b-header">A header &lt;b&gt;</h2>',
        "<b>bold</b>",
        "<b>Due</b><br>today",
        "*plain*",
        "<span>small</span>",
        "<hr>",
        "# as it is",
        "<b><code>styled</code></b>",
        'href="https://e.example/x"',
        "@Grace Agent",
        "#legal",
        "@here",
        "<time>long ago</time>",
        "⚠️",
        "<pre>  two\n lines &lt;x&gt;</pre>",
        "<blockquote>quoted</blockquote>",
        "<li>point</li>",
        'href="https://e.example/go" target="_blank"',
        "No way back.",
        "One (first)",
        "<b>Tick</b>",
    ):
        assert part in page, part
    assert "fallback" not in page


def test_a_thread_stands_below_its_message(team: Team) -> None:
    ts = team.post("top")
    team.post("between")
    team.post("below", thread_ts=ts)
    page = get(team)
    assert page.index("top") < page.index("below") < page.index("between")
    assert "1 in this thread" in page


def test_an_edit_by_a_person_is_marked_and_the_apps_are_not(team: Team) -> None:
    ts = team.post("a")
    team.client.chat_update(channel="C0SUPPORT", ts=ts, text="b")
    assert "(edited)" not in get(team)


def test_a_click_by_form_reaches_the_service(team: Team) -> None:
    ts = team.post("card", blocks=CARD)
    block = team.world.messages["C0SUPPORT"][ts].blocks[6]["block_id"]
    do(team, "click", ts=ts, action="go", block=block)
    do(team, "click", ts=ts, action="menu", value="1")
    do(team, "click", ts=ts, action="ticks", value="t", several="1")
    first, second, third = (body["actions"][0] for body in team.service.got)
    assert first["url"] == "https://e.example/go"
    assert second["selected_option"]["value"] == "1"
    assert third["selected_options"][0]["value"] == "t"
    url = f"{team.server.url}/as/grace/C0SUPPORT/click"
    answer = requests.post(url, data={"ts": ts, "action": "gone"}, timeout=5)
    assert "the button is gone" in answer.text


FORM = [
    {"type": "header", "text": plain("Above")},
    {"type": "section", "text": marked("*words*"), "fields": [plain("field")],
     "accessory": Button(action="side").blocks[0]["elements"][0]},
    {"type": "context", "elements": [marked("small")]},
    {"type": "divider"},
    {"type": "markdown", "text": "# as it is"},
    {"type": "rich_text", "elements": [
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "exact"}]}]},
    text_field("reply", multiline=True, initial_value="two\nlines"),
    text_field("reason") | {"hint": plain("a hint")},
    {"type": "input", "block_id": "ticks", "optional": True, "label": plain("Which"), "element": {
        "type": "checkboxes", "action_id": "c", "options": [
            {"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}]}},
    *Button(action="inner").blocks,
]  # fmt: skip


def opened(team: Team) -> str:
    team.people.say("grace", "support", "/deskclerk x")
    trigger = team.service.got[-1]["trigger_id"]
    view = team.client.views_open(trigger_id=trigger, view=modal(*FORM))["view"]
    key: str = view["id"]
    return key


def test_a_form_is_shown_filled_in_and_sent(team: Team) -> None:
    key = opened(team)
    page = get(team)
    for part in ("<h3>Above</h3>", "<b>words</b>", "field", "small", "# as it is", "exact",
                 "two\nlines", "a hint", "(optional)", 'id="modal-submit"'):  # fmt: skip
        assert part in page, part
    typed = {"input-0": "one\r\ntwo", "input-1": "because", "input-2": ["1", "2"]}
    page = do(team, "view", view=key, do="submit", **typed)
    values = team.service.got[-1]["view"]["state"]["values"]
    assert values["reply"]["typed"]["value"] == "one\ntwo"
    assert len(values["ticks"]["c"]["selected_options"]) == 2
    assert 'id="modal"' not in page


def test_what_is_wrong_is_shown_beside_its_field_and_the_words_stay(team: Team) -> None:
    key = opened(team)
    page = do(team, "view", view=key, do="submit", **{"input-0": "kept words", "input-1": ""})
    assert "Please complete this required field." in page
    assert "kept words" in page


def test_trouble_with_the_service_is_shown_in_the_form(team: Team) -> None:
    key = opened(team)
    team.service.on_view = lambda ack, **_: ack(response_action="dance")
    page = do(team, "view", view=key, do="submit", **{"input-0": "x", "input-1": "y"})
    assert "We had some trouble connecting." in page


def test_a_button_in_a_form_is_pressed_and_the_form_closed(team: Team) -> None:
    key = opened(team)
    place = next(i for i, block in enumerate(FORM) if block["type"] == "actions")
    do(team, "view", view=key, do=f"click:{place}:inner", **{"input-1": "half"})
    assert team.service.got[-1]["actions"][0]["action_id"] == "inner"
    assert "half" in get(team)
    do(team, "view", view=key, do="close")
    assert 'id="modal"' not in get(team)
    url = f"{team.server.url}/as/grace/C0SUPPORT/view"
    answer = requests.post(url, data={"view": key}, timeout=5)
    assert "That form is no longer open." in answer.text


@pytest.mark.parametrize("place", ["99", "x", "", "²"])
def test_a_button_that_is_nowhere_is_refused(team: Team, place: str) -> None:
    key = opened(team)
    url = f"{team.server.url}/as/grace/C0SUPPORT/view"
    answer = requests.post(url, data={"view": key, "do": f"click:{place}:no"}, timeout=5)
    assert answer.status_code == 400


def test_a_line_says_when_the_service_does_not_answer() -> None:
    settings, _ = config()
    with SlackSandboxServer(settings) as server:
        page = requests.get(server.url, timeout=5).text
        assert "No service is attached to this team." in page
        server.sandbox.world.request_url = "http://127.0.0.1:9/x"
        server.sandbox.people.say("grace", "support", "/deskclerk x")
        page = requests.get(server.url, timeout=5).text
        assert "doesn&#39;t answer as it should (connection_failed)" in page
        assert "failed with the error" in page


def test_the_page_runs_no_script_but_its_own(team: Team) -> None:
    answer = requests.get(team.server.url, timeout=5)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.search(r"<script(?! src=\"/static/)", answer.text)
    assert not re.search(r"\sstyle=|\son[a-z]+=", answer.text)


def test_a_strangers_markup_stays_text(team: Team) -> None:
    attack = "<img src=x onerror=alert(1)>"
    team.people.say("grace", "support", attack)
    team.post(attack, blocks=[{"type": "section", "text": plain(attack)}])
    page = get(team)
    assert "<img" not in page
    assert page.count("&lt;img") >= 2
