"""What people want in the console: stored before they are answered, done once, told."""

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.errors import RetryLater
from connectors.ports import Agent
from connectors.zendesk.sandbox import SandboxServer
from integration import ledger
from integration.console.intake import ConsoleIntake, NotOnceError
from integration.console.work import UnreadableError, Wanted, wanted_from
from integration.store import Store, approvals, decisions, deliveries
from integration.wishes import ActKind, Wish
from tests.fakes.desk import Desk
from tests.fakes.helpdesk import FakeClock
from tests.fakes.judge import ANSWER
from tests.integration.console.conftest import settings_for
from tests.integration.console.kit import ADA, GRACE, Browser, Installation

ONCE = "0123456789abcdef" * 2


@pytest.fixture
def grace(here: Installation) -> Browser:
    browser = here.browser()
    browser.sign_in(GRACE)
    return browser


def a_draft(here: Installation, ticket_id: int = 1) -> str:
    here.desk.helpdesk.customer_opens(ticket_id, "draft: where is my account number, please?")
    here.desk.handle(ticket_id)
    with here.store.write() as connection:
        row = decisions.latest_for_ticket(connection, ticket_id)
        assert row is not None
        approvals.ask(connection, row.id, ticket_id, here.clock.now().timestamp() + 86_400)
    here.clock.pass_time(60)
    return row.id


