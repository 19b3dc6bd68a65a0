"""The commands that import, export and list the policies of an installation."""

import json
import shutil
import stat
from pathlib import Path

import pytest

from integration import cli, ledger
from integration.policy_folder import load_folder
from integration.store import Store, policies
from tests.faults.harness import FAQS, POLICY

PACK = """
family: complaint
packs:
  - {id: lost_points, title: Lost points, phrases: {en: [my bonus points have vanished]}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "policy"
    (made / "packs").mkdir(parents=True)
    (made / "policy.yaml").write_text(POLICY.format(replies=50))
    (made / "faqs.yaml").write_text("# Grüße\n" + FAQS, encoding="utf-8")
    (made / "packs" / "own.yaml").write_text(PACK)
    return made


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_URL", "DYNO", "DESKCLERK_POLICY"):
        monkeypatch.delenv(name, raising=False)
    made = tmp_path / "home"
    made.mkdir()
    monkeypatch.setenv("DESKCLERK_HOME", str(made))
    return made


def another(folder: Path) -> None:
    (folder / "policy.yaml").write_text(POLICY.format(replies=51))


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a command says, on standard output, or on standard error if it fails."""
    capsys.readouterr()
    assert cli.run(arguments) == code
    out, err = capsys.readouterr()
    return err if code else out


def test_an_imported_policy_is_active_and_stands_in_the_ledger(
    home: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    version = load_folder(folder).version
    assert f"{version} is active;" in said(capsys, "policy", "import", str(folder))
    store = Store(f"sqlite:///{home / 'deskclerk.db'}")
    entries = [(entry["kind"], entry["body"]) for entry in ledger.read_entries(store)]
    assert entries == [("policy_activated", {"version": version})]
    with store.read() as connection:
        assert policies.active_version(connection) == version
    store.close()


@pytest.mark.usefixtures("home")
def test_importing_the_active_policy_again_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "policy", "import", str(folder))
    assert "is active already." in said(capsys, "policy", "import", str(folder))


@pytest.mark.usefixtures("home")
def test_an_import_says_what_goes_out_by_itself_if_anything_does(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "note: 2 of 2 answers are at the stage auto" in said(
        capsys, "policy", "import", str(folder)
    )
    text = (folder / "faqs.yaml").read_text(encoding="utf-8")
    (folder / "faqs.yaml").write_text(text.replace("stage: auto", "stage: shadow"), "utf-8")
    assert "stage auto" not in said(capsys, "policy", "import", str(folder))


def test_mistakes_are_one_line_each_and_nothing_is_touched(
    home: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "policy.yaml").write_text("target_precison: 0.9\nstage: maybe\n")
    lines = said(capsys, "policy", "import", str(folder), code=2).splitlines()
    assert [line.split(":")[1].strip() for line in lines] == ["policy.yaml", "policy.yaml"]
    assert list(home.iterdir()) == []


@pytest.mark.usefixtures("home")
def test_a_setting_that_names_another_folder_is_pointed_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DESKCLERK_POLICY", str(folder))
    assert "DESKCLERK_POLICY" not in said(capsys, "policy", "import", str(folder))
    monkeypatch.setenv("DESKCLERK_POLICY", "/etc/other")
    assert "DESKCLERK_POLICY names /etc/other" in said(capsys, "policy", "import", str(folder))


@pytest.mark.usefixtures("home")
def test_what_was_exported_imports_as_the_same_version(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    version = load_folder(folder).version
    said(capsys, "policy", "import", str(folder))
    out = tmp_path / "out"
    assert f"3 files. Version {version}" in said(capsys, "policy", "export", str(out))
    assert "is active already." in said(capsys, "policy", "import", str(out))
    files = [path for path in out.rglob("*") if path.is_file()]
    assert {path.read_bytes() for path in files} == {
        path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


@pytest.mark.usefixtures("home")
def test_an_older_version_is_exported_by_its_beginning_into_an_empty_folder(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = load_folder(folder).version
    said(capsys, "policy", "import", str(folder))
    another(folder)
    said(capsys, "policy", "import", str(folder))
    (tmp_path / "out").mkdir()
    digits = first.removeprefix("sha256:")[:10]
    said(capsys, "policy", "export", str(tmp_path / "out"), "--version", digits)
    assert load_folder(tmp_path / "out").version == first


@pytest.mark.usefixtures("home")
def test_a_folder_that_holds_something_is_left_as_it_is(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "policy", "import", str(folder))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".keep").touch()
    error = said(capsys, "policy", "export", str(tmp_path / "out"), code=2)
    assert "is not empty" in error
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".keep"]


@pytest.mark.usefixtures("home")
def test_without_an_active_policy_there_is_nothing_to_export(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.run(["migrate"])
    assert "policy import" in said(capsys, "policy", "export", str(tmp_path / "out"), code=2)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("start", "fault"), [("sha256:", "2 policy versions"), ("zz", "no policy versions"), ("", "no")]
)
def test_a_beginning_that_names_no_one_version_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], start: str, fault: str
) -> None:
    said(capsys, "policy", "import", str(folder))
    another(folder)
    said(capsys, "policy", "import", str(folder))
    out = str(tmp_path / "out")
    assert fault in said(capsys, "policy", "export", out, "--version", start, code=1)


