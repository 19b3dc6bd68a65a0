"""Draft questions from what a helpdesk keeps, as a faqs.yaml that is a policy."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.ports import PreparedText, TextKind, Unusable, Wording
from connectors.zendesk.prepared import article_of, macro_of
from integration import policy_drafts
from integration.policy_drafts import Draft, drafts, faqs_yaml
from rules.answers import unknown_blanks
from rules.model import Stage
from rules.policy import Policy, parse_policy


def a_wording(title: str = "Where is it", body: str = "Here.", **more: Any) -> Wording:
    return Wording(more.pop("locale", "en-us"), title, body, **more)


def a_text(*wordings: Wording, key: int = 5, **more: Any) -> PreparedText:
    kind = more.pop("kind", TextKind.ARTICLE)
    return PreparedText(kind, key, wordings or (a_wording(),), **more)


def drafted(*wordings: Wording, **more: Any) -> Draft:
    (draft,) = drafts([a_text(*wordings, **more)])
    assert isinstance(draft, Draft)
    return draft


def policy_of(*made: Draft) -> Policy:
    text, written = faqs_yaml(made, "https://acme.zendesk.com")
    assert written == len(made)
    return parse_policy({"faqs.yaml": text})


def test_a_draft_is_a_question_that_is_never_answered_by_itself() -> None:
    draft = drafted(a_wording("Où est ma carte ?", "Hello {{ first_name }},\n\n  here.\n- a"))
    (faq,) = policy_of(draft).faqs
    assert (faq.id, faq.title, faq.stage) == ("ou_est_ma_carte", "Où est ma carte ?", Stage.OFF)
    assert faq.examples == ("Où est ma carte ?",)
    assert [(each.language, each.body) for each in faq.answers] == [
        ("en", "Hello {{ first_name }},\n\n  here.\n- a")
    ]


def test_translations_are_answers_of_one_question() -> None:
    draft = drafted(
        a_wording("A", "a"),
        a_wording("Ä", "ä", locale="de"),
        a_wording("A", "b", locale="en-gb"),
        a_wording("L", " ", locale="fr"),
    )
    assert draft.answers == (("en", "a"), ("de", "ä"))
    assert draft.examples == ("A", "Ä")
    assert "en: a second text (en-gb) is left out" in draft.remarks


def test_headings_that_ask_and_labels_of_several_words_are_examples() -> None:
    draft = drafted(
        a_wording("A b", headings=("Who pays?", "Overview", "who PAYS?")),
        labels=("orders", "send it back", "12 34"),
    )
    assert draft.examples == ("A b", "Who pays?", "send it back")
    many = tuple(f"Is it {number}?" for number in range(30))
    assert len(drafted(a_wording(headings=many)).examples) == 12


def test_ids_are_valid_unique_and_the_same_each_time() -> None:
    titles = ["Reset it", "Reset -- it!", "Reset it 6", "パスワード", "パスワード", "x" * 300]
    texts = [a_text(a_wording(title), key=key) for key, title in enumerate(titles, 5)]
    made = [each for each in drafts(texts) if isinstance(each, Draft)]
    assert [each.id for each in made] == [
        "reset_it",
        "reset_it_6",
        "reset_it_6_7",
        "article",
        "article_9",
        "x" * 64,
    ]
    assert made == list(drafts(texts))
    assert len(policy_of(*made).faqs) == 6
    assert max(len(line) for each in made for line in (each.title, *each.examples)) == 200


def test_a_title_without_words_is_replaced_or_makes_it_unusable() -> None:
    draft = drafted(a_wording("404", headings=("What is 404?",)))
    assert (draft.id, draft.title, draft.examples) == ("404", "404", ("What is 404?",))
    assert drafted(a_wording("", headings=("Why?",))).title == "why"
    assert list(drafts([a_text(a_wording("!"))])) == [
        Unusable(TextKind.ARTICLE, 5, "no words in its title")
    ]
    assert list(drafts([a_text(a_wording(body=" "))])) == [Unusable(TextKind.ARTICLE, 5, "no text")]


@pytest.mark.parametrize(
    ("locale", "body", "language", "remark"),
    [
        ("pt-br", "x", "pt", None),
        ("fil", "x", "fil", None),
        ("", "Wir haben Ihre Frage und werden sie so bald wie wir können.", "de", "guessed"),
        ("english", "ok", "en", "not known"),
    ],
)
def test_the_language_is_told_by_the_locale_or_guessed(
    locale: str, body: str, language: str, remark: str | None
) -> None:
    draft = drafted(a_wording(body=body, locale=locale))
    assert draft.answers == ((language, body),)
    assert draft.remarks[1:] == ((f"{language}: the language is {remark}",) if remark else ())


def test_what_a_person_must_know_stands_above_the_draft() -> None:
    lost = tuple(f"{{{{x{number}}}}}" for number in range(22))
    draft = drafted(a_wording(lost=lost), url="https://acme.example/9", restricted=True)
    text, _ = faqs_yaml([draft], "https://acme.zendesk.com")
    assert "  # article 5 https://acme.example/9\n  # not everybody" in text
    assert "{{x19}} and 2 more\n  - id: where_is_it\n" in text
    assert drafted(a_wording(lost=("{{x}}",))).remarks[-1] == "en: left out: {{x}}"


@pytest.mark.parametrize(
    ("body", "length"),
    [
        ("a" * 15_000 + "\n\n" + "b" * 15_000, 15_000),
        ("a" * 15_000 + "\n" + "b c" * 15_000, 15_000),
        ("a" * 15_000 + " " + "b" * 15_000, 15_000),
        ("a" * 30_000, 20_000),
        ("a" * 19_990 + "{{ first_name }}" + "b" * 9, 19_990),
        ("{{ first_name }}" + "a" * 20_000, 20_000),
    ],
)
def test_a_text_that_is_too_long_is_cut_where_it_does_least_harm(body: str, length: int) -> None:
    draft = drafted(a_wording(body=body))
    (faq,) = policy_of(draft).faqs
    assert len(faq.answers[0].body) == length
    assert body.startswith(faq.answers[0].body)
    assert unknown_blanks(faq.answers[0].body) == []
    assert draft.remarks[1] == f"en: cut at {length} of {len(body)} characters"


def test_a_file_holds_no_more_than_a_policy_may(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [
        each
        for each in drafts(a_text(a_wording(body="x" * 9_000), key=key) for key in range(1, 9))
        if isinstance(each, Draft)
    ]
    large = drafted(a_wording("Large", "é" * 15_000))
    monkeypatch.setattr(policy_drafts, "_MAX_BYTES", 40_000)
    text, written = faqs_yaml([*made[:2], large, *made[2:]], "x")
    assert written == 4
    assert "large" not in text
    assert len(text.encode()) < 41_000
    assert len(parse_policy({"faqs.yaml": text}).faqs) == written
    monkeypatch.setattr(policy_drafts, "_MOST_NODES", 2 * 17 + 5)
    assert faqs_yaml(made, "x")[1] == 2


HOSTILE = st.text(
    st.sampled_from("ab :#-|>{}[]&*!%@`'\"\\\n\r\t\x00\x85\u2028\ufeff\ud800\U0001f600?,=~é<p/li"),
    max_size=40,
) | st.sampled_from(["no", "null", "---", "...", "<<", "=", "0x1", "2026-01-01", " a", "a: b", "|"])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(HOSTILE, HOSTILE, HOSTILE, HOSTILE), max_size=4))
def test_whatever_the_helpdesk_holds_the_file_is_a_policy(
    rows: list[tuple[str, str, str, str]],
) -> None:
    texts = []
    for key, (title, body, locale, other) in enumerate(rows, 1):
        action = {"field": "comment_value", "value": body}
        found = macro_of({"id": key, "title": title, "actions": [action]}, "https://x.example")
        translations = [
            {"title": title, "body": body, "locale": locale},
            {"title": other, "body": other, "locale": "de"},
        ]
        article = {
            "id": key,
            "translations": translations,
            "label_names": [other],
            "html_url": other,
        }
        texts += [found, article_of(article, "https://x.example")]
    made = [
        each
        for each in drafts(text for text in texts if isinstance(text, PreparedText))
        if isinstance(each, Draft)
    ]
    policy = policy_of(*made)
    for draft, faq in zip(made, policy.faqs, strict=True):
        assert (draft.id, draft.title) == (faq.id, faq.title.strip())
        assert draft.answers == tuple((each.language, each.body) for each in faq.answers)
