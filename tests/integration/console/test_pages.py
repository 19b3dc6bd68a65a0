"""What people see: status, tickets with their evidence, failures, the ledger."""

import json
from typing import Any

import pytest

from connectors.errors import RetryLater
from integration import ledger
from integration.brake import read_brake, set_brake
from integration.console import words
from integration.console.intake import ConsoleIntake
from integration.console.story import pieces
from integration.store import approvals, clocks, decisions, deliveries, facts
from integration.store.clocks import ClockRow
from tests.integration.console.conftest import settings_for
from tests.integration.console.kit import (
    GRACE,
    OMAR,
    Browser,
    Installation,
    app_for,
    without_choices,
)


def agent(here: Installation, name: str = GRACE) -> Browser:
    browser = here.browser()
    browser.sign_in(name)
    return browser


def newest(here: Installation, ticket_id: int) -> str:
    with here.store.read() as connection:
        row = decisions.latest_for_ticket(connection, ticket_id)
    assert row is not None
    return row.id


def change_decision(here: Installation, decision_id: str, **changes: Any) -> None:
    """A decision's text stands otherwise."""
    with here.store.write() as connection:
        text = json.loads(decisions.text_of(connection, decision_id)[1] or "{}")
        connection.exec_driver_sql(
            "UPDATE decision SET decision = ? WHERE id = ?",
            (json.dumps(text | changes), decision_id),
        )


def test_the_status_says_what_works_and_what_does_not(here: Installation, ada: Browser) -> None:
    page = ada.get("/console/status")
    assert "not reached yet" in page.text
    assert "Nothing was decided yet" in page.text
    now = here.clock.now().timestamp()
    with here.store.write() as connection:
        facts.put(connection, facts.TOKEN, "x", now - 120)
        facts.put(connection, facts.SWEPT, 1, now - 7200)
    here.desk.helpdesk.customer_opens(1, "password")
    here.desk.handle(1)
    page = ada.get("/console/status/now")
    assert "2 minutes ago" in page.text
    assert "late" in page.text
    assert "<html" not in page.text


def test_the_brake_is_pulled_by_anybody_and_released_by_a_lead(
    here: Installation, ada: Browser
) -> None:
    grace = agent(here)
    page = grace.submit(grace.get("/console/status"), "/console/pause")
    assert page.headers["Location"] == "/console/status?done=paused"
    page = grace.get("/console/tickets")
    assert "Automatic replies are paused" in page.text
    assert grace.send("/console/resume").status_code == 403
    ada.submit(ada.get("/console/status"), "/console/resume")
    assert "Automatic replies are paused" not in grace.get("/console/tickets").text
    entries = [e for e in ledger.read_entries(here.store) if e["kind"] in {"paused", "resumed"}]
    assert [e["body"]["by"].split(" (")[0] for e in entries] == ["Grace Agent", "Ada Admin"]


@pytest.mark.parametrize("path", ["/console/status", "/console/answers/reset_password"])
def test_an_old_page_undoes_no_pause_that_came_after_it(
    here: Installation, ada: Browser, path: str
) -> None:
    answer = path.partition("/answers/")[2] or None
    with here.store.write() as connection:
        set_brake(connection, here.clock.now(), "Grace", pulled=True, answer=answer)
    here.clock.pass_time(5)
    page = ada.get(path)
    here.clock.pass_time(5)
    with here.store.write() as connection:
        set_brake(connection, here.clock.now(), "Omar", pulled=True, answer=answer)
    late = ada.submit(page, "/console/resume")
    assert late.status_code == 409
    assert "paused them again since this page was shown" in late.text
    with here.store.read() as connection:
        brake = read_brake(connection)
    assert (brake.everything, brake.answers) == (answer is None, (answer,) if answer else ())
    here.clock.pass_time(5)
    assert ada.submit(ada.get(path), "/console/resume").status_code == 303


