"""Learning from labelled tickets, promoting a model that is not worse, and going back."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count, islice
from pathlib import Path

import pytest
import sqlalchemy as sa

from integration import cli, ledger
from integration.complaints import OperationFailed
from integration.judge import Judge, fitted
from integration.judge import judging as judged_by
from integration.learning import Comparison, Promotions, compare, is_held_out
from integration.model_card import card, card_of
from integration.policy_folder import NoPolicyError, import_folder, load_folder
from integration.store import Store, model_tables, models
from rules.case import Models
from rules.exchange import Expectation
from rules.features.network import SUMS
from rules.intents.learned import NEVER, Learned
from rules.intents.mails import MailRecogniser
from rules.intents.matching import ModelError
from rules.intents.training import fit
from rules.model import Author, Comment, History, Outcome, Ticket
from rules.policy import Policy
from rules.risk_modes import FULL, LEXICAL
from rules.signals.risk import shared_risk_model
from tests.fakes.helpdesk import FakeClock

FAQS = """
faqs:
  - id: reset_password
    title: Reset the password
    examples: [how do i reset my password, forgot my password, set a new password please]
    answers: [{language: en, body: "Hello,\\n\\nTap Forgot password on the login screen."}]
  - id: opening
    title: Opening hours
    examples: [opening times please, when are you open]
    answers: [{language: en, body: "Hello,\\n\\nFrom nine to five on working days."}]
