"""Slack's markup is shown as Slack shows it, and nothing in it becomes HTML of its own."""

import html
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.slack.sandbox.mrkdwn import Reader, emoji, format_date, link, to_html, with_breaks

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
READER = Reader("U1", {"U1": "Grace", "U2": "Omar <b>"}, {"C1": "support"}, NOW)


def shown(text: str, *, autolinks: bool = False) -> str:
    return str(to_html(text, READER, autolinks=autolinks))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*bold* _it_ ~gone~", "<b>bold</b> <i>it</i> <s>gone</s>"),
        ("a*b*c 2 * 3 * 4 snake_case_name", "a*b*c 2 * 3 * 4 snake_case_name"),
        ("`*code* &lt;b&gt;`", "<code>*code* &lt;b&gt;</code>"),
        ("```\nx\n  y\n```", "<pre>x\n  y</pre>"),
        ("a\nb", "a<br>b"),
        ("&gt; quoted\n&gt;more\nafter", "<blockquote>quoted<br>more<br></blockquote>after"),
        ("&gt;last", "<blockquote>last<br></blockquote>"),
        ("<@U1>", '<span class="mention me">@Grace</span>'),
        ("<@U2>", '<span class="mention">@Omar &lt;b&gt;</span>'),
        ("<@U9|x>", '<span class="mention">@x</span>'),
        ("<#C1>", '<span class="mention">#support</span>'),
        ("<#C9|other>", '<span class="mention">#other</span>'),
        ("<!here> <!subteam^S1|@team>", '<span class="mention me">@here</span> @team'),
        ("<javascript:alert(1)|click>", "click"),
        ('&lt;script&gt; <b> &amp; "', "&lt;script&gt; b &amp; &#34;"),
        (":warning: :unknown_thing:", "⚠️ :unknown_thing:"),
        ("https://e.example", "https://e.example"),
    ],
)  # fmt: skip
def test_markup_is_shown_as_slack_shows_it(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_links_open_elsewhere_and_tell_nothing() -> None:
    rest = 'target="_blank" rel="noopener noreferrer"'
    assert shown("<https://e.example/?a=1&amp;b=2|words>") == (
        f'<a href="https://e.example/?a=1&amp;b=2" {rest}>words</a>'
    )
    assert "mailto:a@e.example" in shown("<mailto:a@e.example|a@e.example>")
    assert shown("see https://e.example/x.", autolinks=True) == (
        f'see <a href="https://e.example/x" {rest}>https://e.example/x</a>.'
    )
    assert str(link("http://[", "x")) == "x"


def test_a_bold_link_is_both() -> None:
    assert shown("*<https://e.example|x>*").startswith('<b><a href="https://e.example"')


def test_dates_are_shown_in_local_time_or_by_their_fallback() -> None:
    seconds = int((NOW - timedelta(hours=2)).timestamp())
    local = NOW.astimezone() - timedelta(hours=2)
    assert format_date(seconds, "{date_num} {time}", NOW) == f"{local:%Y-%m-%d %H:%M}"
    assert format_date(seconds, "{date_pretty}, {ago}", NOW) == "today, 2 hours ago"
    assert format_date(seconds, "{weather}", NOW) is None
    assert format_date(10**12, "{time}", NOW) is None
    assert shown(f"<!date^{seconds}^{{ago}}|then>") == "<time>2 hours ago</time>"
    assert shown("<!date^5^{weather}|the fall back>") == "<time>the fall back</time>"


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [(0, "just now"), (61, "in 1 minute"), (-7200, "2 hours ago"), (86400 * 3, "in 3 days")],
)
def test_times_from_now_are_said_in_words(ahead: int, expected: str) -> None:
    assert format_date(int(NOW.timestamp()) + ahead, "{ago}", NOW) == expected


@pytest.mark.parametrize(("days", "expected"), [(1, "tomorrow"), (-1, "yesterday")])
def test_near_days_have_names(days: int, expected: str) -> None:
    seconds = int((NOW + timedelta(days=days)).timestamp())
    assert format_date(seconds, "{date_short_pretty}", NOW) == expected
    far = int((NOW + timedelta(days=40)).timestamp())
    assert re.fullmatch(r"January \d+, 2027", str(format_date(far, "{date_pretty}", NOW)))


def test_plain_text_is_never_markup() -> None:
    assert str(with_breaks("*a*\n<b>")) == "*a*<br>&lt;b&gt;"
    assert (emoji("wave"), emoji("nothing")) == ("👋", ":nothing:")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


_ALLOWED = {"b", "i", "s", "code", "pre", "br", "blockquote", "a", "span", "time"}
_PARTS = st.sampled_from(
    ["*", "_", "~", "`", "```", "<", ">", "&lt;", "&gt;", "&amp;", "|", "\n", "<@U1>", "<!here>",
     "<https://e.example|x>", "https://e.example", "<script>", '"', "'", "onerror=", "javascript:",
     "<!date^1^{time}|x>", ":wave:", "\ue000" + "0" + "\ue001", "&#60;b&#62;", "word "]
)  # fmt: skip


@given(st.lists(_PARTS | st.text(max_size=3), max_size=25).map("".join), st.booleans())
def test_no_text_whatever_becomes_a_tag_of_its_own(text: str, links: bool) -> None:  # noqa: FBT001 - drawn
    parser = _Tags()
    parser.feed(shown(text, autolinks=links))
    for tag, attributes in parser.seen:
        assert tag in _ALLOWED
        assert attributes.keys() <= {"href", "target", "rel", "class"}
        address = html.unescape(attributes.get("href") or "https://")
        assert address.startswith(("http://", "https://", "mailto:"))
