"""Everything that can go wrong can be made to go wrong, a counted number of times."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.zendesk.sandbox.faults import FaultBox, FaultError, Faults, read_faults
from tests.connectors.zendesk.sandbox.desks import Desk, OpenDesk

WRITE = {"comment": {"body": "x", "public": False}}


def _comments(desk: Desk) -> Any:
    return len(desk.sandbox.state.comments[1])


def test_an_answer_dropped_after_the_write_leaves_the_write_done(desk: Desk) -> None:
    desk.ticket()
    desk.faults(drop_after=1.0, count=1)
    answer = desk.call("PUT", "/tickets/1", {"ticket": WRITE})
    assert answer.headers["X-Sandbox-Dropped"] == "1"
    assert _comments(desk) == 2
    desk.put(1, **WRITE)


def test_a_call_dropped_before_leaves_nothing_done(desk: Desk) -> None:
    desk.ticket()
    desk.faults(drop_before=1.0, count=1)
    answer = desk.call("PUT", "/tickets/1", {"ticket": WRITE})
    assert answer.headers["X-Sandbox-Dropped"] == "1"
    assert _comments(desk) == 1


@pytest.mark.parametrize(("name", "comments"), [("silence_before", 1), ("silence_after", 2)])
def test_silence_holds_the_call_and_then_drops_it(
    open_desk: OpenDesk, name: str, comments: int
) -> None:
    waited = []
    desk = open_desk(sleep=waited.append)
    desk.ticket()
    desk.faults(**{name: 1.0}, silence_s=12.5)
    answer = desk.call("PUT", "/tickets/1", {"ticket": WRITE})
    assert answer.headers["X-Sandbox-Dropped"] == "1"
    assert waited == [12.5]
    assert _comments(desk) == comments


def test_a_storm_of_429_says_when_to_come_back(desk: Desk) -> None:
    desk.faults(rate_limited=1.0, retry_after_s=7)
    answer = desk.call("GET", "/tickets")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


@pytest.mark.parametrize(("name", "comments"), [("server_error", 1), ("server_error_after", 2)])
def test_server_errors_are_html_before_or_after_the_write(
    desk: Desk, name: str, comments: int
) -> None:
    desk.ticket()
    desk.faults(**{name: 1.0}, server_status=502)
    answer = desk.call("PUT", "/tickets/1", {"ticket": WRITE})
    assert (answer.status_code, answer.mimetype) == (502, "text/html")
    assert _comments(desk) == comments


def test_server_errors_come_in_all_kinds_by_chance(desk: Desk) -> None:
    desk.faults(server_error=1.0)
    seen = {desk.call("GET", "/tickets").status_code for _ in range(40)}
    assert seen == {500, 502, 503, 504}


def test_latency_delays_each_call(open_desk: OpenDesk) -> None:
    waited = []
    desk = open_desk(sleep=waited.append)
    desk.faults(latency_s=0.25)
    desk.ok("GET", "/tickets")
    assert waited == [0.25]


def test_faults_can_be_aimed_at_reads_writes_or_paths(desk: Desk) -> None:
    desk.ticket()
    desk.faults(server_error=1.0, only="writes")
    assert desk.call("GET", "/tickets").status_code == 200
    assert desk.call("PUT", "/tickets/1", {"ticket": WRITE}).status_code >= 500
    desk.faults(server_error=1.0, only="reads", path="/audits")
    assert desk.call("GET", "/tickets/1").status_code == 200
    assert desk.call("GET", "/tickets/1/audits").status_code >= 500
    assert desk.call("PUT", "/tickets/1", {"ticket": WRITE}).status_code == 200


def test_token_requests_and_unknown_paths_suffer_too_but_the_controls_do_not(desk: Desk) -> None:
    desk.faults(server_error=1.0, server_status=503)
    assert desk.http.post("/oauth/tokens", json={}).status_code == 503
    assert desk.call("GET", "/nothing").status_code == 503
    assert desk.ok("GET", "/sandbox/checks")["total"]["tickets"] == 0


def test_faults_are_counted_shown_and_reset(desk: Desk) -> None:
    desk.faults(rate_limited=1.0, count=2)
    for expected in (429, 429, 200):
        assert desk.call("GET", "/tickets").status_code == expected
    assert desk.ok("GET", "/sandbox/faults")["faults"]["caused"] == 2
    assert desk.events().count("fault.limited") == 2
    desk.faults(rate_limited=1.0)
    desk.ok("DELETE", "/sandbox/faults")
    assert desk.call("GET", "/tickets").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"bogus": 1},
        {"drop_after": 1.5},
        {"drop_after": "x"},
        {"drop_after": True},
        {"latency_s": -1},
        {"latency_s": float("nan")},
        {"count": 1.5},
        {"only": "some"},
        {"path": 5},
        {"duplicate_new_ids": 1},
        {"server_status": 404},
        {"expire_tokens": 5},
    ],
)
def test_a_bad_switch_is_refused_with_its_name_and_changes_nothing(
    desk: Desk, body: dict[str, Any]
) -> None:
    desk.faults(latency_s=0.5)
    answer = desk.http.post("/sandbox/faults", json=body)
    assert answer.status_code == 400
    assert next(iter(body)) in answer.json["error"]
    assert desk.ok("GET", "/sandbox/faults")["faults"]["latency_s"] == 0.5


def test_faults_must_be_an_object(desk: Desk) -> None:
    assert desk.http.post("/sandbox/faults", json=[1]).status_code == 422
    with pytest.raises(FaultError):
        read_faults([1])


def test_count_may_be_null(desk: Desk) -> None:
    desk.faults(rate_limited=1.0, count=None)
    assert desk.call("GET", "/tickets").status_code == 429


@given(st.dictionaries(st.text(max_size=12), st.integers() | st.text(max_size=5) | st.none()))
def test_any_object_is_either_faults_or_a_fault_error(body: dict[str, Any]) -> None:
    try:
        faults = read_faults(body)
    except FaultError:
        return
    assert isinstance(faults, Faults)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 20), st.integers(0, 5))
def test_never_more_faults_than_counted(drop: Any, error: str, count: int, seed: Any) -> None:
    box = FaultBox()
    box.set(Faults(drop_before=drop, server_error_after=error, count=count, seed=seed))
    hits = 0
    for _ in range(40):
        fault = box.for_call(write=True, path="/")
        hits += bool(fault.before) + bool(fault.after)
        assert not (fault.before and fault.after)
    assert hits == box.show()["caused"] <= count