"""
PASSWORDS = (
    "how do i get my password reset",
    "how to set a fresh password for my login",
    "what is the way to change my password",
    "where can i set a different password",
    "how can i create a new password",
    "i would like to change my password, how",
    "what do i do to reset a password",
    "i have forgotten the password of my account",
    "tell me how to reset my password",
)
QUESTION = "Hello, my new phone number {} asks me for a password that I can't recall. What do I do?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "policy"
    made.mkdir()
    (made / "policy.yaml").write_text("stage: auto\n")
    (made / "faqs.yaml").write_text(FAQS)
    return made


@pytest.fixture
def policy(folder: Path) -> Policy:
    return load_folder(folder)


@pytest.fixture
def active(folder: Path, any_store: Store, clock: FakeClock) -> Promotions:
    """An installation with that policy."""
    import_folder(any_store, folder, clock)
    return Promotions(any_store, clock, FULL)


def asked(held_out: bool, number: int, faq: str) -> list[tuple[Ticket, Expectation]]:  # noqa: FBT001
    """So many labelled tickets to compare on, or to learn from."""
    tickets = (
        Ticket(str(n), "", (Comment(Author.REQUESTER, QUESTION.format(n)),)) for n in count(100)
    )
    chosen = (ticket for ticket in tickets if is_held_out(ticket) is held_out)
    return [(ticket, Expectation("faq", faq)) for ticket in islice(chosen, number)]


def braver(policy: Policy) -> MailRecogniser:
    """A model that answers from a low certainty on."""
    made = fit(policy, FULL)
    assert isinstance(made, MailRecogniser)
    return replace(made, learned=Learned(limit=0.3))


def answers(store: Store, clock: FakeClock) -> Outcome:
    ticket = asked(held_out=True, number=1, faq="")[0][0]
    return Judge(store, clock).ready().decide(ticket, History(), clock.now()).outcome


def test_a_fifth_of_the_tickets_is_held_out_by_their_words_alone() -> None:
    tickets = [Ticket(str(n), "", (Comment(Author.REQUESTER, f"words {n}"),)) for n in range(500)]
    held = [ticket for ticket in tickets if is_held_out(ticket)]
    assert 60 < len(held) < 140
    assert all(is_held_out(replace(ticket, id="x", tags=frozenset({"y"}))) for ticket in held)


def test_a_better_model_is_promoted_and_judges_at_once(
    active: Promotions, policy: Policy, clock: FakeClock
) -> None:
    assert answers(active.store, clock) is Outcome.SUGGEST
    version, found = active.promote(
        braver(policy).to_bytes(), asked(held_out=True, number=30, faq="reset_password")
    )
    assert version == braver(policy).version
    assert (found.tickets, found.wrong, found.settled[0]) == (30, (0, 0), 0)
    assert found.settled[1] > 5
    assert answers(active.store, clock) is Outcome.REPLY
    *_, entry = ledger.read_entries(active.store)
    assert (entry["kind"], entry["body"]["version"]) == ("model_promoted", version)


def test_a_running_judge_follows_within_seconds(
    active: Promotions, policy: Policy, clock: FakeClock
) -> None:
    judge = Judge(active.store, clock)
    active.promote(braver(policy).to_bytes(), asked(held_out=True, number=30, faq="reset_password"))
    clock.pass_time(6)
    ticket = asked(held_out=True, number=1, faq="")[0][0]
    decision = judge.ready().decide(ticket, History(), clock.now())
    assert decision.versions.model == braver(policy).version


def test_a_model_with_more_wrong_answers_is_refused_and_nothing_changes(
    active: Promotions, policy: Policy, clock: FakeClock
) -> None:
    wrong = asked(held_out=True, number=30, faq="opening")
    with pytest.raises(OperationFailed, match=r"answers \d+ wrongly, the present one 0"):
        active.promote(braver(policy).to_bytes(), wrong)
    assert answers(active.store, clock) is Outcome.SUGGEST


def test_a_model_of_another_policy_is_refused(active: Promotions, policy: Policy) -> None:
    other = replace(braver(policy), precision=0.7)
    with pytest.raises(OperationFailed, match="another policy"):
        active.promote(other.to_bytes(), [])


@pytest.mark.parametrize(
    ("judges", "trained", "says"),
    [
        (FULL, LEXICAL, "without the reader, with which this installation judges"),
        (LEXICAL, FULL, "with the reader, and this installation judges without it"),
    ],
)
def test_a_model_that_judges_otherwise_than_the_installation_is_refused(
    active: Promotions, policy: Policy, judges: str, trained: str, says: str
) -> None:
    with pytest.raises(OperationFailed, match=says):
        replace(active, mode=judges).promote(fit(policy, trained).to_bytes(), [])


def test_the_model_that_judges_already_is_not_promoted_again(
    active: Promotions, policy: Policy
) -> None:
    with pytest.raises(OperationFailed, match="judges already"):
        active.promote(fit(policy, FULL).to_bytes(), [])


def test_without_a_policy_nothing_is_promoted(
    store: Store, clock: FakeClock, policy: Policy
) -> None:
    with pytest.raises(NoPolicyError):
        Promotions(store, clock, FULL).promote(braver(policy).to_bytes(), [])


def test_one_command_goes_back_and_another_forth(
    active: Promotions, policy: Policy, clock: FakeClock
) -> None:
    active.promote(braver(policy).to_bytes(), asked(held_out=True, number=30, faq="reset_password"))
    for judging in (fit(policy, FULL), braver(policy)):
        clock.pass_time(60)
        assert active.roll_back() == judging.version
        with active.store.read() as connection:
            assert models.promoted(connection)[0].version == judging.version


def test_a_clock_that_is_behind_promotes_and_goes_back_all_the_same(
    active: Promotions, policy: Policy, clock: FakeClock
) -> None:
    tickets = asked(held_out=True, number=30, faq="reset_password")
    active.promote(braver(policy).to_bytes(), tickets)
    clock.pass_time(-3600)
    bravest = replace(braver(policy), learned=Learned(limit=0.2))
    active.promote(bravest.to_bytes(), tickets)
    for judging in (bravest, braver(policy), bravest):
        assert judged_by(active.store, FULL)[1] == judging
        active.roll_back()


def test_a_running_judge_follows_also_after_its_clock_was_set_back(
    active: Promotions, policy: Policy, clock: FakeClock
) -> None:
    judge = Judge(active.store, clock)
    active.promote(braver(policy).to_bytes(), asked(held_out=True, number=30, faq="reset_password"))
    clock.pass_time(-3600)
    assert judge.ready().recogniser.version == braver(policy).version


def test_there_is_nothing_to_go_back_to_before_the_first_promotion(active: Promotions) -> None:
    with pytest.raises(OperationFailed, match="no earlier model"):
        active.roll_back()


def test_a_changed_policy_is_judged_by_with_what_still_holds(
    active: Promotions, policy: Policy, folder: Path, clock: FakeClock
) -> None:
    held = replace(braver(policy), learned=Learned(limit=0.3, held=("opening",)))
    active.promote(held.to_bytes(), asked(held_out=True, number=30, faq="reset_password"))
    (folder / "faqs.yaml").write_text(FAQS.replace("forgot my password", "lost my password"))
    clock.pass_time(1)
    import_folder(active.store, folder, clock)
    changed = load_folder(folder)
    made = fitted(changed, FULL, held.to_bytes())
    assert isinstance(made, MailRecogniser)
    assert made.learned == Learned(held=("opening",))
    assert answers(active.store, clock) is Outcome.SUGGEST
    with active.store.read() as connection:
        assert models.content_of(connection, made.version) == made.to_bytes()


def test_a_promoted_model_of_another_release_gives_way_to_the_policy(policy: Policy) -> None:
    assert fitted(policy, LEXICAL, b'{"algorithm": "older"}') == fit(policy, LEXICAL)
    assert fitted(policy, FULL, b'{"algorithm": "older"}') == fit(policy, FULL)


@pytest.mark.parametrize(("limit", "kept"), [(NEVER, NEVER), (0.7, None), (None, None)])
def test_what_another_releases_model_held_back_stays_held(
    policy: Policy, limit: float | None, kept: float | None
) -> None:
    made = fit(policy, FULL)
    assert isinstance(made, MailRecogniser)
    learned = Learned(100, 80, 40, limit, ("reset_password",))
    raw = replace(made, learned=learned).to_bytes().replace(SUMS.encode(), b"f16")
    restricted = fitted(policy, FULL, raw)
    assert isinstance(restricted, MailRecogniser)
    assert restricted.learned == Learned(limit=kept, held=("reset_password",))


def of_another_release(made: MailRecogniser, learned: Learned) -> tuple[str, bytes]:
    """Version and bytes of a model that this release can't judge by."""
    raw = replace(made, learned=learned).to_bytes().replace(SUMS.encode(), b"f16")
    return "sha256:" + hashlib.sha256(raw).hexdigest(), raw