def test_one_answer_is_paused_from_its_page(here: Installation, ada: Browser) -> None:
    path = "/console/answers/reset_password"
    answer = ada.submit(ada.get(path), "/console/pause", answer="reset_password")
    assert answer.headers["Location"] == f"{path}?done=answer-paused"
    assert "paused" in ada.get(path).text
    with here.store.read() as connection:
        assert read_brake(connection).answers == ("reset_password",)
    assert "reset_password" in ada.get("/console/status").text
    ada.submit(ada.get(path), "/console/resume", answer="reset_password")
    with here.store.read() as connection:
        assert read_brake(connection).answers == ()


def test_an_answer_that_does_not_exist_can_not_be_paused(here: Installation, ada: Browser) -> None:
    assert ada.send("/console/pause", answer="canary").status_code == 404
    with here.store.read() as connection:
        assert read_brake(connection).answers == ()


def test_the_doctor_looks_when_asked_to(ada: Browser) -> None:
    assert "What was found" not in ada.get("/console/doctor").text
    page = ada.send("/console/doctor")
    assert "What was found" in page.text
    assert "settings" in page.text


def test_a_ticket_shows_what_was_seen_where(here: Installation, ada: Browser) -> None:
    here.desk.helpdesk.customer_opens(1, "a complaint <b>about</b> you")
    here.desk.handle(1)
    about = newest(here, 1)
    reason = {"code": "regulatory.complaint", "rule": "r", "detail": "Seen.", "evidence": [[2, 11]]}
    change_decision(here, about, reasons=[reason])
    page = ada.get("/console/tickets/1")
    assert "<mark>complaint</mark>" in page.text
    assert "&lt;b&gt;about&lt;/b&gt;" in page.text
    assert "regulatory.complaint" in page.text
    assert about in page.text
    assert "held for people" in page.text
    assert "private note" in page.text


def test_the_list_is_filtered_and_paged(here: Installation, ada: Browser) -> None:
    for number in range(1, 4):
        here.desk.helpdesk.customer_opens(number, "password" if number < 3 else "complaint")
        here.desk.handle(number)
        here.desk.clock.pass_time(90_000)
    page = ada.get("/console/tickets")
    assert page.status_code == 303  # signed out meanwhile
    ada.sign_in()
    assert ada.get("/console/tickets").text.count('href="/console/tickets/') == 3
    for query, wanted in [
        ("outcome=escalate", [3]),
        ("faq=reset_password", [1, 2]),
        ("guarded=yes", [3]),
        ("guarded=no", [1, 2]),
        ("ticket=%232", [2]),
        ("ticket=x&outcome=canary&guarded=maybe", [1, 2, 3]),
    ]:
        text = ada.get(f"/console/tickets?{query}").text
        assert [n for n in (1, 2, 3) if f'/console/tickets/{n}"' in text] == wanted, query
    assert "Nothing fits" in ada.get("/console/tickets?ticket=77").text
    assert "canary" not in ada.get("/console/tickets?outcome=canary").text


