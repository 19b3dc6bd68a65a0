"""Making an old decision again: the same ticket, policy, model and clock give the same bytes."""

import json
from datetime import datetime
from typing import Any

from integration import ledger
from integration.complaints import OperationFailed
from integration.store import Store, decisions, models, policies
from rules.case import Models
from rules.decide import decide
from rules.exchange import history_from_json, ticket_from_json
from rules.intents.matching import ModelError
from rules.intents.training import recogniser_from
from rules.policy import Policy, parse_policy
from rules.risk_modes import FULL, LEXICAL
from rules.signals.risk import RiskModel, shared_risk_model
from rules.written import decision_to_json


def replay(store: Store, decision_id: str) -> list[str]:
    """The keys in which the decision comes out differently today: none, if all is well.

    Raises OperationFailed where something that it was made with is not at hand.
    """
    with store.read() as connection:
        snapshot, text = decisions.text_of(connection, decision_id)
        if snapshot is None or text is None:
            raise OperationFailed(f"no decision {decision_id[:64]} is kept here")
        before = json.loads(text)
        versions = before["versions"]
        files = policies.files_of(connection, versions["policy"])
        content = models.content_of(connection, versions["model"])
    if files is None or content is None:
        what = "policy" if files is None else "model"
        raise OperationFailed(f"the {what} of that decision, {versions[what]}, is not kept here")
    policy = parse_policy(files, kept=True)
    made_with = Models(_recogniser(content), _risk_model(policy, versions))
    ticket = json.loads(snapshot)
    again = decide(
        ticket_from_json(ticket, 1),
        policy,
        made_with,
        history_from_json(ticket, 1),
        datetime.fromisoformat(before["decided_at"]),
    )
    # As it would be stored: tuples become lists.
    now = json.loads(ledger.canonical(decision_to_json(again)))
    return sorted(key for key in now.keys() | before.keys() if now.get(key) != before.get(key))


def _recogniser(content: bytes) -> Any:
    try:
        return recogniser_from(content)
    except ModelError as error:
        raise _of_another_release() from error


def _risk_model(policy: Policy, versions: dict[str, str]) -> RiskModel:
    for mode in (FULL, LEXICAL):
        model = shared_risk_model(mode)
        if (model.version, policy.packs_version) == (versions["risk"], versions["packs"]):
            return model
    raise _of_another_release()


def _of_another_release() -> OperationFailed:
    return OperationFailed(
        "that decision was made by another release of Deskclerk, with other networks or packs: "
        "replay it with that release"
    )
