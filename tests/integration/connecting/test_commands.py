"""`deskclerk connect` and `deskclerk uninstall`."""

from dataclasses import replace
from pathlib import Path

import pytest

from connectors.zendesk.oauth import DEFAULT_SCOPE
from connectors.zendesk.sandbox import SandboxConfig
from integration import cli
from integration.policy_folder import import_folder
from integration.settings import Settings
from integration.store import facts
from integration.stored_settings import complete, keep
from tests.fakes.secrets import stored
from tests.integration.connecting.kit import KEY, PUBLIC_URL, Account

CONFIG = SandboxConfig()


@pytest.fixture
def terminal(account: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    """The account as the environment names it."""
    monkeypatch.setenv("DATABASE_URL", account.store.url)
    monkeypatch.setenv("ZENDESK_BASE_URL", account.server.url)
    monkeypatch.setenv("ZENDESK_CLIENT_ID", CONFIG.client_id)
    monkeypatch.setenv("ZENDESK_CLIENT_SECRET", CONFIG.client_secret)
    monkeypatch.setenv("PUBLIC_URL", PUBLIC_URL)
    monkeypatch.setenv("SECRET_KEY", KEY)
    for name in ("ZENDESK_SUBDOMAIN", "ZENDESK_WEBHOOK_SECRET", "DESKCLERK_POLICY"):
        monkeypatch.delenv(name, raising=False)
    return account


def answers(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """What is typed at the prompts, hidden or not."""
    typed = iter(lines)

    def prompt(*_arguments: object, **_options: object) -> str:
        return next(typed)

    monkeypatch.setattr("click.termui.visible_prompt_func", prompt)
    monkeypatch.setattr("click.termui.hidden_prompt_func", prompt)


def test_a_dry_run_shows_the_plan_and_does_nothing(
    terminal: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["connect", "--dry-run", "--views"]) == 0
    out = capsys.readouterr().out
    assert "makes     webhook “Deskclerk”" in out
    assert "makes     view “Deskclerk: waiting for approval”" in out
    assert terminal.counts()["webhooks"] == 0
    with terminal.store.read() as connection:
        assert facts.get(connection, facts.INSTALLATION) is None


def test_the_plan_comes_first_then_the_question_then_progress(
    terminal: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, "y")
    assert cli.run(["connect"]) == 0
    out, err = capsys.readouterr()
    assert out.index("makes     trigger") < out.index("Connected.")
    assert "makes     trigger" in err
    assert terminal.counts()["triggers"] == 1
    assert terminal.entries("connected")[0]["by"] == "command line"


def test_no_means_no(
    terminal: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(monkeypatch, "n")
    assert cli.run(["connect"]) == 1
    assert capsys.readouterr().err == "Nothing was changed at Zendesk.\n"
    assert terminal.counts()["webhooks"] == 0


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["uninstall"], "Nothing was removed or forgotten."),
        (["uninstall", "--forget"], "Nothing was forgotten."),
    ],
)
def test_no_leaves_everything_where_it_was(
    terminal: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    command: list[str], said: str,
) -> None:  # fmt: skip
    assert cli.run(["connect", "--yes"]) == 0
    capsys.readouterr()
    answers(monkeypatch, "n")
    assert cli.run(command) == 1
    assert capsys.readouterr().err == said + "\n"
    assert terminal.counts()["webhooks"] == 1


def test_a_question_that_nobody_answers_leaves_everything_where_it_was(
    terminal: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_arguments: object, **_options: object) -> str:
        raise EOFError

    monkeypatch.setattr("click.termui.visible_prompt_func", ended)
    assert cli.run(["connect"]) == 1
    told = "Nothing was changed at Zendesk. The question was not answered; --yes answers it."
    assert capsys.readouterr().err.strip() == told
    assert terminal.counts()["webhooks"] == 0


def test_with_nothing_to_do_nothing_is_asked(
    terminal: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["connect", "--yes"]) == 0
    capsys.readouterr()
    assert cli.run(["connect"]) == 0
    assert "stands    webhook “Deskclerk”" in capsys.readouterr().out
    assert terminal.counts()["webhooks"] == 1


