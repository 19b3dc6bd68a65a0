"""What was changed in the policy can be taken back: shown, recorded, and over nobody's head."""

from typing import Any

import pytest
import sqlalchemy as sa

from integration import ledger
from integration.policy_folder import PolicyMoved, activate
from integration.store import policies, tables
from rules.policy import parse_policy
from tests.fakes.judge import POLICY_FILES
from tests.integration.console.kit import GRACE, OMAR, Browser, Installation
from tests.integration.console.test_answering import PATH, stage_of

VERSIONS = "/console/policy"


@pytest.fixture
def changed(here: Installation, ada: Browser) -> Browser:
    """Ada made an answer automatic."""
    version = parse_policy(POLICY_FILES).version
    with here.store.write() as connection:
        ledger.append(connection, "2026-11-01T00:00:00+00:00", [entry_of(version)])
    ada.submit(ada.submit(ada.get(PATH), PATH, stage="auto", share="100"), "")
    assert stage_of(here) == ("auto", 100)
    return ada


def entry_of(version: str) -> ledger.Entry:
    return ledger.Entry("policy_activated", {"version": version})


def active(here: Installation) -> str:
    with here.store.read() as connection:
        return policies.active_version(connection) or ""


def other_policy(here: Installation) -> str:
    """Somebody else makes another policy the active one."""
    files = {**POLICY_FILES, "policy.yaml": "groups: {default: Others}\n"}
    version = parse_policy(files).version
    activate(here.store, version, files, here.clock, by="Olga Other (77)")
    return version


def back_to(version: str) -> str:
    return f"{VERSIONS}/{version}"


def test_what_an_earlier_release_accepted_and_this_one_would_not_is_shown(
    here: Installation, ada: Browser
) -> None:
    files = {**POLICY_FILES, "policy.yaml": "regions: [GB, UK]\n"}
    activate(here.store, parse_policy(files, kept=True).version, files, here.clock)
    page = ada.get(VERSIONS)
    assert "policy.yaml:1: regions" in page.text
    assert "Unknown region &#39;UK&#39;." in page.text


def test_an_answer_of_what_an_earlier_release_accepted_can_be_switched_off(
    here: Installation, ada: Browser
) -> None:
    files = {**POLICY_FILES, "policy.yaml": "regions: [GB, UK]\n"}
    activate(here.store, parse_policy(files, kept=True).version, files, here.clock)
    ada.submit(ada.submit(ada.get(PATH), PATH, stage="off", share="100"), "")
    with here.store.read() as connection:
        after = policies.active_files(connection) or {}
    assert "stage: off" in after["faqs.yaml"]
    assert after["policy.yaml"] == files["policy.yaml"]


def undo(browser: Browser, page: Any) -> Any:
    """The page to which the offer leads."""
    link = page.text.partition('href="/console/policy/')[2].partition('"')[0]
    return browser.get(f"/console/policy/{link.replace('&amp;', '&')}")


def test_after_a_change_the_page_offers_to_undo_it(here: Installation, changed: Browser) -> None:
    before = parse_policy(POLICY_FILES).version
    page = undo(changed, changed.get(f"{PATH}?done=changed"))
    assert "stage: auto -&gt; shadow" in page.text
    assert stage_of(here) == ("auto", 100)
    answer = changed.submit(page, back_to(before))
    assert answer.headers["Location"] == f"{VERSIONS}?done=went-back"
    assert stage_of(here) == ("shadow", 100)
    assert active(here) == before


def test_what_was_undone_stands_in_the_ledger_with_the_persons_name(
    here: Installation, changed: Browser
) -> None:
    before = parse_policy(POLICY_FILES).version
    changed.submit(undo(changed, changed.get(f"{PATH}?done=changed")), back_to(before))
    entry = list(ledger.read_entries(here.store))[-1]
    assert entry["kind"] == "policy_activated"
    assert entry["body"]["version"] == before
    assert entry["body"]["by"].startswith("Ada Admin")


def test_an_undo_can_be_undone_and_says_that_more_goes_out(
    here: Installation, changed: Browser
) -> None:
    before = parse_policy(POLICY_FILES).version
    page = undo(changed, changed.get(f"{PATH}?done=changed"))
    assert "More goes out" not in page.text
    page = undo(changed, changed.get(changed.submit(page, back_to(before)).headers["Location"]))
    assert "stage: shadow -&gt; auto" in page.text
    assert "More goes out" in page.text
    changed.submit(page, page.request.path)
    assert stage_of(here) == ("auto", 100)


def test_nothing_is_offered_where_nothing_was_changed_or_nobody_may(
    here: Installation, changed: Browser
) -> None:
    assert ">Undo<" not in changed.get(f"{PATH}?done=unchanged").text
    assert ">Undo<" not in changed.get(PATH).text
    grace = here.browser()
    grace.sign_in(GRACE)
    assert ">Undo<" not in grace.get(f"{PATH}?done=changed").text


def test_the_first_policy_has_none_before_it_to_go_back_to(
    here: Installation, ada: Browser
) -> None:
    other_policy(here)
    assert ">Undo<" not in ada.get(f"{PATH}?done=changed").text
    page = ada.get(VERSIONS)
    assert "The first policy" in page.text
    assert "Go back to this" not in page.text


def test_an_undo_from_before_somebodys_change_takes_nothing_back(
    here: Installation, changed: Browser
) -> None:
    link = changed.get(f"{PATH}?done=changed")
    other = other_policy(here)
    answer = undo(changed, link)
    assert answer.status_code == 409
    assert "another policy meanwhile" in answer.text
    assert active(here) == other


