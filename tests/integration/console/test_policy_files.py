"""The policy's files in the console: checked, shown, stored, and over nobody's head."""

import io
import re
import zipfile
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from integration import ledger
from integration.console import policy_files
from integration.policy_bundle import zipped
from integration.policy_folder import PolicyMoved, activate
from integration.store import policies
from rules.policy import parse_policy
from tests.fakes.judge import POLICY_FILES
from tests.integration.console.kit import GRACE, HERE, OMAR, Browser, Installation
from tests.integration.console.test_policy_versions import active, other_policy

PATH, ZIP = "/console/policy/files", "/console/policy/files.zip"
VERSION = parse_policy(POLICY_FILES).version
OTHERS = "groups: {default: Others}\n"
PACK = """family: complaint
packs:
  - id: lost_points
    title: Lost points
    phrases: {en: [my bonus points have vanished]}
    sources: [{ref: Terms of the bonus scheme}]
"""
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_TEXT = re.compile(r'<textarea[^>]* name="(text_\d+|new_text)"[^>]*>\n(.*?)</textarea>', re.DOTALL)
_NEW = re.compile(r'name="new_name"[^>]* value="([^"]*)"')


def form_of(page: TestResponse) -> dict[str, str]:
    """What a browser would send of the form as it stands, its ends of lines and all."""
    _, _, main = page.text.partition('enctype="multipart/form-data"')
    hidden = {name: unescape(value) for name, value in _HIDDEN.findall(main)}
    texts = {name: unescape(text).replace("\n", "\r\n") for name, text in _TEXT.findall(main)}
    return {**hidden, **texts, "new_name": unescape(_NEW.findall(main)[0])}


def files_in(page: TestResponse) -> dict[str, str]:
    """The files that a form holds."""
    form = form_of(page)
    numbers = [key.removeprefix("name_") for key in form if key.startswith("name_")]
    return {form[f"name_{n}"]: form[f"text_{n}"].replace("\r\n", "\n") for n in numbers}


def number_of(page: TestResponse, name: str) -> str:
    form = form_of(page)
    return next(key for key, value in form.items() if value == name).removeprefix("name_")


def press(ada: Browser, page: TestResponse, do: str = "check", **fields: Any) -> TestResponse:
    return ada.post(PATH, {**form_of(page), "do": do, **fields})


def typed(page: TestResponse, name: str, text: str) -> dict[str, str]:
    return {f"text_{number_of(page, name)}": text.replace("\n", "\r\n")}


def stored(here: Installation) -> dict[str, str]:
    with here.store.read() as connection:
        return policies.active_files(connection) or {}


def a_settings_file(here: Installation) -> None:
    """The policy has both files."""
    files = {**POLICY_FILES, "policy.yaml": "groups: {default: Support}\n"}
    activate(here.store, parse_policy(files).version, files, here.clock)


