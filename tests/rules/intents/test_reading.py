"""What the readers get to see of a message and of an answer."""

from rules.intents.reading import Question, message_sentences, message_text, questions_of
from rules.model import Author, Comment
from rules.utterance import read_comment
from tests.rules.build import a_policy

BODY = "Hello {{ first_name | there }},\n\nTap Forgot password.\nIt takes a minute.\n"


def a_question(answer: str = BODY, examples: tuple[str, ...] = ("lost it", "reset it")) -> Question:
    return Question("reset", "Reset a password", examples, answer)


def test_an_answer_is_read_without_its_greeting_and_blanks() -> None:
    assert a_question().settled == "Reset a password. Tap Forgot password. It takes a minute."


def test_an_answer_of_one_line_is_read_whole() -> None:
    assert a_question("Tap Forgot.").settled == "Reset a password. Tap Forgot."


def test_a_long_first_line_is_no_greeting() -> None:
    answer = "Your new card is on its way to you.\nIt takes five days."
    assert a_question(answer).settled.endswith("is on its way to you. It takes five days.")


def test_title_and_examples_are_read_in_one_line() -> None:
    assert a_question().asked == "Reset a password. lost it ; reset it"


def test_only_the_first_examples_are_read() -> None:
    assert a_question(examples=tuple("abcdefgh")).asked == "Reset a password. a ; b ; c ; d ; e ; f"


def test_of_a_message_greeting_and_thanks_are_left_out() -> None:
    body = "Hi there,\n\nI lost my  password. Where do I set a new one?\n\nThanks\nAnn"
    utterance = read_comment(Comment(Author.REQUESTER, body))
    assert message_sentences(utterance) == ["I lost my password.", "Where do I set a new one?"]


def test_the_subject_stands_before_the_sentences() -> None:
    assert message_text("Login", ["I lost it."]) == "Login. I lost it."
    assert message_text("", ["I lost it."]) == "I lost it."


def test_a_very_long_message_is_cut() -> None:
    assert len(message_text("", ["word " * 1000])) == 2000


def test_of_several_english_answers_the_one_for_everyone_is_read() -> None:
    faqs = """
faqs:
  - id: one
    examples: [a question]
    answers: [{body: In Britain., regions: [GB]}, {body: Anywhere.}]
  - {id: two, examples: [another], answers: [{body: Gold., tags: [gold]}]}
"""
    assert [q.answer for q in questions_of(a_policy(faqs=faqs).faqs)] == ["Anywhere.", "Gold."]


def test_only_questions_with_an_english_answer_are_read() -> None:
    faqs = """
faqs:
  - {id: one, examples: [a question], answers: [{language: en, body: Yes.}]}
  - {id: two, examples: [eine frage], answers: [{language: de, body: Ja.}]}
"""
    assert [q.faq for q in questions_of(a_policy(faqs=faqs).faqs)] == ["one"]
