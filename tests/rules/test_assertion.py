"""Whether words that invoke a right are meant."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.assertion import Assertions
from rules.languages import LANGUAGES
from rules.phrases import PhraseTable, check_phrase
from rules.policy_errors import ErrorLog, PolicyError
from rules.sections import Section
from rules.shipped import shipped_texts
from rules.view import View
from rules.words import Words
from rules.yaml_tree import read_yaml
from tests.rules.build import words_of

KINDS = ("denied", "refused", "ends", "supposed", "others", "talk", "speaker", "asked", "framed",
         "settled", "announces")  # fmt: skip


def placed(text: str) -> tuple[Assertions, int, int]:
    """A text, and where the words between its asterisks stand."""
    before, said, _ = text.split("*")
    words = words_of(text.replace("*", ""))
    start = len(Words.of(View.of(before)).words)
    return Assertions(words), start, start + len(Words.of(View.of(said)).words)


def is_meant(text: str) -> bool:
    """Whether what stands between asterisks is meant."""
    assertions, start, end = placed(text)
    return assertions.is_meant(start, end)


def may_be(text: str) -> bool:
    """Whether it is not surely meant, but perhaps."""
    assertions, start, end = placed(text)
    return not assertions.is_meant(start, end) and assertions.may_be_meant(start, end)


@pytest.mark.parametrize(
    "text",
    ["Could you please treat this as *a formal complaint*?",
     "Können Sie das bitte als *Beschwerde* aufnehmen?",
     "¿Podrían registrar *una queja formal*?", "Pouvez-vous enregistrer *une réclamation*?",
     "Potete registrare *un reclamo*?", "Kunt u dit als *klacht* behandelen?",
     "Podem registar *uma reclamação*?"],
)  # fmt: skip
def test_what_is_asked_for_politely_may_be_meant(text: str) -> None:
    assert may_be(text)


@pytest.mark.parametrize(
    "text",
    ["I want to *make a formal complaint* about your API.",
     "Our clients' details were leaked and I want to *make a formal complaint*.",
     "It is for my thesis. I want to *make a formal complaint*."],
)  # fmt: skip
def test_what_the_speaker_says_beside_others_business_may_be_meant(text: str) -> None:
    assert may_be(text)


@pytest.mark.parametrize(
    "text",
    ["Our customers *make a complaint*. How do we deal with it?",
     "Does your API export *a formal complaint*?", "For my thesis I *make a formal complaint*",
     "Could you tell me whether your template holds *a complaint*?",
     "Can you log that our customers *make a complaint*?", "I don't *make a complaint*?",
     "What does *legal action* cost?"],
)  # fmt: skip
def test_what_is_others_business_denied_or_for_study_is_not_perhaps_meant_either(text: str) -> None:
    assert not is_meant(text)
    assert not may_be(text)


@pytest.mark.parametrize(
    "text",
    ["*My complaint about* the lamp was resolved to my full satisfaction.",
     "*My complaint about* the lamp is all settled now, thank you.",
     "Ich nehme *meine Beschwerde* vom Montag zurück.", "Meine *Beschwerde* hat sich erledigt.",
     "*Mi reclamación* ya está resuelta, gracias.",
     "Suite à *ma réclamation*, tout est rentré dans l'ordre.",
     "*Il mio reclamo* è stato risolto subito, grazie.",
     "*Mijn klacht over* de gordijnen is naar wens opgelost.",
     "*A minha reclamação* foi resolvida, obrigado."],
)  # fmt: skip
def test_what_its_speaker_calls_settled_may_be_meant_and_no_more(text: str) -> None:
    assert may_be(text)


@pytest.mark.parametrize(
    "text",
    ["*My complaint about* the lamp was not resolved to my satisfaction.",
     "*I make a complaint* until it is resolved to my satisfaction.",
     "The lamp was resolved to my satisfaction. *I make a complaint* about the sofa.",
     "Meine *Beschwerde* hat sich nicht erledigt.", "*Mi reclamación* no se resolvió bien.",
     "*Ma réclamation* n'a pas été bien réglée.", "*Il mio reclamo* non è stato risolto.",
     "*Mijn klacht van* 3 mei is niet netjes opgelost.", "*A minha reclamação* não foi resolvida."],
)  # fmt: skip
def test_what_is_not_settled_or_was_another_matter_is_meant(text: str) -> None:
    assert is_meant(text)


@pytest.mark.parametrize(
    "text",
    [
        'I would like the bot to offer "*talk to a human*" between nine and five.',
        "We want to book your course \u201c*formal complaint* handling\u201d for two.",
        "Ihre Kursleitung \u201e*offizielle Beschwerde*\u201c hat noch Pl\u00e4tze.",
        "Dans le polar \u00ab *mise en demeure* \u00bb, il manque une page.",
        'I told him: "*I make a complaint*", and now I say it to you.',
    ],
)
def test_a_few_words_in_quotation_marks_may_be_meant_and_no_more(text: str) -> None:
    assert may_be(text)


@pytest.mark.parametrize(
    "text",
    [
        'Your "service" is a joke, *I make a complaint* about your "experts".',
        'The "deluxe" set broke, *I make a complaint*.',
        '"I write to you at length, since nobody reads short mails, and *I make a complaint*."',
        '*I make a complaint* because 5" and 6" are not the same"',
    ],
)
def test_words_beside_quotation_marks_or_in_a_long_quotation_are_meant(text: str) -> None:
    assert is_meant(text)


@pytest.mark.parametrize(
    "text",
    [
        'My 15" laptop broke. *I make a complaint*. The 17" one too.',
        'I bought the 27" monitor, *I make a complaint*, and the 32" was no better',
        'Order "A12 "X" *I make a complaint* "Y"',
        f'You said "{"yes " * 20}", *I make a complaint* about the "deluxe" plan.',
        f"Der Tarif »{'Gold' * 20}« ist Betrug, *ich erhebe Beschwerde* gegen «X»",
        'My "Gold " plan is bad and *I make a complaint* about the Silver" one.',
    ],
)
def test_words_between_two_quotations_or_inches_are_meant(text: str) -> None:
    assert is_meant(text)


@pytest.mark.parametrize(
    "text",
    ['"*I want to make a formal complaint*."', " “*I make a complaint*”\n",
     "„*Ich erhebe Beschwerde*!“", "« *Je souhaite faire une réclamation* »"],
)  # fmt: skip
def test_a_message_that_is_a_quotation_as_a_whole_is_meant(text: str) -> None:
    assert is_meant(text)


@pytest.mark.parametrize(
    "text",
    ['this is a "*letter before action*"', 'I "*withdraw my consent*" today',
     "Das ist meine \u201e*offizielle Beschwerde*\u201c.", "Esto es una «*queja formal*».",
     "C'est une « *mise en demeure* ».", "Questo è un «*reclamo formale*».",
     'Dit is een "*formele klacht*".', 'Isto é uma "*reclamação formal*".',
     'I "hereby *withdraw my consent*" today'],
)  # fmt: skip
def test_what_the_speaker_puts_in_quotation_marks_as_their_own_is_meant(text: str) -> None:
    assert is_meant(text)


@pytest.mark.parametrize(
    "text", ['So do I. "*Make a complaint*" is your button.', 'I told you: "*make a complaint*".']
)
def test_a_speaker_who_does_not_stand_right_before_a_quotation_says_none_of_it(text: str) -> None:
    assert may_be(text)


def test_what_is_denied_in_quotation_marks_is_not_perhaps_meant() -> None:
    assert not may_be('I do not "*make a complaint*".')


def test_words_that_are_only_asked_about_are_not_meant() -> None:
    assert not is_meant("What does *legal action* cost?")


def test_words_of_a_message_that_says_it_is_fiction_are_not_meant() -> None:
    assert not is_meant("I *will sue you* is what she says, for my novel")


@pytest.mark.parametrize(
    "text",
    ["I *want to complain* about you", "we shall *sue* you", "*I will sue you*",
     "Ich *beschwere mich*", "*legal action* and nothing else"],
)  # fmt: skip
def test_plain_words_are_meant(text: str) -> None:
    assert is_meant(text)


@pytest.mark.parametrize(
    "text",
    ["I am not *making a complaint*", "I do not want to *make a complaint*",
     "I would never *sue* you", "rather than *take legal action* I ask",
     "it isn't a *complaint*", "ich möchte mich nicht *beschweren*", "das ist keine *Beschwerde*",
     "no quiero *presentar una queja*", "je ne veux pas *porter plainte*",
     "non voglio *presentare un reclamo*", "ik wil geen *klacht indienen*",
     "não quero *fazer uma reclamação*"],
)  # fmt: skip
def test_what_is_denied_is_not_meant(text: str) -> None:
    assert not is_meant(text)


@pytest.mark.parametrize(
    "text",
    ["It is for my thesis. We *want to complain* about a hotel.",
     "Für meine Masterarbeit. Wir *beschweren uns* darin.", "Para mi tesis. Quiero *reclamar*.",
     "Pour mon mémoire. Je *porte plainte*.", "Voor mijn scriptie. Ik *dien een klacht in*."],
)  # fmt: skip
def test_a_message_that_is_for_study_or_fiction_means_none_of_its_words(text: str) -> None:
    assert not is_meant(text)


@pytest.mark.parametrize(
    "text",
    ["I withdraw *my complaint*", "ich ziehe *meine Beschwerde* zurück",
     "retiro *mi queja*", "je retire *ma plainte*", "ik trek hierbij *mijn klacht* in"],
)  # fmt: skip
def test_what_is_withdrawn_is_not_meant(text: str) -> None:
    assert not is_meant(text)


def test_a_new_matter_beside_a_withdrawal_is_meant() -> None:
    assert is_meant("I withdraw my complaint and *will sue you*")


@pytest.mark.parametrize(
    "text",
    ["I *want to complain* about my tutor", "I *want to complain* about the exam on Monday",
     "I *want to complain*, and expect that this is resolved by Friday",
     "You say it was resolved quickly. I *want to complain*",
     "My novel came torn. I *want to complain*", "As a student I *want to complain*"],
)  # fmt: skip
def test_study_and_settlement_as_such_take_nothing_from_a_complaint(text: str) -> None:
    assert is_meant(text)


def test_a_denial_reaches_over_three_words() -> None:
    assert not is_meant("not one two three *a complaint*")
    assert is_meant("not one two three four *a complaint*")


def test_a_denial_reaches_forward_only() -> None:
    assert is_meant("I *want to complain* not once")


@pytest.mark.parametrize(
    "text",
    ["not nice but *a complaint*", "never mind, however *I complain*",
     "nicht nett, aber *eine Beschwerde*", "ce n'est pas bien mais *je porte plainte*"],
)  # fmt: skip
def test_a_conjunction_ends_a_denial(text: str) -> None:
    assert is_meant(text)


def test_a_conjunction_after_the_words_ends_nothing() -> None:
    assert not is_meant("not *a complaint* but a question")


def test_a_denial_ends_with_its_sentence() -> None:
    assert is_meant("It does not. *I complain*")
    assert is_meant("Why not? *I complain*")


def test_what_is_refused_directly_before_is_not_meant() -> None:
    assert not is_meant("I have no intention of *taking legal action*")
    assert not is_meant("without *a complaint*")
    assert is_meant("without any *complaint*")


@pytest.mark.parametrize(
    "text",
    ["what happens if a person who is not happy *makes a complaint*", "What if I *sue* you",
     "just out of curiosity, how long would *a complaint* take", "suppose I *sued* you",
     "was passiert, wenn ich *Beschwerde* einlege", "qué pasa si *presento una queja*"],
)  # fmt: skip
def test_what_is_supposed_is_not_meant(text: str) -> None:
    assert not is_meant(text)


def test_what_is_supposed_in_another_sentence_or_later_takes_no_force() -> None:
    assert is_meant("What if it breaks? *I complain*")
    assert is_meant("*I complain* and what if you don't answer")


@pytest.mark.parametrize(
    "text",
    ["one of our customers *made a complaint*", "how do I log *a complaint* from our customers",
     "my neighbour is *suing* you", "does your api have *a complaint* field",
     "mein Nachbar *beschwert* sich"],
)  # fmt: skip
def test_what_is_about_others_is_not_meant_wherever_they_stand(text: str) -> None:
    assert not is_meant(text)


def test_others_in_another_sentence_take_no_force() -> None:
    assert is_meant("Our customers are happy. *I complain*")


def test_others_within_words_that_span_two_sentences_count() -> None:
    assert not is_meant("I *complain. Our customers* do too")


def test_each_place_is_judged_by_itself() -> None:
    words = Words.of(View.of("I am not suing you. I am complaining"))
    assertions = Assertions(words)
    assert not assertions.is_meant(3, 4)
    assert assertions.is_meant(7, 8)


@pytest.mark.parametrize("text", ["No, I *will sue* you", "no this is *a complaint*"])
def test_a_cue_of_another_language_takes_no_force(text: str) -> None:
    assert is_meant(text)


@pytest.mark.parametrize(
    "text", ["I am not happy, *I want to complain*", "It doesn't work, I *will sue* you"]
)
def test_a_denial_ends_where_the_next_clause_begins(text: str) -> None:
    assert is_meant(text)


@pytest.mark.parametrize(
    "text",
    ["You were supposed to refund me, I *will sue* you", "I *complain* about your expert"],
)
def test_a_word_that_only_resembles_a_cue_takes_no_force(text: str) -> None:
    assert is_meant(text)


@given(st.text(max_size=150), st.data())
def test_any_words_of_any_text_can_be_judged(text: str, data: st.DataObject) -> None:
    words = words_of("I complain. " + text)
    start = data.draw(st.integers(0, len(words.words) - 1))
    end = data.draw(st.integers(start + 1, len(words.words)))
    assert Assertions(words).is_meant(start, end) in {True, False}


def lexicon(errors: list[PolicyError]) -> Section:
    text = shipped_texts("lexicon")["assertion.yaml"]
    return Section(read_yaml(text), ErrorLog("assertion.yaml", errors))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_cues_of_every_kind(kind: str, language: str) -> None:
    errors: list[PolicyError] = []
    cues = lexicon(errors).section(kind).texts(language)
    assert cues
    assert not errors
    for cue in cues:
        check_phrase(cue)


def test_the_lexicon_holds_nothing_that_nobody_reads() -> None:
    errors: list[PolicyError] = []
    root = lexicon(errors)
    for kind in KINDS:
        section = root.section(kind)
        for language in LANGUAGES:
            section.texts(language)
        section.close()
    root.close()
    assert errors == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_cue_is_found_in_its_own_words(kind: str) -> None:
    for language in LANGUAGES:
        for cue in lexicon([]).section(kind).texts(language):
            said = re.sub(r"\(([^()|]*)[^()]*\)", r"\1", cue)  # the first of each choice
            words = words_of(said)
            assert PhraseTable([(cue, kind)]).find(words), cue
