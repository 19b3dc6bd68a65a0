"""What a Zendesk account keeps for answering: over a socket, and from any record."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.errors import AskPerson, RetryLater
from connectors.ports import PreparedText, TextKind, Unusable, Wording
from connectors.zendesk.client import ZendeskHelpdesk, connect_zendesk
from connectors.zendesk.prepared import SCOPE, article_of, macro_of, read_prepared
from connectors.zendesk.sandbox import SandboxConfig, SandboxServer
from tests.contract.socket_stub import Reply, SocketStub

BASE = "https://acme.zendesk.com"
NOW = datetime(2026, 11, 23, 9, 0, 0, tzinfo=UTC)


def connected(url: str, config: SandboxConfig | None = None, scope: str = SCOPE) -> ZendeskHelpdesk:
    config = config or SandboxConfig()
    return connect_zendesk(
        url, config.client_id, config.client_secret, clock=lambda: NOW, scope=scope
    )


def give_up(error: RetryLater) -> None:
    raise error


@pytest.fixture
def stub() -> Iterator[SocketStub]:
    with SocketStub() as running:
        yield running


# -- over a socket ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    config = SandboxConfig(clock=lambda: NOW, delivery_threads=0)
    with SandboxServer(config) as server:
        yield server


def found_in(
    sandbox: SandboxServer, kind: TextKind, scope: str = SCOPE
) -> tuple[list[PreparedText], list[Unusable]]:
    desk = connected(sandbox.url, sandbox.sandbox.config, scope)
    try:
        rows = list(read_prepared(desk, kind, BASE, give_up))
    finally:
        desk.close()
    return (
        [row for row in rows if isinstance(row, PreparedText)],
        [row for row in rows if isinstance(row, Unusable)],
    )


def test_macros_are_read_by_their_public_comments(sandbox: SandboxServer) -> None:
    texts, unusable = found_in(sandbox, TextKind.MACRO)
    assert [text.wordings[0] for text in texts] == [
        Wording("", "Ask for more details", "Hello {{ first_name }}, …"),
        Wording(
            "",
            "Billing: Send the invoice again",
            "Hello {{ first_name }},\n\nyour invoice for ticket {{ ticket_id }} is on its way.",
            lost=("{{current_user.name}}",),
        ),
    ]
    assert [each.why for each in unusable] == ["no public comment"] * 2


def test_published_articles_are_read_with_their_translations(sandbox: SandboxServer) -> None:
    texts, unusable = found_in(sandbox, TextKind.ARTICLE)
    assert [[each.locale for each in text.wordings] for text in texts] == [
        ["en-us", "de"],
        ["en-us"],
        ["en-us"],
        ["en-us"],
    ]
    marked_up = texts[-1]
    assert marked_up.labels == ("orders", "send it back")
    assert marked_up.wordings[0].headings == ("Who pays for the parcel?",)
    assert "1. Open your order.\n2. Choose Return." in marked_up.wordings[0].body
    assert [each.why for each in unusable] == ["no published text"]


@pytest.mark.parametrize(
    ("kind", "scope"), [(TextKind.MACRO, "hc:read"), (TextKind.ARTICLE, "macros:read")]
)
def test_a_token_without_the_scope_needs_a_person(
    sandbox: SandboxServer, kind: TextKind, scope: str
) -> None:
    with pytest.raises(AskPerson, match="403"):
        found_in(sandbox, kind, scope)


def test_pages_go_on_after_a_wait(stub: SocketStub) -> None:
    def page(key: int, after: str | None) -> Reply:
        meta = {"has_more": after is not None, "after_cursor": after}
        return Reply(200, {"macros": [a_macro(id=key)], "meta": meta})

    busy = Reply(429, {}, {"Retry-After": "7"})
    stub.on("macros.json", page(1, "next"), busy, page(2, None))
    waits: list[float] = []
    rows = read_prepared(
        connected(stub.url), TextKind.MACRO, BASE, lambda error: waits.append(error.after_s)
    )
    assert [row.id for row in rows] == [1, 2]
    assert waits == [7.0]
    queries = [call.query for call in stub.calls("GET", "macros.json")]
    first = {"active": "true", "page[size]": "100"}
    assert queries == [first, *[{**first, "page[after]": "next"}] * 2]


@pytest.mark.parametrize("body", [{}, {"articles": None}, {"articles": {}}, b"<html>"])
def test_a_page_without_its_list_is_never_taken_for_the_end(stub: SocketStub, body: Any) -> None:
    stub.on("help_center/articles.json", Reply(200, body))
    with pytest.raises(RetryLater):
        list(read_prepared(connected(stub.url), TextKind.ARTICLE, BASE, give_up))


def test_rows_that_are_no_records_are_named(stub: SocketStub) -> None:
    stub.on("macros.json", Reply(200, {"macros": ["x", None, {"id": 5}]}))
    rows = list(read_prepared(connected(stub.url), TextKind.MACRO, BASE, give_up))
    assert rows == [
        Unusable(TextKind.MACRO, None, "no id"),
        Unusable(TextKind.MACRO, None, "no id"),
        Unusable(TextKind.MACRO, 5, "no public comment"),
    ]


# -- any record ---------------------------------------------------------------------------------


def a_macro(*actions: tuple[str, Any], **fields: Any) -> dict[str, Any]:
    listed = [{"field": name, "value": value} for name, value in actions]
    return {
        "id": 7,
        "title": "T",
        "actions": listed or [an_action("Hi")],
        "restriction": None,
    } | fields


def an_action(text: str) -> dict[str, Any]:
    return {"field": "comment_value", "value": text}


def body_of(row: dict[str, Any]) -> str:
    found = macro_of(row, BASE)
    assert isinstance(found, PreparedText)
    return found.wordings[0].body


@pytest.mark.parametrize(
    ("actions", "body"),
    [
        ([("comment_value", "a <b>\nc")], "a <b>\nc"),
        ([("comment_value", ["channel:all", "a"])], "a"),
        ([("comment_value_html", "<p>a</p><p>b</p>")], "a\n\nb"),
        ([("comment_value", "a"), ("comment_value_html", "<p>b</p>")], "b"),
        ([("comment_value_html", " "), ("comment_value", "a")], "a"),
        ([("comment_value", None), ("comment_value", []), ("comment_value", "a")], "a"),
        ([("comment_value", "a"), ("comment_mode_is_public", True)], "a"),
        ([("comment_value", "a\x00\ud800"), ("comment_mode_is_public", "true")], "a"),
    ],
)
def test_a_comment_is_read_in_all_its_forms(actions: list[tuple[str, Any]], body: str) -> None:
    assert body_of(a_macro(*actions)) == body


@pytest.mark.parametrize(
    "row",
    [
        a_macro(("comment_value", "a"), ("comment_mode_is_public", "false")),
        a_macro(("comment_value", "a"), ("comment_mode_is_public", False)),
        a_macro(("status", "solved")),
        a_macro(("comment_value", {"a": 1})),
        a_macro(actions=None),
        a_macro(actions=["x", {}]),
    ],
)
def test_a_macro_without_a_public_comment_is_unusable(row: dict[str, Any]) -> None:
    assert macro_of(row, BASE) == Unusable(TextKind.MACRO, 7, "no public comment")


def test_a_macro_that_is_not_for_everybody_says_so() -> None:
    for restriction, expected in ((None, False), ({"type": "User", "id": 1}, True)):
        found = macro_of(a_macro(restriction=restriction), BASE)
        assert isinstance(found, PreparedText)
        assert found.restricted is expected


def an_article(**fields: Any) -> dict[str, Any]:
    return {"id": 9, "title": "T", "body": "<p>b</p>", "locale": "en-us", "draft": False} | fields


def read_article(**fields: Any) -> PreparedText:
    found = article_of(an_article(**fields), BASE)
    assert isinstance(found, PreparedText)
    return found


def test_an_article_without_translations_speaks_for_itself() -> None:
    for translations in (None, [], "x", [5]):
        (wording,) = read_article(translations=translations).wordings
        assert wording == Wording("en-us", "T", "b")


def test_the_language_an_article_was_written_in_comes_first() -> None:
    other = [{"locale": "de", "title": "A"}, {"locale": "fr", "title": "B"}]
    found = read_article(source_locale="fr", translations=other)
    assert [each.title for each in found.wordings] == ["B", "A"]


def test_only_what_is_published_is_read() -> None:
    other = [{"locale": "en-us", "draft": True}, {"locale": "de", "title": "A", "draft": False}]
    assert [each.title for each in read_article(translations=other).wordings] == ["A"]
    unpublished = article_of(an_article(draft=True), BASE)
    assert unpublished == Unusable(TextKind.ARTICLE, 9, "no published text")


def test_links_are_completed_from_the_article_s_own_address() -> None:
    body = '<a href="../x">x</a>'
    for url, address in (
        ("https://help.example/hc/en-us/articles/9", "https://help.example/hc/en-us/x"),
        ("ftp://help.example/a/b/c", f"{BASE}/x"),
        ("http://[", f"{BASE}/x"),
        (None, f"{BASE}/x"),
    ):
        assert read_article(body=body, html_url=url).wordings[0].body == f"x ({address})"


def test_pictures_and_readers_are_told() -> None:
    found = read_article(body="<img><video></video>b", user_segment_id=4, label_names=["a", 5])
    assert found.wordings[0].lost == ("2 pictures or films",)
    assert found.restricted
    assert found.labels == ("a",)
    assert read_article(user_segment_ids=[4]).restricted
    assert not read_article(user_segment_id=None, user_segment_ids=[]).restricted


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.just("comment_value")
NAMES = st.sampled_from(
    [
        "id", "title", "actions", "field", "value", "restriction", "body", "locale", "draft",
        "translations", "label_names", "html_url", "source_locale", "user_segment_id",
    ]
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=15,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(NAMES, VALUES))
def test_any_record_is_a_text_or_unusable(row: dict[str, Any]) -> None:
    for make in (macro_of, article_of):
        assert isinstance(make({"id": 1} | row, BASE), PreparedText | Unusable)