def test_a_change_between_looking_and_confirming_is_not_overwritten(
    here: Installation, changed: Browser
) -> None:
    page = undo(changed, changed.get(f"{PATH}?done=changed"))
    other = other_policy(here)
    assert changed.submit(page, page.request.path).status_code == 409
    assert active(here) == other


def test_of_two_who_go_back_at_once_one_is_told(
    here: Installation, changed: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = undo(changed, changed.get(f"{PATH}?done=changed"))

    def late(*_args: object, **_more: object) -> None:
        raise PolicyMoved

    monkeypatch.setattr("integration.console.policy_versions.activate", late)
    assert changed.submit(page, page.request.path).status_code == 409
    assert stage_of(here) == ("auto", 100)


def test_a_form_that_names_no_version_to_replace_replaces_none(
    here: Installation, changed: Browser
) -> None:
    before = parse_policy(POLICY_FILES).version
    assert changed.send(back_to(before)).status_code == 409
    assert stage_of(here) == ("auto", 100)


def test_the_list_tells_who_changed_what_and_leads_back(
    here: Installation, changed: Browser
) -> None:
    other_policy(here)
    page = changed.get(VERSIONS)
    assert "Reset a password: stage shadow → auto" in page.text
    assert '<td data-name="By">Ada Admin</td>' in page.text
    assert '<td data-name="By">Olga Other</td>' in page.text
    assert "Settings: groups.default Support → Others" in page.text
    assert "command line or policy folder" in page.text
    assert page.text.count("judges now") == 1
    assert page.text.count("Go back to this") == 2


def test_one_may_go_back_further_than_one_change(here: Installation, changed: Browser) -> None:
    other_policy(here)
    before = parse_policy(POLICY_FILES).version
    page = changed.get(f"{back_to(before)}?base={active(here)}")
    assert "groups.default: Others -&gt; Support" in page.text
    changed.submit(page, back_to(before))
    assert active(here) == before


def test_the_version_that_judges_is_no_way_back(here: Installation, changed: Browser) -> None:
    answer = changed.get(back_to(active(here)))
    assert answer.headers["Location"] == f"{VERSIONS}?done=unchanged"


def test_a_list_of_many_versions_says_of_the_oldest_shown_what_it_changed(
    here: Installation, changed: Browser
) -> None:
    versions = [active(here), parse_policy(POLICY_FILES).version]
    with here.store.write() as connection:
        told = [entry_of(versions[place % 2]) for place in range(30)]
        ledger.append(connection, "2026-11-02T00:00:00+00:00", told)
    page = changed.get(VERSIONS)
    assert page.text.count("Reset a password: stage") == 20
    assert "The first policy" not in page.text


def test_a_version_that_this_release_cannot_read_is_named_and_not_taken(
    here: Installation, changed: Browser
) -> None:
    now = here.clock.now().timestamp()
    present, files = active(here), {**POLICY_FILES, "policy.yaml": "retired_key: 1\n"}
    with here.store.write() as connection:
        policies.activate(connection, "sha256:old", files, now)
        ledger.append(connection, "2026-11-02T00:00:00+00:00", [entry_of("sha256:old")])
        with_files = policies.files_of(connection, present)
        policies.activate(connection, present, with_files or {}, now)
        ledger.append(connection, "2026-11-03T00:00:00+00:00", [entry_of(present)])
    assert "can’t be told by this release" in changed.get(VERSIONS).text
    answer = changed.get(back_to("sha256:old"))
    assert answer.status_code == 409
    assert "can't read" in answer.text.replace("&#39;", "'")
    assert active(here) == present


def test_a_row_of_the_ledger_that_was_tampered_with_breaks_no_page(
    here: Installation, changed: Browser
) -> None:
    with here.store.write() as connection:
        told = tables.ledger.c.kind == "policy_activated"
        connection.execute(sa.update(tables.ledger).where(told).values(body="no json", at="x"))
    assert changed.get(VERSIONS).status_code == 200


def test_without_an_active_policy_there_is_nothing_to_go_back_from(
    here: Installation, changed: Browser
) -> None:
    before = parse_policy(POLICY_FILES).version
    with here.store.write() as connection:
        connection.execute(sa.update(tables.policy_version).values(activated_at=None))
        connection.execute(sa.update(tables.ledger).values(body="{}"))
    assert changed.get(back_to(before)).status_code == 404
    assert "No policy is active yet" in changed.get(VERSIONS).text


def test_leads_may_and_agents_may_not(here: Installation, changed: Browser) -> None:
    before = parse_policy(POLICY_FILES).version
    grace = here.browser()
    grace.sign_in(GRACE)
    for path in (VERSIONS, back_to(before)):
        assert grace.get(path).status_code == 403
    assert grace.send(back_to(before), base=active(here)).status_code == 403
    here.change_user(OMAR, tags=("deskclerk_lead",))
    omar = here.browser()
    omar.sign_in(OMAR)
    assert "Go back to this" in omar.get(VERSIONS).text
    assert stage_of(here) == ("auto", 100)
    del changed


def test_policies_are_found_in_the_ledger_without_reading_the_rest(here: Installation) -> None:
    query = (
        "EXPLAIN QUERY PLAN SELECT * FROM ledger WHERE kind = 'policy_activated' "
        "ORDER BY seq DESC LIMIT 5"
    )
    with here.store.read() as connection:
        plan = " ".join(str(row) for row in connection.execute(sa.text(query)))
    assert "policies_activated" in plan
