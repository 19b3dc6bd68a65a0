"""`questions`: what customers ask that no answer settles, from a file and from the store."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from integration import cli
from integration.judge import Judge
from integration.policy_folder import import_folder, load_folder
from integration.questions import Finder, Found, drafts, lines_of, take_stored
from integration.store import Store, tables
from rules.intents.questions import Candidate
from rules.intents.training import fit
from rules.model import Author, Comment, History, Ticket
from rules.policy import parse_policy
from rules.risk_modes import LEXICAL
from tests.fakes.desk import Desk, a_desk
from tests.fakes.helpdesk import FakeClock
from tests.faults.harness import FAQS, POLICY
from tests.rules.build import a_policy, models

BICYCLES = [
    "Can I take my bicycle on the island ferry?",
    "How much is a bicycle on the island ferry?",
    "Where does my bicycle stand on the island ferry?",
    "May my bicycle travel on the island ferry?",
]
OTHERS = ["how do i reset my password", "I make a formal complaint", "thanks!", "Umbrellas?"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "policy"
    made.mkdir()
    (made / "policy.yaml").write_text(POLICY.format(replies=50))
    (made / "faqs.yaml").write_text(FAQS)
    return made


def tickets(tmp_path: Path, bodies: Sequence[str]) -> str:
    path = tmp_path / "tickets.jsonl"
    path.write_text("\n".join(json.dumps({"body": body}) for body in bodies))
    return str(path)


def ask(folder: Path, source: str, *more: str) -> int:
    return cli.run(["questions", "--policy", str(folder), "--in", source, *more])


def test_what_several_customers_ask_is_a_candidate(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tickets(tmp_path, BICYCLES + OTHERS)
    assert ask(folder, source, "--without-reader", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {key: found[key] for key in ("read", "left", "compared", "erased", "least")} == {
        "read": 8, "left": 5, "compared": 5, "erased": 0, "least": 3
    }  # fmt: skip
    [candidate] = found["candidates"]
    assert candidate["tickets"] == 4
    assert candidate["share"] == 0.8
    assert candidate["language"] == "en"
    assert sorted(candidate["phrasings"]) == sorted(BICYCLES)
    assert "bicycle" in candidate["name"]
    assert (candidate["nearest"], candidate["nearness"]) == (None, 0.0)


def test_people_get_a_list(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(folder, tickets(tmp_path, BICYCLES), "--without-reader") == 0
    out = capsys.readouterr().out
    assert "4 tickets read, 4 left without a sure answer; 4 of these ask 1 question:" in out
    assert "4 tickets, 100.0%, en" in out
    assert f"     - {BICYCLES[1]}\n" in out


def test_the_mail_reader_puts_other_words_together(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bodies = [
        "Can I take my bicycle on board?",
        "Is it possible to bring a bike with me on the ship?",
        "What do you charge for carrying a cycle?",
        "Which vaccinations does my dog need?",
    ]
    assert ask(folder, tickets(tmp_path, bodies), "--least", "2", "--json") == 0
    [candidate] = json.loads(capsys.readouterr().out)["candidates"]
    assert candidate["tickets"] >= 2
    assert bodies[3] not in candidate["phrasings"]


@pytest.mark.parametrize(
    ("bodies", "says"),
    [
        ([], "No tickets were read: nothing to find questions in.\n"),
        (OTHERS[:3], "3 tickets read: none was left without a sure answer. No new questions.\n"),
        (BICYCLES[:2], "but no 3 of them ask alike. Try again when there are more.\n"),
    ],
)
def test_where_nothing_is_found_a_line_says_so(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    bodies: list[str], says: str,
) -> None:  # fmt: skip
    sink = tmp_path / "drafts.yaml"
    source = tickets(tmp_path, bodies)
    assert ask(folder, source, "--without-reader", "--out", str(sink)) == 0
    assert capsys.readouterr().out.endswith(says)
    assert parse_policy({"faqs.yaml": sink.read_text()}).faqs == ()


def test_drafts_are_a_policy_that_answers_nobody(folder: Path, tmp_path: Path) -> None:
    sink = tmp_path / "drafts" / "faqs.yaml"
    sink.parent.mkdir()
    assert ask(folder, tickets(tmp_path, BICYCLES), "--without-reader", "--out", str(sink)) == 0
    assert cli.run(["policy", "check", str(sink.parent)]) == 0
    [faq] = load_folder(sink.parent).faqs
    assert faq.stage.value == "off"
    assert set(faq.examples) == set(BICYCLES)
    assert faq.answers[0].body.startswith("DRAFT, not approved")


def a_candidate(**more: Any) -> Candidate:
    fields = {
        "name": "bicycle ferry",
        "tickets": 4,
        "share": 0.5,
        "language": "en",
        "phrasings": ("can i take my bicycle: yes or no?", "# 'bicycle' \"ferry\""),
        "nearest": None,
        "nearness": 0.0,
    }
    return Candidate(**fields | more)


def found_of(*some: Candidate, **more: Any) -> Found:
    fields = {"read": 9, "left": 8, "compared": 8, "erased": 0, "least": 2, "candidates": some}
    return Found(**fields | more)


def test_drafts_get_ids_of_their_own() -> None:
    some = [a_candidate(), a_candidate(), a_candidate(name="Rückgabe!"), a_candidate(name="返品")]
    text = drafts(found_of(*some), ["bicycle_ferry", "question"])
    faqs = parse_policy({"faqs.yaml": text}).faqs
    assert [faq.id for faq in faqs] == [
        "bicycle_ferry_2",
        "bicycle_ferry_3",
        "ruckgabe",
        "question_2",
    ]
    assert faqs[0].examples == some[0].phrasings


@pytest.mark.parametrize(("given", "kept"), [("de", "de"), (None, "en"), ("a strange one", "en")])
def test_a_draft_has_a_language_that_a_policy_takes(given: str | None, kept: str) -> None:
    text = drafts(found_of(a_candidate(language=given)), [])
    assert parse_policy({"faqs.yaml": text}).faqs[0].answers[0].language == kept


def test_a_draft_without_phrasings_has_its_name_as_example() -> None:
    text = drafts(found_of(a_candidate(phrasings=())), [])
    assert parse_policy({"faqs.yaml": text}).faqs[0].examples == ("bicycle ferry",)


def test_a_near_answer_is_named_to_people_and_in_drafts() -> None:
    found = found_of(a_candidate(nearest="bikes", nearness=0.61, language=None))
    assert "     near bikes (0.61): perhaps it only lacks examples" in lines_of(found)
    assert "4 tickets, 50.0%, language unknown" in "\n".join(lines_of(found))
    assert "# 4 tickets; near bikes (0.61)\n" in drafts(found, [])


def test_what_was_not_compared_or_erased_is_told() -> None:
    lines = lines_of(found_of(a_candidate(), left=6000, compared=5000, erased=1200))
    assert "1,200 more were erased and can't be read." in lines
    assert "Only the newest 5,000 of them were compared." in lines


def finder_of(most: int = 5000) -> Finder:
    policy = a_policy()
    return Finder(policy, models(policy), FakeClock().now(), most=most)


def test_of_many_tickets_the_newest_are_kept() -> None:
    finder = finder_of(most=4)
    clock = FakeClock()
    dated = [("Do you sell green postcards?", None)] * 3
    dated += [(body, clock.now()) for body in BICYCLES]
    for number, (body, written) in enumerate(reversed(dated)):
        comment = Comment(Author.REQUESTER, body, created_at=written)
        assert finder.take(Ticket(str(number), "", (comment,)), History())
    found = finder.find(2)
    assert (found.left, found.compared) == (7, 4)
    assert [each.tickets for each in found.candidates] == [4]


def test_without_dates_the_later_line_is_the_newer() -> None:
    finder = finder_of(most=2)
    for number, body in enumerate([*BICYCLES, "Do you sell postcards?", "Do you sell postcards?"]):
        finder.take(Ticket(str(number), "", (Comment(Author.REQUESTER, body),)), History())
    assert finder.find(2).candidates[0].phrasings == ("Do you sell postcards?",)


def test_progress_is_told_on_standard_error(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(folder, tickets(tmp_path, ["thanks!"] * 250), "--without-reader") == 0
    assert capsys.readouterr().err == "250 tickets read, 0 left so far\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "give --policy, or --stored"),
        (["--stored", "--in", "x.jsonl"], "exclude each other"),
        (["--stored", "--least", "1"], "least"),
    ],
)
def test_wrong_usage_is_one_clear_line(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["questions", *arguments]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_a_bad_line_is_one_clear_error(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.jsonl").write_text('{"body": "x"}\n{')
    assert ask(folder, str(tmp_path / "bad.jsonl"), "--without-reader") == 2
    assert "line 2 is not JSON" in capsys.readouterr().err


@pytest.fixture
def asked(any_store: Store, clock: FakeClock, any_desk: Desk, folder: Path) -> Desk:
    """An installation that left four tickets about bicycles to people, and answered one."""
    import_folder(any_store, folder, clock)
    judge = Judge(any_store, clock, mode=LEXICAL)
    made = a_desk(any_store, clock, any_desk.helpdesk, judge)
    for number, body in enumerate([*BICYCLES, OTHERS[0]], start=1):
        made.helpdesk.customer_opens(number, body)
        made.handle(number)
        clock.pass_time(3600)
    return made


def of_store(desk: Desk, days: float = 90, most: int = 5000) -> Found:
    policy = a_policy()
    finder = Finder(policy, models(policy), desk.clock.now(), most=most)
    take_stored(finder, desk.store, desk.clock.now().timestamp() - days * 86_400)
    return finder.find(2)


def test_the_tickets_of_an_installation_are_read_from_its_store(asked: Desk) -> None:
    found = of_store(asked)
    assert (found.read, found.left, found.erased) == (4, 4, 0)
    assert [each.tickets for each in found.candidates] == [4]
    assert of_store(asked, days=2.5 / 24).read == 1  # older ones are left out


def test_erased_ones_are_skipped_and_counted(asked: Desk) -> None:
    with asked.store.write() as connection:
        table = tables.decision
        connection.execute(
            sa.update(table).where(table.c.ticket_id == 2).values(snapshot=None, decision=None)
        )
    found = of_store(asked)
    assert (found.read, found.erased) == (3, 1)


def test_of_a_ticket_one_message_is_taken(asked: Desk) -> None:
    asked.helpdesk.customer_writes(1, "And may my bicycle travel on the island ferry in winter?")
    asked.handle(1)
    found = of_store(asked)
    assert (found.read, found.left) == (4, 4)
    assert any("winter" in text for text in found.candidates[0].phrasings)


def test_what_an_answer_settles_by_now_is_left_no_more(asked: Desk) -> None:
    policy = a_policy(faqs=FAQS.replace("how do i reset my password", BICYCLES[0]))
    finder = Finder(policy, models(policy), asked.clock.now())
    take_stored(finder, asked.store, 0.0)
    assert finder.read == 4
    assert finder.left < 4


def test_no_more_pages_are_read_than_can_be_compared(
    asked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.questions._PAGE", 1)
    found = of_store(asked, most=2)
    assert (found.read, found.compared) == (3, 2)
    assert of_store(asked).left == 4


@pytest.mark.parametrize("own_folder", [False, True])
def test_the_command_reads_the_store_by_its_own_policy_or_another(
    asked: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], own_folder: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    url = asked.store.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DESKCLERK_READER", "0")
    more = ["--policy", str(folder)] if own_folder else []
    assert cli.run(["questions", "--stored", "--now", "2026-11-24T09:00:00Z", *more]) == 0
    assert "4 tickets read, 4 left without a sure answer" in capsys.readouterr().out


def test_a_model_judges_the_store_by_the_active_policy(
    asked: Desk, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    url = asked.store.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    made = tmp_path / "model.json"
    made.write_bytes(fit(load_folder(folder), LEXICAL).to_bytes())
    arguments = ["--model", str(made), "--without-reader", "--now", "2026-11-24T09:00:00Z"]
    assert cli.run(["questions", "--stored", *arguments]) == 0
    assert "4 tickets read" in capsys.readouterr().out


def test_an_installation_without_a_policy_is_told_so(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", store.engine.url.render_as_string())
    assert cli.run(["questions", "--stored", "--without-reader"]) == 2
    assert "no policy is active" in capsys.readouterr().err