def asked(here: Installation, browser: Browser) -> int:
    """How often the database is asked for the page of drafts."""
    seen: list[str] = []
    event = (here.store.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    sa.event.listen(*event)
    page = browser.get("/console/approvals")
    sa.event.remove(*event)
    assert page.status_code == 200
    return len(seen)


def test_more_drafts_ask_the_database_no_more(here: Installation, grace: Browser) -> None:
    a_draft(here)
    one = asked(here, grace)
    for number in range(2, 9):
        a_draft(here, number)
    assert asked(here, grace) == one


def test_that_more_drafts_wait_than_are_shown_is_said(
    here: Installation, grace: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.console.wishing._MOST", 2)
    for number in (1, 2):
        a_draft(here, number)
    assert "More drafts wait" not in grace.get("/console/approvals").text
    a_draft(here, 3)
    page = grace.get("/console/approvals").text
    assert "More drafts wait" in page
    assert "Ticket 2" in page
    assert "Ticket 3" not in page


def press(browser: Browser, act: str, **more: str) -> str:
    """Press a button of the first draft; the address where the outcome stands."""
    page = browser.get("/console/approvals")
    answer = browser.submit(page, "/console/acts", act=act, **more)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_draft_goes_out_as_it_is_with_the_persons_name(
    here: Installation, grace: Browser
) -> None:
    a_draft(here)
    page = grace.get("/console/approvals")
    assert "account number" in page.text
    assert ANSWER in page.text
    where = press(grace, "send")
    assert "It is being done" in grace.get(where).text
    assert "hx-get" in grace.get(f"{where}/now").text
    here.work()
    assert "Sent “reset_password” to ticket 1." in grace.get(where).text
    assert "hx-get" not in grace.get(f"{where}/now").text
    assert here.desk.helpdesk.public_replies(1) == [ANSWER]
    assert "from Console" in here.desk.helpdesk.notes(1)[-1]
    [entry] = [e for e in ledger.read_entries(here.store) if e["kind"] == "act"]
    assert (entry["body"]["name"], entry["body"]["from"]) == (GRACE, "console")
    assert entry["body"]["by"] == here.user_id(GRACE)
    assert "No draft waits" in grace.get("/console/approvals").text
    assert "Grace Agent sent the draft" in grace.get("/console/tickets/1").text


def test_a_double_click_acts_once(here: Installation, grace: Browser) -> None:
    a_draft(here)
    page = grace.get("/console/approvals")
    for _ in range(2):
        answer = grace.submit(page, "/console/acts", act="send")
    here.work()
    assert here.desk.helpdesk.public_replies(1) == [ANSWER]
    assert here.desk.ledger_kinds().count("act") == 1
    assert "Sent" in grace.get(answer.headers["Location"]).text


def test_a_reply_is_edited_and_stands_in_the_agents_name(
    here: Installation, grace: Browser
) -> None:
    a_draft(here)
    press(grace, "edit", written="Dear Ada,\r\n\r\nit is under Account.")
    here.work()
    last = here.desk.helpdesk.tickets[1].ticket.comments[-1]
    assert last.body == "Dear Ada,\n\nit is under Account."


def test_another_answer_goes_out(here: Installation, grace: Browser) -> None:
    a_draft(here)
    where = press(grace, "another", faq="find_iban")
    here.work()
    assert "Sent “find_iban”" in grace.get(where).text
    assert here.desk.helpdesk.public_replies(1) == ["Hello Ada, it stands under Account."]


def test_a_draft_is_refused_with_a_reason(here: Installation, grace: Browser) -> None:
    a_draft(here)
    press(grace, "refuse", written="asks for something else")
    here.work()
    assert "Reason: asks for something else" in here.desk.helpdesk.notes(1)[-1]
    assert here.desk.helpdesk.public_replies(1) == []


def test_of_two_people_one_wins_and_the_other_is_told(
    here: Installation, grace: Browser, ada: Browser
) -> None:
    a_draft(here)
    mine, theirs = press(grace, "send"), press(ada, "escalate")
    here.work()
    assert "Sent" in grace.get(mine).text
    assert "Grace Agent was faster: the draft was sent." in ada.get(theirs).text


def test_a_decision_is_corrected_and_a_guard_lifted_on_the_tickets_page(
    here: Installation, grace: Browser
) -> None:
    here.desk.helpdesk.customer_opens(1, "complaint")
    here.desk.handle(1)
    here.clock.pass_time(60)
    page = grace.get("/console/tickets/1")
    grace.submit(page, "/console/acts", act="clear", written="only a word")
    here.work()
    page = grace.get("/console/tickets/1")
    assert "Grace Agent lifted the guard" in page.text
    assert "only a word" in page.text
    grace.submit(page, "/console/acts", act="correct", faq="find_iban", written="")
    here.work()
    assert "Grace Agent corrected the decision" in grace.get("/console/tickets/1").text


def test_a_case_is_named_on_the_tickets_page_and_its_clocks_are_noted(
    here: Installation, grace: Browser
) -> None:
    a_draft(here)
    page = grace.get("/console/tickets/1")
    assert '<optgroup label="Complaint">' in page.text
    assert "Complaint to a UK financial firm" in page.text
    answer = grace.submit(
        page, "/console/acts", act="correct", faq="uk_fca_disp_complaint", written="so she says"
    )
    here.work()
    assert "is held for people" in grace.get(answer.headers["Location"]).text
    assert "Deadline:" in here.desk.helpdesk.notes(1)[-1]


def test_of_several_messages_a_person_says_which_one_is_the_case(
    here: Installation, grace: Browser
) -> None:
    first = a_draft(here)
    assert "Its message" not in grace.get("/console/tickets/1").text
    here.clock.pass_time(3_600)
    here.desk.helpdesk.customer_writes(1, "draft: any news?")
    here.desk.handle(1)
    page = grace.get("/console/tickets/1")
    offered = re.findall(r'<option value="([0-9a-f]{32})">[^<]*?: ([^<]*)<', page.text)
    assert [told for _, told in offered] == [
        "draft: where is my account number, please?",
        "draft: any news?",
    ]
    assert offered[0][0] == first
    grace.submit(
        page, "/console/acts", act="correct", faq="uk_fca_disp_complaint", written="", about=first
    )
    here.work()
    [entry] = [e for e in ledger.read_entries(here.store) if e["kind"] == "act"]
    assert entry["body"]["about"] == first


def test_nothing_chosen_is_no_case(here: Installation, grace: Browser) -> None:
    a_draft(here)
    page = grace.get("/console/tickets/1")
    answer = grace.submit(page, "/console/acts", act="correct", faq="", written="")
    here.work()
    assert "There is no answer or pack" in grace.get(answer.headers["Location"]).text


def test_a_page_lifts_no_guard_that_fired_after_it_was_shown(
    here: Installation, grace: Browser
) -> None:
    here.desk.helpdesk.customer_opens(1, "complaint")
    here.desk.handle(1)
    here.clock.pass_time(60)
    shown = grace.get("/console/tickets/1")
    here.desk.helpdesk.customer_writes(1, "another complaint")
    here.desk.handle(1)
    answer = grace.submit(shown, "/console/acts", act="clear", written="only a word")
    here.work()
    assert "something else holds ticket 1" in grace.get(answer.headers["Location"]).text


def test_a_guard_that_a_person_set_is_lifted_on_the_page_that_shows_it(
    here: Installation, grace: Browser
) -> None:
    a_draft(here)
    page = grace.get("/console/tickets/1")
    grace.submit(page, "/console/acts", act="correct", faq="uk_fca_disp_complaint", written="")
    here.work()
    here.clock.pass_time(60)
    page = grace.get("/console/tickets/1")
    answer = grace.submit(page, "/console/acts", act="clear", written="it was none")
    here.work()
    assert "is lifted" in grace.get(answer.headers["Location"]).text


def test_a_ticket_that_is_gone_is_told(here: Installation, grace: Browser) -> None:
    a_draft(here)
    where = press(grace, "send")
    here.desk.helpdesk.delete(1)
    here.work()
    assert "no such ticket" in grace.get(where).text


def test_while_the_helpdesk_is_away_it_is_tried_again(here: Installation, grace: Browser) -> None:
    a_draft(here)
    where = press(grace, "send")
    here.desk.helpdesk.before_write.append(RetryLater("away", after_s=1.0))
    with pytest.raises(RetryLater):
        here.work()
    with here.store.write() as connection:
        [row] = deliveries.unfinished(connection, before=9e9, limit=9)
        deliveries.count_attempt(connection, row.id, 1, "away")
    assert "tried again by itself" in grace.get(where).text
    with here.store.write() as connection:
        deliveries.finish(connection, row.id, deliveries.FAILED, now=0.0, error="given up")
    assert "could not be done: given up" in grace.get(where).text


def test_what_can_not_be_read_is_told(here: Installation, grace: Browser) -> None:
    a_draft(here)
    where = press(grace, "send")
    with here.store.write() as connection:
        connection.exec_driver_sql("UPDATE delivery SET body = '[1' WHERE source = 'console'")
    here.work()
    assert "could not be read" in grace.get(where).text


def test_nobody_sees_or_repeats_anothers_wish(
    here: Installation, grace: Browser, ada: Browser
) -> None:
    a_draft(here)
    where = press(grace, "send")
    assert ada.get(where).status_code == 404
    assert ada.get("/console/acts/canary").status_code == 404
    assert ada.get("/console/acts/canary/now").status_code == 404


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"act": "canary"}, 400),
        ({"ticket": "x"}, 400),
        ({"ticket": ""}, 400),
        ({"ticket": "1" + "0" * 18}, 400),
        ({"once": "x"}, 400),
        ({"seen": "x"}, 400),
        ({"seen": "nan"}, 400),
        ({"about": "canary"}, 404),
        ({"ticket": "2"}, 404),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(
    here: Installation, grace: Browser, changes: dict[str, str], status: int
) -> None:
    about = a_draft(here)
    form = {"act": "send", "ticket": "1", "about": about, "once": ONCE}
    assert grace.send("/console/acts", **(form | changes)).status_code == status
    here.work()
    assert here.desk.helpdesk.public_replies(1) == []


