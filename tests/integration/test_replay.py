"""An old decision, made again with the policy and the model of that day."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from integration import cli
from integration.complaints import OperationFailed
from integration.judge import Judge
from integration.policy_folder import import_folder
from integration.replay import replay
from integration.store import model_tables, tables
from rules.risk_modes import FULL, LEXICAL
from tests.fakes.desk import Desk, a_desk
from tests.faults.harness import ANSWERABLE, COMPLAINT, FAQS, POLICY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "policy"
    made.mkdir()
    (made / "policy.yaml").write_text(POLICY.format(replies=50))
    (made / "faqs.yaml").write_text(FAQS)
    return made


def real_desk(desk: Desk, folder: Path, mode: str) -> Desk:
    """The same installation with a real judge."""
    import_folder(desk.store, folder, desk.clock)
    judge = Judge(desk.store, desk.clock, mode=mode)
    return a_desk(desk.store, desk.clock, desk.helpdesk, judge)


@pytest.mark.parametrize("mode", [FULL, LEXICAL])
def test_every_decision_comes_out_the_same_under_a_later_policy(
    any_desk: Desk, folder: Path, mode: str
) -> None:
    desk = real_desk(any_desk, folder, mode)
    bodies = (ANSWERABLE, COMPLAINT, f"{ANSWERABLE} And why \U0001f600?", "thanks \udcff")
    for number, body in enumerate(bodies, start=1):
        desk.helpdesk.customer_opens(number, body)
        desk.handle(number)
    (folder / "faqs.yaml").write_text(FAQS.replace("reset my password", "choose a password"))
    desk.clock.pass_time(3600)
    real_desk(desk, folder, mode)
    ids = [row["id"] for row in desk.rows("decision")]
    assert len(ids) == len(bodies)
    assert [replay(desk.store, decision_id) for decision_id in ids] == [[]] * len(bodies)


@pytest.fixture
def decided(desk: Desk, folder: Path) -> Desk:
    """An installation with one decision."""
    made = real_desk(desk, folder, LEXICAL)
    made.helpdesk.customer_opens(1, ANSWERABLE)
    made.handle(1)
    return made


def change(desk: Desk, **values: object) -> str:
    """Change the one decision's row; returns its id."""
    with desk.store.write() as connection:
        connection.execute(sa.update(tables.decision).values(**values))
    return str(desk.rows("decision")[0]["id"])


def with_versions(desk: Desk, **versions: str) -> str:
    """Change the versions that the one decision names; returns its id."""
    kept = json.loads(desk.rows("decision")[0]["decision"])
    kept["versions"] |= versions
    return change(desk, decision=json.dumps(kept))


def test_a_decision_that_was_tampered_with_comes_out_differently(decided: Desk) -> None:
    kept = json.loads(decided.rows("decision")[0]["decision"])
    changed = change(decided, decision=json.dumps({**kept, "score": 0.5, "reply": "Hello"}))
    assert replay(decided.store, changed) == ["reply", "score"]


def test_an_erased_decision_cant_be_made_again(decided: Desk) -> None:
    with pytest.raises(OperationFailed, match="is kept here"):
        replay(decided.store, change(decided, snapshot=None))


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("policy", "the policy of that decision"),
        ("model", "the model of that decision"),
        ("risk", "another release"),
        ("packs", "another release"),
    ],
)
def test_what_is_missing_is_named(decided: Desk, part: str, says: str) -> None:
    with pytest.raises(OperationFailed, match=says):
        replay(decided.store, with_versions(decided, **{part: "sha256:0"}))


def test_a_model_with_other_networks_needs_its_release(decided: Desk) -> None:
    with decided.store.write() as connection:
        connection.execute(sa.update(model_tables.model).values(content="{}"))
    with pytest.raises(OperationFailed, match="another release"):
        replay(decided.store, str(decided.rows("decision")[0]["id"]))


def test_the_command_says_which_it_is(
    decided: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = decided.store.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    decision_id = str(decided.rows("decision")[0]["id"])
    assert cli.run(["replay", decision_id]) == 0
    assert capsys.readouterr().out == "The same decision, byte for byte.\n"
    kept = json.loads(decided.rows("decision")[0]["decision"])
    change(decided, decision=json.dumps({**kept, "outcome": "escalate"}))
    assert cli.run(["replay", decision_id]) == 1
    assert "comes out differently: outcome" in capsys.readouterr().err
