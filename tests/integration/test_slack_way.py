"""The whole way in Slack: cards, clicks, forms and commands, over signed requests."""

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import sync_playwright

from connectors.slack.sandbox import SlackSandboxConfig, SlackSandboxServer
from tests.faults.harness import ANSWERABLE, COMPLAINT
from tests.whole import Running, wait_for, whole

# Two people in copy: the answer becomes a draft.
DRAFTED = {"body": ANSWERABLE, "ccs": ["colleague@example.org"]}
ANSWER = "You can reset your password under Settings, Security."
CANARY = "kanarienvogel-4711"


@dataclass
class Slack:
    """What people see and do in the sandbox Slack."""

    url: str

    def ask(self, what: str, **more: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/sandbox/{what}", json=more, timeout=10)
        return dict(answer.json())

    def channel(self, name: str) -> dict[str, Any]:
        world = requests.get(f"{self.url}/sandbox/world", timeout=10).json()
        return next(dict(c) for c in world["channels"] if c["name"] == name)

    def messages(self, channel: str) -> list[dict[str, Any]]:
        return list(self.channel(channel)["messages"])

    def texts(self, channel: str) -> list[str]:
        return [json.dumps(message) for message in self.messages(channel)]

    def says(self, text: str, user: str = "grace", channel: str = "support") -> None:
        self.ask("say", user=user, channel=channel, text=text)

    def clicks(self, action: str, user: str = "grace", channel: str = "support") -> None:
        message = next(m for m in self.messages(channel) if action in buttons(m))
        self.ask("click", user=user, channel=channel, ts=message["ts"], action=action)

    def has_form(self) -> bool:
        """A form opens after its click was acknowledged."""
        return bool(requests.get(f"{self.url}/sandbox/world", timeout=10).json()["views"])

    def sent(self) -> list[dict[str, Any]]:
        return list(requests.get(f"{self.url}/sandbox/sent", timeout=10).json()["sent"])

    def sees(self, words: str, channel: str = "support") -> bool:
        return any(words in text for text in self.texts(channel))


def buttons(message: dict[str, Any]) -> set[str]:
    return {
        element["action_id"]
        for block in message.get("blocks", [])
        if block["type"] == "actions"
        for element in block["elements"]
    }


@pytest.fixture
def slack() -> Iterator[Slack]:
    with SlackSandboxServer(SlackSandboxConfig(rates=None)) as server:
        yield Slack(server.url)


@pytest.fixture
def running(tmp_path: Path, slack: Slack) -> Iterator[Running]:
    class Server:
        url = slack.url

    with whole(tmp_path, Server()) as made:  # type: ignore[arg-type] # only its address is asked
        yield made


def a_draft(running: Running, slack: Slack) -> int:
    ticket = running.open_ticket(**DRAFTED)
    wait_for(lambda: any("send" in buttons(m) for m in slack.messages("support")))
    return ticket


def test_a_draft_is_approved_by_one_click_and_its_card_says_by_whom(
    running: Running, slack: Slack
) -> None:
    ticket = a_draft(running, slack)
    assert slack.sees(ANSWER)
    slack.clicks("send")
    wait_for(lambda: (True, ANSWER) in running.comments(ticket))
    wait_for(lambda: slack.sees("Sent by Grace Agent"))
    assert "Grace Agent approved the draft" in running.comments(ticket)[-2][1]
    wait_for(lambda: not any("send" in buttons(m) for m in slack.messages("support")))


def test_clicks_and_commands_that_come_twice_act_once(running: Running, slack: Slack) -> None:
    ticket = a_draft(running, slack)
    slack.clicks("send")
    slack.ask("resend", retry=1)
    slack.ask("resend", retry=2)
    wait_for(lambda: (True, ANSWER) in running.comments(ticket))
    time.sleep(1)
    assert running.comments(ticket).count((True, ANSWER)) == 1
    assert running.kinds().count("act") == 1


def test_a_draft_is_edited_in_a_form_and_stands_in_the_agents_name(
    running: Running, slack: Slack
) -> None:
    ticket = a_draft(running, slack)
    slack.clicks("edit")
    wait_for(slack.has_form)
    slack.ask("submit", user="grace", values={"reply": "My own words."})
    wait_for(lambda: (True, "My own words.") in running.comments(ticket))
    author = running.ticket(ticket)["comments"][-1]["author_id"]
    assert author != running.ticket(ticket)["comments"][1]["author_id"]


def test_a_customer_who_writes_again_takes_the_buttons_away(running: Running, slack: Slack) -> None:
    ticket = a_draft(running, slack)
    running.write(ticket, **{"as": "customer", "body": "Never mind, I found it."})
    wait_for(lambda: not any("send" in buttons(m) for m in slack.messages("support")))
    assert (True, ANSWER) not in running.comments(ticket)


def test_a_complaint_is_told_in_its_channel_and_taken_there(running: Running, slack: Slack) -> None:
    ticket = running.open_ticket(body=COMPLAINT)
    wait_for(lambda: any("take" in buttons(m) for m in slack.messages("complaints")))
    assert slack.sees("formal complaint", "complaints")
    slack.clicks("take", channel="complaints")
    wait_for(lambda: slack.sees("Taken by Grace Agent", "complaints"))
    assert "takes the ticket" in running.comments(ticket)[-1][1]


def test_a_guard_is_lifted_with_a_reason_from_its_card(running: Running, slack: Slack) -> None:
    ticket = running.open_ticket(body=COMPLAINT)
    wait_for(lambda: any("not_this" in buttons(m) for m in slack.messages("complaints")))
    slack.clicks("not_this", channel="complaints")
    wait_for(slack.has_form)
    slack.ask("submit", user="grace", values={"reason": "a quotation of our own page"})
    wait_for(lambda: slack.sees("Cleared by Grace Agent", "complaints"))
    assert "a quotation of our own page" in running.comments(ticket)[-1][1]


def test_every_command_is_answered_to_its_user(running: Running, slack: Slack) -> None:
    ticket = a_draft(running, slack)
    wanted = {
        "help": "why <ticket>",
        f"why {ticket}": "a draft for an agent",
        "status": "Automatic replies",
        "queue": "a draft waits for a yes",
        "stats": "in the last 7 days",
        "search password": "reset_password",
        "wyh 42": "Did you mean",
        "reply": "needs a ticket",
        f"correct {ticket} none no such question": "Recorded for ticket",
        f"clear {ticket} so": "no guard",
        "pause": "are paused",
        "resume": "Only a lead",
        f"take {ticket}": "is yours",
    }
    for text, said in wanted.items():
        slack.says(f"/deskclerk {text}")
        wait_for(lambda said=said: slack.sees(said))  # type: ignore[misc] # a default argument
    slack.says("/deskclerk resume", user="ada")
    wait_for(lambda: slack.sees("go out again"))


def test_somebody_who_is_no_agent_is_told_so(running: Running, slack: Slack) -> None:
    ticket = a_draft(running, slack)
    slack.clicks("send", user="kim")
    wait_for(lambda: slack.sees("not known as an agent"))
    assert (True, ANSWER) not in running.comments(ticket)


def test_what_slack_did_not_sign_is_refused_without_a_word(running: Running) -> None:
    for headers in (
        {},
        {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Request-Timestamp": "١٢٣", "X-Slack-Signature": "\xff"},
    ):
        answer = requests.post(
            f"{running.url}/slack/events",
            data=b"command=%2Fdeskclerk&text=pause",
            headers={key: value.encode("utf-8", "replace") for key, value in headers.items()},
            timeout=10,
        )
        assert (answer.status_code, answer.content) == (401, b"")


def test_an_old_and_a_spoilt_request_are_refused(running: Running, slack: Slack) -> None:
    assert running.url
    slack.says("/deskclerk help")
    wait_for(lambda: slack.sees("why <ticket>"))
    slack.ask("resend", age_s=400)
    slack.ask("resend", spoilt=True)
    assert [row["status"] for row in slack.sent()] == [200, 401, 401]


def test_slack_that_fails_delays_no_ticket_and_loses_no_message(
    running: Running, slack: Slack
) -> None:
    fault = {"method": "chat.postMessage", "kind": "http_500_after", "count": 1}
    answer = requests.post(f"{slack.url}/sandbox/faults", json=fault, timeout=10)
    ticket = running.open_ticket(body=COMPLAINT)
    wait_for(lambda: running.ticket(ticket)["group"] == "Complaints")
    wait_for(lambda: any("take" in buttons(m) for m in slack.messages("complaints")))
    assert answer.status_code == 200
    assert len([m for m in slack.messages("complaints") if "take" in buttons(m)]) == 1


def test_no_words_of_customers_or_tokens_reach_the_logs(running: Running, slack: Slack) -> None:
    ticket = running.open_ticket(
        body=f"{ANSWERABLE} {CANARY}",
        subject=CANARY,
        requester={"name": CANARY, "email": f"{CANARY}@example.org"},
        ccs=["colleague@example.org"],
    )
    running.open_ticket(body=f"{COMPLAINT} {CANARY}", subject=CANARY)
    wait_for(lambda: any("take" in buttons(m) for m in slack.messages("complaints")))
    slack.says(f"/deskclerk search {CANARY}")
    slack.says(f"/deskclerk clear {ticket} {CANARY}")
    slack.says(f"/deskclerk {CANARY}")
    wait_for(lambda: slack.sees("There is no such command"))
    logs = running.logs.getvalue()
    for secret in (CANARY, "xoxb-", "sandbox-signing-secret", "Grace", "grace@"):
        assert secret not in logs, secret


@pytest.mark.browser
def test_a_newcomer_types_a_command_and_approves_a_reply_in_the_browser(
    running: Running, slack: Slack
) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine")
    ticket = running.open_ticket(**DRAFTED)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{slack.url}/as/grace/C0SUPPORT")
        page.fill("#text", "/deskclerk help")
        page.press("#text", "Enter")
        page.wait_for_selector("text=What Deskclerk can do here", timeout=60_000)
        page.click("button:has-text('Edit and send')", timeout=60_000)
        page.fill("dialog textarea", "Dear Ada, this is my own answer.")
        page.locator("dialog").get_by_role("button", name="Send", exact=True).click()
        page.wait_for_selector("text=Edited and sent by Grace Agent", timeout=60_000)
        browser.close()
    assert (True, "Dear Ada, this is my own answer.") in running.comments(ticket)