@pytest.mark.usefixtures("installed")
def test_models_of_another_release_are_shown_and_gone_back_to(
    folder: Path, store: Store, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    made = braver(load_folder(folder))
    refuted = of_another_release(made, Learned(100, 80, 40, NEVER, ("opening",)))
    limited = of_another_release(made, Learned(100, 80, 80, 0.3))
    with store.write() as connection:
        for version, raw in (refuted, limited):
            models.keep(connection, version, raw, clock.now().timestamp())
            models.promote(connection, version, clock.now().timestamp())
    assert cli.run(["model", "rollback"]) == 0
    assert capsys.readouterr().out == (
        f"{refuted[0]} judges now.\n"
        "It is another release's: of what it had learnt only what it holds back counts.\n"
    )
    judges = judged_by(store, FULL)[1]
    assert isinstance(judges, MailRecogniser)
    assert judges.learned == Learned(limit=NEVER, held=("opening",))
    capsys.readouterr()
    assert cli.run(["model", "show", refuted[0]]) == 0
    version, release, *lines = capsys.readouterr().out.splitlines()
    assert version == f"version    {refuted[0]}"
    assert release.startswith("release    another one's")
    assert any("opening: wrong too often" in line for line in lines)


def test_a_file_of_no_known_kind_has_no_card() -> None:
    with pytest.raises(ModelError, match="made by another version"):
        card_of(b'{"algorithm": "older"}')


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (Comparison(29, (0, 0), (0, 9), 0, 9), "29 of the labelled tickets are held out"),
        (Comparison(30, (1, 2), (9, 20), 0, 11), "answers 2 wrongly, the present one 1"),
        (Comparison(30, (0, 0), (9, 4), 5, 0), "settles 4, the present one 9"),
        (Comparison(30, (0, 0), (9, 5), 4, 0), None),
        (Comparison(30, (2, 1), (9, 9), 0, 0), None),
        (Comparison(30, (9, 0), (0, 0), 0, 0), None),
        (Comparison(30, (0, 0), (0, 0), 0, 0), "there is nothing to compare by"),
    ],
)
def test_a_model_is_worse_with_more_mistakes_or_clearly_fewer_answers(
    found: Comparison, says: str | None
) -> None:
    objection = found.objection()
    assert (objection is None) is (says is None)
    assert says is None or says in str(objection)


def test_models_are_compared_on_held_out_tickets_alone(policy: Policy, clock: FakeClock) -> None:
    tickets = asked(held_out=True, number=3, faq="reset_password")
    tickets += asked(held_out=False, number=2, faq="reset_password")
    risk = shared_risk_model(FULL)
    present, new = Models(fit(policy, FULL), risk), Models(braver(policy), risk)
    found = compare(tickets, policy, present, new, clock.now())
    assert found == Comparison(3, (0, 0), (0, 3), lost=0, won=3)
    back = compare(tickets, policy, new, present, clock.now())
    assert back == Comparison(3, (0, 0), (3, 0), lost=3, won=0)


