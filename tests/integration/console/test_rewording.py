"""An answer's words: what was typed is what stands, shown before, recorded after, undone."""

from html import unescape

import pytest

from integration import ledger
from integration.policy_folder import PolicyMoved, activate
from integration.store import policies
from rules.faqs import Faq
from rules.policy import parse_policy
from tests.fakes.judge import POLICY_FILES
from tests.integration.console.kit import GRACE, Browser, Installation

PAGE = "/console/answers/reset_password"
PATH = f"{PAGE}/words"
REMOVAL = f"{PAGE}/removal"


def faq_of(here: Installation, faq_id: str = "reset_password") -> Faq | None:
    with here.store.read() as connection:
        return parse_policy(policies.active_files(connection) or {}).faq(faq_id)


def present(here: Installation) -> Faq:
    found = faq_of(here)
    assert found is not None
    return found


def edited(ada: Browser, **fields: str) -> str:
    """Fill in the form, confirm what it shows; where that led."""
    shown = ada.submit(ada.get(PATH), PATH, **fields)
    return ada.submit(shown, "").headers["Location"]


def test_words_are_shown_as_a_difference_before_they_are_stored(
    here: Installation, ada: Browser
) -> None:
    before = present(here)
    page = ada.submit(ada.get(PATH), PATH, body_0="Hello,\r\nopen Settings.", title="Reset it")
    assert "-Hello, you can reset your password under Settings." in unescape(page.text)
    assert "+open Settings." in unescape(page.text)
    assert present(here) == before
    answer = ada.submit(page, "")
    assert answer.headers["Location"] == f"{PAGE}?done=changed"
    assert present(here).answers[0].body == "Hello,\nopen Settings."
    assert present(here).title == "Reset it"
    entry = list(ledger.read_entries(here.store))[-1]
    assert entry["kind"] == "policy_activated"
    assert entry["body"]["by"].startswith("Ada Admin")


@pytest.mark.parametrize(
    "body", ["\n first\n\n\tlast \n\n", "# <b>&amp; 'quoted' \"twice\": - |", "é\u2028ñ 😀"]
)
def test_approved_words_are_kept_sign_by_sign(here: Installation, ada: Browser, body: str) -> None:
    assert edited(ada, body_0=body.replace("\n", "\r\n")) == f"{PAGE}?done=changed"
    assert present(here).answers[0].body == body
    shown = unescape(ada.get(PATH).text)
    assert f"\n{body}</textarea>" in shown  # a browser leaves out the first end of line
    assert edited_nothing(ada, body) == f"{PAGE}?done=unchanged"


def edited_nothing(ada: Browser, body: str) -> str:
    page = ada.submit(ada.get(PATH), PATH, body_0=body.replace("\n", "\r\n"))
    return page.headers["Location"]


def test_examples_and_a_language_are_added(here: Installation, ada: Browser) -> None:
    ways = "password\r\n\r\n lost my password \r\nlost my password\r\n"
    where = edited(ada, examples=ways, new_language="DE", new_body="Hallo,\r\nso geht es.")
    assert where == f"{PAGE}?done=changed"
    assert present(here).examples == ("password", "lost my password")
    assert [a.language for a in present(here).answers] == ["en", "de"]
    assert present(here).answers[1].body == "Hallo,\nso geht es."


def with_german(ada: Browser) -> None:
    edited(ada, new_language="de", new_body="Hallo.")


def test_a_single_language_is_taken_out_shown_before_and_undone(
    here: Installation, ada: Browser
) -> None:
    before = present(here)
    assert "drop_0" not in ada.get(PATH).text
    with_german(ada)
    both = present(here)
    page = ada.submit(ada.get(PATH), PATH, drop_1="1")
    assert "Hallo." in page.text
    assert present(here) == both
    where = ada.submit(page, "").headers["Location"]
    assert present(here) == before
    back = unescape(ada.get(where).text.partition('href="/console/policy/')[2].partition('"')[0])
    ada.submit(ada.get(f"/console/policy/{back}"), f"/console/policy/{back.partition('?')[0]}")
    assert present(here) == both


def test_the_last_language_can_not_be_taken_out(here: Installation, ada: Browser) -> None:
    with_german(ada)
    both = present(here)
    page = ada.submit(ada.get(PATH), PATH, drop_0="1", drop_1="1")
    assert "at least one language" in page.text
    assert page.text.count("checked") == 2
    page = ada.submit(page, PATH, drop_1="1", body_1="")
    assert "at least one language" not in page.text
    assert present(here) == both