def given(name: str, content: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_every_file_stands_in_the_form_as_it_is(here: Installation, ada: Browser) -> None:
    page = ada.get(PATH)
    assert files_in(page) == POLICY_FILES
    answer = press(ada, page)
    assert "Nothing that decides differs" in answer.text
    assert files_in(answer) == POLICY_FILES
    assert active(here) == VERSION


def test_a_change_is_shown_then_stored_then_undone(here: Installation, ada: Browser) -> None:
    a_settings_file(here)
    before, page = active(here), ada.get(PATH)
    page = press(ada, page, **typed(page, "policy.yaml", OTHERS))
    assert "Support -> Others" in unescape(page.text)
    assert active(here) == before
    answer = press(ada, page, "activate")
    assert answer.headers["Location"] == "/console/policy?done=changed"
    assert stored(here)["policy.yaml"] == OTHERS
    entry = list(ledger.read_entries(here.store))[-1]
    assert entry["kind"] == "policy_activated"
    assert entry["body"]["by"].startswith("Ada Admin")
    assert f"base={active(here)}" in unescape(ada.get(answer.headers["Location"]).text)


def test_every_mistake_is_told_with_its_file_line_key_and_hint(
    here: Installation, ada: Browser
) -> None:
    a_settings_file(here)
    page = ada.get(PATH)
    text = "groups: {default: Support}\nregoins: {}\nlimits: 3\n"
    page = press(ada, page, **typed(page, "policy.yaml", text))
    found = unescape(page.text)
    assert "2 mistakes: nothing was stored" in found
    assert "<code>policy.yaml</code>" in found
    assert '<td class="num" data-name="Line">2</td>' in found
    assert '<code class="at">regoins: {}</code>' in found
    assert "<strong>Did you mean 'regions'?</strong>" in found
    assert files_in(page)["policy.yaml"] == text
    assert "Activate it" not in found


def test_of_very_many_mistakes_the_first_are_shown_and_all_are_counted(ada: Browser) -> None:
    page = ada.get(PATH)
    text = "".join(f"wrong_{number}: 1\n" for number in range(2500))
    page = press(ada, page, **typed(page, "faqs.yaml", text))
    assert "2500 mistakes" in page.text
    assert "These are the first 100" in page.text
    assert page.text.count('data-name="Key"') == 100
    assert files_in(page)["faqs.yaml"] == text


def test_what_was_never_shown_is_not_stored(here: Installation, ada: Browser) -> None:
    a_settings_file(here)
    before, page = active(here), ada.get(PATH)
    page = press(ada, page, "activate", **typed(page, "policy.yaml", OTHERS))
    assert "changed since it was checked" in page.text
    more = typed(page, "policy.yaml", "groups: {default: Third}\n")
    page = press(ada, page, "activate", **more)
    assert "Support -> Third" in unescape(page.text)
    assert active(here) == before
    assert press(ada, page, "activate").status_code == 303


@pytest.mark.parametrize("do", ["check", "activate"])
def test_whoever_was_slower_keeps_their_text_and_reads_who_was_faster(
    here: Installation, ada: Browser, do: str
) -> None:
    a_settings_file(here)
    page = ada.get(PATH)
    mine = "groups: {default: Mine}\n"
    page = press(ada, page, **typed(page, "policy.yaml", mine))
    theirs = other_policy(here)
    page = press(ada, page, do)
    assert page.status_code == 409
    assert "Olga Other activated another policy meanwhile" in page.text
    assert files_in(page)["policy.yaml"] == mine
    assert "Others -> Mine" in unescape(page.text)
    assert active(here) == theirs
    assert press(ada, page, "activate").status_code == 303
    assert stored(here)["policy.yaml"] == mine


def test_somebody_who_is_faster_by_a_moment_is_not_overwritten(
    here: Installation, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_settings_file(here)
    page = ada.get(PATH)
    page = press(ada, page, **typed(page, "policy.yaml", "groups: {default: Mine}\n"))
    theirs: list[str] = []

    def moved(*_given: object, **_more: object) -> bool:
        theirs.append(other_policy(here))
        raise PolicyMoved

    monkeypatch.setattr(policy_files, "activate", moved)
    page = press(ada, page, "activate")
    assert page.status_code == 409
    assert "Olga Other" in page.text
    assert [active(here)] == theirs


def test_a_form_that_is_sent_again_changes_nothing(here: Installation, ada: Browser) -> None:
    a_settings_file(here)
    page = ada.get(PATH)
    page = press(ada, page, **typed(page, "policy.yaml", OTHERS))
    press(ada, page, "activate")
    assert press(ada, page, "activate").headers["Location"] == "/console/policy?done=unchanged"


def test_a_file_is_added_and_taken_out(here: Installation, ada: Browser) -> None:
    page = press(ada, ada.get(PATH), new_name="packs/own.yaml", new_text=PACK)
    assert files_in(page) == {**POLICY_FILES, "packs/own.yaml": PACK}
    assert "lost_points" in page.text
    press(ada, page, "activate")
    assert stored(here)["packs/own.yaml"] == PACK
    page = ada.get(PATH)
    page = press(ada, page, **{f"remove_{number_of(page, 'packs/own.yaml')}": "1"})
    assert "Files that go: <code>packs/own.yaml</code>" in page.text
    press(ada, page, "activate")
    assert stored(here) == POLICY_FILES


@pytest.mark.parametrize("name", ["../evil.yaml", "packs/a/b.yaml", "", "faqs.yaml", "notes.txt"])
def test_a_file_that_can_not_be_called_so_is_kept_in_the_form(ada: Browser, name: str) -> None:
    page = press(ada, ada.get(PATH), new_name=name, new_text="x: 1")
    assert 'role="alert"' in page.text
    assert files_in(page) == POLICY_FILES
    assert (form_of(page)["new_name"], form_of(page)["new_text"]) == (name, "x: 1")


def test_a_pack_is_called_so_wherever_it_stands(ada: Browser) -> None:
    page = press(ada, ada.get(PATH), new_name="own.yaml", new_text="packs: []\n")
    assert "packs/own.yaml" in files_in(page)


def test_not_everything_can_be_taken_out(here: Installation, ada: Browser) -> None:
    page = ada.get(PATH)
    text = f"{POLICY_FILES['faqs.yaml']}\n# mine\n"
    page = press(ada, page, **typed(page, "faqs.yaml", text), remove_0="1", remove_1="1")
    assert "A policy needs policy.yaml or faqs.yaml" in page.text
    assert files_in(page) == {**POLICY_FILES, "faqs.yaml": text}
    assert active(here) == VERSION


def test_the_whole_is_taken_as_a_file_and_given_back(here: Installation, ada: Browser) -> None:
    answer = ada.get(ZIP)
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == POLICY_FILES
    other = zipped({**POLICY_FILES, "policy.yaml": OTHERS})
    page = press(ada, ada.get(PATH), given=given("p.zip", other))
    assert "2 files taken over into the form, and not stored yet" in page.text
    assert active(here) == VERSION
    press(ada, page, "activate")
    assert stored(here) == {**POLICY_FILES, "policy.yaml": OTHERS}


def test_one_file_that_is_given_leaves_the_others(ada: Browser) -> None:
    page = press(ada, ada.get(PATH), given=given("policy.yaml", OTHERS.encode()))
    assert files_in(page) == {**POLICY_FILES, "policy.yaml": OTHERS}


def test_what_can_not_be_read_is_told_and_nothing_typed_is_lost(ada: Browser) -> None:
    page = ada.get(PATH)
    text = f"{POLICY_FILES['faqs.yaml']}\n# mine\n"
    page = press(
        ada, page, **typed(page, "faqs.yaml", text), given=given("p.zip", b"PK\x03\x04broken")
    )
    assert "can&#39;t be read as a zip" in page.text
    assert files_in(page)["faqs.yaml"] == text


def test_a_zip_without_a_policy_takes_nothing_of_what_was_typed(ada: Browser) -> None:
    page = ada.get(PATH)
    text = f"{POLICY_FILES['faqs.yaml']}\n# mine\n"
    packs = given("p.zip", zipped({"packs/own.yaml": PACK}))
    page = press(ada, page, **typed(page, "faqs.yaml", text), given=packs)
    assert "p.zip holds no policy" in page.text
    assert files_in(page)["faqs.yaml"] == text


def test_a_policy_far_larger_than_other_forms_is_taken_and_not_any_size(ada: Browser) -> None:
    page = ada.get(PATH)
    comment = f"\n# {'x' * 100}" * 15_000
    page = press(ada, page, **typed(page, "faqs.yaml", POLICY_FILES["faqs.yaml"] + comment))
    assert page.status_code == 200
    assert "Nothing that decides differs" in page.text
    assert far_too_much(ada) == 413


def far_too_much(browser: Browser) -> int:
    answer = browser.client.post(
        PATH,
        base_url=HERE,
        data=bytes(9 * 1024 * 1024),
        content_type="multipart/form-data; boundary=b",
        headers={"Origin": HERE},
    )
    return answer.status_code


def test_only_administrators_may_send_so_much(here: Installation, ada: Browser) -> None:
    del ada
    here.change_user(OMAR, tags=("deskclerk_lead",))
    for name in (GRACE, OMAR):
        browser = here.browser()
        browser.sign_in(name)
        assert browser.get(PATH).status_code == 403
        assert browser.get(ZIP).status_code == 403
        assert far_too_much(browser) == 403
        assert PATH not in browser.get("/console/policy").text


def test_a_policy_that_this_release_can_not_read_can_be_mended(
    here: Installation, ada: Browser
) -> None:
    broken = {**POLICY_FILES, "policy.yaml": "of_an_older_release: 1\n"}
    with here.store.write() as connection:
        policies.activate(connection, "sha256:0", broken, here.clock.now().timestamp() + 1)
    page = ada.get(PATH)
    assert files_in(page) == broken
    assert "1 mistake" in press(ada, page).text
    page = press(ada, page, **typed(page, "policy.yaml", OTHERS))
    assert "the difference can’t be told" in page.text
    assert press(ada, page, "activate").status_code == 303
    assert stored(here)["policy.yaml"] == OTHERS


def test_the_way_to_mend_a_policy_that_can_not_be_read_is_shown(
    here: Installation, ada: Browser
) -> None:
    readable = other_policy(here)
    broken = {**POLICY_FILES, "policy.yaml": "of_an_older_release: 1\n"}
    with here.store.write() as connection:
        policies.activate(connection, "sha256:0", broken, here.clock.now().timestamp() + 1)
    page = ada.get("/console/policy")
    assert page.status_code == 200
    assert f'href="{PATH}"' in page.text
    for answer in (ada.get(f"/console/policy/{readable}"), ada.send(f"/console/policy/{readable}")):
        assert answer.status_code == 409
        assert "can&#39;t read the policy that judges now" in answer.text
    assert active(here) == "sha256:0"


def test_every_page_that_needs_a_policy_that_can_not_be_read_leads_to_where_it_is_mended(
    here: Installation, ada: Browser
) -> None:
    broken = {**POLICY_FILES, "policy.yaml": "of_an_older_release: 1\n"}
    with here.store.write() as connection:
        policies.activate(connection, "sha256:0", broken, here.clock.now().timestamp() + 1)
    for path in ("/console/answers", "/setup", "/setup/answers"):
        answer = ada.get(path)
        assert answer.status_code == 409
        assert f'href="{PATH}"' in answer.text


def test_ends_of_lines_that_nobody_touched_stay(here: Installation, ada: Browser) -> None:
    files = {name: text.replace("\n", "\r\n") for name, text in POLICY_FILES.items()}
    files["policy.yaml"] = "groups: {default: Support}\r\n"
    activate(here.store, parse_policy(files).version, files, here.clock)
    page = ada.get(PATH)
    page = press(ada, page, **typed(page, "policy.yaml", OTHERS))
    press(ada, page, "activate")
    assert stored(here)["faqs.yaml"] == files["faqs.yaml"]


def test_without_a_policy_the_way_leads_to_the_set_up(fresh: Installation) -> None:
    from tests.integration.console.test_uninstalling import client_given

    client_given(fresh)
    ada = fresh.browser()
    ada.sign_in()
    page = ada.get(PATH)
    assert 'href="/setup/policy"' in page.text


def test_the_policy_leads_there_and_so_do_the_ways_out(here: Installation, ada: Browser) -> None:
    assert f'href="{PATH}"' in ada.get("/console/policy").text
    by_hand = {**POLICY_FILES, "policy.yaml": OTHERS}
    activate(here.store, parse_policy(by_hand).version, by_hand, here.clock)
    assert f'href="{PATH}"' in ada.get("/setup/policy").text