def test_older_lines_stand_on_the_next_page(
    here: Installation, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.console.register._PAGE", 2)
    for number in range(1, 6):
        here.desk.helpdesk.customer_opens(number, "hello")
        here.desk.handle(number)
    seen: list[str] = []
    address = "/console/tickets?outcome=abstain"
    for _ in range(3):
        text = ada.get(address).text
        seen += [n for n in "12345" if f'/console/tickets/{n}"' in text]
        before = text.partition('href="/console/tickets?before=')[2].partition('"')[0]
        address = f"/console/tickets?before={before}".replace("&amp;", "&")
    assert sorted(seen) == list("12345")
    assert "outcome=abstain" in address or not before
    assert ada.get("/console/tickets?before=canary").status_code == 200
    assert ada.get("/console/tickets?before=x~y").status_code == 200


def restricted(here: Installation) -> str:
    here.desk.helpdesk.customer_opens(1, "CANARY words of a complaint")
    here.desk.handle(1)
    about = newest(here, 1)
    route = {"group": "Legal", "priority": None, "tags": ["deskclerk_review"]}
    change_decision(here, about, route=route)
    return about


def test_of_a_restricted_ticket_agents_see_that_it_is_and_leads_what(
    here: Installation, ada: Browser
) -> None:
    about = restricted(here)
    now = here.clock.now().timestamp()
    clock = ClockRow(about, 0, 1, "a_pack", "CANARY clock", now, now + 60, "running", 0, None)
    with here.store.write() as connection:
        approvals.ask(connection, about, 1, now + 3600)
        clocks.start(connection, [clock])
    grace = agent(here)
    for path in ("/console/tickets/1", "/console/tickets", "/console/approvals"):
        page = grace.get(path)
        assert page.status_code == 200
        assert "CANARY" not in page.text, path
        assert "complaint" not in page.text.lower(), path
    assert "leads and administrators only" in grace.get("/console/tickets/1").text
    page = ada.get("/console/tickets/1")
    assert "CANARY words" in page.text
    assert "CANARY clock" in page.text


def test_no_filter_tells_agents_what_a_restricted_ticket_is_about(
    here: Installation, ada: Browser
) -> None:
    about = restricted(here)
    with here.store.write() as connection:
        connection.exec_driver_sql("UPDATE decision SET faq = 'find_iban'")
    here.clock.pass_time(60)
    ada.send(
        "/console/acts", act="correct", ticket="1", about=about, faq="find_iban", once="1" * 32
    )
    here.work()
    line = '/console/tickets/1"'
    assert ada.get("/console/tickets?faq=find_iban").text.count(line) == 2
    grace = agent(here)
    assert line not in grace.get("/console/tickets?faq=find_iban").text
    assert grace.get("/console/tickets").text.count(line) == 2
    assert "Find the IBAN</td>" not in grace.get("/console/tickets").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"role": "agent"}, "Only a lead can lift this guard"),
        ({"suspended": True}, "no active agent of the helpdesk any more"),
        ({}, "is lifted"),
    ],
)
def test_who_lifts_a_guard_is_asked_when_it_is_lifted(
    here: Installation, ada: Browser, changes: dict[str, Any], said: str
) -> None:
    restricted(here)
    here.clock.pass_time(60)
    page = ada.get("/console/tickets/1")
    answer = ada.submit(page, "/console/acts", act="clear", written="a mistake")
    here.change_user("Ada Admin", **changes)
    here.work()
    told = ConsoleIntake(here.store, here.clock).answered(
        here.user_id("Ada Admin"), answer.headers["Location"].rsplit("/", 1)[1]
    )
    assert told is not None
    assert told.told is not None
    assert said in told.told["said"]


def test_what_a_lead_began_to_lift_is_gone_on_with_though_they_are_gone(
    here: Installation, ada: Browser
) -> None:
    restricted(here)
    here.clock.pass_time(60)
    ada.submit(ada.get("/console/tickets/1"), "/console/acts", act="clear", written="a mistake")
    here.desk.helpdesk.before_write.append(RetryLater("away", after_s=1.0))
    with pytest.raises(RetryLater):
        here.work()
    here.change_user("Ada Admin", suspended=True)
    here.clock.pass_time(60)
    with here.store.write() as connection:
        connection.exec_driver_sql("UPDATE delivery SET dispatched = false WHERE state = 'stored'")
    here.work()
    [told] = [json.loads(row["said"]) for row in here.desk.rows("delivery") if row["said"]]
    assert told["done"]
    assert "is lifted" in told["said"]


