"""The words after the slash command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.slack.commands import Call, Misread, Name, help_lines, read_command

LARGEST = 2**63 - 1


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("", Call(Name.HELP)),
        ("  help me ", Call(Name.HELP)),
        ("STATUS", Call(Name.STATUS)),
        ("queue", Call(Name.QUEUE)),
        ("why 42", Call(Name.WHY, 42)),
        ("why #42 please", Call(Name.WHY, 42)),
        ("Take https://acme.zendesk.com/agent/tickets/42", Call(Name.TAKE, 42)),
        ("reply 42 reset_password", Call(Name.REPLY, 42, "reset_password")),
        ("correct 42 none it is spam", Call(Name.CORRECT, 42, "none", text="it is spam")),
        ("correct 42 uk_fca_disp", Call(Name.CORRECT, 42, "uk_fca_disp")),
        ("clear 42 only a\n quotation ", Call(Name.CLEAR, 42, text="only a\n quotation")),
        ("pause", Call(Name.PAUSE)),
        ("pause refund", Call(Name.PAUSE, answer="refund")),
        ("pause all", Call(Name.PAUSE)),
        ("pause everything", Call(Name.PAUSE)),
        ("pause NOW!", Call(Name.PAUSE)),
        ("pause everything now", Call(Name.PAUSE)),
        ("resume all", Call(Name.RESUME)),
        ("take 42 please", Call(Name.TAKE, 42)),
        ("resume refund", Call(Name.RESUME, answer="refund")),
        ("stats", Call(Name.STATS)),
        ("stats 30", Call(Name.STATS, days=30)),
        ("stats 7 days", Call(Name.STATS, days=7)),
        ("search late payload fee", Call(Name.SEARCH, text="late payload fee")),
    ],
)
def test_commands_are_read(text: str, call: Call) -> None:
    assert read_command(text) == call


@pytest.mark.parametrize(
    "word",
    [
        "42",
        "#42",
        "0042",
        "https://acme.zendesk.com/agent/tickets/42",
        "https://acme.zendesk.com/agent/#/tickets/42",
        "https://acme.zendesk.com/agent/tickets/42/events?x=1#comment",
        "https://acme.zendesk.com/tickets/42/",
        "https://help.acme.example/hc/en-us/requests/42",
        "https://help.acme.example/hc/requests/42",
        "<https://acme.zendesk.com/agent/tickets/42>",
        "<https://acme.zendesk.com/agent/tickets/42|acme.zendesk.com/agent/tickets/42>",
        "http://127.0.0.1:8001/agent/tickets/42",
    ],
)
def test_a_ticket_may_be_written_in_several_ways(word: str) -> None:
    assert read_command(f"why {word}") == Call(Name.WHY, 42)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "0",
        "-1",
        "42a",
        "٤٢",
        "4 2"[:1] + "x",
        str(LARGEST + 1),
        "9" * 50,
        "https://acme.zendesk.com/agent/users/42",
        "https://[",
        "ftp://acme.zendesk.com/agent/tickets/42",
        "<!channel>",
    ],
)
def test_what_is_no_ticket_is_asked_for_with_an_example(word: str) -> None:
    misread = read_command(f"why {word}")
    assert misread == Misread("`why` needs a ticket: /deskclerk why 42", Name.WHY)


def test_the_largest_ticket_is_one() -> None:
    assert read_command(f"take {LARGEST}") == Call(Name.TAKE, LARGEST)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("reply", "`reply` needs a ticket: /deskclerk reply 42 reset_password"),
        ("reply 42", "`reply` needs an answer after the ticket"),
        ("reply 42 reset_password now", "so nothing follows its id"),
        ("correct 42 <!here>", "`correct` needs an answer, `none` or a pack after the ticket"),
        ("clear 42", "`clear` needs a reason: /deskclerk clear 42 only a quotation"),
        ("clear", "`clear` needs a ticket"),
        ("pause all of it", "`pause` takes the id of one answer, or nothing for all of them"),
        ("take 1 2 3", "`take` takes one ticket at a time, and took none: /deskclerk take 42"),
        ("take 1 and #2", "`take` takes one ticket at a time, and took none"),
        ("stats 0", "`stats` takes a number of days from 1 to 3660: /deskclerk stats 30"),
        ("stats ever", "`stats` takes a number of days"),
        ("stats 9999", "`stats` takes a number of days"),
        ("search", "`search` needs words to look for: /deskclerk search refund"),
    ],
)
def test_what_is_missing_is_said_with_an_example(text: str, sentence: str) -> None:
    misread = read_command(text)
    assert isinstance(misread, Misread)
    assert sentence in misread.sentence


def test_a_misspelt_command_is_guessed_but_not_done() -> None:
    misread = read_command("pasue")
    meant = "There is no such command. Did you mean /deskclerk pause [answer]?"
    assert misread == Misread(meant, Name.PAUSE)


@pytest.mark.parametrize("word", ["stop", "STOP", "halt", "off"])
def test_who_wants_it_to_stop_is_led_to_the_brake(word: str) -> None:
    misread = read_command(word)
    assert isinstance(misread, Misread)
    assert misread.nearest is Name.PAUSE
    assert "/deskclerk pause" in misread.sentence


def test_a_strange_word_leads_to_the_list() -> None:
    misread = read_command("xyzzy")
    assert misread == Misread("There is no such command. All of them: /deskclerk help")


def test_the_command_may_have_another_name() -> None:
    misread = read_command("why", slash="/desk")
    assert isinstance(misread, Misread)
    assert misread.sentence.endswith("/desk why 42")


def test_help_lists_every_command_once() -> None:
    lines = help_lines("/desk")
    assert [written.split()[1] for written, _ in lines] == list(Name)
    assert all(written.startswith("/desk ") and does for written, does in lines)


def test_long_words_are_cut() -> None:
    call = read_command("search " + "x" * 5000)
    assert isinstance(call, Call)
    assert len(call.text) == 1000


@given(st.text(st.characters(codec=None), max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(read_command(text), Call | Misread)


@given(st.sampled_from(list(Name)), st.text(st.characters(codec=None), max_size=100))
def test_anything_after_a_command_is_read(name: Name, rest: str) -> None:
    read = read_command(f"{name} {rest}")
    if isinstance(read, Call):
        assert read.name is name
        assert read.ticket is None or 0 < read.ticket <= LARGEST
    else:
        assert read.nearest is name


@given(st.text(st.characters(codec=None), max_size=100))
def test_what_was_misread_is_not_echoed(text: str) -> None:
    read = read_command(f"canary{text}")
    assert isinstance(read, Misread)
    assert "canary" not in read.sentence
