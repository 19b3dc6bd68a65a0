"""The page in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser import complaints
from tests.connectors.slack_sandbox.team import Button, Team, marked, modal, plain, text_field

pytestmark = pytest.mark.browser


def go(team: Team, page: Page, path: str = "/as/grace/C0SUPPORT") -> None:
    page.goto(team.server.url + path)


def ask(ack: Any, body: dict[str, Any], client: Any) -> None:
    ack()
    fields = (text_field("reply", multiline=True, initial_value="Hello"), text_field("reason"))
    client.views_open(trigger_id=body["trigger_id"], view=modal(*fields))


def test_a_visitor_commands_clicks_fills_in_a_form_and_sees_the_outcome(
    team: Team, page: Page
) -> None:
    heard = complaints(page)
    team.service.on_command = lambda ack, **_: ack("two wait")
    team.service.on_action = ask
    go(team, page)
    page.fill("#text", "/deskclerk status")
    page.press("#text", "Enter")
    page.wait_for_selector("text=two wait")
    assert page.input_value("#text") == ""
    ts = team.post("card", blocks=Button(label="Edit and send").blocks)
    page.click("text=Edit and send")
    page.wait_for_selector("#modal textarea:focus")
    page.fill("#modal textarea", "Hello Sam")
    page.click("#modal-submit")
    page.wait_for_selector("text=Please complete this required field.")
    assert page.input_value("#modal textarea") == "Hello Sam"
    page.fill("#modal .wrong input", "because")
    page.press("#modal .wrong input", "Enter")
    page.wait_for_selector("#modal", state="detached")
    values = team.service.got[-1]["view"]["state"]["values"]
    assert values["reply"]["typed"]["value"] == "Hello Sam"
    team.client.chat_update(channel="C0SUPPORT", ts=ts, text="Sent by <@U0GRACE>", blocks=[])
    page.wait_for_selector("text=Sent by @Grace Agent")
    assert heard == []


def test_words_half_written_outlast_new_messages(team: Team, page: Page) -> None:
    team.service.on_action = ask
    team.post("card", blocks=Button(label="Edit").blocks)
    go(team, page)
    page.fill("#text", "half a sen")
    page.click("text=Edit")
    page.wait_for_selector("#modal textarea:focus")
    page.fill("#modal textarea", "half a reply")
    team.post("something new")
    page.wait_for_selector("text=something new", state="attached")
    assert page.input_value("#modal textarea") == "half a reply"
    page.keyboard.press("Escape")
    page.wait_for_selector("#modal", state="detached")
    assert page.input_value("#text") == "half a sen"
    assert team.world.views["U0GRACE"] == []


def test_a_confirmation_is_asked_before_the_click_goes_out(team: Team, page: Page) -> None:
    confirm = {
        "title": plain("Sure?"), "text": marked("x"), "confirm": plain("Do it"),
        "deny": plain("Leave it"),
    }  # fmt: skip
    team.post("card", blocks=Button(more={"confirm": confirm}).blocks)
    go(team, page)
    page.click("text=Take")
    page.click("text=Leave it")
    page.wait_for_selector("dialog.confirm[open]", state="detached")
    assert team.service.got == []
    page.click("text=Take")
    with page.expect_response("**/click"):
        page.click("text=Do it")
    page.wait_for_function("() => !document.querySelector('.sending')")
    assert len(team.service.got) == 1


def test_a_link_button_opens_and_the_service_hears_of_it(team: Team, page: Page) -> None:
    target = f"{team.server.url}/as/ada"
    team.post("card", blocks=Button(label="Open", more={"url": target}).blocks)
    go(team, page)
    with page.expect_popup() as popup, page.expect_response("**/click"):
        page.click("text=Open")
    popup.value.wait_for_url("**/as/ada/*")
    page.wait_for_function("() => !document.querySelector('.sending')")
    assert team.service.got[0]["actions"][0]["url"] == target


def test_allow_sends_the_browser_back_to_the_service(team: Team, page: Page) -> None:
    wish = "client_id=1234567890.sandbox&scope=commands&state=s-1"
    go(team, page, f"/oauth/v2/authorize?{wish}&redirect_uri={team.service.url}")
    page.click("text=Allow")
    page.wait_for_url("**/slack/events?code=*&state=s-1")


def test_everything_is_reached_by_the_keyboard(team: Team, page: Page) -> None:
    team.post("card", blocks=Button().blocks)
    go(team, page)
    page.focus(".switch summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/as/omar/C0SUPPORT")
    page.focus("article button")
    with page.expect_response("**/click"):
        page.keyboard.press("Enter")
    page.wait_for_function("() => !document.querySelector('.sending')")
    assert team.service.got[0]["user"]["id"] == "U0OMAR"
    team.post("another")
    page.wait_for_selector("text=another")
    assert page.evaluate("document.activeElement.textContent") == "Take"


def test_a_sandbox_that_stops_shows_as_not_reachable(team: Team, page: Page) -> None:
    go(team, page)
    page.route("**/fragment", lambda route: route.abort())
    page.wait_for_selector("text=not reachable")
    page.unroute("**/fragment")
    page.wait_for_selector("#live:text('live')")


def test_the_page_fits_a_phone(team: Team, page: Page) -> None:
    team.service.on_action = ask
    long = "w" * 300
    blocks = [{"type": "section", "text": marked(long), "fields": [marked(long)] * 2},
              *Button(label="L" * 70).blocks]  # fmt: skip
    team.post(long)
    team.post("card", blocks=blocks)
    page.set_viewport_size({"width": 360, "height": 740})
    for path in ("/as/grace/C0SUPPORT", "/as/grace/C0LEGAL"):
        go(team, page, path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    go(team, page)
    page.click("article button")
    page.wait_for_selector("#modal")
    assert page.evaluate("document.getElementById('modal').getBoundingClientRect().right") <= 360


def test_a_strangers_markup_never_runs(team: Team, page: Page) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    team.post(attack, blocks=[{"type": "section", "text": plain(attack)}])
    team.people.say("grace", "support", attack)
    go(team, page)
    page.wait_for_selector("text=<img src=x")
    assert dialogs == []
