"""Who somebody is at the helpdesk, by their id."""

from collections.abc import Mapping
from typing import Any

import pytest

from connectors.ports import Agent
from connectors.zendesk.people import LEAD_TAG, read_agent

GRACE = {"id": 7, "name": "Grace", "role": "agent", "active": True, "suspended": False}


def read(*users: object) -> Agent | None:
    def answer(path: str, params: Mapping[str, str]) -> dict[str, Any]:
        assert (path, params) == ("users/show_many.json", {"ids": "7"})
        return {"users": list(users)}

    return read_agent(answer, 7)


def test_an_agent_is_found_by_their_id() -> None:
    assert read({**GRACE, "id": 8}, GRACE) == Agent(7, "Grace", is_lead=False)


@pytest.mark.parametrize("changes", [{"role": "admin"}, {"tags": ["x", LEAD_TAG]}])
def test_a_lead_is_known_by_their_role_or_tag(changes: dict[str, Any]) -> None:
    assert read(GRACE | changes) == Agent(7, "Grace", is_lead=True)


@pytest.mark.parametrize(
    "changes", [{"role": "end-user"}, {"suspended": True}, {"active": False}, {"id": 8}]
)
def test_whoever_acts_no_more_is_none(changes: dict[str, Any]) -> None:
    assert read(GRACE | changes) is None


def test_nobody_and_nonsense_are_none() -> None:
    assert read() is None
    assert read("x", None, {}) is None