def test_what_a_person_had_restricted_is_for_leads_alone(here: Installation, ada: Browser) -> None:
    here.desk.helpdesk.customer_opens(1, "CANARY hello")
    here.desk.handle(1)
    here.clock.pass_time(60)
    grace, pack = agent(here), "aml_sanctions_tipping_off"
    assert "CANARY hello" in grace.get("/console/tickets/1").text
    form = {"act": "correct", "ticket": "1", "about": newest(here, 1), "once": "0" * 32}
    ada.send("/console/acts", **form, faq=pack, written="CANARY suspicion")
    here.work()
    now = here.clock.now().timestamp()
    clock = ClockRow("d", 0, 1, pack, "CANARY clock", now, now + 60, "running", 0, None)
    with here.store.write() as connection:
        clocks.start(connection, [clock])
    for path in ("/console/tickets/1", "/console/tickets"):
        page = grace.get(path)
        assert "restricted" in page.text
        assert "CANARY" not in page.text
        assert pack not in page.text
    assert f"/console/tickets/1{chr(34)}" not in grace.get(f"/console/tickets?faq={pack}").text
    page = ada.get("/console/tickets/1")
    for shown in ("CANARY hello", "CANARY suspicion", "CANARY clock", pack):
        assert shown in page.text


def test_a_ticket_that_came_with_the_mark_of_a_review_is_restricted_on_every_page(
    here: Installation, ada: Browser
) -> None:
    here.desk.helpdesk.customer_opens(1, "draft: where is my account number?")
    here.desk.handle(1)
    about = newest(here, 1)
    with here.store.write() as connection:
        snapshot = json.loads(decisions.text_of(connection, about)[0] or "{}")
        snapshot["tags"] = ["deskclerk_review"]
        connection.exec_driver_sql("UPDATE decision SET snapshot = ?", (json.dumps(snapshot),))
        approvals.ask(connection, about, 1, here.clock.now().timestamp() + 3600)
    answer = ">Reset a password</td>"
    grace = agent(here)
    assert answer in ada.get("/console/tickets").text
    page = grace.get("/console/tickets").text
    assert "restricted</span>" in page
    assert answer not in page
    assert "No draft waits" in grace.get("/console/approvals").text
    assert "account number" in ada.get("/console/approvals").text


def test_agents_do_not_see_which_pack_a_person_named(here: Installation, ada: Browser) -> None:
    here.desk.helpdesk.customer_opens(1, "hello")
    here.desk.handle(1)
    here.clock.pass_time(60)
    page = ada.get("/console/tickets/1")
    pack = "uk_fca_disp_complaint"
    ada.send(
        "/console/acts", act="correct", ticket="1", about=newest(here, 1), faq=pack, once="0" * 32
    )
    here.work()
    assert page.status_code == 200
    assert pack in ada.get("/console/tickets/1").text
    grace = agent(here)
    for path in ("/console/tickets/1", "/console/tickets"):
        assert pack not in without_choices(grace.get(path).text)


def test_what_was_erased_is_said_so(here: Installation, ada: Browser) -> None:
    here.desk.helpdesk.customer_opens(1, "draft")
    here.desk.handle(1)
    with here.store.write() as connection:
        approvals.ask(connection, newest(here, 1), 1, here.clock.now().timestamp() + 3600)
        connection.exec_driver_sql("UPDATE decision SET decision = NULL, snapshot = NULL")
    assert "was erased" in ada.get("/console/tickets/1").text
    assert "was erased" in ada.get("/console/tickets").text
    assert "was erased" in ada.get("/console/approvals").text


def test_a_decision_that_was_superseded_is_told(here: Installation, ada: Browser) -> None:
    here.desk.helpdesk.customer_opens(1, "hello")
    here.desk.handle(1)
    with here.store.write() as connection:
        decisions.set_state(connection, newest(here, 1), decisions.SUPERSEDED)
    assert "superseded" in ada.get("/console/tickets/1").text
    assert "Nothing was decided yet" in ada.get("/console/tickets").text


def fail(here: Installation, ticket_id: int | None) -> int:
    with here.store.write() as connection:
        stored = deliveries.insert(
            connection,
            {
                "key": f"k{ticket_id}",
                "source": "webhook",
                "kind": "trigger",
                "event_type": None,
                "ticket_id": ticket_id,
                "body": b"{}",
                "body_digest": "0" * 64,
                "received_at": here.clock.now().timestamp(),
                "state": deliveries.STORED,
            },
        )
        assert stored is not None
        deliveries.finish(connection, stored, deliveries.FAILED, now=0.0, error="given up")
    return stored


