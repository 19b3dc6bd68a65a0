"""What stands in an HTML text besides what it shows."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rules.model import Author, Comment, Outcome
from rules.unshown import hides_sentence, is_sentence, is_text, unescaped, words_of_tag
from rules.utterance import Utterance, read_comment
from tests.rules.build import a_ticket, codes, judge

MAILS: dict[str, str] = yaml.safe_load(
    Path(__file__).with_name("client_mails.yaml").read_text("utf-8")
)
QUESTION = "How do I reset my password?"
THREAT = "I want to make a formal complaint"


def read(body: str, html: str | None = None) -> Utterance:
    return read_comment(Comment(Author.REQUESTER, body, html_body=html))


@pytest.mark.parametrize("program", MAILS)
def test_what_mail_programs_write_hides_nothing(program: str) -> None:
    assert not read(QUESTION, MAILS[program]).hides_text
    assert not read(MAILS[program]).hides_text


@pytest.mark.parametrize("program", MAILS)
def test_a_mail_of_any_program_is_answered(program: str) -> None:
    decision = judge(a_ticket(QUESTION, html=MAILS[program]))
    assert decision.outcome is Outcome.REPLY, codes(decision)


@pytest.mark.parametrize(
    "body",
    [f"{QUESTION} <br> <{THREAT}, I will sue you>", f"{QUESTION} <b>now</b> <{THREAT}/>",
     f"{QUESTION}<br></{THREAT}>", f"{QUESTION} <br> <complaint>",
     f"{QUESTION} <br> <I'm going to sue you>", f"{QUESTION} <br> <A complaint>",
     f"{QUESTION} <br> <I-want-to-make-a-complaint>", f"{QUESTION} <br> <Re: a formal complaint>",
     f"{QUESTION} <br> <b x='{THREAT}'>", f"{QUESTION} <br> <b x {THREAT} y=1>"],
)  # fmt: skip
def test_words_in_angle_brackets_are_read(body: str) -> None:
    utterance = read(body)
    assert "reset my password" in utterance.said.text
    told = utterance.said.text + utterance.other.text
    assert any(word in told.lower() for word in ("complaint", "sue you"))


def test_such_words_are_judged() -> None:
    for hidden in (f"<{THREAT}, I will sue you>", f'<a title="{THREAT}">x</a>'):
        found = codes(judge(a_ticket(f"{QUESTION} <br> {hidden}")))
        assert any(code.startswith("regulatory.") for code in found), found


def test_an_address_in_angle_brackets_is_text_also_beside_markup() -> None:
    body = "<b>where</b> is it <me@example.org> and <https://a.example/?b=c>"
    assert read(body).said.text == "where is it <me@example.org> and <https://a.example/?b=c>"


@pytest.mark.parametrize(
    "hidden",
    [f"<!-- {THREAT} -->", f"<!--[if mso]><p>{THREAT}</p><![endif]-->", f"<! {THREAT}>",
     f"<?{THREAT}>", "<!-- I <b>will</b> sue you -->", "<!-- I - will, sue (you) -->",
     f"<title>{THREAT}</title>", f"<noscript>{THREAT}</noscript>", f"<style>{THREAT}</style>",
     "<title>I <b>will</b> sue&nbsp;you</title>", f"<style><!-- {THREAT} --></style>",
     f"<template><img><p>{THREAT}</p></template>", f"<head><!-- {THREAT} --></head>"],
)  # fmt: skip
def test_a_sentence_that_is_not_shown_is_hidden(hidden: str) -> None:
    assert read(QUESTION, f"<p>{QUESTION}</p>{hidden}").hides_text
    assert read("", f"<p>{QUESTION}</p>{hidden}").hides_text
    assert read(f"{QUESTION} <br> {hidden}").hides_text
    assert "bar.hidden_text" in codes(judge(a_ticket(f"{QUESTION} <br> {hidden}")))


@pytest.mark.parametrize(
    "harmless",
    ["<!-- three words only -->", "<title>Re: Your password</title>", f"<!-- {QUESTION} -->",
     "<title>How do I reset my password</title>", "<!-- id=a name=b place=c time=d -->",
     "<style>p{margin:0} @media only screen and (width:1px){}</style>", "<!---->", "<!>"],
)  # fmt: skip
def test_a_few_words_or_what_is_shown_as_well_hide_nothing(harmless: str) -> None:
    assert not read(QUESTION, f"<p>{QUESTION}</p>{harmless}").hides_text


def test_many_sentences_that_are_not_shown_are_not_compared_one_by_one() -> None:
    assert hides_sentence("\x00".join(["my b c d"] * 51), "my b c d")
    assert not hides_sentence("\x00".join(["a b c d"] * 50), "a b c d")


@pytest.mark.parametrize(
    "tag",
    ['<img alt="{}">', "<a title='{}'>x</a>", '<input placeholder="{}">', '<img src=x alt="{}"/>',
     '<p aria-label="{}">x</p>', '<img src="{}" alt="{}">'],
)  # fmt: skip
def test_sentences_in_tags_are_read_and_part_no_words(tag: str) -> None:
    said = "I will take you to court"
    html = tag.format(*(["x" * 9000, said] if tag.count("{}") > 1 else [said]))
    for utterance in (read("", f"<p>my {html}lawyer</p>"), read("hello", f"my {html}lawyer")):
        assert said in utterance.other.text
        assert said not in utterance.said.text
    found = codes(judge(a_ticket(QUESTION, html=f"<p>{QUESTION}</p>{html}")))
    assert any(code.startswith("regulatory.") for code in found), found


def test_sentences_in_tags_of_quoted_history_are_quoted() -> None:
    html = '<p>new</p><blockquote><img alt="How to make a complaint"></blockquote>'
    utterance = read("new", html)
    assert "complaint" in utterance.other_quoted.text
    assert "complaint" not in utterance.other.text


@pytest.mark.parametrize(
    "raw", ['class="a b c d"', 'style="a b c d"', "onclick='a b c d'", 'alt="a b c"', "a=b c=d"]
)
def test_what_is_no_text_for_anyone_says_nothing(raw: str) -> None:
    assert list(words_of_tag(raw)) == []


@pytest.mark.parametrize(
    ("text", "holds"),
    [("I will sue you", True), ("w1ll y0u sue me", True), ("ich klage, morgen: punkt", True),
     ("don't you dare try", True), ("one two three", False), ("one two three-four", False),
     ("a=b c=d e=f", False), ("1 2 3 4 5", False), ("", False), ("a.b.c.d.e", False)],
)  # fmt: skip
def test_four_words_in_a_row_are_a_sentence(text: str, holds: bool) -> None:  # noqa: FBT001
    assert is_sentence(text) is holds


@pytest.mark.parametrize(
    ("name", "raw", "holds"),
    [("p", "", False), ("br", " /", False), ("br", "/", False), ("td", " nowrap", False),
     ("o:p", "", False), ("amp-img", "", False), ("sign", " signid=0", False), ("i", " sue", True),
     ("lawyer", "", True), ("a", "@b.example", True), ("http:", "//a.example", True),
     ("p", " ;", False), ("a-b-c-d", "", True)],
)  # fmt: skip
def test_tags_are_told_from_words(name: str, raw: str, holds: bool) -> None:  # noqa: FBT001
    assert is_text(name, raw) is holds


def test_an_entity_of_any_length_is_read_somehow() -> None:
    number = f"&#{'1' * 5000};"
    assert unescaped(f"{number} &amp; &#65;") == f"{number} & A"
    assert read("", f"<i hidden>{number}</i>").hides_text
    assert read("", f'<title>{number}</title><i title="{number}" style="{number}">x').said.text


@given(st.text(), st.text())
def test_any_texts_can_be_compared(unseen: str, seen: str) -> None:
    assert hides_sentence(unseen, seen) <= is_sentence(unescaped(unseen))
    assert not hides_sentence(unseen, unescaped(unseen))


@pytest.mark.parametrize(
    "threat", ["IWILLSUEYOU", "Iwillsue you", "iwanttomakeaformalcomplaint", "ichwerdesieverklagen"]
)
def test_a_threat_without_spaces_is_not_answered(threat: str) -> None:
    assert any(c.startswith("regulatory.") for c in codes(judge(a_ticket(f"{QUESTION} {threat}"))))
