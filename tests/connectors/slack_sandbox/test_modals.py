"""Modals: opened by a trigger, filled in, sent, and the service's answer obeyed."""

from collections.abc import Callable
from typing import Any

import pytest

from connectors.slack.sandbox.errors import SlackError
from connectors.slack.sandbox.records import View
from tests.connectors.slack_sandbox.team import Button, Team, marked, modal, plain, text_field
from tests.connectors.slack_sandbox.test_messages import refusal

OPTIONS = [{"text": plain(name), "value": name} for name in ("a", "b")]


def choice(key: str, kind: str, **more: Any) -> dict[str, Any]:
    element = {"type": kind, "action_id": "c", "options": OPTIONS} | more
    return {"type": "input", "block_id": key, "label": plain("Which"), "element": element}


def trigger(team: Team) -> str:
    team.people.say("grace", "support", "/deskclerk status")
    found: str = team.service.got[-1]["trigger_id"]
    return found


def opened(team: Team, *blocks: dict[str, Any], **more: Any) -> View:
    team.client.views_open(trigger_id=trigger(team), view=modal(*blocks, **more))
    return on_top(team)


def on_top(team: Team) -> View:
    return team.world.views["U0GRACE"][-1]


def answering(**answer: Any) -> Callable[..., None]:
    return lambda ack, **_: ack(**answer)


def test_a_button_opens_a_modal_within_the_request(team: Team) -> None:
    def ask(ack: Any, body: dict[str, Any], client: Any) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal(private_metadata="decision-1"))

    team.service.on_action = ask
    ts = team.post("card", blocks=Button(action="edit").blocks)
    team.people.click("grace", "support", ts, "edit")
    view = on_top(team)
    assert (view.user, view.content["private_metadata"]) == ("U0GRACE", "decision-1")
    assert "U0OMAR" not in team.world.views


def test_a_trigger_is_good_once_and_for_three_seconds(team: Team) -> None:
    first, second = trigger(team), trigger(team)
    call = team.client.views_open
    assert refusal(call, trigger_id="1.2.3", view=modal()) == "invalid_trigger_id"
    call(trigger_id=first, view=modal())
    assert refusal(call, trigger_id=first, view=modal()) == "exchanged_trigger_id"
    team.control("POST", "/clock", {"seconds": 4})
    assert refusal(call, trigger_id=second, view=modal()) == "expired_trigger_id"


def test_a_wrong_modal_leaves_its_trigger_good(team: Team) -> None:
    found = trigger(team)
    call = team.client.views_open
    assert refusal(call, trigger_id=found, view={"type": "modal"}) == "invalid_arguments"
    assert call(trigger_id=found, view=modal())["view"]["type"] == "modal"


def test_what_was_typed_arrives_as_the_state_of_the_view(team: Team) -> None:
    blocks = [
        text_field("reason"),
        text_field("more") | {"optional": True},
        choice("menu", "static_select"),
        choice("radio", "radio_buttons", initial_option=OPTIONS[0]),
        choice("boxes", "checkboxes", initial_options=[OPTIONS[1]]),
        {"type": "section", "text": marked("words between")},
    ]
    opened(team, *blocks, private_metadata="decision-1")
    given = {"reason": "because", "menu": "b", "boxes": ["a", "b"]}
    team.people.submit("grace", "", given)
    body = team.service.got[-1]
    values = body["view"]["state"]["values"]
    assert (body["type"], body["view"]["callback_id"]) == ("view_submission", "form")
    assert body["view"]["private_metadata"] == "decision-1"
    assert values["reason"]["typed"] == {"type": "plain_text_input", "value": "because"}
    assert values["more"]["typed"]["value"] is None
    assert values["menu"]["c"]["selected_option"] == OPTIONS[1]
    assert values["radio"]["c"]["selected_option"] == OPTIONS[0]
    assert values["boxes"]["c"]["selected_options"] == OPTIONS
    assert team.world.views["U0GRACE"] == []


def test_slack_itself_asks_for_what_is_missing(team: Team) -> None:
    blocks = [text_field("a"), text_field("b", min_length=3), text_field("c", max_length=2)]
    opened(team, *blocks)
    before = len(team.service.got)
    assert team.people.submit("grace", "", {"b": "x", "c": "xxx"}) is None
    assert len(team.service.got) == before
    assert on_top(team).errors == {
        "a": "Please complete this required field.",
        "b": "Please enter at least 3 characters.",
        "c": "Please enter no more than 2 characters.",
    }


def test_errors_of_the_service_are_shown_and_the_words_stay(team: Team) -> None:
    opened(team)
    errors = {"reason": "That answer has changed."}
    team.service.on_view = answering(response_action="errors", errors=errors)
    team.people.submit("grace", "", {"reason": "because"})
    view = on_top(team)
    assert view.errors == errors
    assert view.typed["reason"]["typed"]["value"] == "because"


def test_an_update_shows_another_content(team: Team) -> None:
    view = opened(team)
    other = modal(title=plain("Sure?"))
    team.service.on_view = answering(response_action="update", view=other)
    team.people.submit("grace", "", {"reason": "x"})
    changed = on_top(team)
    assert (changed.id, changed.content["title"]["text"]) == (view.id, "Sure?")


def test_a_pushed_modal_lies_above_and_closing_shows_the_first_again(team: Team) -> None:
    view = opened(team)
    team.service.on_view = answering(response_action="push", view=modal())
    team.people.submit("grace", "", {"reason": "x"})
    above = on_top(team)
    assert (above.previous, above.root) == (view.id, view.id)
    team.people.submit("grace", "", {"reason": "x"})
    team.people.submit("grace", "", {"reason": "x"})
    assert on_top(team).trouble  # three is the limit
    team.people.close("grace", "")
    team.people.close("grace", "")
    assert on_top(team).id == view.id