def test_failures_are_tried_again_by_leads(here: Installation, ada: Browser) -> None:
    number = fail(here, 1)
    fail(here, None)
    grace = agent(here)
    page = grace.get("/console/failures")
    assert "given up" in page.text
    assert "Try again</button>" not in page.text
    assert grace.send(f"/console/failures/{number}").status_code == 403
    page = ada.get("/console/failures")
    assert "Take off the list" in page.text
    answer = ada.submit(page, f"/console/failures/{number}")
    assert answer.headers["Location"] == "/console/failures?done=retried"
    again = ada.send(f"/console/failures/{number}")
    assert again.headers["Location"] == "/console/failures?done=not-a-failure"
    with here.store.read() as connection:
        row = deliveries.get(connection, number)
    assert row is not None
    assert (row.state, row.round) == (deliveries.STORED, 1)


def test_no_failures_is_said_so(ada: Browser) -> None:
    assert "No failures" in ada.get("/console/failures").text


def test_the_ledger_is_shown_and_checked(here: Installation, ada: Browser) -> None:
    page = ada.get("/console/ledger")
    assert ledger.head_of(here.store) in page.text
    assert "by Ada Admin" in page.text
    page = ada.submit(page, "/console/ledger")
    assert "1 entry hold" in page.text or "1 entry holds" in page.text
    with here.store.write() as connection:
        connection.exec_driver_sql("UPDATE ledger SET kind = 'other' WHERE seq = 1")
    page = ada.send("/console/ledger")
    assert "The chain is broken: entry 1: was changed" in page.text


def test_who_is_signed_in_where(here: Installation, ada: Browser) -> None:
    other = here.browser()
    other.sign_in()
    page = ada.get("/console/account")
    assert page.text.count("<td") == 8
    assert "this browser" in page.text
    assert '<td data-name="Sessions">2</td>' in ada.get("/console/people").text


def test_before_there_is_a_policy_pages_say_so(fresh: Installation) -> None:
    fresh.settings = settings_for(fresh.box)
    fresh.app = app_for(fresh.store, fresh.clock, fresh.settings)
    browser = fresh.browser()
    browser.sign_in()
    assert "No policy is active yet" in browser.get("/console/answers").text
    assert browser.get("/console/answers/x").status_code == 404
    assert "none is active" in browser.get("/console/status").text
    assert browser.send("/console/pause", answer="x").status_code == 404


def test_leads_are_told_by_their_tag(here: Installation) -> None:
    here.change_user(OMAR, tags=("deskclerk_lead",))
    omar = agent(here, OMAR)
    assert omar.get("/console/ledger").status_code == 200
    assert omar.get("/console/people").status_code == 403
    assert ">People<" not in omar.get("/console/status").text


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "just now"), (59, "just now"), (60, "1 minute ago"), (7200, "2 hours ago"),
     (90_000, "1 day ago")],
)  # fmt: skip
def test_how_long_ago_is_said_in_words(seconds: float, said: str) -> None:
    assert words.ago(1_000_000.0, 1_000_000.0 + seconds) == said
    assert words.ago(None, 0.0) == words.moment(None) == "never"


@pytest.mark.parametrize(
    ("body", "spans", "cut"),
    [
        ("", [[0, 3]], []),
        (None, [[0, 3]], []),
        ("abc", [], [("abc", False)]),
        ("abc", [[-5, 1], [2, 99]], [("a", True), ("b", False), ("c", True)]),
        ("abcd", [[0, 2], [1, 3]], [("abc", True), ("d", False)]),
        ("ab", [[5, 9]], [("ab", False)]),
    ],
)
def test_a_message_is_cut_where_something_was_seen(
    body: object, spans: list[list[int]], cut: list[tuple[str, bool]]
) -> None:
    assert list(pieces(body, {"reasons": [{"evidence": spans}]})) == cut
