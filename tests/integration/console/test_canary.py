"""No customer's words, no name, no token in the logs, whatever is done in the console."""

import io

import pytest

from integration.logs import configure_logs
from integration.store import approvals, decisions
from tests.integration.console.kit import CODE, GRACE, KEY, Installation

WORDS = "CANARYWORDS of a customer, draft"


def test_nothing_of_people_reaches_the_logs(here: Installation) -> None:
    out = io.StringIO()
    configure_logs("debug", out)
    here.browser().enter_code()
    here.browser().enter_code("CANARYCODE-0123456789")
    browser = here.browser()
    browser.sign_in(GRACE)
    here.desk.helpdesk.customer_opens(1, WORDS)
    here.desk.handle(1)
    with here.store.write() as connection:
        row = decisions.latest_for_ticket(connection, 1)
        assert row is not None
        approvals.ask(connection, row.id, 1, here.clock.now().timestamp() + 3600)
    page = browser.get("/console/approvals")
    assert WORDS in page.text
    browser.submit(page, "/console/acts", act="edit", written="CANARYREPLY to it")
    here.work()
    browser.get("/console/tickets/1")
    browser.get("/console/tickets?ticket=CANARYQUERY")
    browser.send("/console/acts", act="CANARYACT")
    here.fail()
    here.clock.pass_time(3601)
    browser.get("/console/status")
    written = out.getvalue()
    assert "console.signed_in" in written
    assert "intake.stored" in written
    secrets = [CODE, KEY, browser.cookie(), here.box.sandbox.config.client_secret]
    for canary in ("CANARY", GRACE, "Ada", "@", "127.0.0.1", *secrets):
        assert canary not in written, canary


@pytest.mark.parametrize("path", ["/console/tickets/1", "/console/nowhere?x=CANARY"])
def test_a_fault_of_ours_is_told_without_its_text(
    here: Installation, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    out = io.StringIO()
    configure_logs("debug", out)
    browser = here.browser()
    browser.sign_in()

    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("CANARY")

    monkeypatch.setattr("integration.console.register.story_of", fail)
    answer = browser.get(path)
    assert answer.status_code in {404, 500}
    assert "CANARY" not in answer.text
    assert "CANARY" not in out.getvalue()
    if answer.status_code == 500:
        assert "RuntimeError" in out.getvalue()
        assert "fault of Deskclerk" in answer.text