def test_the_age_of_the_tickets_and_the_hour_hide_no_wrong_answer(
    policy: Policy, clock: FakeClock
) -> None:
    closed = replace(policy, settings=replace(policy.settings, answer_outside_hours=False))
    written = clock.now() - timedelta(days=200)
    tickets = [
        (replace(ticket, comments=(replace(ticket.comments[0], created_at=written),)), expected)
        for ticket, expected in asked(held_out=True, number=3, faq="opening")
    ]
    risk = shared_risk_model(FULL)
    present, new = Models(fit(policy, FULL), risk), Models(braver(policy), risk)
    at_night = clock.now().replace(hour=3)
    assert not closed.settings.hours.is_open(at_night)
    found = compare(tickets, closed, present, new, at_night)
    assert found == Comparison(3, (0, 3), (0, 0), lost=0, won=0)


def test_one_reply_to_several_questions_is_right_only_if_all_of_them_are(
    folder: Path, clock: FakeClock
) -> None:
    (folder / "policy.yaml").write_text("combination: {en: '{{ answers }}'}\n")
    both = FAQS.replace('."}', '.", combined: Yes.}').replace(
        "title: Opening hours", "title: Opening hours\n    combines_with: [reset_password]"
    )
    (folder / "faqs.yaml").write_text(both)
    policy = load_folder(folder)
    body = "How do I reset my password? Opening times please?"
    tickets = (Ticket(str(n), f"s{n}", (Comment(Author.REQUESTER, body),)) for n in count())
    held = islice(filter(is_held_out, tickets), 3)
    also: list[tuple[str, ...]] = [("opening",), (), ()]
    labelled = [
        (ticket, Expectation("faq", "reset_password", each))
        for ticket, each in zip(held, also, strict=True)
    ]
    same = Models(fit(policy, LEXICAL), shared_risk_model(LEXICAL))
    found = compare(labelled, policy, same, same, clock.now())
    assert found == Comparison(3, (2, 2), (1, 1), lost=0, won=0)


@pytest.fixture
def labelled(tmp_path: Path) -> Callable[[int, int], Path]:
    """A file of labelled tickets: so many to learn from, so many to compare on."""

    def made(learnt: int, compared: int) -> Path:
        path = tmp_path / "labelled.jsonl"
        some = asked(held_out=False, number=learnt, faq="reset_password")
        some += asked(held_out=True, number=compared, faq="reset_password")
        lines = [
            {"body": t.comments[0].body, "expect": {"kind": "faq", "faq": e.faq}} for t, e in some
        ]
        lines.append({"body": "I make a formal complaint", "expect": {"kind": "guard"}})
        path.write_text("\n".join(map(json.dumps, lines)))
        return path

    return made


