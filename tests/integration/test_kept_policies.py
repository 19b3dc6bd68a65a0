"""A policy that an earlier release accepted goes on judging, whatever this one checks more."""

import io

import pytest

from integration.base_checks import Base
from integration.doctor import Health
from integration.judge import Judge
from integration.logs import configure_logs
from integration.policy_edit import with_stage
from integration.policy_history import kept_policy
from integration.replay import replay
from integration.settings import Settings
from integration.store import Store, policies
from rules.model import Stage
from rules.policy import PolicyErrors, parse_policy
from rules.risk_modes import LEXICAL
from tests.fakes.desk import Desk, a_desk
from tests.fakes.helpdesk import FakeClock
from tests.faults.harness import ANSWERABLE, COMPLAINT, FAQS, POLICY

KEPT = {"policy.yaml": POLICY.format(replies=50) + "regions: [GB, UK]\n", "faqs.yaml": FAQS}
VERSION = parse_policy(KEPT, kept=True).version


def keep(store: Store) -> None:
    """As an earlier release stored it."""
    with store.write() as connection:
        policies.activate(connection, VERSION, KEPT, 1.0)


def test_it_judges_on_and_the_log_names_each_mistake_by_its_place(
    store: Store, clock: FakeClock
) -> None:
    keep(store)
    out = io.StringIO()
    configure_logs("info", out)
    assert Judge(store, clock, mode=LEXICAL).policy.version == VERSION
    (line,) = [line for line in out.getvalue().splitlines() if "policy.mistake" in line]
    at = KEPT["policy.yaml"].count("\n")
    assert f'"place": "policy.yaml:{at}: regions"' in line
    assert "unknown region 'UK'" in line


def test_its_decisions_can_be_made_again(any_desk: Desk) -> None:
    keep(any_desk.store)
    judge = Judge(any_desk.store, any_desk.clock, mode=LEXICAL)
    desk = a_desk(any_desk.store, any_desk.clock, any_desk.helpdesk, judge)
    for number, body in enumerate((ANSWERABLE, COMPLAINT), start=1):
        desk.helpdesk.customer_opens(number, body)
        desk.handle(number)
    ids = [row["id"] for row in desk.rows("decision")]
    assert [replay(desk.store, decision_id) for decision_id in ids] == [[], []]


def test_the_doctor_warns_of_it_with_what_to_do(store: Store) -> None:
    keep(store)
    base = Base(Settings(database_url=store.url))
    list(base.look_at_database())
    warned, fine = base.look_at_policy()
    base.close()
    assert (warned.health, fine.health) == (Health.WARNING, Health.OK)
    assert "regions: unknown region 'UK'" in warned.sentence
    assert "deskclerk policy import" in warned.way_out


def test_it_can_be_gone_back_to_and_compared(store: Store) -> None:
    keep(store)
    files, policy = kept_policy(store, VERSION)
    assert files == KEPT
    assert policy.version == VERSION


def test_an_answer_of_it_can_be_switched_off(store: Store) -> None:
    keep(store)
    faq = parse_policy(KEPT, kept=True).faqs[0]
    files = with_stage(KEPT, faq.id, stage=Stage.OFF, share=faq.share)
    changed = parse_policy(files, kept=True).faq(faq.id)
    assert changed is not None
    assert changed.stage is Stage.OFF


def test_the_same_text_is_refused_as_a_new_policy() -> None:
    with pytest.raises(PolicyErrors, match="unknown region 'UK'"):
        parse_policy(KEPT)
