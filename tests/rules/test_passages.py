"""What a customer wrote, cut into passages."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.model import Author, Comment, Ticket
from rules.passages import LONGEST, MAX_PASSAGES, Passage, passages_of
from rules.thread import Thread
from rules.utterance import read_comment
from tests.rules.build import a_ticket


def passages(body: str, **more: Any) -> tuple[Passage, ...]:
    return of(a_ticket(body, **more))


def of(ticket: Ticket) -> tuple[Passage, ...]:
    assert ticket.message is not None
    return passages_of(Thread(ticket, read_comment(ticket.message)))


def texts(body: str, **more: Any) -> list[str]:
    return [passage.text for passage in passages(body, **more)]


def sentences(body: str, **more: Any) -> list[tuple[str, str]]:
    """Each sentence that has a place, and what stands there in the body."""
    return [
        (sentence.text, body[slice(*sentence.span)])
        for passage in passages(body, **more)
        for sentence in passage.sentences
        if sentence.span
    ]


def quoted(body: str, **more: Any) -> list[str]:
    return [passage.text for passage in passages(body, **more) if passage.is_quoted]


def test_quoted_text_that_nobody_said_here_is_a_passage_without_who_wrote_it() -> None:
    body = "see below\n\nOn Mon, 2 Nov 2026 at 10:00, Ann wrote:\n> Somebody broke in.\n> Twice."
    assert quoted(body) == ["Somebody broke in. Twice."]
    assert ("Somebody broke in.", "Somebody broke in.") in sentences(body)


def test_quoted_text_that_was_said_here_is_no_passage() -> None:
    before = (Comment(Author.REQUESTER, "Somebody broke in."), Comment(Author.AGENT, "Twice?"))
    assert quoted("no\n\n> Somebody broke in.\n> Twice?", before=before) == []


def test_two_quotations_of_the_same_do_not_cover_each_other() -> None:
    before = (Comment(Author.REQUESTER, "see\n\n> Somebody broke in."),)
    assert quoted("and?\n\n> Somebody broke in.", before=before) == ["Somebody broke in."] * 2


def test_what_the_html_quotes_is_read_where_the_plain_text_differs() -> None:
    html = "<p>see</p><blockquote>Somebody broke in.</blockquote>"
    assert quoted("see", html=html) == ["Somebody broke in."]
    assert quoted("see\n> Somebody broke in.", html=html) == ["Somebody broke in."]


def test_a_short_message_is_one_passage_with_its_sentences() -> None:
    body = "My card is lost.   I want\ta new\none!"
    (passage,) = passages(body)
    assert passage.text == "My card is lost. I want a new one!"
    assert passage.words == ("my", "card", "is", "lost", "i", "want", "a", "new", "one")
    assert sentences(body) == [
        ("My card is lost.", "My card is lost."),
        ("I want a new", "I want\ta new"),
        ("one!", "one!"),
    ]


def test_flags_side_by_side_are_read_as_the_words_that_they_may_spell() -> None:
    (passage,) = passages("It is a🇸🇨🇦🇲. I live in 🇬🇧.")
    assert passage.text == "It is a SCAM . I live in 🇬🇧."
    assert passage.words == ("it", "is", "a", "scam", "i", "live", "in")


def test_each_sentence_has_its_own_words() -> None:
    (passage,) = passages("My card is LOST. Où est-elle?")
    assert [sentence.words for sentence in passage.sentences] == [
        ("my", "card", "is", "lost"),
        ("ou", "est", "elle"),
    ]


def test_a_subject_stands_before_the_first_words_and_has_no_place_in_the_body() -> None:
    (passage,) = passages("It is gone.", subject="  Lost   card ")
    assert passage.words == ("lost", "card", "it", "is", "gone")
    assert passage.text.split() == ["Lost", "card", "It", "is", "gone."]
    assert sentences("It is gone.", subject="Lost card") == [("It is gone.", "It is gone.")]


def test_a_subject_without_words_is_left_out() -> None:
    assert texts("It is gone.", subject="-- ?! ") == ["It is gone."]


def test_a_subject_alone_is_a_passage() -> None:
    (passage,) = passages("", subject="Lost card")
    assert passage.words == ("lost", "card")
    assert all(sentence.span is None for sentence in passage.sentences)


def test_a_very_long_subject_is_cut() -> None:
    assert len(" ".join(texts("", subject="card " * 1000))) <= LONGEST


@pytest.mark.parametrize("body", ["", "  \n ", "!?", "😀" * 2000])
def test_a_message_without_words_has_no_passages(body: str) -> None:
    assert passages(body) == ()


def test_where_nothing_is_said_what_was_typed_is_read() -> None:
    body = "Hello there,\n\nKind regards\nAnn"
    assert passages(body)
    assert passages(body)[0].words[:1] == ("hello",)


def test_greeting_and_signature_are_left_out_where_something_is_said() -> None:
    assert texts("Hello,\n\nmy card is lost.\n\nKind regards\nAnn") == ["my card is lost."]


def test_a_long_message_is_cut_between_sentences() -> None:
    sentence = "This is one sentence of a long letter to you."
    found = texts(" ".join([sentence] * 50))
    assert len(found) > 2
    assert all(text.endswith("you.") and text.startswith("This") for text in found)
    assert " ".join(found) == " ".join([sentence] * 50)
    assert all(LONGEST // 2 < len(text) <= LONGEST for text in found[:-1])


def test_many_short_sentences_keep_a_passage_as_short_as_promised() -> None:
    assert all(len(text) <= LONGEST for text in texts("ab! " * 900))


def test_a_sentence_that_is_longer_than_a_passage_is_cut() -> None:
    body = "word " * 1000
    found = texts(body)
    assert all(len(text) <= LONGEST for text in found)
    assert "".join(found).replace(" ", "") == "word" * 1000
    assert all(" ".join(place.split()) == text for text, place in sentences(body))


def test_passages_are_bounded_in_number() -> None:
    assert len(passages("This is a long letter. " * 10_000)) <= MAX_PASSAGES
    before = tuple(Comment(Author.REQUESTER, f"My card {n} is lost.") for n in range(100))
    assert len(passages("Hello, my card.", before=before)) == MAX_PASSAGES


def test_what_the_html_says_besides_comes_after_the_message_and_has_no_place() -> None:
    found = passages("It is gone.", html="<p>I will sue you.</p>")
    assert [passage.text for passage in found] == ["It is gone.", "I will sue you."]
    assert all(sentence.span is None for sentence in found[1].sentences)


def test_html_that_says_the_same_is_not_read_twice() -> None:
    html = "<p>My card   is lost.</p><p>Where is it?</p>"
    assert texts("My card is lost.\n\nWhere is it?", html=html) == ["My card is lost. Where is it?"]


def test_earlier_messages_come_last_the_newest_first() -> None:
    before = (
        Comment(Author.REQUESTER, "I lost my card.", html_body="<p>A thief took it.</p>"),
        Comment(Author.OTHER, "She really lost it."),
    )
    assert texts("Any news?", before=before) == [
        "Any news?",
        "She really lost it.",
        "I lost my card.",
        "A thief took it.",
    ]
    found = passages("Any news?", before=before)
    assert all(each.span is None for passage in found[1:] for each in passage.sentences)


def test_what_agents_and_this_service_wrote_is_not_read() -> None:
    before = (Comment(Author.AGENT, "We will sue you."), Comment(Author.BOT, "Tap on Account."))
    assert texts("Any news?", before=before) == ["Any news?"]


def test_later_messages_of_others_are_read_and_the_message_is_read_once() -> None:
    message = Comment(Author.REQUESTER, "Any news?")
    later = Comment(Author.OTHER, "I ask too.")
    ticket = Ticket("1", "", (message, later))
    assert [passage.text for passage in of(ticket)] == ["Any news?", "I ask too."]


def test_a_message_in_html_alone_has_places_in_the_html() -> None:
    html = "<p>My card is <b>lost</b>.</p>"
    (passage,) = passages(" ", html=html)
    (sentence,) = passage.sentences
    assert sentence.span is not None
    assert html[slice(*sentence.span)] == "My card is <b>lost</b>."


letters = st.lists(st.sampled_from(["card ", "is ", "lost", ". ", "!", "\n", "\n\n", "> ", "é",
                                    "\u200b", "Hi,\n", "x" * 300, "<b>", "&amp;"])).map(
    "".join)  # fmt: skip
any_text = st.text(max_size=100) | letters


@given(any_text, any_text, any_text | st.none(), any_text)
def test_every_ticket_has_passages_and_every_sentence_stands_in_the_body(
    body: str, subject: str, html: str | None, earlier: str
) -> None:
    before = (Comment(Author.REQUESTER, earlier, html_body=html),)
    source = body if body.strip() else html or ""
    found = passages(body, subject=subject, html=html, before=before)
    assert len(found) <= MAX_PASSAGES
    for passage in found:
        assert passage.words
        assert passage.text == " ".join(passage.text.split())
        assert 0 < len(passage.text) <= LONGEST
        for sentence in passage.sentences:
            assert sentence.words
            if sentence.span is not None:
                start, end = sentence.span
                assert 0 <= start < end <= len(source)


@given(any_text)
def test_equal_tickets_have_equal_passages(body: str) -> None:
    assert passages(body) == passages(body)


@pytest.mark.parametrize("subject", ["my law\u200byer", "ｍｙ　ｌａｗｙｅｒ"])
def test_a_disguised_subject_is_read_as_what_it_says(subject: str) -> None:
    assert passages("hi", subject=subject)[0].words[:2] == ("my", "lawyer")


def test_of_thousands_of_lines_the_first_are_read() -> None:
    found = passages("a word\n" * 9_000)
    assert len(found) == MAX_PASSAGES
    assert found[0].text.startswith("a word a word")
