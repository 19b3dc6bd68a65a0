"""The files that platforms read: valid, and about settings and commands that exist."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from integration.cli import cli
from integration.settings import Settings, read_settings
from tests.deploy.platform import procfile

ROOT = Path(__file__).resolve().parents[2]
# The console's; it is read where the console is.
KNOWN = {name.upper() for name in Settings.model_fields}


def app_json() -> dict[str, Any]:
    return dict(json.loads((ROOT / "app.json").read_text("utf-8")))


def render() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "render.yaml").read_text("utf-8")))


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8")))


def dockerfile() -> list[tuple[str, str]]:
    """The instructions, each with its words; lines that go on are put together."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    pairs = [line.split(None, 1) for line in lines if line and not line.startswith("#")]
    return [(name, words) for name, words in pairs]


def arguments_of(command: str) -> list[str]:
    """What our own command is given, whatever stands before it."""
    words = command.split()
    return words[words.index("deskclerk") + 1 :]


def assert_is_ours(arguments: list[str]) -> None:
    command = cli.commands[arguments[0]]
    known = {name for parameter in command.params for name in parameter.opts}
    assert set(arguments[1:]) <= known


def test_app_json_is_valid_by_the_published_schema() -> None:
    schema = json.loads((ROOT / "tests/contract/heroku-app-json.schema.json").read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema).validate(app_json())


def test_app_json_brings_a_database_drawn_secrets_and_the_wizard() -> None:
    file = app_json()
    assert [addon["plan"].partition(":")[0] for addon in file["addons"]] == ["heroku-postgresql"]
    drawn = {name for name, about in file["env"].items() if about.get("generator") == "secret"}
    assert drawn == {"SECRET_KEY", "SETUP_CODE"}
    assert file["success_url"] == "/setup"


def test_the_formation_is_the_procfile() -> None:
    assert {*app_json()["formation"], "release"} == {*procfile()}


def test_every_command_of_the_procfile_exists() -> None:
    for command in procfile().values():
        assert_is_ours(arguments_of(command))


def names_of(entries: list[dict[str, Any]]) -> set[str]:
    return {entry["key"] for entry in entries if "key" in entry}


def test_only_settings_that_exist_are_set() -> None:
    blueprint = render()
    groups = [*blueprint["services"], *blueprint["envVarGroups"]]
    names = {name for group in groups for name in names_of(group["envVars"])}
    names |= {*app_json()["env"]}
    services = {name: each for name, each in compose()["services"].items() if name != "database"}
    for service in services.values():
        names |= {name.removesuffix("_FILE") for name in service["environment"]}
    assert names <= KNOWN


def test_what_a_button_sets_can_be_read() -> None:
    values = {name: about.get("value", "") for name, about in app_json()["env"].items()}
    values |= {"SECRET_KEY": "0" * 64, "DYNO": "web.1", "DATABASE_URL": "postgres://u:p@h:5432/d"}
    settings = read_settings(values)
    assert settings.deskclerk_trusted_proxies == 1
    assert settings.store_url.startswith("postgres://")


def test_every_proxy_that_is_believed_belongs_to_a_platform() -> None:
    web = next(service for service in render()["services"] if service["type"] == "web")
    hops = {entry["key"]: entry.get("value") for entry in web["envVars"] if "key" in entry}
    assert hops["DESKCLERK_TRUSTED_PROXIES"] == "1"
    assert Settings().deskclerk_trusted_proxies == 0


def test_render_starts_what_the_procfile_starts() -> None:
    services = {service["type"]: service for service in render()["services"]}
    for kind, service in services.items():
        assert arguments_of(service["startCommand"]) == arguments_of(procfile()[kind])
        assert service["maxShutdownDelaySeconds"] >= 30
        assert service["plan"] != "free"
    assert arguments_of(services["web"]["preDeployCommand"]) == arguments_of(procfile()["release"])
    assert names_of(services["web"]["envVars"]) >= {"HOST", "DATABASE_URL", "SETUP_CODE"}


