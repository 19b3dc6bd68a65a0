"""What pages say to somebody who is no programmer: what it is, what it means, what comes next."""

import json
import re
from html import unescape
from pathlib import Path

import pytest

from integration.announcing.discretion import REVIEW_TAG
from integration.console import words
from integration.policy_folder import activate
from integration.store import clocks, deliveries, workers
from integration.store.clocks import ClockRow
from rules.policy import parse_policy
from rules.policy_errors import PolicyError
from tests.fakes.judge import POLICY_FILES
from tests.integration.console.kit import GRACE, Browser, Installation, without_choices
from tests.integration.console.test_pages import change_decision, fail, newest
from tests.integration.console.test_policy_files import PATH as FILES
from tests.integration.console.test_policy_files import number_of, press
from tests.integration.console.test_uninstalling import NAME, connected

ROOT = Path(__file__).resolve().parents[3]

SHADOW = [
    {"code": "match.faq", "rule": "r", "detail": "An answer fits.", "evidence": []},
    {"code": "stage.shadow", "rule": "r", "detail": "In shadow.", "evidence": []},
]


def seen(page: str) -> str:
    """The words of a page, without its marks."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def recognised_in_shadow(here: Installation, ticket_id: int = 1) -> None:
    here.desk.helpdesk.customer_opens(ticket_id, "password")
    here.desk.handle(ticket_id)
    with here.store.write() as connection:
        connection.exec_driver_sql("UPDATE decision SET outcome = 'abstain'")
    change_decision(here, newest(here, ticket_id), outcome="abstain", reasons=SHADOW)


def test_what_was_recognised_in_shadow_is_not_called_left_to_people(
    here: Installation, ada: Browser
) -> None:
    recognised_in_shadow(here)
    assert '"pill ">Recognised, in shadow<' in ada.get("/console/tickets").text
    assert "<h3>Recognised, in shadow</h3>" in ada.get("/console/tickets/1").text


def test_of_a_restricted_ticket_nobody_but_leads_learns_that_it_was_recognised(
    here: Installation, ada: Browser
) -> None:
    recognised_in_shadow(here)
    route = {"group": None, "priority": None, "tags": [REVIEW_TAG]}
    change_decision(here, newest(here, 1), route=route)
    grace = here.browser()
    grace.sign_in(GRACE)
    assert "Recognised" not in grace.get("/console/tickets").text
    assert "Recognised" not in grace.get("/console/tickets/1").text
    assert "Recognised" in ada.get("/console/tickets/1").text


@pytest.mark.parametrize(
    ("codes", "outcome", "said"),
    [
        (["match.faq", "stage.share"], "abstain", "Recognised, outside its share"),
        (["stage.shadow"], "abstain", "Left to people"),
        (["match.faq"], "abstain", "Left to people"),
        (["match.faq", "stage.shadow"], "escalate", "Handed to people"),
        ([], "not known", "not known"),
    ],
)
def test_an_outcome_is_told_by_what_held_it_back(codes: list[str], outcome: str, said: str) -> None:
    assert words.outcome_of(outcome, {"reasons": [{"code": code} for code in codes]}) == said
    assert words.outcome_of("reply", None) == "Answered"


def test_more_drafts_are_not_called_more_without_a_person(ada: Browser) -> None:
    path = "/console/answers/reset_password"
    page = ada.submit(ada.get(path), path, stage="approve", share="100")
    assert "More drafts are shown to your people" in page.text
    assert "without a person" not in page.text


def test_deadlines_have_their_names_and_a_zone(here: Installation, ada: Browser) -> None:
    here.desk.helpdesk.customer_opens(1, "complaint")
    here.desk.handle(1)
    about = newest(here, 1)
    due = here.clock.now().timestamp() + 86_400
    deadline = {
        "pack": "uk_fca_disp_complaint", "clock": "Reply", "due": "2026-12-03T17:00:00Z",
        "kind": "statutory", "source": "DISP",
    }  # fmt: skip
    change_decision(here, about, deadlines=[deadline], packs=["uk_fca_disp_complaint"])
    with here.store.write() as connection:
        name = deadline["pack"]
        clock = ClockRow(about, 0, 1, name, "Reply", 0.0, due, "running", 0, None)
        clocks.start(connection, [clock])
    text = ada.get("/console/tickets/1").text
    assert "2026-12-03 17:00 UTC" in text
    assert "Complaint to a UK financial firm" in text
    assert "uk_fca_disp_complaint" not in without_choices(text)
    assert words.due("not a time") == "not a time"


def test_from_the_answers_another_one_can_be_written(here: Installation, ada: Browser) -> None:
    page = ada.get("/console/answers").text
    assert 'href="/setup/answers">Write an answer' in page
    for said in words.STAGES.values():
        assert said.partition(": ")[2] in page
    grace = here.browser()
    grace.sign_in(GRACE)
    assert "Write an answer" not in grace.get("/console/answers").text


def test_the_stages_are_told_as_they_are() -> None:
    assert words.STAGES["off"] == "Off: recognised and noted, never sent"
    assert words.STAGES["approve"] == "Approve: the same as suggest"


def test_the_status_says_how_many_answers_go_out_by_themselves(
    here: Installation, ada: Browser
) -> None:
    page = ada.get("/console/status").text
    assert "No answer is at the stage “auto”" in page
    first = "title: Reset a password"
    loud = {
        "faqs.yaml": POLICY_FILES["faqs.yaml"].replace(first, f"{first}\n    stage: auto"),
        "policy.yaml": f"{POLICY_FILES['policy.yaml']}acknowledgement: {{stage: auto}}\n",
    }
    activate(here.store, parse_policy(loud).version, loud, here.clock)
    page = ada.get("/console/status").text
    assert "1 answer at the stage “auto” goes out by itself." in seen(page)
    assert "Approved acknowledgements go out." in page


def test_before_the_first_message_nothing_is_called_quiet(ada: Browser) -> None:
    page = ada.get("/console/status").text
    assert "none yet: open a ticket in Zendesk" in page
    assert "nothing for a day" not in page


def test_a_day_without_messages_is_called_quiet(here: Installation, ada: Browser) -> None:
    fail(here, 1)
    here.clock.pass_time(90_000)
    ada.sign_in()
    assert "nothing for a day" in ada.get("/console/status").text


def test_without_a_worker_the_status_says_what_to_do(ada: Browser) -> None:
    assert "No worker runs." in ada.get("/console/status").text


def test_what_waits_for_the_helpdesks_client_is_not_laid_to_the_worker(fresh: Installation) -> None:
    ada = connected(fresh)
    assert "No worker runs." in ada.get("/console/status").text
    ada.submit(ada.get("/setup/uninstall"), "", typed=NAME)
    page = ada.get("/console/status").text
    assert "Nothing is connected." in page
    assert "No worker runs" not in page


def test_of_the_policys_files_it_is_said_whether_a_person_still_sends(ada: Browser) -> None:
    page = ada.get(FILES)
    field = f"text_{number_of(page, 'faqs.yaml')}"
    staged = POLICY_FILES["faqs.yaml"].replace("title: Reset", "stage: STAGE\n    title: Reset")
    drafts = press(ada, page, **{field: staged.replace("STAGE", "approve")}).text
    assert "More drafts are shown to your people" in drafts
    assert "without a person" not in drafts
    alone = press(ada, page, **{field: staged.replace("STAGE", "auto")}).text
    assert "More goes out without a person" in alone


def test_who_waits_for_a_worker_learns_that_none_runs(here: Installation, ada: Browser) -> None:
    answer = ada.submit(ada.get("/setup/try"), "/setup/try", text="password, please")
    waiting = ada.get(answer.headers["Location"]).text
    assert "It is being decided" in waiting
    assert "No worker runs yet. What you asked for is kept" in waiting
    ada.submit(ada.get("/setup/drafts"), "")
    assert "No worker runs yet" in ada.get("/setup/drafts").text
    with here.store.write() as connection:
        workers.beat(connection, "w")
    assert "No worker runs" not in ada.get("/setup/drafts").text
    assert "No worker runs" not in ada.get("/console/status").text


def test_what_is_recognised_in_a_trial_shows_the_words_that_would_go_out_later(
    here: Installation, ada: Browser
) -> None:
    answer = ada.submit(ada.get("/setup/try"), "/setup/try", text="password, please")
    where = answer.headers["Location"]
    told = {"decision": {
        "outcome": "abstain", "reasons": SHADOW, "faq": "reset_password", "language": "en",
        "score": 0.9, "route": {"group": None, "priority": None}, "deadlines": [], "reply": None,
        "blocked": False,
    }}  # fmt: skip
    with here.store.write() as connection:
        (row,) = deliveries.take_undispatched(connection, limit=5)
        deliveries.answer(connection, row.id, json.dumps(told))
    page = ada.get(where).text
    assert "It would be: Recognised, in shadow" in page
    assert "you can reset your password under Settings" in page
    assert "Go on with the set-up" in page


def test_what_is_wrong_with_an_answer_is_said_by_the_names_of_the_fields(ada: Browser) -> None:
    form = {"title": "New", "language": "en", "examples": "one way", "body": "{{ nonsense }}"}
    page = ada.submit(ada.get("/setup/answers"), "/setup/answers", **form)
    assert "The approved words: unknown blank &#39;nonsense&#39; (known: first_name" in page.text
    assert "faqs.yaml" not in page.text


def test_a_mistake_elsewhere_in_the_policy_keeps_its_place() -> None:
    for key in ("groups.body", "faqs[0].needs"):
        error = PolicyError("policy.yaml", 3, key, "is wrong")
        assert words.mistake(error) == f"policy.yaml:3: {key}: is wrong"


def test_a_draft_opens_where_it_is_written_on(here: Installation, ada: Browser) -> None:
    draft = {"title": "Refunds", "answers": [["en", "Five days."]], "remarks": [], "examples": []}
    ada.submit(ada.get("/setup/drafts"), "")
    with here.store.write() as connection:
        (row,) = deliveries.take_undispatched(connection, limit=5)
        found = {"drafts": [draft], "more": 0, "left_out": 0, "said": []}
        deliveries.answer(connection, row.id, json.dumps(found))
        deliveries.finish(connection, row.id, deliveries.DONE, now=0.0)
    assert 'href="/setup/answers?draft=0#write"' in ada.get("/setup/drafts").text
    page = ada.get("/setup/answers?draft=0").text
    assert 'id="write"' in page
    assert "enough for a start" not in page
    assert "Next: try a message" in ada.get("/setup/answers").text


def test_the_door_says_where_the_code_is_found(fresh: Installation) -> None:
    page = fresh.browser().get("/setup/code").text
    assert "Where is that?" in page
    assert "Reveal Config Vars" in page


def test_the_ledger_speaks_of_what_happened_and_in_which_zone(ada: Browser) -> None:
    page = ada.get("/console/ledger").text
    assert "Signed in" in page
    assert "signed_in" not in page
    assert "When (UTC)" in page


def test_a_ticket_that_was_never_decided_is_told_from_a_page_that_is_not_there(
    ada: Browser,
) -> None:
    page = ada.get("/console/tickets/77")
    assert page.status_code == 404
    assert "Ticket 77 is not known here" in page.text
    assert "To the tickets" in page.text


def test_every_kind_of_entry_that_is_documented_has_its_words() -> None:
    text = (ROOT / "docs" / "reference" / "ledger.md").read_text("utf-8")
    table = text.partition("| written when |")[2].partition("##")[0]
    first = [row.split("|")[1] for row in table.splitlines() if "|" in row]
    kinds = {kind for cell in first for kind in re.findall(r"`(\w+)`", cell)}
    assert {"decided", "paused", "resumed", "paused_by"} <= kinds
    assert kinds <= {*words.ENTRIES}