@pytest.mark.usefixtures("home")
def test_policies_are_listed_the_newest_activation_first(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.run(["migrate"])
    assert said(capsys, "policy", "list") == "No policy was active yet.\n"
    assert said(capsys, "policy", "list", "--json") == ""
    first = load_folder(folder).version
    said(capsys, "policy", "import", str(folder))
    another(folder)
    said(capsys, "policy", "import", str(folder))
    lines = said(capsys, "policy", "list").splitlines()
    assert [line.endswith("  active") for line in lines] == [True, False]
    assert lines[1].startswith(first)
    (folder / "policy.yaml").write_text(POLICY.format(replies=50))
    said(capsys, "policy", "import", str(folder))
    rows = [json.loads(line) for line in said(capsys, "policy", "list", "--json").splitlines()]
    assert [(row["version"] == first, row["active"]) for row in rows] == [
        (True, True),
        (False, False),
    ]
    assert rows[0]["imported_at"] < rows[1]["imported_at"] < rows[0]["activated_at"]


def test_two_folders_are_compared_without_a_database(
    home: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = str(tmp_path / "old")
    shutil.copytree(folder, old)
    assert said(capsys, "policy", "diff", old, str(folder)) == "No difference.\n"
    another(folder)
    lines = said(capsys, "policy", "diff", old, str(folder)).splitlines()
    assert lines[0] == f"From {load_folder(Path(old)).version}"
    assert lines[2:] == ["Settings changed:", "  guards.max_replies_per_hour: 50 -> 51"]
    assert list(home.iterdir()) == []


@pytest.mark.usefixtures("home")
def test_a_policy_alone_is_compared_as_the_new_one_with_the_active_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = load_folder(folder).version
    said(capsys, "policy", "import", str(folder))
    another(folder)
    assert "hour: 50 -> 51" in said(capsys, "policy", "diff", str(folder))
    said(capsys, "policy", "import", str(folder))
    assert "hour: 51 -> 50" in said(capsys, "policy", "diff", first[:20])
    assert said(capsys, "policy", "diff", first, first) == "No difference.\n"


@pytest.mark.usefixtures("home")
def test_differences_are_one_json_object_for_machines(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = load_folder(folder).version
    said(capsys, "policy", "import", str(folder))
    another(folder)
    assert json.loads(said(capsys, "policy", "diff", str(folder), "--json")) == {
        "from": old,
        "to": load_folder(folder).version,
        "settings": [{"key": "guards.max_replies_per_hour", "old": 50, "new": 51}],
        "questions": [],
        "packs": [],
        "reordered": [],
    }


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("what", "code", "fault"),
    [("no/such", 2, "no folder"), ("abc", 1, "begin with 'abc'")],
)
def test_a_policy_that_is_not_there_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], what: str, code: int, fault: str
) -> None:
    cli.run(["migrate"])
    assert fault in said(capsys, "policy", "diff", str(folder), what, code=code)
    said(capsys, "policy", "diff", str(folder), code=2)