def test_a_sign_that_postgresql_takes_in_no_text_is_left_out(
    any_store: Store, any_desk: Desk, clock: FakeClock, box: SandboxServer
) -> None:
    here = Installation(any_store, clock, box, any_desk, settings_for(box))
    about, grace = a_draft(here), here.browser()
    grace.sign_in(GRACE)
    form = {"act": "edit", "ticket": "1", "once": ONCE, "faq": "\0"}
    assert grace.send("/console/acts", **form, about=f"{about}\0x").status_code == 404
    grace.send("/console/acts", **form, about=f"{about}\0", written="Dear\0 Ada")
    here.work()
    assert here.desk.helpdesk.tickets[1].ticket.comments[-1].body == "Dear Ada"
    for query in ("faq=%00", "faq=a%00b", "before=1~%00", "ticket=%00", "outcome=%00"):
        assert grace.get(f"/console/tickets?{query}").status_code == 200


def test_only_people_of_the_helpdesk_decide(here: Installation) -> None:
    browser = here.browser()
    browser.enter_code()
    assert browser.send("/console/acts", act="send", ticket="1", once=ONCE).status_code == 403


def test_a_wish_survives_its_way_through_the_store() -> None:
    wanted = Wanted(Wish(ActKind.EDIT, 7, "d", "f", "ä\ud800", 1.25), Agent(5, ADA, is_lead=True))
    assert wanted_from(json.loads(json.dumps(wanted.to_json()))) == wanted


@pytest.mark.parametrize(
    "body",
    [{}, {"agent": 1}, {"agent": {}, "act": "send"}, {"agent": {"id": "x"}, "act": "x"}],
)
def test_what_is_no_wish_is_refused_with_one_error(body: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError):
        wanted_from(body)


def test_a_form_needs_its_mark(here: Installation) -> None:
    intake = ConsoleIntake(here.store, here.clock)
    for mark in ("", "x", ONCE.upper(), ONCE + "0"):
        with pytest.raises(NotOnceError):
            intake.take(1, mark, {"kind": "act"})
    assert intake.answered(1, ONCE) is None


def test_every_form_that_is_shown_has_a_mark_of_its_own(here: Installation, grace: Browser) -> None:
    a_draft(here)
    marks = re.findall(r'name="once" value="([^"]+)"', grace.get("/console/approvals").text)
    assert len(marks) == len(set(marks)) == 5
