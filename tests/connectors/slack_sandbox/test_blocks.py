"""Blocks are held to Slack's limits, and no bytes make the sandbox fall over."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from connectors.slack.sandbox.api_chat import read_blocks
from connectors.slack.sandbox.block_kit import check_blocks
from connectors.slack.sandbox.checking import Check
from connectors.slack.sandbox.config import SlackSandboxConfig
from connectors.slack.sandbox.errors import SlackError
from connectors.slack.sandbox.view_kit import check_view
from connectors.slack.sandbox.world import World
from tests.connectors.slack_sandbox.team import Button, marked, modal, plain, text_field

WORLD = World(SlackSandboxConfig())


def section(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": marked(text), **more}


def actions(**more: Any) -> dict[str, Any]:
    return Button(more=more).blocks[0]


def option(value: str = "v", text: str = "t") -> dict[str, Any]:
    return {"text": plain(text), "value": value}


def select(**more: Any) -> dict[str, Any]:
    return {"type": "static_select", "action_id": "s", "options": [option()], **more}


def accessory(element: dict[str, Any]) -> dict[str, Any]:
    return section(accessory=element)


def rich(*frames: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(frames)}


def leaves(*leaves: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": kind, "elements": list(leaves)}


def text_leaf(text: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": text, **more}


def check(*blocks: Any) -> list[str]:
    found = Check()
    check_blocks(list(blocks), found, lambda: "new", most=50)
    return found.problems


GOOD = [
    section("x" * 3000),
    section(expand=True),
    {"type": "section", "fields": [marked("x" * 2000)] * 10},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider"},
    {"type": "context", "elements": [marked("x"), plain("y")]},
    {"type": "markdown", "text": "x" * 12_000},
    actions(text=plain("x" * 75), value="x" * 2000, style="danger"),
    actions(url="https://example.com/", accessibility_label="x"),
    actions(confirm={"title": plain("x"), "text": marked("y"), "confirm": plain("z")}),
    accessory(select(placeholder=plain("x"), initial_option=option())),
    accessory({"type": "radio_buttons", "options": [option()] * 1}),
    accessory({"type": "checkboxes", "options": [option()], "initial_options": [option()]}),
    {"type": "input", "label": plain("x"), "hint": plain("y"), "element": select()},
    rich(leaves(text_leaf(style={"bold": True}), {"type": "link", "url": "https://e.example"})),
    rich(leaves(text_leaf("x"), kind="rich_text_preformatted")),
    rich({"type": "rich_text_list", "style": "ordered", "elements": [leaves(text_leaf())]}),
    rich(leaves({"type": "date", "timestamp": 1, "format": "{ago}", "fallback": "long ago"})),
    rich(leaves({"type": "user", "user_id": "U1"}, {"type": "emoji", "name": "wave"})),
]
BAD = [
    section("x" * 3001),
    section(""),
    section(expand="yes"),
    {"type": "section"},
    {"type": "section", "text": "x"},
    {"type": "section", "text": {"type": "html", "text": "x"}},
    {"type": "section", "text": marked("x") | {"emoji": True}},
    {"type": "section", "fields": [marked("x")] * 11},
    {"type": "section", "fields": []},
    {"type": "section", "fields": [marked("x" * 2001)]},
    section(colour="red"),
    {"type": "header", "text": plain("x" * 151)},
    {"type": "header", "text": marked("x")},
    {"type": "context", "elements": [marked("x")] * 11},
    {"type": "context", "elements": ["x"]},
    {"type": "image", "image_url": "https://e.example/x.png", "alt_text": "x"},
    {"type": "markdown", "text": "x" * 12_001},
    {"type": ["section"]},
    actions(text=plain("x" * 76)),
    actions(value="x" * 2001),
    actions(value=5),
    actions(style="green"),
    actions(url="javascript:alert(1)"),
    actions(url="http://["),
    actions(url="https://e.example/" + "x" * 3000),
    actions(action_id="x" * 256),
    actions(confirm={"title": plain("x" * 101), "text": plain("y")}),
    actions(confirm="sure"),
    actions(type="datepicker"),
    {"type": "actions", "elements": [actions()["elements"][0]] * 2},
    {"type": "actions", "elements": []},
    {"type": "actions", "elements": [actions()["elements"][0] | {"action_id": str(i)}
                                     for i in range(26)]},
    accessory(select(options=[option(str(i)) for i in range(101)])),
    accessory(select(options=[])),
    accessory(select(options=[option("x" * 151)])),
    accessory(select(options=[option(text="x" * 76)])),
    accessory(select(options=[option(), option()])),
    accessory(select(initial_option=option("other"))),
    accessory(select(placeholder=plain("x" * 151))),
    accessory({"type": "plain_text_input"}),
    {"type": "input", "label": plain("x")},
    {"type": "input", "label": plain("x"), "element": {"type": "button"}},
    {"type": "input", "label": plain("x"),
     "element": {"type": "plain_text_input", "max_length": 3001}},
    {"type": "input", "label": plain("x"),
     "element": {"type": "plain_text_input", "min_length": True}},
    rich(leaves({"type": "picture"})),
    rich(leaves({"type": "date", "format": "{ago}"})),
    rich(leaves({"type": "date", "timestamp": -1, "format": "{ago}"})),
    rich(leaves({"type": "link", "url": "x"})),
    rich(leaves(text_leaf(style={"bold": 1}))),
    rich({"type": "rich_text_table", "elements": []}),
    rich({"type": "rich_text_list", "style": "dots", "elements": [leaves(text_leaf())]}),
    rich({"type": "rich_text_list", "style": "bullet", "elements": [text_leaf()]}),
    rich(),
]  # fmt: skip


@pytest.mark.parametrize("block", GOOD)
def test_a_good_block_is_taken(block: dict[str, Any]) -> None:
    assert check(block) == []


@pytest.mark.parametrize("block", GOOD)
def test_the_real_models_agree_that_it_is_good(block: dict[str, Any]) -> None:
    parsed = Block.parse(json.loads(json.dumps(block)))
    assert parsed is not None
    parsed.validate_json()


@pytest.mark.parametrize("block", BAD)
def test_a_bad_block_is_refused_with_its_place(block: dict[str, Any]) -> None:
    problems = check(block)
    assert problems
    assert all("[json-pointer:/blocks/0" in problem for problem in problems)


def test_ids_are_made_where_they_are_missing_and_never_twice() -> None:
    (block,) = read_blocks(WORLD, [section()])
    assert block["block_id"]
    assert check(section(block_id="a"), section(block_id="a"))


def test_a_message_has_at_most_50_blocks() -> None:
    assert check(*[{"type": "divider"}] * 50) == []
    assert check(*[{"type": "divider"}] * 51)
    assert check("x")


def test_all_texts_together_have_a_limit() -> None:
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        read_blocks(WORLD, [section("x" * 2999)] * 5)


@pytest.mark.parametrize(
    "view",
    [
        None,
        modal(type="home"),
        modal(title=plain("x" * 25)),
        modal(submit=None),
        modal(private_metadata="x" * 3001),
        modal(callback_id="x" * 256),
        modal(notify_on_close="x"),
        modal(colour="red"),
        modal(blocks="x"),
        modal(*[text_field(f"b{i}") for i in range(101)]),
        modal(text_field("a"), text_field("a")),
    ],
)
def test_a_bad_modal_is_refused(view: Any) -> None:
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(view, lambda: "new")


def test_a_modal_must_not_be_too_large() -> None:
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(private_metadata="x" * 250_001), lambda: "new")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


@given(st.sampled_from(GOOD), st.data())
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_value_in_any_place_is_taken_or_refused(block: dict[str, Any], data: Any) -> None:
    changed = json.loads(json.dumps(block))
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        keys = range(len(value)) if isinstance(value, list) else list(value)
        for key in keys:
            places.append((value, key))
            if isinstance(value[key], dict | list):
                walk(value[key])

    walk(changed)
    holder, key = data.draw(st.sampled_from(places))
    holder[key] = data.draw(_JSON)
    assert isinstance(check(changed), list)


@given(_JSON)
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_value_as_blocks_or_modal_is_taken_or_refused(value: Any) -> None:
    for read in (lambda: read_blocks(WORLD, value), lambda: check_view(value, lambda: "new")):
        try:
            read()
        except SlackError as refusal:
            assert refusal.code  # noqa: PT017 - either way is good
