"""The first policy's hours, time zone, holidays and region begin as Zendesk knows them."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.zendesk.sandbox.faults import Faults
from integration.console import at_zendesk
from integration.policy_folder import activate
from integration.store import policies
from rules.policy import Policy, parse_policy
from tests.integration.console.kit import ADA, Browser, Installation

PATH = "/setup/policy"
FORM = {"group_default": "Support", "timezone": "Europe/Paris", "days": ["mon"], "opens": "08:00"}


@pytest.fixture
def began(fresh: Installation) -> Browser:
    """Signed in by the helpdesk, with its credentials stored."""
    browser = fresh.browser()
    browser.enter_code()
    config = fresh.box.sandbox.config
    client = {"client_id": config.client_id, "client_secret": config.client_secret}
    browser.submit(browser.get("/setup/zendesk"), "", **client)
    browser.sign_in(where="/setup")
    return browser


def schedule(at: Installation, key: int, name: str, zone: str, *intervals: tuple[int, int]) -> None:
    world = at.box.sandbox.state
    rows = [{"start_time": start, "end_time": end} for start, end in intervals]
    with world.lock:
        row: dict[str, Any] = {"id": key, "name": name, "time_zone": zone, "intervals": rows}
        world.schedules.put(row | {"created_at": "", "updated_at": ""})


def small_plan(at: Installation) -> None:
    world = at.box.sandbox.state
    world.config = replace(world.config, schedules=None)


def active(at: Installation) -> Policy | None:
    with at.store.read() as connection:
        files = policies.active_files(connection)
    return parse_policy(files) if files else None


def value_of(text: str, name: str) -> str:
    return text.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]


def ticked(text: str, name: str) -> list[str]:
    inputs = [part.partition(">")[0] for part in text.split("<input ")]
    chosen = [part for part in inputs if f'name="{name}"' in part and "checked" in part]
    return [part.partition('value="')[2].partition('"')[0] for part in chosen]


def hours_in(text: str) -> tuple[str, str, str, str]:
    zone, opens, closes, holidays = (
        value_of(text, name) for name in ("timezone", "opens", "closes", "holidays")
    )
    return zone, opens, closes, holidays


def test_the_first_form_begins_with_the_schedule_of_zendesk(began: Browser) -> None:
    schedule(began.at, 1, "EMEA", "Berlin", (1440 + 450, 1440 + 990), (2880 + 450, 2880 + 990))
    text = began.get(PATH).text
    assert hours_in(text) == ("Europe/Berlin", "07:30", "16:30", "DE")
    assert ticked(text, "days") == ["mon", "tue"]
    assert ticked(text, "regions") == ["EU"]
    assert "schedule “EMEA”" in text
    assert active(began.at) is None


def test_what_is_shown_is_stored_as_it_stands(began: Browser) -> None:
    text = began.get(PATH).text
    assert hours_in(text) == ("Europe/London", "09:00", "17:00", "GB-ENG")
    names = ("timezone", "opens", "closes", "holidays")
    form = dict(zip(names, hours_in(text), strict=True)) | {"group_default": "Support"}
    lists = {"days": ticked(text, "days"), "regions": ticked(text, "regions")}
    began.submit(began.get(PATH), "", **form, **lists)
    policy = active(began.at)
    assert policy is not None
    assert policy.settings.regions == ("GB",)
    assert policy.settings.hours.holidays == "GB-ENG"


def test_of_several_schedules_the_first_is_taken_and_another_can_be_chosen(began: Browser) -> None:
    assert 'name="schedule"' not in began.get(PATH).text
    schedule(began.at, 2, "Brazil <b>", "Brasilia", (1440 + 600, 1440 + 1200))
    page = began.get(PATH)
    assert value_of(page.text, "timezone") == "Europe/London"
    assert "Brazil &lt;b&gt;" in page.text
    page = began.submit(page, "", **FORM, as_in_zendesk="1", schedule="1", channel_leads="#x")
    assert hours_in(page.text) == ("America/Sao_Paulo", "10:00", "20:00", "BR")
    assert '<option value="1" selected>' in page.text
    assert value_of(page.text, "channel_leads") == "x"
    assert active(began.at) is None


@pytest.mark.parametrize("number", ["7", "-1", "x", "²"])
def test_a_schedule_that_is_no_more_is_the_first_one(began: Browser, number: str) -> None:
    page = began.submit(began.get(PATH), "", **FORM, as_in_zendesk="1", schedule=number)
    assert value_of(page.text, "timezone") == "Europe/London"


def test_a_plan_without_schedules_leaves_the_zone_of_the_administrator(began: Browser) -> None:
    small_plan(began.at)
    began.at.change_user(ADA, time_zone="Vienna", iana_time_zone="Europe/Vienna")
    page = began.get(PATH)
    assert page.status_code == 200
    assert hours_in(page.text) == ("Europe/Vienna", "09:00", "17:00", "AT")
    assert "schedules can&#39;t be read" in page.text
    assert "the plan lacks this endpoint" in page.text
    assert "<option selected>Complaints</option>" in page.text


def test_a_client_whose_scopes_are_too_narrow_is_no_bar(began: Browser) -> None:
    world = began.at.box.sandbox.state
    world.config = replace(world.config, client_scopes="tickets:read users:read")
    page = began.get(PATH)
    assert page.status_code == 200
    assert "schedules can&#39;t be read" in page.text


@pytest.mark.parametrize(
    "path", ["/api/v2/business_hours", "/api/v2/users", "/api/v2/groups", "/oauth/tokens"]
)
def test_whatever_does_not_answer_the_form_is_shown(began: Browser, path: str) -> None:
    began.at.fail(path)
    page = began.get(PATH)
    assert page.status_code == 200
    assert "schedules can&#39;t be read" in page.text
    assert value_of(page.text, "opens") == "09:00"


def test_once_zendesk_is_away_nothing_more_is_asked(began: Browser) -> None:
    asked: list[str] = []
    box = began.at.box.sandbox.faults
    box.set(Faults(server_error=1.0, server_status=503, path="/api/v2/groups"))
    there = box.for_call

    def counted(*, write: bool, path: str) -> Any:
        asked.append(path)
        return there(write=write, path=path)

    box.for_call = counted  # type: ignore[method-assign]
    page = began.get(PATH)
    assert "groups can't be read now" in page.text
    assert [path for path in asked if "business" in path] == []


def test_a_later_policy_stands_until_it_is_asked_for_and_stored(began: Browser) -> None:
    began.submit(began.get(PATH), "", **FORM, closes="12:00", regions=["CA"])
    page = began.get(PATH)
    assert hours_in(page.text) == ("Europe/Paris", "08:00", "12:00", "")
    assert "schedule “" not in page.text
    page = began.submit(page, "", **FORM, closes="12:00", regions=["CA"], as_in_zendesk="1")
    assert hours_in(page.text) == ("Europe/London", "09:00", "17:00", "GB-ENG")
    assert ticked(page.text, "regions") == ["GB", "CA"]
    assert 'role="status"' in page.text
    policy = active(began.at)
    assert policy is not None
    assert policy.settings.hours.timezone == "Europe/Paris"


def test_a_zendesk_that_is_away_takes_nothing_of_what_stands(began: Browser) -> None:
    began.submit(began.get(PATH), "", **FORM, closes="12:00", holidays="FR")
    began.at.fail()
    page = began.submit(
        began.get(PATH), "", **FORM, closes="12:00", holidays="FR", as_in_zendesk="1"
    )
    assert hours_in(page.text) == ("Europe/Paris", "08:00", "12:00", "FR")
    assert ticked(page.text, "days") == ["mon"]
    assert "days and hours stay as they are" in page.text


def test_a_later_policy_asks_zendesk_for_groups_alone(
    began: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    began.submit(began.get(PATH), "", **FORM, closes="12:00")
    wanted: list[bool] = []
    look = at_zendesk.look

    def noted(*args: Any, hours: bool) -> at_zendesk.AtZendesk:
        wanted.append(hours)
        return look(*args, hours=hours)

    monkeypatch.setattr("integration.console.at_zendesk.look", noted)
    began.get(PATH)
    assert wanted == [False]


def test_a_policy_written_by_hand_is_not_filled_in(began: Browser) -> None:
    files = {"policy.yaml": "groups: {default: X}\n", "faqs.yaml": "faqs: []\n"}
    activate(began.at.store, parse_policy(files).version, files, began.at.clock)
    page = began.send(PATH, **FORM, as_in_zendesk="1")
    assert "written by hand" in page.text
    assert 'name="timezone"' not in page.text


def test_a_form_that_is_filled_in_keeps_the_version_that_it_was_shown_for(began: Browser) -> None:
    page = began.get(PATH)
    began.submit(began.get(PATH), "", **FORM, closes="12:00")
    page = began.submit(page, "", **FORM, as_in_zendesk="1")
    late = began.submit(page, "", **FORM, closes="13:00")
    assert "another policy meanwhile" in late.text


def test_an_address_at_which_nothing_can_be_asked_is_told(began: Browser) -> None:
    at = began.at
    elsewhere = at.settings.model_copy(update={"zendesk_base_url": "http://example.com"})
    there = at_zendesk.look(elsewhere, at.store, at.clock, None, hours=True)
    assert there.groups == ()
    assert there.hours is not None
    assert there.unread == there.hours.unread != ""
    assert at_zendesk.look(elsewhere, at.store, at.clock, None, hours=False).hours is None