def test_both_of_renders_services_share_one_key_and_one_database() -> None:
    blueprint = render()
    (group,) = blueprint["envVarGroups"]
    assert group["envVars"] == [{"key": "SECRET_KEY", "generateValue": True}]
    (database,) = blueprint["databases"]
    for service in blueprint["services"]:
        assert {"fromGroup": group["name"]} in service["envVars"]
        wanted = {"name": database["name"], "property": "connectionString"}
        assert {"key": "DATABASE_URL", "fromDatabase": wanted} in service["envVars"]


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path out: the last line that matches decides."""
    kept_out = False
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.removeprefix("!")
        if not line or line.startswith("#"):
            continue
        if fnmatch(path, pattern) or path.startswith(f"{pattern}/"):
            kept_out = not line.startswith("!")
    return kept_out


def test_what_the_dockerfile_copies_is_there_and_is_sent_to_the_builder() -> None:
    copied = [words for name, words in dockerfile() if name == "COPY" and "--from" not in words]
    sources = [source for words in copied for source in words.split()[:-1]]
    assert len(sources) > 5
    for source in sources:
        assert (ROOT / source).exists(), source
        assert not ignored(source), source
    assert ignored("tests")
    assert ignored("secrets/secret_key")
    assert ignored(".git")


def test_the_image_runs_as_nobody_in_particular_without_tools() -> None:
    steps = dockerfile()
    last = max(place for place, (name, _) in enumerate(steps) if name == "FROM")
    result = steps[last:]
    assert [words for name, words in result if name == "USER"] == ["deskclerk"]
    ran = " ".join(words for name, words in result if name == "RUN")
    assert not re.search(r"\b(apt|pip|curl|wget)\b", ran)
    assert [words for name, words in result if name == "FROM"] == ["python:3.11-slim"]


def test_the_image_has_all_that_the_package_is_built_of() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    about = project["project"]
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    needed = {"pyproject.toml", about["readme"], *about["license-files"], *packages}
    copied = [words for name, words in dockerfile() if name == "COPY" and "--from" not in words]
    assert needed <= {source for words in copied for source in words.split()[:-1]}


def test_the_user_of_the_image_is_at_home_on_the_disk_that_lasts() -> None:
    # There the file system can be written to, also where the rest of it is read-only.
    steps = dockerfile()
    (disk,) = [words for name, words in steps if name == "VOLUME"]
    assert [words for name, words in steps if name == "WORKDIR"][-1] == disk
    (made,) = re.findall(r"useradd ([^&]*)&&", " ".join(words for _, words in steps))
    assert f"--home-dir {disk} " in made
    assert "--uid 10001 --user-group" in made
    assert "--system" not in made  # whose numbers end at 999


def test_everything_installed_into_the_image_is_checked_by_its_hash() -> None:
    text = " ".join(words for name, words in dockerfile() if name == "RUN")
    for command in re.findall(r"pip [^&]*\binstall\b[^&]*", text):
        assert "--require-hashes" in command or "--no-index" in command, command


def test_the_image_starts_a_command_that_exists() -> None:
    (command,) = [json.loads(words) for name, words in dockerfile() if name == "CMD"]
    assert_is_ours(command[1:])


def test_the_image_asks_itself_for_its_health() -> None:
    (words,) = [words for name, words in dockerfile() if name == "HEALTHCHECK"]
    _, _, program = json.loads(words[words.index("[") :])
    environment = {**os.environ, "PORT": "9"}  # nobody answers there
    python = shutil.which("python3") or "python3"
    ran = subprocess.run([python, "-c", program], env=environment, capture_output=True, check=False)
    assert b"Connection refused" in ran.stderr
    assert ran.returncode == 1


def test_the_database_is_up_when_it_answers_where_others_ask() -> None:
    """While it is made it answers on its socket alone, and a release that asks then fails."""
    check = compose()["services"]["database"]["healthcheck"]["test"]
    assert check[:4] == ["CMD", "pg_isready", "--host", "127.0.0.1"]


def test_compose_starts_web_and_worker_after_the_release() -> None:
    services = compose()["services"]
    started = {name: each["command"] for name, each in services.items() if "command" in each}
    for name, command in started.items():
        assert command[1:] == arguments_of(procfile()[name])
    for name in ("web", "worker"):
        after = services[name]["depends_on"]["release"]
        assert after == {"condition": "service_completed_successfully"}
        assert services[name]["stop_grace_period"] == "30s"


@pytest.mark.skipif(shutil.which("make") is None, reason="no make")
def test_compose_hands_on_what_the_machine_can_bear() -> None:
    services = {name: each for name, each in compose()["services"].items() if name != "database"}
    for service in services.values():
        for name in ("DESKCLERK_MEMORY_MB", "DESKCLERK_READER"):
            assert service["environment"][name] == f"${{{name}:-}}"
    unset = read_settings({"DESKCLERK_MEMORY_MB": "", "DESKCLERK_READER": ""})
    assert (unset.deskclerk_memory_mb, unset.deskclerk_reader) == (None, True)


def test_the_secrets_that_compose_mounts_are_drawn_once_and_can_be_read(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    make = ["make", "--silent", "secrets"]
    subprocess.run(make, cwd=tmp_path, check=True, capture_output=True)
    named = {about["file"] for about in compose()["secrets"].values()}
    made = {str(path.relative_to(tmp_path)) for path in (tmp_path / "secrets").iterdir()}
    assert made == named
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
    environment = compose()["services"]["web"]["environment"]
    mounted = {
        name: value.replace("/run/secrets", str(tmp_path / "secrets"))
        for name, value in environment.items()
        if name.endswith("_FILE")
    }
    settings = read_settings(mounted)
    assert settings.store_url.startswith("postgresql://deskclerk:")
    subprocess.run(make, cwd=tmp_path, check=True, capture_output=True)
    assert read_settings(mounted) == settings


def test_heroku_installs_the_locked_requirements_and_then_the_project() -> None:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    named = [line.removeprefix("-r ") for line in lines if line.startswith("-r ")]
    assert named == ["requirements/run.txt", "requirements/build.txt"]
    hook = ROOT / "bin" / "post_compile"
    assert os.access(hook, os.X_OK)
    assert "--no-deps --no-build-isolation ." in hook.read_text("utf-8")
    assert (ROOT / ".python-version").read_text("utf-8").strip() == "3.11"