@pytest.fixture
def installed(
    folder: Path, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Store:
    (folder / "policy.yaml").write_text("stage: auto\ntarget_precision: 0.9\n")
    import_folder(store, folder, clock)
    monkeypatch.setenv("DATABASE_URL", store.engine.url.render_as_string(hide_password=False))
    return store


@pytest.mark.usefixtures("installed")
def test_a_firm_trains_looks_promotes_and_goes_back(
    folder: Path,
    labelled: Callable[[int, int], Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    model, tickets = tmp_path / "model.json", labelled(40, 30)
    train = ["train", "--policy", str(folder), "--labelled", str(tickets), "--out", str(model)]
    assert cli.run(train) == 0
    said = capsys.readouterr().out
    assert "40 labelled tickets that reached it" in said
    assert "answers right on your own tickets, at least 0.9" in said
    first = model.read_bytes()
    assert cli.run(train) == 0
    assert model.read_bytes() == first
    capsys.readouterr()
    assert cli.run(["model", "promote", str(model), "--labelled", str(tickets)]) == 0
    assert "Of 30 held-out tickets it settles " in capsys.readouterr().out
    assert cli.run(["model", "list"]) == 0
    (line,) = [each for each in capsys.readouterr().out.splitlines() if "promoted" in each]
    assert cli.run(["model", "list", "--json"]) == 0
    rows = [json.loads(each) for each in capsys.readouterr().out.splitlines()]
    (version,) = [row["version"] for row in rows if row["promoted"]]
    assert line.startswith(version)
    assert cli.run(["model", "show", version.removeprefix("sha256:")[:12]]) == 0
    assert "on your own tickets" in capsys.readouterr().out
    assert cli.run(["model", "rollback"]) == 0
    assert "judges now" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["none", "guard"])
def test_short_questions_that_were_answered_wrongly_are_drafts_after_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """For a precision for which no limit is shipped, as in the sample policy."""
    labelled, model, out = tmp_path / "labelled", tmp_path / "model", tmp_path / "out"
    rows = [{"body": f"{text}?", "expect": {"kind": kind}} for text in PASSWORDS]
    labelled.write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "asked").write_text("\n".join(json.dumps({"body": r["body"]}) for r in rows))
    policy = ["--policy", "samples/policy", "--now", "2026-11-23T09:00:00Z"]
    decide = ["decide", *policy, "--in", str(tmp_path / "asked"), "--out", str(out)]
    assert cli.run(decide) == 0
    assert '"outcome":"reply"' in out.read_text()
    assert cli.run(["train", *policy, "--labelled", str(labelled), "--out", str(model)]) == 0
    said = capsys.readouterr().out
    assert "too many of your own tickets were answered wrongly" in said
    assert "reset_password: wrong too often" in said
    assert cli.run([*decide, "--model", str(model)]) == 0
    assert '"outcome":"reply"' not in out.read_text()


@pytest.mark.usefixtures("installed")
def test_no_model_is_listed_before_one_has_judged(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["model", "list"]) == 0
    assert capsys.readouterr().out == "No model has judged yet.\n"


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["model", "show", "abc"], 1, "no model version begins so, and it is no file"),
        (["model", "rollback"], 1, "no earlier model"),
        (["replay", "abc"], 1, "no decision abc"),
    ],
)
def test_what_is_not_there_is_one_clear_error(
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    assert cli.run(arguments) == code
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


@pytest.mark.usefixtures("installed")
def test_a_file_that_is_no_model_is_refused(
    labelled: Callable[[int, int], Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "odd").write_text("{}")
    tickets = str(labelled(1, 1))
    assert cli.run(["model", "promote", str(tmp_path / "odd"), "--labelled", tickets]) == 2
    assert "holds no model" in capsys.readouterr().err


def test_one_that_judges_by_words_alone_learns_nothing(
    folder: Path,
    labelled: Callable[[int, int], Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = tmp_path / "words.json"
    tickets = str(labelled(5, 1))
    arguments = ["--policy", str(folder), "--labelled", tickets, "--out", str(made)]
    assert cli.run(["train", "--without-reader", *arguments]) == 0
    assert "learns from no outcome" in capsys.readouterr().out
    assert made.read_bytes() == fit(load_folder(folder), LEXICAL).to_bytes()
    Path(tickets).write_text("{}\n")
    assert cli.run(["train", "--without-reader", *arguments]) == 2
    assert "line 1" in capsys.readouterr().err


def test_several_models_that_begin_alike_are_not_guessed_at(
    installed: Store, policy: Policy, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    with installed.write() as connection:
        for made in (fit(policy, LEXICAL), fit(policy, FULL)):
            models.keep(connection, made.version, made.to_bytes(), clock.now().timestamp())
            models.keep(connection, made.version, made.to_bytes(), clock.now().timestamp())
        count = sa.select(sa.func.count()).select_from(model_tables.model)
        assert connection.execute(count).scalar() == 2
    assert cli.run(["model", "show", "sha256"]) == 1
    assert "2 model versions" in capsys.readouterr().err
    assert cli.run(["model", "show", "abc"]) == 1
    assert "deskclerk model list shows all" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("precision", "learned", "says"),
    [
        (0.7, Learned(), "from there the precision was kept on mails to other firms"),
        (0.98, Learned(), "114 tickets answered rightly"),
        (0.98, Learned(), "known wordings and what examples tell are answered, else drafts"),
        (1.0, Learned(), "precision: known wordings are answered, else drafts"),
        (0.9, Learned(limit=NEVER), "other languages go by words as before"),
        (1.0, Learned(), "no number of tickets proves a precision of 1"),
        (0.9, Learned(limit=NEVER), "too many of your own tickets were answered wrongly"),
        (0.9, Learned(held=("opening",)), "opening: wrong too often"),
    ],
)
def test_the_card_says_what_is_proved_and_what_would_prove_more(
    policy: Policy, precision: float, learned: Learned, says: str
) -> None:
    made = replace(braver(policy), precision=precision, learned=learned)
    assert any(says in line for line in card(made))
