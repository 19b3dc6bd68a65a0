"""The start at the end of the set-up: tickets wait for it, and its page says what it begins."""

import pytest

from integration.base_checks import Base
from integration.doctor import Health
from integration.policy_folder import activate
from integration.starting import waits_for_start
from integration.store import deliveries
from rules.policy import parse_policy
from tests.fakes.judge import POLICY_FILES
from tests.integration.console.kit import CODE, Browser, Installation


@pytest.fixture
def began(fresh: Installation) -> Browser:
    """Signed in by the helpdesk, with its credentials stored."""
    browser = fresh.browser()
    browser.enter_code(CODE)
    config = fresh.box.sandbox.config
    client = {"client_id": config.client_id, "client_secret": config.client_secret}
    browser.submit(browser.get("/setup/zendesk"), "", **client)
    browser.sign_in(where="/setup")
    return browser


def a_policy(browser: Browser) -> None:
    form = {"group_default": "Support", "timezone": "UTC", "days": ["mon"]}
    answer = browser.submit(browser.get("/setup/policy"), "", **form)
    assert answer.headers["Location"] == "/setup?done=policy-stored"


def waits(at: Installation) -> bool:
    with at.store.read() as connection:
        return waits_for_start(connection)


def test_tickets_wait_for_the_start_where_the_set_up_made_the_policy(began: Browser) -> None:
    assert not waits(began.at)
    a_policy(began)
    assert waits(began.at)
    assert "nothing is decided before the start" in began.get("/console/status").text
    assert began.get("/readyz").get_json()["waits_for_start"] is True
    page = began.get("/setup/start")
    for word in ("private note", "Tags", "group", "priority", "legal deadlines"):
        assert word in page.text
    began.submit(page, "")
    assert not waits(began.at)
    assert "before the start" not in began.get("/console/status").text


def test_the_doctor_says_that_tickets_wait(began: Browser) -> None:
    a_policy(began)
    base = Base(began.at.settings.model_copy(update={"database_url": began.at.store.url}))
    found = [finding for check in base.checks() for finding in check.look()]
    base.close()
    assert [each.sentence for each in found if each.health is Health.WARNING] == [
        "Tickets wait: nothing is decided before the start."
    ]


def test_before_the_start_it_is_told_how_many_messages_wait(began: Browser) -> None:
    a_policy(began)
    row = {"source": "sweep", "kind": "trigger", "event_type": None, "body": None}
    with began.at.store.write() as connection:
        for number in (1, 2):
            more = {"key": f"{number}", "ticket_id": number, "body_digest": "", "received_at": 0.0}
            deliveries.insert(connection, row | more | {"state": deliveries.STORED})
    assert "2 messages came in since it was connected" in began.get("/setup/start").text


def test_a_policy_that_is_imported_needs_no_start(began: Browser) -> None:
    a_policy(began)
    activate(began.at.store, parse_policy(POLICY_FILES).version, POLICY_FILES, began.at.clock)
    assert not waits(began.at)
    assert "Tickets are decided already" in began.get("/setup/start").text


def test_an_installation_that_decided_before_goes_on_whatever_the_form_does(
    began: Browser,
) -> None:
    began.at.desk.helpdesk.customer_opens(1, "password")
    began.at.desk.handle(1)
    a_policy(began)
    assert not waits(began.at)


def test_an_acknowledgement_that_goes_out_by_itself_is_named_before_the_start(
    began: Browser,
) -> None:
    own = "acknowledgement: {stage: auto, answers: [{language: en, body: We have it.}]}\n"
    files = {"policy.yaml": f"groups: {{default: Support}}\n{own}", "faqs.yaml": "faqs: []\n"}
    activate(began.at.store, parse_policy(files).version, files, began.at.clock)
    page = began.get("/setup/start")
    assert "sends approved acknowledgements by itself" in page.text
    assert "No customer gets anything" not in page.text
