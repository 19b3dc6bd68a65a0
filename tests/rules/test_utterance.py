"""What the customer wrote, apart from what mail programs wrote around it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.model import Author, Comment
from rules.utterance import Utterance, given_language, read_comment


def read(body: str, html: str | None = None, language: str | None = None) -> Utterance:
    return read_comment(Comment(Author.REQUESTER, body, html_body=html), language)


def test_greeting_closing_and_signature_are_set_apart() -> None:
    utterance = read("Hello team,\n\nwhere is my card?\n\nKind regards\nAnn Lee\nAcme Ltd")
    assert utterance.said.text == "where is my card?"
    assert "Acme" in utterance.written.text
    assert "Acme" not in utterance.courtesy.text


@pytest.mark.parametrize(
    "header",
    [
        "On Mon, 16 Nov 2026 at 10:02, Larkpay <help@larkpay.example> wrote:",
        "Am 16.11.2026 um 10:02 schrieb Larkpay:",
        "Le lun. 16 nov. 2026 à 10:02, Larkpay a écrit :",
        "El lun, 16 nov 2026 a las 10:02, Larkpay escribió:",
        "Il giorno lun 16 nov 2026 Larkpay ha scritto:",
        "Op ma 16 nov 2026 om 10:02 schreef Larkpay:",
        "Em seg, 16 de nov de 2026 Larkpay escreveu:",
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "________________________________\nFrom: Larkpay\nSent: Monday\nTo: Ann",
        "Von: Larkpay\nGesendet: Montag",
        "##- Please type your reply above this line -##",
        "On Mon, 16 Nov 2026 at 10:02,\nLarkpay <help@larkpay.example> wrote:",
    ],
)
def test_quoted_history_is_kept_apart(header: str) -> None:
    utterance = read(f"where is it?\n\n{header}\n> old words\n")
    assert "where is it?" in utterance.said.text
    assert "old words" in utterance.quoted.text
    assert "old words" not in utterance.written.text


def test_everything_after_an_unmarked_quote_header_is_quoted() -> None:
    utterance = read("new\n\nOn Mon, 16 Nov 2026 at 10:02, Lark wrote:\n\nold\nolder")
    assert utterance.said.text == "new"
    assert "older" in utterance.quoted.text


def test_an_answer_below_marked_quotes_is_said_now() -> None:
    utterance = read("On Mon, 16 Nov 2026 at 10:02, Lark wrote:\n> old\n\nmy answer below")
    assert utterance.said.text == "my answer below"


def test_a_line_that_begins_with_from_is_no_quote_header() -> None:
    assert "From: the start" in read("From: the start it failed\nand again").said.text


@pytest.mark.parametrize(
    "line", ["Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPhone",
             "Enviado desde mi iPhone", "Inviato da iPhone", "Verzonden vanaf mijn iPhone",
             "Enviado do meu iPhone", "Get Outlook for iOS"]
)  # fmt: skip
def test_a_device_signature_is_not_said(line: str) -> None:
    assert read(f"where is my card?\n\n{line}").said.text == "where is my card?"


def test_everything_below_the_signature_dashes_is_signature() -> None:
    utterance = read("where is my card?\n-- \nAnn\nIs this the best bank?\n")
    assert utterance.said.text == "where is my card?"


def test_a_question_after_the_closing_is_still_said() -> None:
    utterance = read("where is my card?\n\nRegards\nAnn\n\nPS: do you ship abroad?")
    assert "do you ship abroad" in utterance.said.text


def test_a_question_far_below_the_closing_is_said_too() -> None:
    utterance = read("where is it\nRegards\n" + "Ann\n" * 8 + "Is that right?\nI hope so")
    assert utterance.said.text.endswith("Is that right?\nI hope so")


def test_thanks_before_the_question_close_nothing() -> None:
    assert "where is it" in read("Thanks!\nwhere is it exactly?").said.text


def test_a_disclaimer_is_kept_apart_and_a_request_with_one_such_word_is_not() -> None:
    notice = (
        "This email is confidential and intended only for the addressee. "
        "If you received it in error please notify the sender at once."
    )
    utterance = read(f"where is my card?\n\n{notice}")
    assert utterance.said.text == "where is my card?"
    assert "addressee" in utterance.quoted.text
    long_request = "I would like to know whether the statement stays confidential " * 3
    assert "confidential" in read(long_request).said.text


@pytest.mark.parametrize(
    "told",
    ["Your agent emailed my confidential details to my ex husband in error and he has my address.",
     "You sent a confidential letter with the diagnosis to the wrong addressee, who read it aloud.",
     "Meine vertraulichen Akten gingen versehentlich an einen falschen Empfänger im Nebenhaus."]
)  # fmt: skip
def test_a_story_in_the_words_of_a_disclaimer_is_said(told: str) -> None:
    assert told in read(f"how do i reset it?\n\n{told}").said.text


def test_a_disclaimer_below_a_signature_leaves_the_signature_one() -> None:
    notice = (
        "This email and any files are confidential and intended solely for the addressee. "
        "If you have received it in error please notify the sender."
    )
    mail = f"where is it?\n\nKind regards\nJo Lee\nSales Manager\n\n{notice}"
    assert read(mail).said.text == "where is it?"
    assert read(mail.replace("Manager\n\n", "Manager\n")).said.text == "where is it?"


@pytest.mark.parametrize(
    "mail",
    ["where is it?\n\u2014\nA man took 900 pounds from my account.",
     "where is it?\n\nThanks\nAnn\nYour agent gave my ex my address",
     "Dear thieves who emptied my account,\nwhere is it?",
     "where is it?\nSent from my phone, which a thief used to empty my account while I slept"]
)  # fmt: skip
def test_what_tells_of_its_writer_is_no_greeting_and_no_signature(mail: str) -> None:
    assert "my" in read(mail).said.text


@pytest.mark.parametrize(
    "line",
    ["Opening hours: Mon - Fri 9am to 5pm", "Head of Sales | Larch GmbH | www.larch.eu",
     "Software Engineer at Larch, www.larch.io", "Tel 0123 456 email ann@me.com",
     "123 Main Street, Ann Arbor, MI 48104", "I look forward to hearing from you",
     "Connect with me on LinkedIn", "I work Monday to Wednesday and Friday",
     "Sent from my iPhone. Please excuse my typos and brevity", "My pronouns are she and her",
     "i. A. Petra Maier, Abteilung Einkauf",
     "--\nAnn Lee, Vice President of Operations, Larch Holdings, 1 High Street, Leeds LS1 4AB, UK"],
)  # fmt: skip
def test_what_people_put_below_their_mails_is_not_said(line: str) -> None:
    utterance = read(f"Hi, I'm Ann,\nwhere is it?\n\nKind regards,\nAnn Lee\n{line}")
    assert utterance.said.text == "where is it?"


@pytest.mark.parametrize(
    "notice",
    [("This message is confidential and for the addressee only, under Regulation (EU) 2016/679. "
     "If you received it in error, notify me."),
     ("Diese E-Mail enthält vertrauliche Daten. Wenn Sie nicht der richtige Empfänger sind, "
     "informieren Sie mich bitte."),
     "The views in this email are my own. It is confidential and intended for the addressee only."],
)  # fmt: skip
def test_a_disclaimer_may_ask_to_notify_its_writer(notice: str) -> None:
    assert read(f"where is it?\n\n{notice}").said.text == "where is it?"


def test_a_word_of_thanks_in_every_line_takes_no_longer_than_it_is_long() -> None:
    utterance = read("ty\n" * 30_000)
    assert utterance.said.text == ""


def test_html_is_read_as_its_reader_sees_it() -> None:
    html = "<div>Hi,<br>where&nbsp;is my <b>card</b>?<style>p{}</style><!-- no --></div>"
    utterance = read("", html)
    assert utterance.said.text == "where is my card?"
    start = utterance.said.offsets[0]
    assert html[start : start + 5] == "where"


def test_a_marked_up_body_is_read_as_html() -> None:
    assert read("<p>where is it</p>").said.text == "where is it"


def test_a_lone_angle_bracket_is_text() -> None:
    assert read("is 3 < 4 or <me@example.org> ok").said.text == "is 3 < 4 or <me@example.org> ok"


@pytest.mark.parametrize(
    "style",
    ['style="display:none"', "hidden", 'style="font-size: 0px"', 'style="color:#ffffff"',
     '  style = "visibility:HIDDEN" ', 'color="white"'],
)  # fmt: skip
def test_hidden_text_is_taken_out_and_noted(style: str) -> None:
    utterance = read("", f"<p>seen</p><span {style}>unseen</span><p>again</p>")
    assert utterance.hides_text
    assert "unseen" not in utterance.said.text
    assert "again" in utterance.said.text


@pytest.mark.parametrize("tag", ["head", "title", "template", "noscript"])
def test_what_no_browser_shows_is_not_read_and_a_sentence_there_is_hidden(tag: str) -> None:
    html = f"<{tag}><b>I will sue you</b></{tag}><p>How do I pay?</p>"
    heard = read("How do I pay?", html)
    assert "sue" not in heard.other.text
    assert heard.hides_text
    assert not read("", f"<{tag}><b>My mail</b></{tag}><p>How do I pay?</p>").hides_text


def test_white_text_on_a_colour_is_no_hidden_text() -> None:
    html = '<p style="color:white;background:#003366">seen</p>'
    assert not read("", html).hides_text
    assert not read("", '<i style="display:none"> </i>x').hides_text


@pytest.mark.parametrize(
    "html",
    [
        "<p>new</p><blockquote>old</blockquote>",
        '<p>new</p><div class="gmail_quote">old</div>',
        '<p>new</p><hr id="divRplyFwdMsg"><p>old</p>',
        '<p>new</p><div id="divRplyFwdMsg"></div><p>old</p>',
        '<p>new</p><hr id="stopSpelling"><blockquote><p>old</p></blockquote>',
    ],
)
def test_quotes_marked_by_mail_programs_are_kept_apart(html: str) -> None:
    utterance = read("", html)
    assert utterance.said.text == "new"
    assert utterance.quoted.text == "old"


def test_what_only_the_html_shows_is_kept_for_the_rules() -> None:
    utterance = read("plain words", "<p>other words</p>")
    assert utterance.said.text == "plain words"
    assert "other words" in utterance.other.text


@pytest.mark.parametrize(
    "html", ["<", "</", "<p", "<!--", "<!x", "<?y", "</p>", "<p/>", "a<b", "<br"]
)
def test_broken_markup_is_read_somehow(html: str) -> None:
    utterance = read("", html + " word " + html)
    assert "word" in utterance.written.text or html in {"<!--", "<p", "<br", "</", "<!x", "<?y"}


@pytest.mark.parametrize("bad", ["<" * 9, "<!--", "<p ", "&", "</", "> ", "<!", "-->x", "a\n"])
def test_a_megabyte_of_anything_is_read_in_seconds(bad: str) -> None:
    utterance = read("", bad * (400_000 // len(bad)))
    assert utterance.detected_language is None or utterance.detected_language


@pytest.mark.parametrize("sign", ["\ufdfa", "\u33c2"])
def test_signs_that_are_short_for_many_do_not_make_a_text_longer_than_is_read(sign: str) -> None:
    for utterance in (read("", sign * 300_000), read("x", sign * 300_000), read(sign * 100_000)):
        assert len(utterance.said.text) <= 100_001
        assert len(utterance.other.text) <= 100_001
    assert read("", sign * 300_000).is_cut
    assert not read("", sign * 3000).is_cut


def test_wrapped_lines_are_one_sentence_and_short_lines_are_many() -> None:
    wrapped = read("I would like to know when the card that I ordered\nlast week will be here")
    assert len(wrapped.sentences) == 1
    chat = read("hi\nforgot my password\nhow to reset")
    assert [s.text for s in chat.sentences] == ["forgot my password", "how to reset"]
    bullets = read("I have ordered the card last week and then I asked:\n- where is it\n- when")
    assert len(bullets.sentences) == 3


def test_the_language_is_detected_or_taken_from_the_helpdesk_or_unknown() -> None:
    assert read("wo ist meine Karte und wann kommt sie").language == "de"
    assert read("IBAN", language="fr-CA").language == "fr"
    assert read("IBAN").language is None
    assert read("Gdzie jest moja karta, czekam na nią już trzy tygodnie").language == "pl"
    assert given_language("pt_BR") == "pt"
    assert given_language(" ") is None


@settings(max_examples=200, deadline=None)
@given(st.text(), st.one_of(st.none(), st.text()))
def test_any_text_gives_an_utterance_with_places_in_its_source(body: str, html: str | None) -> None:
    utterance = read(body, html)
    source = body if body.strip() else html or ""
    for view in (utterance.said, utterance.written, utterance.quoted, *utterance.sentences):
        assert all(place < len(source) for place in view.offsets)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(
    ["<p>", "</p>", "<blockquote>", "</blockquote>", "<br>", "&amp;", "&#60;", "&nope;", "word",
     "<style>", "</style>", "<!--", "-->", "\n", "> ", "On Monday 3 x wrote:", "-- ", "Regards",
     '<div style="display:none">', "</div>", "<", ">"]), max_size=20).map("".join))  # fmt: skip
def test_any_markup_gives_an_utterance(html: str) -> None:
    utterance = read("", html)
    assert all(place < len(html) for place in utterance.written.offsets)


def test_a_sentence_can_be_all_that_a_comment_says() -> None:
    body = "Hello,\n\nThe card is gone since Monday and there is no money. How do I\nfreeze it?"
    whole = read_comment(Comment(Author.REQUESTER, body, has_attachments=True), "de")
    alone = whole.alone(whole.sentences[1])
    assert [view.text for view in alone.sentences] == ["How do I freeze it?"]
    start, end = alone.said.span(0, 5)
    assert body[start:end] == "How d"
    assert alone.has_attachments
    assert whole.alone(whole.sentences[0].cut(0, 4)).language == whole.language == "en"
