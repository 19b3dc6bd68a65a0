"""The command line: results, one line per mistake, exit codes, and no traceback ever."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from integration import cli, ledger
from integration.failures import Failures
from integration.store import Store, deliveries, tables
from tests.faults.harness import FAQS, POLICY

whole_list = Failures.listed
NOW = "2026-11-23T09:00:00Z"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "policy"
    made.mkdir()
    (made / "policy.yaml").write_text(POLICY.format(replies=50))
    (made / "faqs.yaml").write_text(FAQS)
    return made


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_URL", "DYNO", "DESKCLERK_POLICY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DESKCLERK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def decide(
    folder: Path, lines: str, tmp_path: Path, *more: str
) -> tuple[int, list[dict[str, object]]]:
    (tmp_path / "in.jsonl").write_text(lines)
    code = cli.run(
        ["decide", "--policy", str(folder), "--now", NOW, "--in", str(tmp_path / "in.jsonl"),
         "--out", str(tmp_path / "out.jsonl"), *more]
    )  # fmt: skip
    out = tmp_path / "out.jsonl"
    read = out.read_text().splitlines() if out.exists() else []
    return code, [json.loads(line) for line in read]


def test_tickets_are_decided_in_their_order(folder: Path, tmp_path: Path) -> None:
    lines = "\n".join(
        json.dumps({"id": str(n), "body": text})
        for n, text in enumerate(["how do i reset my password", "I make a complaint", "hm"])
    )
    code, out = decide(folder, lines, tmp_path)
    assert code == 0
    assert [(row["id"], row["outcome"]) for row in out] == [
        ("0", "reply"),
        ("1", "escalate"),
        ("2", "abstain"),
    ]
    assert out[0]["reply"] == "You can reset your password under Settings, Security."


def test_the_same_input_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    line = json.dumps({"body": "how do i reset my password"})
    first = decide(folder, line, tmp_path)
    assert decide(folder, line, tmp_path) == first


def test_standard_input_and_output_work_too(folder: Path) -> None:
    command = [sys.executable, "-m", "integration.cli", "decide", "--policy", str(folder)]
    ran = subprocess.run(
        command,
        input='{"body": "opening times please"}\n\n',
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout)["faq"] == "opening_hours"
    assert ran.stderr == ""


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('{"body": "x"}\n{"bdy": "x"}', ("line 2", "bdy")),
        ("not json", ("line 1", "JSON")),
        ("[1]", ("line 1",)),
        ('{"id": "1"}', ("line 1", "body")),
        ("[" * 100_000, ("line 1",)),
        ('{"body": 5}', ("line 1", "body")),
    ],
)
def test_a_bad_line_is_named_and_nothing_half_is_left(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    lines: str,
    said: tuple[str, ...],
) -> None:
    code, out = decide(folder, lines, tmp_path)
    error = capsys.readouterr().err
    assert code == 2
    assert out == []
    assert error.count("\n") == 1
    for word in said:
        assert word in error
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "policy"]


def test_a_line_that_is_not_utf8_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.jsonl").write_bytes(b'{"body": "x"}\n\xff\n')
    assert cli.run(["decide", "--policy", str(folder), "--in", str(tmp_path / "in.jsonl")]) == 2
    assert "UTF-8" in capsys.readouterr().err


def test_decisions_are_for_their_owner_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").touch(0o644)
    assert decide(folder, '{"body": "x"}', tmp_path)[0] == 0
    assert stat.S_IMODE((tmp_path / "out.jsonl").stat().st_mode) == 0o600


def test_a_pipe_is_written_to_and_stays_a_pipe(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "out.jsonl")
    reader = os.open(tmp_path / "out.jsonl", os.O_RDONLY | os.O_NONBLOCK)
    (tmp_path / "in.jsonl").write_text('{"body": "x"}')
    code = cli.run(
        ["decide", "--policy", str(folder), "--in", str(tmp_path / "in.jsonl"),
         "--out", str(tmp_path / "out.jsonl")]
    )  # fmt: skip
    assert code == 0
    assert json.loads(os.read(reader, 65_536))["outcome"]
    os.close(reader)
    assert stat.S_ISFIFO((tmp_path / "out.jsonl").stat().st_mode)


def test_a_link_stays_and_what_it_names_is_written(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").touch()
    (tmp_path / "out.jsonl").symlink_to(tmp_path / "real.jsonl")
    assert decide(folder, '{"body": "x"}', tmp_path)[0] == 0
    assert (tmp_path / "out.jsonl").is_symlink()
    assert (tmp_path / "real.jsonl").read_text()


@pytest.mark.parametrize(
    ("option", "name"), [("--in", "."), ("--in", "none"), ("--out", "."), ("--out", "none/out")]
)
def test_a_file_that_can_t_be_opened_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, name: str
) -> None:
    path = str(tmp_path / name)
    code, _ = decide(folder, '{"body": "x"}', tmp_path, option, path)
    error = capsys.readouterr().err
    assert code == 2
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert path in error


@pytest.mark.parametrize(
    "now",
    ["tomorrow", "2026-11-23T09:00:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"],
)
def test_an_instant_without_sense_or_zone_or_out_of_the_calendar_is_refused(
    folder: Path, tmp_path: Path, now: str
) -> None:
    assert decide(folder, '{"body": "x"}', tmp_path, "--now", now)[0] == 2


def test_a_model_that_is_none_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "model").write_bytes(b"garbage")
    code, _ = decide(folder, '{"body": "x"}', tmp_path, "--model", str(tmp_path / "model"))
    assert code == 2
    assert "recogniser" in capsys.readouterr().err


@pytest.mark.timeout(400)  # the networks read 2,700 messages
@pytest.mark.parametrize(
    ("how", "length", "counts", "mebibytes"),
    [(["--without-reader"], 5, (400, 4000), 24), ([], 1, (300, 2400), 14)],
)
def test_many_lines_don_t_grow_the_memory(
    folder: Path,
    tmp_path: Path,
    how: list[str],
    length: int,
    counts: tuple[int, int],
    mebibytes: int,
) -> None:
    """Peak memory of many lines is that of few, give or take 6.7 KiB for each one more."""
    script = (
        "import resource, sys; from integration import cli; code = cli.run(sys.argv[1:]); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(code)"
    )
    peaks = []
    for count in counts:
        lines = (
            json.dumps({"id": str(n), "body": f"how do i reset my password {n} " * length})
            for n in range(count)
        )
        (tmp_path / "in.jsonl").write_text("\n".join(lines))
        command = [
            sys.executable,
            "-c",
            script,
            "decide",
            "--policy",
            str(folder),
            "--in",
            str(tmp_path / "in.jsonl"),
            "--out",
            str(tmp_path / "out.jsonl"),
            *how,
        ]
        # Whoever traces it for coverage would take most of the time, and of the memory.
        untraced = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")}
        ran = subprocess.run(command, capture_output=True, text=True, check=True, env=untraced)
        peaks.append(int(ran.stderr.split()[-1]) / 1024)
        assert len((tmp_path / "out.jsonl").read_text().splitlines()) == count
    assert peaks[1] - peaks[0] < mebibytes


def test_a_good_policy_is_checked_and_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["policy", "check", str(folder)]) == 0
    assert "2 answers, no mistakes" in capsys.readouterr().out


RECEIPT = 'acknowledgement: {stage: auto, answers: [{language: en, body: "Received."}]}'


@pytest.mark.parametrize(
    ("stage", "acknowledgement", "said"),
    [
        ("auto", "", "2 of 2 answers are at the stage auto and go out by themselves.\n"),
        ("auto", RECEIPT, "go out by themselves; so do acknowledgements.\n"),
        ("shadow", "", "No answer is at the stage auto: nothing goes out by itself.\n"),
        ("shadow", RECEIPT, "at the stage auto; acknowledgements are, and go out by themselves.\n"),
    ],
)
def test_the_check_says_what_goes_out_by_itself_before_its_last_line(
    folder: Path, capsys: pytest.CaptureFixture[str], stage: str, acknowledgement: str, said: str
) -> None:
    text = (folder / "faqs.yaml").read_text().replace("stage: auto", f"stage: {stage}")
    (folder / "faqs.yaml").write_text(text)
    with (folder / "policy.yaml").open("a") as file:
        file.write(f"\n{acknowledgement}\n")
    assert cli.run(["policy", "check", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines(keepends=True)
    assert lines[-2].endswith(said)
    assert "2 answers, no mistakes. Version sha256:" in lines[-1]


def test_the_check_names_the_languages_without_a_disclosure(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["policy", "check", str(folder)]) == 0
    assert "note: no disclosure in en: " in capsys.readouterr().out
    with (folder / "policy.yaml").open("a") as file:
        file.write("\ndisclosure: { en: Sent by a machine. }\n")
    assert cli.run(["policy", "check", str(folder)]) == 0
    assert "disclosure" not in capsys.readouterr().out


def test_every_mistake_of_a_policy_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "policy.yaml").write_text(
        "target_precison: 0.9\nbusiness_hours: { timezone: Moon/Sea }\n"
    )
    assert cli.run(["policy", "check", str(folder)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "policy.yaml" in lines[0]
    assert "target_precision" in lines[0]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["decide"],
        ["policy", "check", "/no/such/folder"],
        ["ledger", "verify", "--in", "/no/such/file"],
        ["failures", "retry"],
        ["failures", "retry", "0"],
        ["failures", "retry", "99999999999999999999"],
        ["decide", "--policy", "/no/such"],
        ["sandbox", "--port", "99999999"],
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert cli.run(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1


def test_help_is_no_mistake() -> None:
    assert cli.run(["--help"]) == 0
    assert cli.run([]) == 2


@pytest.mark.parametrize(
    ("arguments", "way"),
    [(["bogus"], "deskclerk --help"), (["policy", "bogus"], "deskclerk policy --help"),
     (["decide", "--polcy", "x"], "deskclerk decide --help")],
)  # fmt: skip
def test_what_there_is_not_is_told_with_where_to_look(
    arguments: list[str], way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == 2
    error = capsys.readouterr().err
    assert error.endswith(f" {way} shows what there is.\n")
    assert error.count("\n") == 1


def a_ledger(home: Path) -> Store:
    home.mkdir(exist_ok=True)
    cli.run(["migrate"])
    store = Store(f"sqlite:///{home / 'deskclerk.db'}")
    with store.write() as connection:
        ledger.append(connection, NOW, [ledger.Entry("paused", {}), ledger.Entry("resumed", {})])
    return store


def test_a_ledger_verifies_in_the_store_and_as_a_file(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_ledger(home).close()
    file = tmp_path / "ledger.jsonl"
    assert cli.run(["ledger", "verify"]) == 0
    assert cli.run(["ledger", "export", "--out", str(file)]) == 0
    assert cli.run(["ledger", "verify", "--in", str(file)]) == 0
    assert "2 entries verify" in capsys.readouterr().out


def test_a_ledger_may_go_through_a_pipe_and_verifies(home: Path, tmp_path: Path) -> None:
    a_ledger(home).close()
    file = tmp_path / "ledger.jsonl"
    line = f"{sys.executable} -m integration.cli ledger export --out /dev/stdout | cat > {file}"
    ran = subprocess.run(["sh", "-c", line], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "2 entries written. Last digest: " in ran.stderr
    assert cli.run(["ledger", "verify", "--in", str(file)]) == 0


@pytest.mark.parametrize("change", ["cut", "alter", "swap", "garbage", "key twice"])
def test_a_tampered_ledger_fails_with_exit_code_1(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    store = a_ledger(home)
    head = ledger.head_of(store)
    store.close()
    file = tmp_path / "ledger.jsonl"
    cli.run(["ledger", "export", "--out", str(file)])
    lines = file.read_text().splitlines()
    changed = {
        "cut": lines[:1],
        "alter": [lines[0].replace("paused", "resumed"), lines[1]],
        "swap": lines[::-1],
        "garbage": ["{", *lines],
        "key twice": [lines[0].replace('"body":{}', '"body":{"forged":1},"body":{}'), lines[1]],
    }[change]
    file.write_text("\n".join(changed) + "\n")
    assert cli.run(["ledger", "verify", "--in", str(file), "--head", head]) == 1
    assert "does not verify" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["backup", "--out", "OUT"], ["ledger", "verify"], ["ledger", "export", "--out", "OUT"],
        ["labels", "export", "--out", "OUT"], ["questions", "--stored"], ["drift"],
        ["failures", "list"], ["failures", "retry", "--all"], ["model", "list"],
        ["model", "show", "sha256"], ["model", "rollback"], ["policy", "list"],
        ["policy", "export", "OUT"], ["policy", "diff", "abc"], ["replay", "x"],
        ["pause"], ["resume"], ["pause", "--faq", "reset_password"],
    ],
)  # fmt: skip
def test_what_reads_or_stops_an_installation_refuses_where_there_is_none_and_makes_none(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    out = tmp_path / "out"
    assert cli.run([str(out) if word == "OUT" else word for word in command]) == 1
    told, error = capsys.readouterr()
    assert told == ""
    assert error == (
        f"error: there is no database at {home / 'deskclerk.db'} yet, so nothing was done and "
        "nothing made: run the command with the service's own settings, DATABASE_URL or "
        "DESKCLERK_HOME among them\n"
    )
    assert not home.exists()
    assert not out.exists()


def test_a_database_without_an_installation_is_none(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    file = home / "deskclerk.db"
    file.touch()
    assert cli.run(["ledger", "verify"]) == 1
    assert "the database holds no installation yet" in capsys.readouterr().err
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()


@pytest.mark.usefixtures("home")
def test_an_empty_list_of_failures_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["migrate"])
    capsys.readouterr()
    assert cli.run(["failures", "list"]) == 0
    assert capsys.readouterr().out.strip() == "No failures."


def test_failures_are_listed_and_started_afresh(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = a_ledger(home)
    with store.write() as connection:
        for number, ticket in enumerate((7, None), 1):
            deliveries.insert(
                connection,
                {
                    "key": f"k{number}", "source": "webhook", "kind": "trigger",
                    "event_type": None, "ticket_id": ticket, "body": b"", "body_digest": "0",
                    "received_at": 0.0, "state": "failed" if ticket else "unreadable",
                    "error": "403",
                },
            )  # fmt: skip
    store.close()
    assert cli.run(["failures", "list"]) == 0
    assert "ticket 7  failed  403" in capsys.readouterr().out
    assert cli.run(["failures", "list", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["ticket_id"] for row in rows] == [7, None]
    assert cli.run(["failures", "retry", "99"]) == 2
    assert cli.run(["failures", "retry", "1"]) == 0
    assert cli.run(["failures", "retry", "--all"]) == 0
    capsys.readouterr()
    assert cli.run(["failures", "list", "--json"]) == 0
    assert capsys.readouterr().out == ""


def unreadable(number: int) -> dict[str, object]:
    return {
        "key": f"k{number}", "source": "webhook", "kind": "unreadable", "body": b"",
        "body_digest": "0", "received_at": float(number), "state": "unreadable",
    }  # fmt: skip


def test_all_failures_are_started_afresh_however_many(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = a_ledger(home)
    with store.write() as connection:
        connection.execute(sa.insert(tables.delivery), [unreadable(n) for n in range(7)])
    store.close()
    # As the real list does at a thousand entries, it shows no more than some at a time.
    monkeypatch.setattr(Failures, "listed", lambda self: whole_list(self)[:3])
    capsys.readouterr()
    assert cli.run(["failures", "retry", "--all"]) == 0
    assert capsys.readouterr().out == "7 started afresh.\n"


def test_what_fails_again_at_once_is_not_retried_for_ever(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a_ledger(home).close()
    row = SimpleNamespace(id=1)
    monkeypatch.setattr(Failures, "listed", lambda _self: [row])
    monkeypatch.setattr(Failures, "retry", lambda _self, _id: None)
    capsys.readouterr()
    assert cli.run(["failures", "retry", "--all"]) == 0
    assert capsys.readouterr().out == "1 started afresh.\n"


@pytest.mark.usefixtures("home")
def test_what_another_retried_in_between_does_not_end_the_rest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.run(["migrate"])
    capsys.readouterr()
    monkeypatch.setattr(Failures, "listed", lambda _self: [SimpleNamespace(id=99)])
    assert cli.run(["failures", "retry", "--all"]) == 0
    assert capsys.readouterr().out == "0 started afresh.\n"


def test_a_delivery_named_twice_is_started_afresh_once(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = a_ledger(home)
    with store.write() as connection:
        connection.execute(sa.insert(tables.delivery), [unreadable(1)])
    store.close()
    capsys.readouterr()
    assert cli.run(["failures", "retry", "1", "1"]) == 0
    assert capsys.readouterr().out == "1 started afresh.\n"


def test_the_brake_is_pulled_released_and_recorded(home: Path) -> None:
    assert cli.run(["migrate"]) == 0
    assert cli.run(["pause"]) == 0
    assert cli.run(["resume"]) == 0
    store = Store(f"sqlite:///{home / 'deskclerk.db'}")
    assert [entry["kind"] for entry in ledger.read_entries(store)] == ["paused", "resumed"]
    store.close()


@pytest.mark.usefixtures("home")
def test_a_database_that_does_not_answer_is_a_failed_operation(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    assert cli.run(["failures", "list"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "database" in error


@pytest.mark.usefixtures("home")
def test_a_database_in_memory_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite://")
    assert cli.run(["failures", "list"]) == 2
    assert "in memory" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "foo"),
        ("DATABASE_URL", "mysql://CANARY@h/d"),
        ("DATABASE_URL", "postgresql://u:CANARY@h:abc/d"),
        ("WEB_CONCURRENCY", "CANARY"),
    ],
)
def test_a_setting_that_can_t_be_used_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    for command in (["failures", "list"], ["serve"], ["work"]):
        assert cli.run(command) == 2
        error = capsys.readouterr().err
        assert error.startswith(f"error: {name} ")
        assert error.count("\n") == 1
        assert "CANARY" not in error


def test_a_fault_of_our_own_is_named_without_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.cli.iso", None)
    monkeypatch.setattr("integration.settings.read_settings", lambda: 1 / 0)
    assert cli.run(["migrate"]) == 1
    error = capsys.readouterr().err
    assert "ZeroDivisionError" in error
    assert "Traceback" not in error


def test_a_reader_that_goes_away_is_no_error(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"body": "x"}\n' * 2000)
    decide_all = f"{sys.executable} -m integration.cli decide --policy {folder}"
    command = f"{decide_all} --in {tmp_path}/in.jsonl | head -n 1"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert "Traceback" not in ran.stderr
    assert json.loads(ran.stdout)
    assert ran.stderr == ""
