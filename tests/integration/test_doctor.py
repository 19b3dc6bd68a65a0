"""The doctor: one line a finding, with the way out, against a stand-in Slack."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, Response, request

from connectors.loopback import ServedApp
from connectors.slack.sandbox import Fault, SlackSandboxConfig, SlackSandboxServer
from connectors.slack.sandbox.world import TEAM
from connectors.slack.signature import SignatureError, verify
from integration import cli
from integration.base_checks import Base
from integration.clock import SystemClock
from integration.doctor import Check, Health, Result, examine, ok
from integration.policy_folder import import_folder, load_folder
from integration.settings import Settings
from integration.slack_access import connecting
from integration.slack_checks import SlackChecks
from integration.slack_installation import purpose_of
from integration.store import Store, StoreUnavailable, models, tables, workspaces
from integration.vault import Vault
from rules.features.network import SUMS
from rules.intents.learned import NEVER, Learned
from rules.intents.mails import MailRecogniser
from rules.intents.training import fit
from rules.risk_modes import FULL
from tests.fakes.helpdesk import FakeClock
from tests.faults.harness import FAQS, POLICY

SECRET = "sandbox-signing-secret"
KEY = "k" * 32
CHANNELS = "slack: { channels: { default: support, Complaints: complaints }, leads: leads }\n"


@pytest.fixture
def slack() -> Iterator[SlackSandboxServer]:
    with SlackSandboxServer() as server:
        yield server


@pytest.fixture
def now() -> FakeClock:
    return FakeClock(datetime.now(UTC))


@contextmanager
def service(secret: str = SECRET, *, status: int = 401) -> Iterator[str]:
    """What answers at /slack/events: takes what is signed with a secret."""
    app = Flask(__name__)

    def take() -> Response:
        raw = request.get_data()
        try:
            verify(raw, dict(request.headers), (secret,), datetime.now(UTC))
        except SignatureError:
            return Response(json.loads(raw)["challenge"] if status == 200 else "", status)
        return Response(json.loads(raw)["challenge"])

    app.add_url_rule("/slack/events", "events", take, methods=["POST"])
    with ServedApp(app) as server:
        yield server.url


def policy_with(tmp_path: Path, section: str) -> Path:
    folder = tmp_path / "policy"
    folder.mkdir()
    (folder / "policy.yaml").write_text(POLICY.format(replies=50) + section)
    (folder / "faqs.yaml").write_text(FAQS)
    return folder


def settings_for(store: Store, slack: SlackSandboxServer, **changes: str) -> Settings:
    values = {
        "database_url": store.url,
        "slack_base_url": slack.url,
        "slack_bot_token": SlackSandboxConfig().bot_token,
        "slack_signing_secret": SECRET,
        "public_url": "http://127.0.0.1:9",
    }
    return Settings(**values | changes)  # type: ignore[arg-type] # pydantic reads texts


def examined(settings: Settings, clock: FakeClock) -> dict[str, list[Result]]:
    """The findings by check."""
    base = Base(settings)
    checks = [*base.checks(), *SlackChecks(base, clock, connecting(settings)).checks()]
    begun: list[str] = []
    results = examine(checks, begun=begun.append, found=lambda _: None)
    base.close()
    assert begun == [check.name for check in checks]
    return {check.name: [one for one in results if one.check == check.name] for check in checks}


def worst(results: list[Result]) -> Health:
    order = [Health.OK, Health.SKIPPED, Health.WARNING, Health.PROBLEM]
    return max((result.finding.health for result in results), key=order.index)


def said(results: list[Result]) -> str:
    return " ".join(f"{one.finding.sentence} {one.finding.way_out}" for one in results)


def install(store: Store, team: str = TEAM, *, token: str = "", key: str = KEY) -> None:
    sealed = Vault(key).seal(token or SlackSandboxConfig().bot_token, purpose=purpose_of(team))
    row = workspaces.Workspace(team, f"Acme {team}", "UBOT", frozenset(), sealed, 1.0)
    with store.write() as connection:
        workspaces.put(connection, row)


def by_oauth(store: Store, slack: SlackSandboxServer, **changes: str) -> Settings:
    oauth = {
        "slack_bot_token": "",
        "slack_client_id": "1.2",
        "slack_client_secret": "s",
        "secret_key": KEY,
    }
    return settings_for(store, slack, **oauth | changes)


def test_an_installation_in_order_is_ok_throughout(
    store: Store, slack: SlackSandboxServer, now: FakeClock, tmp_path: Path
) -> None:
    import_folder(store, policy_with(tmp_path, CHANNELS), now)
    with store.write() as connection:
        row = {"key": "k", "source": "slack", "kind": "act", "body_digest": "d", "state": "done",
               "received_at": 1_790_000_000.0}  # fmt: skip
        connection.execute(sa.insert(tables.delivery).values(row))
    with service() as address:
        found = examined(settings_for(store, slack, public_url=address), now)
    assert {worst(results) for results in found.values()} == {Health.OK}
    assert "#complaints" in said(found["slack channels"])
    assert "2026-09-21" in said(found["slack requests"])


def test_where_slack_is_not_attached_that_is_all_there_is_to_say(
    store: Store, slack: SlackSandboxServer, now: FakeClock
) -> None:
    bare = Settings(database_url=store.url, slack_base_url=slack.url)
    found = examined(bare, now)
    assert list(found) == [
        "settings",
        "database",
        "stored settings",
        "policy",
        "reading",
        "slack settings",
    ]
    assert worst(found["slack settings"]) is Health.SKIPPED


def test_a_database_that_is_not_there_is_not_made(
    tmp_path: Path, slack: SlackSandboxServer, store: Store, now: FakeClock
) -> None:
    path = tmp_path / "none" / "deskclerk.db"
    found = examined(settings_for(store, slack, database_url=f"sqlite:///{path}"), now)
    assert "deskclerk migrate" in said(found["database"])
    assert not path.parent.exists()
    assert worst(found["slack token"]) is Health.OK


def test_an_older_schema_is_named(any_store: Store) -> None:
    with any_store.write() as connection:
        connection.execute(sa.text("UPDATE deskclerk_version SET version_num = '0002'"))
    base = Base(Settings(database_url=any_store.url))
    assert "0002 instead of" in said(examine(base.checks()[1:2], begun=str, found=str))
    assert base.store is None
    base.close()


def test_a_database_with_the_present_schema_is_used(any_store: Store) -> None:
    base = Base(Settings(database_url=any_store.url))
    assert worst(examine(base.checks()[1:2], begun=str, found=str)) is Health.OK
    base.close()


def test_a_file_that_is_no_database_is_a_problem_and_hides_no_other(
    tmp_path: Path, slack: SlackSandboxServer, store: Store, now: FakeClock
) -> None:
    (tmp_path / "x.db").write_text("no database at all " * 500)
    file = f"sqlite:///{tmp_path}/x.db"
    found = examined(by_oauth(store, slack, database_url=file), now)
    assert worst(found["database"]) is Health.PROBLEM
    assert worst(found["slack token"]) is Health.SKIPPED
    assert worst(found["slack permissions"]) is Health.SKIPPED
    assert worst(found["slack clock"]) is Health.OK


def test_before_the_first_start_the_policy_of_the_settings_is_looked_at(
    store: Store, slack: SlackSandboxServer, now: FakeClock, tmp_path: Path
) -> None:
    folder = policy_with(tmp_path, CHANNELS)
    found = examined(settings_for(store, slack, deskclerk_policy=str(folder)), now)
    assert worst(found["policy"]) is Health.OK
    assert "#support" in said(found["slack channels"])


def test_the_doctor_says_what_of_the_policy_goes_out_by_itself(
    store: Store, slack: SlackSandboxServer, now: FakeClock, tmp_path: Path
) -> None:
    import_folder(store, policy_with(tmp_path, CHANNELS), now)
    found = examined(settings_for(store, slack), now)
    assert "answers are at the stage auto and go out by themselves." in said(found["policy"])


@pytest.mark.parametrize(("section", "told"), [("nonsense: 1\n", "policy check"), (None, "import")])
def test_a_policy_that_can_not_be_used_is_a_problem(
    store: Store,
    slack: SlackSandboxServer,
    now: FakeClock,
    tmp_path: Path,
    section: str | None,
    told: str,
) -> None:
    folder = str(policy_with(tmp_path, section)) if section else None
    changes = {"deskclerk_policy": folder} if folder else {}
    found = examined(settings_for(store, slack, **changes), now)
    assert worst(found["policy"]) is Health.PROBLEM
    assert told in said(found["policy"])
    assert worst(found["slack channels"]) is Health.SKIPPED


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param({}, "Networks judge messages.", id="as it comes"),
        pytest.param({"deskclerk_memory_mb": 512}, "512 MB", id="little memory"),
        pytest.param({"deskclerk_reader": False}, "Words alone", id="by words"),
    ],
)
def test_what_judges_messages_is_told(
    settings: Mapping[str, object], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.base_checks.memory_limit_mb", lambda: 4096)
    (found,) = Base(Settings(**settings)).look_at_reading()
    assert found.health is Health.OK
    assert told in found.sentence


@pytest.mark.parametrize(("networks", "health"), [(SUMS, Health.OK), ("f16", Health.WARNING)])
def test_what_was_learnt_by_another_release_is_warned_of(
    store: Store, tmp_path: Path, networks: str, health: Health
) -> None:
    policy = load_folder(policy_with(tmp_path, ""))
    raw = fit(policy, FULL).to_bytes().replace(SUMS.encode(), networks.encode())
    with store.write() as connection:
        models.keep(connection, "sha256:1", raw, 1.0)
        models.promote(connection, "sha256:1", 1.0)
    base = Base(Settings(database_url=store.url))
    found = examine(base.checks(), begun=str, found=str)
    base.close()
    assert worst([each for each in found if each.check == "reading"]) is health


@pytest.mark.parametrize(
    ("raw", "policy_yaml", "says"),
    [
        (b"", "", "too many of your own tickets were answered wrongly"),
        (b"", "target_precision: 0.7\n", "the limits that come with this release hold"),
        (b"{}", "", "nothing of what it had learnt is known here"),
    ],
)
def test_what_another_release_had_refuted_is_told_as_far_as_it_holds(
    store: Store, tmp_path: Path, now: FakeClock, raw: bytes, policy_yaml: str, says: str
) -> None:
    folder = policy_with(tmp_path, "")
    made = fit(load_folder(folder), FULL)
    assert isinstance(made, MailRecogniser)
    refuted = replace(made, learned=Learned(limit=NEVER)).to_bytes()
    with store.write() as connection:
        models.keep(connection, "sha256:1", raw or refuted.replace(SUMS.encode(), b"f16"), 1.0)
        models.promote(connection, "sha256:1", 1.0)
    with (folder / "policy.yaml").open("a") as file:
        file.write(policy_yaml)
    import_folder(store, folder, now)
    base = Base(Settings(database_url=store.url))
    found = examine(base.checks(), begun=str, found=str)
    base.close()
    told = [each.finding.sentence for each in found if each.check == "reading"]
    assert any(says in sentence for sentence in told)


def test_a_network_that_was_altered_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.features.reader.SHA256", "0" * 64)
    (found,) = Base(Settings()).look_at_reading()
    assert found.health is Health.PROBLEM
    assert "features/reader.onnx" in found.sentence


def test_a_policy_that_names_no_channel_is_warned_of(
    store: Store, slack: SlackSandboxServer, now: FakeClock, tmp_path: Path
) -> None:
    import_folder(store, policy_with(tmp_path, ""), now)
    found = examined(settings_for(store, slack), now)["slack channels"]
    assert worst(found) is Health.WARNING
    assert "names no channel" in said(found)


def test_no_other_workspace_is_asked_for_the_channels_of_the_one_that_is_written_to(
    store: Store, slack: SlackSandboxServer, now: FakeClock, tmp_path: Path
) -> None:
    import_folder(store, policy_with(tmp_path, CHANNELS), now)
    install(store, "TLOST", key="o" * 32)
    install(store)
    found = examined(by_oauth(store, slack, slack_workspaces=f"TLOST,{TEAM}"), now)
    assert worst(found["slack permissions"]) is Health.OK
    assert worst(found["slack channels"]) is Health.SKIPPED


def test_an_answer_of_slack_without_a_date_leaves_the_clock_unjudged(
    store: Store, slack: SlackSandboxServer, now: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BaseHTTPRequestHandler, "date_time_string", lambda *_: "")
    assert worst(examined(settings_for(store, slack), now)["slack clock"]) is Health.SKIPPED


def test_a_public_address_without_encryption_is_warned_of() -> None:
    base = Base(Settings(public_url="http://desk.example"))
    assert "https" in said(examine(base.checks()[:1], begun=str, found=str))


@pytest.mark.parametrize(
    ("changes", "health", "told"),
    [
        ({"slack_bot_token": "xoxp-1"}, Health.PROBLEM, "xoxb-"),
        ({"slack_client_id": "1.2"}, Health.WARNING, "Remove one"),
        ({"slack_bot_token": ""}, Health.PROBLEM, "SLACK_CLIENT_ID"),
    ],
)
def test_settings_of_slack_that_do_not_fit_are_named(
    store: Store,
    slack: SlackSandboxServer,
    now: FakeClock,
    changes: Mapping[str, str],
    health: Health,
    told: str,
) -> None:
    found = examined(settings_for(store, slack, **changes), now)["slack settings"]
    assert worst(found) is health
    assert told in said(found)


def test_a_token_that_slack_takes_no_more_is_a_problem_and_the_rest_is_skipped(
    store: Store, slack: SlackSandboxServer, now: FakeClock, tmp_path: Path
) -> None:
    import_folder(store, policy_with(tmp_path, CHANNELS), now)
    token = "xoxb-canary"
    found = examined(settings_for(store, slack, slack_bot_token=token), now)
    assert worst(found["slack token"]) is Health.PROBLEM
    assert "Install the app again" in said(found["slack token"])
    assert token not in said(found["slack token"])
    assert worst(found["slack permissions"]) is Health.SKIPPED
    assert worst(found["slack channels"]) is Health.SKIPPED


def test_a_missing_permission_is_named_with_what_it_is_for(
    store: Store, slack: SlackSandboxServer, now: FakeClock
) -> None:
    world = slack.sandbox.world
    with world.lock:
        given = world.tokens[SlackSandboxConfig().bot_token]
        fewer = type(given)(given.scopes - {"users:read.email"})
        world.tokens[SlackSandboxConfig().bot_token] = fewer
    found = examined(settings_for(store, slack), now)["slack permissions"]
    assert len(found) == 1
    assert "users:read.email: finds the agent" in said(found)


def test_channels_without_the_app_are_named_with_the_invitation(
    store: Store, slack: SlackSandboxServer, now: FakeClock, tmp_path: Path
) -> None:
    section = "slack: { channels: { default: general, Complaints: nowhere } }\n"
    import_folder(store, policy_with(tmp_path, section), now)
    found = examined(settings_for(store, slack), now)["slack channels"]
    assert [one.finding.health for one in found] == [Health.PROBLEM, Health.PROBLEM]
    assert "/invite @Deskclerk in #general" in said(found)
    assert "#nowhere" in said(found)


def test_a_slack_that_does_not_answer_is_a_problem_of_that_check_alone(
    store: Store, slack: SlackSandboxServer, now: FakeClock, tmp_path: Path
) -> None:
    import_folder(store, policy_with(tmp_path, CHANNELS), now)
    slack.sandbox.faults.add(Fault("conversations.list", "http_503"))
    found = examined(settings_for(store, slack), now)
    assert worst(found["slack channels"]) is Health.PROBLEM
    assert worst(found["slack clock"]) is Health.OK


def test_every_installed_workspace_is_looked_at(
    store: Store, slack: SlackSandboxServer, now: FakeClock
) -> None:
    install(store)
    install(store, "TLOST", key="o" * 32)
    install(store, "TWRONG")
    install(store, "TEXTRA")
    named = by_oauth(store, slack, slack_workspaces=f"{TEAM},TLOST,TWRONG")
    found = examined(named, now)["slack token"]
    assert [one.finding.health for one in found] == [
        Health.OK, Health.PROBLEM, Health.PROBLEM, Health.WARNING,
    ]  # fmt: skip
    assert "SECRET_KEY" in found[1].finding.sentence
    assert "belongs to another workspace" in found[2].finding.sentence
    assert "TEXTRA" in found[3].finding.sentence


def test_an_app_that_is_installed_nowhere_is_led_to_the_page(
    store: Store, slack: SlackSandboxServer, now: FakeClock
) -> None:
    found = examined(by_oauth(store, slack), now)["slack token"]
    assert "http://127.0.0.1:9/slack" in said(found)


def test_a_service_with_another_secret_is_found(
    store: Store, slack: SlackSandboxServer, now: FakeClock
) -> None:
    with service("another-secret") as address:
        found = examined(settings_for(store, slack, public_url=address), now)["slack requests"]
    assert worst(found) is Health.PROBLEM
    assert "another SLACK_SIGNING_SECRET" in said(found)


def test_a_service_that_takes_anything_is_found(
    store: Store, slack: SlackSandboxServer, now: FakeClock
) -> None:
    with service(status=200) as address:
        found = examined(settings_for(store, slack, public_url=address), now)["slack requests"]
    assert "not signed" in said(found)


@pytest.mark.parametrize("status", [404, 503])
def test_an_address_where_nothing_knows_slack_is_found(
    store: Store, slack: SlackSandboxServer, now: FakeClock, status: int
) -> None:
    with service("another", status=status) as address:
        found = examined(settings_for(store, slack, public_url=address), now)["slack requests"]
    assert "Nothing that knows Slack" in said(found)


def test_a_service_that_can_not_be_reached_is_skipped_with_a_sentence(
    store: Store, slack: SlackSandboxServer, now: FakeClock
) -> None:
    found = examined(settings_for(store, slack), now)["slack requests"]
    assert found[0].finding.health is Health.SKIPPED
    assert "http://127.0.0.1:9/slack/events" in said(found)


def test_without_a_public_address_the_service_is_asked_on_this_machine(
    store: Store, slack: SlackSandboxServer, now: FakeClock
) -> None:
    with service() as address:
        port = address.rpartition(":")[2]
        local = settings_for(store, slack, public_url="", host="0.0.0.0", port=port)  # noqa: S104
        found = examined(local, now)["slack requests"]
    assert found[0].finding.health is Health.OK
    assert found[1].finding.health is Health.WARNING  # nothing came from Slack itself yet


def test_without_a_secret_no_request_is_tried(
    store: Store, slack: SlackSandboxServer, now: FakeClock
) -> None:
    found = examined(settings_for(store, slack, slack_signing_secret=""), now)["slack requests"]
    assert worst(found) is Health.SKIPPED


@pytest.mark.parametrize(
    ("off", "health"),
    [(-30, Health.OK), (90, Health.WARNING), (-400, Health.PROBLEM)],
)
def test_a_clock_that_is_off_is_told_by_how_much(
    store: Store, slack: SlackSandboxServer, now: FakeClock, off: int, health: Health
) -> None:
    wrong = FakeClock(now.now() + timedelta(seconds=off))
    assert worst(examined(settings_for(store, slack), wrong)["slack clock"]) is health


def test_a_broken_store_is_a_problem_of_the_check_that_met_it() -> None:
    def fail() -> Iterator[object]:
        raise StoreUnavailable("the database does not answer now")
        yield

    told: list[Result] = []
    checks = [Check("one", fail), Check("two", lambda: [ok("Fine.")])]  # type: ignore[arg-type]
    examine(checks, begun=str, found=told.append)
    assert [(one.check, one.finding.health) for one in told] == [
        ("one", Health.PROBLEM), ("two", Health.OK),
    ]  # fmt: skip
    assert told[0].finding.sentence == "The database does not answer now."


@pytest.fixture
def environment(
    store: Store, slack: SlackSandboxServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import_folder(store, policy_with(tmp_path, CHANNELS), SystemClock())
    settings = settings_for(store, slack)
    for name in ("database_url", "slack_base_url", "public_url"):
        monkeypatch.setenv(name.upper(), getattr(settings, name))
    monkeypatch.setenv("SLACK_BOT_TOKEN", SlackSandboxConfig().bot_token)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)


@pytest.mark.usefixtures("environment")
def test_the_command_prints_a_line_a_finding(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.run(["doctor"]) == 1  # no helpdesk
    out, err = capsys.readouterr()
    assert "ok       slack token: The token of the workspace of SLACK_BOT_TOKEN works." in out
    assert "problem  zendesk settings: Zendesk is not attached" in out
    assert "Looking at: slack channels" in err


@pytest.mark.usefixtures("environment")
def test_machines_get_one_object(
    capsys: pytest.CaptureFixture[str], slack: SlackSandboxServer
) -> None:
    slack.sandbox.faults.add(Fault("auth.test", "refused", error="token_revoked"))
    assert cli.run(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False
    bad = [one for one in told["findings"] if one["health"] == "problem"]
    assert [one["check"] for one in bad] == ["zendesk settings", "slack token"]
    assert bad[1]["way_out"].startswith("Install the app again")


def test_settings_with_mistakes_are_problems_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.delenv("SLACK_SIGNING_SECRET", raising=False)
    assert cli.run(["doctor"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("problem  settings: SLACK_SIGNING_SECRET is not set")
    assert "1 problem found" in err