def test_clear_closes_all_of_them(team: Team) -> None:
    opened(team)
    team.service.on_view = answering(response_action="push", view=modal())
    team.people.submit("grace", "", {"reason": "x"})
    team.service.on_view = answering(response_action="clear")
    team.people.submit("grace", "", {"reason": "x"})
    assert team.world.views["U0GRACE"] == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"unknown_block": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
    ],
)
def test_a_wrong_answer_leaves_the_modal_open_with_a_line(team: Team, answer: Any) -> None:
    opened(team)
    team.service.on_view = answering(**answer)
    team.people.submit("grace", "", {"reason": "x"})
    assert on_top(team).trouble == "We had some trouble connecting. Try again?"


@pytest.mark.parametrize("body", ["plain words", "[1]", '{"response_action": "dance"}'])
def test_an_answer_in_no_form_of_slacks_leaves_the_modal_open(team: Team, body: str) -> None:
    opened(team)
    team.service.on_view = lambda ack, **_: _raw(ack, body)
    team.people.submit("grace", "", {"reason": "x"})
    assert on_top(team).trouble


def _raw(ack: Any, body: str) -> Any:
    response = ack()
    response.body = body
    return response


def test_a_service_that_fails_leaves_the_modal_open_with_a_line(team: Team) -> None:
    opened(team)
    team.get_stuck()
    team.people.submit("grace", "", {"reason": "x"})
    assert on_top(team).trouble


def test_a_modal_closed_meanwhile_stays_closed(team: Team) -> None:
    opened(team)

    def close_first(ack: Any, **_: Any) -> None:
        team.people.close("grace", "")
        ack(response_action="errors", errors={"reason": "x"})

    team.service.on_view = close_first
    team.people.submit("grace", "", {"reason": "x"})
    assert team.world.views["U0GRACE"] == []


def test_what_the_service_changed_before_it_found_errors_stays_changed(team: Team) -> None:
    view = opened(team)

    def change_first(ack: Any, client: Any, **_: Any) -> None:
        client.views_update(view_id=view.id, view=modal(title=plain("Changed")))
        ack(response_action="errors", errors={"reason": "x"})

    team.service.on_view = change_first
    team.people.submit("grace", "", {"reason": "x"})
    changed = on_top(team)
    assert (changed.content["title"]["text"], changed.errors) == ("Changed", {"reason": "x"})


def test_words_stay_in_a_field_that_is_still_the_same_after_an_update(team: Team) -> None:
    opened(team, text_field("same"), text_field("other"))
    other = modal(text_field("same"), choice("other", "static_select"), title=plain("Sure?"))
    team.service.on_view = answering(response_action="update", view=other)
    team.people.submit("grace", "", {"same": "kept", "other": "lost"})
    (shown,) = team.control("GET", "/world")["views"]
    values = shown["state"]["values"]
    assert values["same"]["typed"]["value"] == "kept"
    assert values["other"]["c"]["selected_option"] is None


def test_a_button_in_a_modal_that_fails_leaves_a_line(team: Team) -> None:
    opened(team, text_field(), *Button(action="more").blocks)
    team.get_stuck()
    team.people.click_in_view("grace", "", "more", {})
    assert on_top(team).trouble


def test_closing_is_told_only_where_the_service_asked_for_it(team: Team) -> None:
    opened(team)
    assert team.people.close("grace", "") is None
    opened(team, notify_on_close=True, clear_on_close=True)
    team.people.close("grace", "")
    assert team.service.got[-1]["type"] == "view_closed"
    with pytest.raises(SlackError, match="not_found"):
        team.people.close("grace", "")


def test_a_modal_is_changed_by_its_id_or_the_services_own(team: Team) -> None:
    view = opened(team, external_id="mine")
    call = team.client.views_update
    call(external_id="mine", view=modal(external_id="mine", title=plain("One")))
    assert on_top(team).content["title"]["text"] == "One"
    assert refusal(call, view_id=view.id, hash=view.hash, view=modal()) == "hash_conflict"
    call(view_id=view.id, hash=on_top(team).hash, view=modal(title=plain("Two")))
    assert on_top(team).content["title"]["text"] == "Two"
    assert refusal(call, view_id="V1", view=modal()) == "not_found"
    bare = {"api_method": "views.update", "json": {"view": modal()}}
    assert refusal(team.client.api_call, **bare) == "invalid_arguments"


def test_one_id_of_the_service_names_one_modal(team: Team) -> None:
    opened(team, external_id="mine")
    call = team.client.views_open
    again = {"trigger_id": trigger(team), "view": modal(external_id="mine")}
    assert refusal(call, **again) == "duplicate_external_id"


def test_a_button_in_a_modal_pushes_another(team: Team) -> None:
    opened(team, text_field(), *Button(action="more").blocks)

    def push(ack: Any, body: dict[str, Any], client: Any) -> None:
        ack()
        client.views_push(trigger_id=body["trigger_id"], view=modal(title=plain("More")))

    team.service.on_action = push
    team.people.click_in_view("grace", "", "more", {"reason": "half"})
    body = team.service.got[-1]
    assert body["container"]["type"] == "view"
    assert body["view"]["state"]["values"]["reason"]["typed"]["value"] == "half"
    assert on_top(team).content["title"]["text"] == "More"


def test_a_modal_is_pushed_only_from_within_a_modal(team: Team) -> None:
    call = team.client.views_push
    assert refusal(call, trigger_id=trigger(team), view=modal()) == "not_found"
    opened(team, *Button(action="more").blocks)
    team.people.click_in_view("grace", "", "more", {})
    inner = team.service.got[-1]["trigger_id"]
    team.people.close("grace", "")
    assert refusal(call, trigger_id=inner, view=modal()) == "not_found"
