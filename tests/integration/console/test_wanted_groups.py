"""Groups that Zendesk lacks, ticked in the set-up: planned, made once, proposed, and removed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connectors.zendesk.sandbox.faults import CallFault
from connectors.zendesk.sandbox.people import create_group
from integration.console.policy_form import GROUP_KEYS, GROUP_NAMES, from_policy, lacking
from integration.policy_folder import activate
from integration.store import made, policies
from rules.policy import parse_policy
from tests.integration.console.kit import Browser, Installation

PATH = "/setup/connect"
WISHED = f"{PATH}?groups=privacy&groups=fraud&views=1"
BOTH = ["group “Privacy”", "group “Fraud”"]


@pytest.fixture
def began(fresh: Installation) -> Browser:
    """Signed in by the helpdesk, with its credentials stored."""
    browser = fresh.browser()
    browser.enter_code()
    _give_client(browser)
    browser.sign_in(where="/setup")
    return browser


def _give_client(browser: Browser) -> None:
    config = browser.at.box.sandbox.config
    client = {"client_id": config.client_id, "client_secret": config.client_secret}
    browser.submit(browser.get("/setup/zendesk"), "", **client)


def groups(at: Installation) -> list[str]:
    world = at.box.sandbox.state
    with world.lock:
        return [row["name"] for row in world.groups]


def boxes(text: str) -> dict[str, bool]:
    """The keys that can be ticked, and whether they are."""
    inputs = [part.partition(">")[0] for part in text.split("<input ")]
    shown = [part for part in inputs if 'type="checkbox" name="groups"' in part]
    return {
        part.partition('value="')[2].partition('"')[0]: part.endswith("checked") for part in shown
    }


def removed(browser: Browser) -> None:
    page = browser.get("/setup/uninstall")
    answer = browser.submit(page, "", typed="127.0.0.1")
    assert answer.status_code == 303, answer.text


def test_what_zendesk_lacks_can_be_ticked(began: Browser) -> None:
    page = began.get(PATH)
    assert boxes(page.text) == dict.fromkeys(("privacy", "fraud", "vulnerable", "human"), False)
    assert "makes     group" not in page.text
    assert "no agents" in page.text


def test_what_is_ticked_stands_in_the_plan_and_is_made(began: Browser) -> None:
    before = groups(began.at)
    page = began.get(WISHED)
    for line in BOTH:
        assert f"makes     {line}" in page.text
    assert boxes(page.text) == {
        "privacy": True, "fraud": True, "vulnerable": False, "human": False,
    }  # fmt: skip
    assert groups(began.at) == before
    assert began.submit(page, "").headers["Location"] == "/setup?done=connected"
    assert groups(began.at) == [*before, "Privacy", "Fraud"]
    page = began.get(PATH)
    assert "Everything stands as it should" in page.text
    assert list(boxes(page.text)) == ["vulnerable", "human"]
    assert "Everything stands as it should" in began.get(WISHED).text


def test_the_policy_s_form_proposes_what_was_made(began: Browser) -> None:
    keys = "&".join(f"groups={key}" for key in GROUP_NAMES)
    began.submit(began.get(f"{PATH}?{keys}"), "")
    text = began.get("/setup/policy").text
    for name in ("Privacy", "Fraud", "Vulnerable customers", "Human contact"):
        assert f"<option selected>{name}</option>" in text
    assert GROUP_KEYS.keys() - GROUP_NAMES == {"default"}


def test_every_group_is_found_again_by_the_name_under_which_it_is_made() -> None:
    form = from_policy(None, ["Support", *GROUP_NAMES.values()])
    assert {key: form.groups[key] for key in GROUP_NAMES} == GROUP_NAMES


def test_nothing_is_lacking_that_is_there_by_a_like_name_or_that_the_policy_names() -> None:
    files = {
        "policy.yaml": "groups: {default: S, human: Front desk, fraud: Gone}\n",
        "faqs.yaml": "faqs: []\n",
    }
    there = ("S", "Customer complaints", "Legal team", "Front desk")
    assert lacking(there, None) == ("privacy", "fraud", "safety", "vulnerable", "human")
    assert lacking(there, parse_policy(files)) == ("privacy", "fraud", "safety", "vulnerable")


def test_what_is_not_offered_is_not_made(began: Browser) -> None:
    page = began.get(f"{PATH}?groups=default&groups=canary&groups=")
    assert "makes     group" not in page.text
    assert "canary" not in page.text


def test_without_the_groups_the_plan_is_shown_and_none_is_offered(began: Browser) -> None:
    began.at.fail("/api/v2/groups")
    page = began.get(PATH)
    assert "makes     webhook" in page.text
    assert boxes(page.text) == {}
    assert "groups can't be read now" in page.text


def test_a_wish_that_is_another_by_now_shows_the_new_plan(began: Browser) -> None:
    page = began.get(WISHED)
    with began.at.box.sandbox.state.lock:
        create_group(began.at.box.sandbox.state, "Fraud")
    answer = began.submit(page, "")
    assert "changed since the plan was shown" in answer.text
    assert "stands    group “Fraud”" in answer.text
    began.submit(answer, "")
    assert groups(began.at).count("Fraud") == 1
    removed(began)
    assert "Fraud" in groups(began.at)
    assert "Privacy" not in groups(began.at)


def test_uninstalling_removes_exactly_the_groups_that_were_made(began: Browser) -> None:
    before = groups(began.at)
    began.submit(began.get(WISHED), "")
    page = began.get("/setup/uninstall")
    assert all(line in page.text for line in BOTH)
    removed(began)
    assert groups(began.at) == before


def test_groups_are_offered_after_a_policy_stands_too(began: Browser) -> None:
    files = {"policy.yaml": "groups: {default: Support}\n", "faqs.yaml": "faqs: []\n"}
    activate(began.at.store, parse_policy(files).version, files, began.at.clock)
    assert list(boxes(began.get(PATH).text)) == ["privacy", "fraud", "vulnerable", "human"]


def test_a_policy_that_this_release_can_not_read_does_not_keep_from_connecting(
    began: Browser,
) -> None:
    files = {"policy.yaml": "of_an_older_release: 1\n", "faqs.yaml": "faqs: []\n"}
    with began.at.store.write() as connection:
        policies.activate(connection, "sha256:0", files, began.at.clock.now().timestamp() + 1)
    page = began.get(PATH)
    assert page.status_code == 200
    assert list(boxes(page.text)) == ["privacy", "fraud", "vulnerable", "human"]


def test_the_staff_office_is_not_taken_for_people_who_answer() -> None:
    there = ("Support", "Human Resources")
    assert from_policy(None, there).groups["human"] == ""
    assert "human" in lacking(there, None)


def _broken(at: Installation, number: int, *, reads: bool) -> Callable[[], int]:
    """Lose the answer to the call of that number, of writes or of all; how many there were."""
    seen = [0]

    def for_call(*, write: bool, path: str) -> CallFault:
        del path
        seen[0] += write or reads
        hit = (write or reads) and seen[0] == number
        return CallFault(after="drop") if hit else CallFault()

    at.box.sandbox.faults.for_call = for_call  # type: ignore[method-assign]
    return lambda: seen[0]


@pytest.mark.timeout(300)
def test_broken_off_at_any_call_the_same_wishes_make_everything_once(
    began: Browser, request: pytest.FixtureRequest
) -> None:
    """The short version breaks off at writes alone; connecting/ does so at every call."""
    at, world = began.at, began.at.box.sandbox.state
    reads = bool(request.config.getoption("--long"))
    before = groups(at)
    number, broken = 0, True
    while broken:
        number += 1
        at.clock.pass_time(61)  # the account takes so many calls a minute
        page = began.get(WISHED)
        counted = _broken(at, number, reads=reads)
        first: Any = began.submit(page, "")
        broken = counted() >= number
        _broken(at, 0, reads=reads)
        if first.status_code != 303:
            assert "groups=privacy" in first.text  # what leads on keeps the wishes
            at.clock.pass_time(61)
            began.submit(began.get(WISHED), "")
        assert groups(at) == [*before, "Privacy", "Fraud"], number
        assert [len(world.webhooks), len(world.triggers), len(world.views)] == [1, 1, 2], number
        removed(began)
        assert groups(at) == before, number
        with at.store.read() as connection:
            assert made.listed(connection) == []
        _give_client(began)
    assert number > 8


def test_another_address_keeps_what_is_ticked(began: Browser) -> None:
    services = began.at.app.extensions["deskclerk"]
    nameless = services.settings.model_copy(update={"public_url": ""})
    began.at.app.extensions["deskclerk"] = replace(services, settings=nameless)
    form = began.get(WISHED).text.partition("Where Zendesk and Slack reach it")[2]
    assert 'name="views" value="1"' in form
    assert form.count('type="hidden" name="groups"') == 2
