"""What people can do in Slack beside the first click, over signed requests, in one installation."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from connectors.slack.sandbox import SlackSandboxConfig, SlackSandboxServer
from connectors.zendesk.sandbox.errors import record_invalid
from integration.store import deliveries
from tests.faults.harness import ANSWERABLE, COMPLAINT
from tests.integration.test_slack_way import ANSWER, Slack, buttons
from tests.whole import Running, wait_for, whole

HOURS = "We are open from nine to five, Monday to Friday."
CHANNELS = ("support", "complaints", "leads")
WORDS, EDITED, REASON = "kanarienvogel", "zaunkoenig", "rotkehlchen"
PACK = "uk_fca_disp_complaint"


@dataclass
class Scene:
    """An installation with both sandboxes; every ticket has a customer of its own."""

    running: Running
    slack: Slack
    customers: int = 0

    def opens(self, body: str, **more: Any) -> int:
        self.customers += 1
        name = f"customer{self.customers}"
        requester = {"name": name, "email": f"{name}@example.org"}
        return self.running.open_ticket(**{"body": body, "requester": requester, **more})

    def a_draft(self, **more: Any) -> int:
        """Somebody is in copy: the answer becomes a draft."""
        ticket = self.opens(**{"body": ANSWERABLE, "ccs": ["colleague@example.org"], **more})
        wait_for(lambda: self.card(ticket, "send", "support") is not None)
        return ticket

    def a_complaint(self, **more: Any) -> int:
        ticket = self.opens(**{"body": COMPLAINT, **more})
        wait_for(lambda: self.card(ticket, "not_this", "complaints") is not None)
        return ticket

    def card(self, ticket: int, action: str, channel: str) -> dict[str, Any] | None:
        return next(
            (
                message
                for message in self.slack.messages(channel)
                if f"Ticket {ticket}:" in json.dumps(message) and action in buttons(message)
            ),
            None,
        )

    def told_why(self, ticket: int) -> list[dict[str, Any]]:
        """The answers to the question why, to one person or to all."""
        told = self.slack.messages("complaints")
        return [message for message in told if message["text"] == f"Ticket {ticket}"]

    def clicks(self, ticket: int, action: str, channel: str = "support") -> None:
        card = self.card(ticket, action, channel)
        assert card is not None
        self.slack.ask("click", user="grace", channel=channel, ts=card["ts"], action=action)

    def submits(self, **values: str) -> None:
        wait_for(self.slack.has_form)
        self.slack.ask("submit", user="grace", values=values)

    def refused(self) -> list[deliveries.DeliveryRow]:
        """The list of failures."""
        with self.running.store.read() as connection:
            return list(deliveries.failures(connection))

    def public(self, ticket: int) -> list[str]:
        """What was written to the customer, without their own message."""
        return [body for public, body in self.running.comments(ticket)[1:] if public]

    def noted(self, ticket: int, words: str) -> bool:
        return any(words in body for public, body in self.running.comments(ticket) if not public)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with (
        SlackSandboxServer(SlackSandboxConfig(rates=None)) as server,
        whole(tmp_path_factory.mktemp("acts"), server) as running,
    ):
        yield Scene(running, Slack(server.url))


def test_another_answer_goes_out_in_place_of_the_draft(scene: Scene) -> None:
    ticket = scene.a_draft()
    scene.clicks(ticket, "another")
    scene.submits(answer="opening_hours")
    wait_for(lambda: scene.public(ticket) == [HOURS])
    wait_for(lambda: scene.slack.sees("Answered otherwise by Grace Agent"))
    assert scene.noted(ticket, "Grace Agent sends the approved answer “opening_hours”")


def test_a_draft_that_is_no_question_for_us_is_refused_and_nothing_is_sent(scene: Scene) -> None:
    ticket = scene.a_draft()
    scene.clicks(ticket, "not_a_question")
    wait_for(lambda: scene.noted(ticket, "says that no approved answer fits"))
    wait_for(lambda: scene.card(ticket, "send", "support") is None)
    assert scene.slack.sees("No question for us, says Grace Agent")
    assert scene.public(ticket) == []


def test_a_draft_that_is_escalated_has_a_card_and_is_not_sent(scene: Scene) -> None:
    ticket = scene.a_draft()
    scene.clicks(ticket, "escalate")
    wait_for(lambda: scene.card(ticket, "take", "support") is not None)
    wait_for(lambda: "deskclerk_escalate" in scene.running.ticket(ticket)["tags"])
    assert scene.card(ticket, "send", "support") is None
    assert scene.public(ticket) == []


def test_why_is_shown_to_one_person_and_shared_with_the_channel(scene: Scene) -> None:
    ticket = scene.a_complaint()
    scene.clicks(ticket, "why", "complaints")
    wait_for(lambda: len(scene.told_why(ticket)) == 1)
    [shown] = scene.told_why(ticket)
    assert shown["only_for"]
    scene.slack.ask("click", user="grace", channel="complaints", ts=shown["ts"], action="share")
    wait_for(lambda: any(not told["only_for"] for told in scene.told_why(ticket)))


def test_reply_sends_an_approved_answer(scene: Scene) -> None:
    ticket = scene.a_draft()
    scene.slack.says(f"/deskclerk reply {ticket} opening_hours")
    wait_for(lambda: scene.public(ticket) == [HOURS])
    wait_for(lambda: scene.slack.sees(f" to ticket {ticket}."))
    wait_for(lambda: scene.card(ticket, "send", "support") is None)


def test_correct_with_an_answer_is_recorded_and_sends_nothing(scene: Scene) -> None:
    ticket = scene.a_draft()
    scene.slack.says(f"/deskclerk correct {ticket} opening_hours they asked for the hours")
    wait_for(lambda: scene.slack.sees(f"Recorded for ticket {ticket}: "))
    assert scene.noted(ticket, "“opening_hours” was asked. Reason: they asked for the hours")
    assert scene.public(ticket) == []


def test_correct_with_a_pack_holds_the_ticket_and_tells_its_owner(scene: Scene) -> None:
    ticket = scene.a_draft()
    scene.slack.says(f"/deskclerk correct {ticket} {PACK} they threaten to complain")
    wait_for(lambda: scene.slack.sees(f"Ticket {ticket} is held for people"))
    wait_for(lambda: scene.card(ticket, "not_this", "complaints") is not None)
    scene.slack.says(f"/deskclerk reply {ticket} reset_password")
    wait_for(lambda: scene.slack.sees(f"Ticket {ticket} is held for people. Lift the guard"))
    assert ANSWER not in scene.public(ticket)


def test_a_case_is_named_on_its_card_and_its_clocks_are_noted(scene: Scene) -> None:
    ticket = scene.a_complaint()
    scene.clicks(ticket, "name_case", "complaints")
    scene.submits(answer=PACK, reason="they want redress")
    wait_for(lambda: scene.slack.sees(f"Ticket {ticket} is held for people", "complaints"))
    assert scene.noted(ticket, "Reason: they want redress")
    assert scene.noted(ticket, "Deadline:")


def test_clear_lifts_a_guard(scene: Scene) -> None:
    ticket = scene.a_complaint()
    scene.slack.says(f"/deskclerk clear {ticket} a quotation of our page")
    wait_for(lambda: scene.slack.sees(f"The guard on ticket {ticket} is lifted"))
    assert scene.noted(ticket, "Grace Agent lifts the guard. Reason: a quotation of our page")
    wait_for(lambda: scene.card(ticket, "take", "complaints") is None)


def test_nothing_that_people_wrote_reaches_logs_metrics_failures_or_notifications(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_canary = {"subject": WORDS, "requester": {"name": WORDS, "email": f"{WORDS}@example.org"}}
    ticket = scene.a_complaint(body=f"{COMPLAINT} {WORDS}", **from_canary)
    scene.clicks(ticket, "why", "complaints")
    scene.clicks(ticket, "not_this", "complaints")
    scene.submits(reason=f"only {REASON}")
    wait_for(lambda: scene.slack.sees(f"Cleared by Grace Agent: only {REASON}", "complaints"))
    ticket = scene.a_draft(body=f"{ANSWERABLE} {WORDS}", **from_canary)
    scene.clicks(ticket, "edit")
    with monkeypatch.context() as helpdesk:
        helpdesk.setattr("connectors.zendesk.sandbox.desk.changed_ticket", refuse)
        scene.submits(reply=f"My own {EDITED}.")
        wait_for(lambda: bool(scene.refused()))
    ticket = scene.a_draft(body=f"{ANSWERABLE} {WORDS}", **from_canary)
    scene.clicks(ticket, "edit")
    scene.submits(reply=f"My own {EDITED}.")
    wait_for(lambda: scene.public(ticket) == [f"My own {EDITED}."])
    metrics = requests.get(
        f"{scene.running.url}/metrics", headers={"Authorization": "Bearer scrape"}, timeout=10
    )
    assert "deskclerk_posts" in metrics.text
    places = {
        "logs": scene.running.logs.getvalue(),
        "metrics": metrics.text,
        "failures": repr(scene.refused()),
        "notifications": "\n".join(
            message["text"] for channel in CHANNELS for message in scene.slack.messages(channel)
        ),
    }
    assert "act.recorded" in places["logs"]
    assert f"Ticket {ticket}" in places["notifications"]
    for place, text in places.items():
        for secret in (WORDS, EDITED, "xoxb-", "sandbox-signing-secret", "grace@"):
            assert secret not in text, (place, secret)
        if place != "notifications":  # they name who acted
            assert "Grace" not in text, place
            assert REASON not in text, place


def refuse(*_args: Any, **_more: Any) -> None:
    """A helpdesk that says again what it refuses."""
    raise record_invalid("comment", f"{EDITED} and {WORDS} are not valid")
