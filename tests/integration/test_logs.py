"""Logs: what gets in, and that a canary never does."""

import io
import json
import logging

import pytest
import structlog

from integration.logs import configure_logs


@pytest.fixture
def lines() -> io.StringIO:
    stream = io.StringIO()
    configure_logs("info", stream)
    return stream


def test_an_event_is_one_line_of_json(lines: io.StringIO) -> None:
    structlog.get_logger().info("effect.done", ticket=7, decision="d")
    value = json.loads(lines.getvalue())
    assert (value["event"], value["ticket"], value["level"]) == ("effect.done", 7, "info")


def test_a_key_that_is_not_on_the_list_is_dropped(lines: io.StringIO) -> None:
    structlog.get_logger().info("slip", body="CANARY", email="CANARY", ticket=1)
    assert "CANARY" not in lines.getvalue()


def test_a_library_is_named_without_its_words(lines: io.StringIO) -> None:
    try:
        int("CANARY")
    except ValueError:
        logging.getLogger("some.library").exception("failed on %s", "CANARY")
    value = json.loads(lines.getvalue())
    assert value["logger"] == "some.library"
    assert value["error"] == "ValueError"
    assert "CANARY" not in lines.getvalue()


def test_what_is_below_the_level_is_not_written(lines: io.StringIO) -> None:
    configure_logs("error", lines)
    structlog.get_logger().info("quiet")
    logging.getLogger("x").info("quiet")
    assert lines.getvalue() == ""


def test_the_request_id_goes_with_every_line(lines: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request="18:01H:01I"):
        structlog.get_logger().info("triage.decided")
    assert json.loads(lines.getvalue())["request"] == "18:01H:01I"
