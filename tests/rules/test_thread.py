"""What outsiders wrote, and what their quotations hold anew."""

import pytest

from rules import thread as thread_module
from rules.model import Author, Comment
from rules.thread import Thread
from rules.utterance import read_comment
from rules.view import View
from tests.rules.build import a_ticket


def a_thread(body: str, *before: Comment) -> Thread:
    ticket = a_ticket(body, before=before)
    assert ticket.message is not None
    return Thread(ticket, read_comment(ticket.message))


def test_earlier_words_of_outsiders_are_read_unless_they_are_settled() -> None:
    thread = a_thread(
        "now",
        Comment(Author.REQUESTER, "first"),
        Comment(Author.REQUESTER, "cleared", settled=True),
        Comment(Author.AGENT, "ours"),
        Comment(Author.OTHER, "third"),
    )
    assert [read.said.text for _, read in thread.earlier] == ["first", "third"]


def test_lines_that_another_comment_says_are_not_new() -> None:
    thread = a_thread("now", Comment(Author.AGENT, "Your card, and a letter, are on their way."))
    quoted = View.of("your card and a letter\n\nare lost")
    assert thread.fresh(thread.message, quoted).text == "are lost"


def test_a_comment_does_not_cover_what_it_quotes_itself() -> None:
    thread = a_thread("are lost")
    assert thread.fresh(thread.message, View.of("are lost")).text == "are lost"


def test_what_was_not_compared_counts_as_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_module, "_MOST_COMPARED", 25)
    thread = a_thread("now", Comment(Author.AGENT, "a line of ours"))
    quoted = View.of("a line\nof ours")
    assert thread.fresh(thread.message, quoted).text == "of ours"