def test_credentials_that_are_lacking_are_asked_for_tried_and_stored(
    terminal: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ZENDESK_CLIENT_ID")
    monkeypatch.delenv("ZENDESK_CLIENT_SECRET")
    answers(monkeypatch, CONFIG.client_id, CONFIG.client_secret, "y")
    assert cli.run(["connect"]) == 0
    assert (
        stored(terminal.settings, terminal.store, "ZENDESK_CLIENT_SECRET") == CONFIG.client_secret
    )
    assert CONFIG.client_secret not in "".join(capsys.readouterr())
    assert cli.run(["connect", "--yes"]) == 0


def test_after_the_key_was_lost_what_was_stored_is_asked_for_again_and_replaced(
    terminal: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ZENDESK_CLIENT_ID")
    monkeypatch.delenv("ZENDESK_CLIENT_SECRET")
    answers(monkeypatch, CONFIG.client_id, CONFIG.client_secret, "y")
    assert cli.run(["connect"]) == 0
    monkeypatch.setenv("SECRET_KEY", "q" * 32)
    answers(monkeypatch, CONFIG.client_id, CONFIG.client_secret)
    assert cli.run(["connect"]) == 0
    assert "asked for again" in capsys.readouterr().err
    assert complete(Settings(secret_key="q" * 32), terminal.store).zendesk_client_id
    assert terminal.counts()["webhooks"] == 1


@pytest.mark.usefixtures("terminal")
def test_without_a_key_nothing_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["connect", "--yes"]) == 0
    monkeypatch.delenv("SECRET_KEY")
    assert cli.run(["connect", "--yes"]) == 1
    assert "SECRET_KEY is not set" in capsys.readouterr().err


def test_credentials_that_do_not_work_are_not_stored(
    terminal: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ZENDESK_CLIENT_SECRET")
    answers(monkeypatch, "wrong")
    assert cli.run(["connect"]) == 1
    assert "check its identifier, its secret" in capsys.readouterr().err
    assert stored(terminal.settings, terminal.store, "ZENDESK_CLIENT_SECRET") is None


def test_a_client_that_is_no_administrator_s_is_not_stored(
    terminal: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = terminal.server.sandbox.state
    with world.lock:
        world.put_user(replace(world.users[world.bot_id], role="agent"))
    monkeypatch.delenv("ZENDESK_CLIENT_SECRET")
    answers(monkeypatch, CONFIG.client_secret)
    assert cli.run(["connect"]) == 1
    assert "no administrator" in capsys.readouterr().err
    assert stored(terminal.settings, terminal.store, "ZENDESK_CLIENT_SECRET") is None


@pytest.mark.parametrize(
    ("scopes", "told"),
    [
        ("read", "the scope write is lacking"),
        ("tickets:read", "the scope read is lacking"),
        ("read write", "webhooks:write are lacking"),
        (f"{DEFAULT_SCOPE} write", "the scope read is lacking"),
        (f"{DEFAULT_SCOPE} read write".replace("webhooks:read ", ""), "webhooks:read is lacking"),
    ],
)
def test_a_client_whose_scopes_are_too_narrow_is_not_stored(
    scopes: str,
    told: str,
    terminal: Account,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    config = terminal.server.sandbox.state
    config.config = replace(config.config, client_scopes=scopes)
    monkeypatch.delenv("ZENDESK_CLIENT_SECRET")
    answers(monkeypatch, CONFIG.client_secret)
    assert cli.run(["connect"]) == 1
    said = capsys.readouterr().err
    assert told in said
    assert "OAuth clients" in said
    assert stored(terminal.settings, terminal.store, "ZENDESK_CLIENT_SECRET") is None


def test_a_client_of_a_suspended_user_is_not_stored(
    terminal: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = terminal.server.sandbox.state
    world.users[world.bot_id] = replace(world.users[world.bot_id], suspended=True)
    monkeypatch.delenv("ZENDESK_CLIENT_SECRET")
    answers(monkeypatch, CONFIG.client_secret)
    assert cli.run(["connect"]) == 1
    assert "suspended" in capsys.readouterr().err
    assert stored(terminal.settings, terminal.store, "ZENDESK_CLIENT_SECRET") is None


def test_a_new_client_takes_the_place_of_the_stored_one(
    terminal: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ZENDESK_CLIENT_ID", "ZENDESK_CLIENT_SECRET"):
        monkeypatch.delenv(name)
    values = {"ZENDESK_CLIENT_ID": CONFIG.client_id, "ZENDESK_CLIENT_SECRET": "revoked"}
    keep(terminal.settings, terminal.store, terminal.clock, values, by="tests")
    assert cli.run(["connect", "--yes"]) == 1
    assert "connect --new-client" in capsys.readouterr().err
    assert cli.run(["uninstall", "--yes"]) == 1
    assert "connect --new-client" in capsys.readouterr().err
    answers(monkeypatch, CONFIG.client_id, CONFIG.client_secret, "y")
    assert cli.run(["connect", "--new-client"]) == 0
    assert stored(terminal.settings, terminal.store, "ZENDESK_CLIENT_SECRET") == (
        CONFIG.client_secret
    )


def test_a_client_of_the_environment_is_changed_there(
    terminal: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["connect", "--new-client"]) == 2
    assert "ZENDESK_CLIENT_ID is set in the environment" in capsys.readouterr().err
    assert terminal.counts()["webhooks"] == 0


@pytest.mark.usefixtures("terminal")
def test_a_new_client_is_asked_for_or_not_taken(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["connect", "--new-client", "--yes"]) == 2
    assert "--yes" in capsys.readouterr().err


def test_an_account_that_is_lost_can_be_forgotten_without_a_call_or_a_key(
    terminal: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    values = {"ZENDESK_SUBDOMAIN": "acme", "SLACK_SIGNING_SECRET": "s"}
    keep(terminal.settings, terminal.store, terminal.clock, values, by="tests")
    terminal.connect()
    before = terminal.stands()
    monkeypatch.setenv("SECRET_KEY", "q" * 32)
    monkeypatch.setenv("ZENDESK_BASE_URL", "http://127.0.0.1:9")
    answers(monkeypatch, "y")
    assert cli.run(["uninstall", "--forget"]) == 0
    assert "forgotten" in capsys.readouterr().out
    assert terminal.stands() == before
    assert terminal.made() == {}
    assert [entry["setting"] for entry in terminal.entries("setting_forgotten")] == [
        "ZENDESK_SUBDOMAIN", "ZENDESK_WEBHOOK_SECRET",
    ]  # fmt: skip
    terminal.connect()
    assert terminal.stands() == before


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("more", ["--all", "--dry-run"])
def test_forgetting_removes_nothing(more: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["uninstall", "--forget", more]) == 2
    assert "give it alone" in capsys.readouterr().err


def test_without_questions_what_is_lacking_is_named(
    terminal: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ZENDESK_CLIENT_ID")
    assert cli.run(["connect", "--yes"]) == 2
    assert "ZENDESK_CLIENT_ID is not set" in capsys.readouterr().err
    del terminal


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(
    "text", ["acme", "acme.zendesk.com", "https://Acme.zendesk.com/agent/dashboard "]
)
def test_the_address_may_be_pasted(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from integration.connect_commands import _asked

    answers(monkeypatch, text)
    assert _asked("ZENDESK_SUBDOMAIN") == "acme"


def test_groups_of_the_active_policy_are_made(
    terminal: Account,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "policy.yaml").write_text("groups: { default: Support, fraud: Fraud }\n")
    import_folder(terminal.store, tmp_path, terminal.clock)
    assert cli.run(["connect", "--yes", "--groups"]) == 0
    assert "makes     group “Fraud”" in capsys.readouterr().out
    assert terminal.counts()["groups"] == 8


def test_groups_of_the_folder_that_the_settings_name_before_it_is_active(
    terminal: Account,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "policy.yaml").write_text("groups: { fraud: Fraud }\n")
    monkeypatch.setenv("DESKCLERK_POLICY", str(tmp_path))
    assert cli.run(["connect", "--yes", "--groups"]) == 0
    assert terminal.counts()["groups"] == 8


@pytest.mark.usefixtures("terminal")
def test_groups_without_a_policy_are_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["connect", "--yes", "--groups"]) == 2
    assert "no policy is active" in capsys.readouterr().err


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("name", "told"), [("SECRET_KEY", "SECRET_KEY"), ("PUBLIC_URL", "PUBLIC")])
def test_what_it_can_t_do_without_is_one_sentence_and_exit_code_1(
    name: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(name)
    assert cli.run(["connect", "--yes"]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"error: {told}")
    assert error.count("\n") == 1


def test_what_broke_off_is_told_with_what_to_do(
    terminal: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.faults(drop_after=1.0, path="/triggers", only="writes")
    assert cli.run(["connect", "--yes"]) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.endswith("run deskclerk connect again, which goes on from there")
    terminal.faults()
    assert cli.run(["connect", "--yes"]) == 0
    assert terminal.counts()["triggers"] == 1


def test_uninstalling_shows_asks_and_removes(
    terminal: Account, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.run(["connect", "--yes"])
    capsys.readouterr()
    assert cli.run(["uninstall", "--dry-run"]) == 0
    assert "removes   webhook “Deskclerk”" in capsys.readouterr().out
    assert terminal.counts()["webhooks"] == 1
    answers(monkeypatch, "y")
    assert cli.run(["uninstall"]) == 0
    assert terminal.counts()["webhooks"] == terminal.counts()["triggers"] == 0
    assert "Removed." in capsys.readouterr().out


def test_what_stays_is_told_with_the_reason(
    terminal: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    world = terminal.server.sandbox.state
    cli.run(["connect", "--yes"])
    row = terminal.stands()["triggers"][0]
    world.triggers.put({**row, "id": world.new_id(), "title": "Mine"})
    capsys.readouterr()
    assert cli.run(["uninstall", "--yes"]) == 0
    assert "leaves    trigger “Mine”: is a copy that somebody made" in capsys.readouterr().out


def test_a_group_in_use_stays_and_the_way_to_remove_it_is_told(
    terminal: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = Path(terminal.store.url.removeprefix("sqlite:///")).parent / "policy"
    policy.mkdir()
    (policy / "policy.yaml").write_text("groups: {default: Chargebacks}\n")
    (policy / "faqs.yaml").write_text("faqs: []\n")
    import_folder(terminal.store, policy, terminal.clock)
    cli.run(["connect", "--yes", "--groups"])
    ticket = terminal.server.sandbox.stage.write_ticket({"body": "Hello"})
    terminal.server.sandbox.stage.write_comment(ticket.id, {"as": "agent", "group": "Chargebacks"})
    capsys.readouterr()
    assert cli.run(["uninstall", "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "leaves    group “Chargebacks”: holds agents or tickets\n" in out
    assert "--all removes groups in use, too." in out


def test_with_nothing_to_remove_and_no_credentials_that_is_said(
    terminal: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ZENDESK_CLIENT_ID")
    assert cli.run(["uninstall", "--yes"]) == 0
    assert capsys.readouterr().out == "There is nothing to remove.\n"
    del terminal
