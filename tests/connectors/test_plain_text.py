"""Texts of any origin as plain text that reads well in a mail."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.plain_text import one_line, plain_text, tidied

BASE = "https://acme.zendesk.com/hc/en-us/articles/1"


def said(source: str) -> str:
    return plain_text(source, BASE).text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>One\n  two</p><p>three</p>", "One two\n\nthree"),
        ("<div>One</div><div>two<br>three<br><br><br>four</div>", "One\ntwo\nthree\n\nfour"),
        ("<p>&nbsp;</p><p>R&amp;D &lt;b&gt;</p><p> </p>", "R&D <b>"),
        ("a<b>b</b> <i>c</i>", "ab c"),
        ("<h2>Head</h2>text", "Head\n\ntext"),
        ("<ul><li>a</li><li>b</li></ul>c", "- a\n- b\n\nc"),
        ("x<ol><li>a<ul><li>b</ul><li>c</ol>", "x\n\n1. a\n  - b\n2. c"),
        ("<ul><li><p>a</p><p>b</p></li><li></li><li>c</li></ul>", "- a\nb\n- c"),
        ("<li>alone", "- alone"),
        ("<ul><li></ul>after", "after"),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1<td>2</tr></table>", "A | B\n1 | 2"),
        ("<table><tr><td><p>1</p></td><td><p>2</p></td></tr></table>", "1\n\n2"),
        ("<pre>if x:\n    y  <b>z</b>\n</pre>end", "if x:\n    y z\n\nend"),
        ("<script>evil()</script><style/>a<title>t</title>b", "ab"),
        ("<script>a</b>c</script>d", "d"),
        ("<!-- no -->a<!doctype x>b<3", "ab<3"),
        ("</ol></h1></pre>a</p>b", "a\n\nb"),
    ],
)
def test_paragraphs_lists_and_tables_are_kept(source: str, text: str) -> None:
    assert said(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('<a href="https://x.example/a">here</a>.', "here (https://x.example/a)."),
        ('<a href="/hc/x">here</a>', "here (https://acme.zendesk.com/hc/x)"),
        ('<a href="https://x.example/?a=1&amp;b=2">x</a>', "x (https://x.example/?a=1&b=2)"),
        ('<a href="https://x.example/">https://x.example/</a>', "https://x.example/"),
        ('<a href="https://x.example/"></a>', "https://x.example/"),
        ('<a href="mailto:a@x.example">a@x.example</a>', "a@x.example"),
        ('<a href="tel:+44123">call</a>', "call (+44123)"),
        ('<a href="{{ticket.url}}">it</a>', "it ({{ticket.url}})"),
        ('<a href="#top">up</a>', "up"),
        ('<a href="">none</a><a name=x>at</a>', "noneat"),
        ('<a href="javascript:alert(1)">js</a>', "js"),
        ('<a href="http://[">bad</a>', "bad"),
        ('<a href="https://x.example/1">a<a href="https://x.example/2">b',
         "a (https://x.example/1)b (https://x.example/2)"),
    ],
)  # fmt: skip
def test_links_are_kept_where_they_lead_somewhere(source: str, text: str) -> None:
    assert said(source) == text


def test_headings_and_pictures_are_told() -> None:
    page = plain_text("<h1>A <b>b</b></h1><h2></h2>x<h3>C?</h3><img src=a><iframe></iframe>", BASE)
    assert page.headings == ("A b", "C?")
    assert page.pictures == 2


def test_lists_in_lists_are_indented_up_to_a_depth() -> None:
    text = said("<ul><li>x" * 2000)
    assert max(map(len, text.splitlines())) == 2 * 8 + 3


def test_text_is_tidied() -> None:
    assert tidied("\n\na \r\nb\r\rc\u2028\x07\ufeff d\n\n\n\n\te\x85") == "a\nb\n\nc\n d\n\n    e"
    assert tidied("ok") == "ok"
    assert one_line(" a\n b\x1b[31m\tc\u200b ") == "a b[31m c\u200b"


@settings(deadline=None)
@given(st.text(st.sampled_from("<>/ab hrefliulpreoltd=\"'&;#{}!-\n\x00\ud800"), max_size=80))
def test_any_text_is_read(source: str) -> None:
    page = plain_text(source, BASE)
    assert tidied(page.text) == tidied(tidied(page.text))


@pytest.mark.parametrize("part", ["<!--", "<", "<a href=", "<ul><li>", "</p>", "<pre>", "&#"])
def test_hostile_markup_is_read_in_one_pass(part: str) -> None:
    plain_text(part * 50_000, BASE)