def test_a_language_that_is_taken_out_twice_takes_no_other_with_it(
    here: Installation, ada: Browser
) -> None:
    with_german(ada)
    page = ada.submit(ada.get(PATH), PATH, drop_0="1")
    ada.submit(page, "")
    assert [each.language for each in present(here).answers] == ["de"]
    assert ada.submit(page, "").status_code == 409
    assert [each.language for each in present(here).answers] == ["de"]


def test_a_change_is_undone(here: Installation, ada: Browser) -> None:
    edited(ada, title="First")
    before = present(here)
    page = ada.get(edited(ada, body_0="Other."))
    assert "Undo" in page.text
    versions = ada.get("/console/policy").text
    assert "Ada Admin" in versions
    back = unescape(page.text.partition('href="/console/policy/')[2].partition('"')[0])
    ada.submit(ada.get(f"/console/policy/{back}"), f"/console/policy/{back.partition('?')[0]}")
    assert present(here) == before


def test_mistakes_are_said_beside_what_was_typed(here: Installation, ada: Browser) -> None:
    before = present(here)
    page = ada.submit(ada.get(PATH), PATH, body_0="Hello {{ firstname }}, <i>", new_language="xx1")
    assert "needs both its code" in page.text
    page = ada.submit(ada.get(PATH), PATH, body_0="Hello {{ firstname }}, <i>")
    assert "unknown blank" in page.text
    assert "Hello {{ firstname }}, &lt;i&gt;</textarea>" in page.text
    page = ada.submit(ada.get(PATH), PATH, title=" ", examples=" ", body_0=" ")
    for words in ("A title is needed", "At least one way", "can&#39;t be empty"):
        assert words in page.text
    assert present(here) == before


def test_a_form_that_is_sent_again_changes_nothing_more(here: Installation, ada: Browser) -> None:
    shown = ada.submit(ada.get(PATH), PATH, body_0="A", new_language="de", new_body="B")
    assert ada.submit(shown, "").headers["Location"] == f"{PAGE}?done=changed"
    assert ada.submit(shown, "").headers["Location"] == f"{PAGE}?done=unchanged"
    assert len(present(here).answers) == 2


def test_somebody_who_was_faster_is_not_overwritten(
    here: Installation, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = ada.submit(ada.get(PATH), PATH, body_0="A")
    removal = ada.get(REMOVAL)
    other = {**POLICY_FILES, "policy.yaml": "groups: {default: Support}\n"}
    activate(here.store, parse_policy(other).version, other, here.clock)
    assert ada.submit(shown, "").status_code == 409
    assert ada.submit(removal, "").status_code == 409
    shown = ada.submit(ada.get(PATH), PATH, body_0="A")

    def late(*_args: object, **_more: object) -> None:
        raise PolicyMoved

    monkeypatch.setattr("integration.console.rewording.activate", late)
    assert ada.submit(shown, "").status_code == 409


def test_an_answer_is_removed_after_it_was_confirmed(here: Installation, ada: Browser) -> None:
    edited(ada, title="First")
    page = ada.get(REMOVAL)
    assert "Questions removed:" in page.text
    assert present(here)
    answer = ada.submit(page, "")
    assert answer.headers["Location"] == "/console/answers?done=answer-removed"
    assert faq_of(here) is None
    assert faq_of(here, "find_iban") is not None
    assert "Undo" in ada.get(answer.headers["Location"]).text


def test_what_only_a_person_can_change_is_left_alone_and_the_way_is_shown(
    here: Installation, ada: Browser
) -> None:
    odd = {"faqs.yaml": "faqs: [{id: a, examples: [x], answers: [{body: b}]}]\n"}
    activate(here.store, parse_policy(odd).version, odd, here.clock)
    page = ada.get("/console/answers/a/removal")
    assert "deskclerk policy export" in page.text
    assert 'href="/console/policy/files"' in page.text
    kept = {"faqs.yaml": "faqs:\n  - id: a\n    answers: [{body: b}]\n    examples:\n      - x\n"
            "      # of 2026\n      - z\n"}  # fmt: skip
    activate(here.store, parse_policy(kept).version, kept, here.clock)
    page = ada.send("/console/answers/a/words", examples="z")
    assert "deskclerk policy export" in page.text
    assert 'href="/console/policy/files"' in page.text


def test_words_that_go_out_by_themselves_are_warned_of(ada: Browser) -> None:
    ada.send(PAGE, stage="auto", share="100", sure="1")
    page = ada.submit(ada.get(PATH), PATH, body_0="A")
    assert "goes out by itself" in page.text


def test_agents_edit_nothing(here: Installation) -> None:
    grace = here.browser()
    grace.sign_in(GRACE)
    assert PATH not in grace.get(PAGE).text
    for path in (PATH, REMOVAL):
        assert grace.get(path).status_code == 403
        assert grace.send(path, sure="1").status_code == 403
