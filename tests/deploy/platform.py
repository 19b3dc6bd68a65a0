"""A platform as our Procfile meets it: an installed package, a release phase, then processes.

The runner is our own: honcho has had no release since 2024, and a platform does more than it does
(a release phase, a limit for stopping).
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import pytest
import requests

from connectors.zendesk.sandbox import SandboxServer
from tests.faults.harness import (
    CLIENT,
    FAQS,
    POLICY,
    ROOT,
    WEBHOOK_SECRET,
    Installation,
    Process,
    free_port,
    wait_for,
)

Where = Callable[[str], str]  # makes an empty database of a kind
KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
# Heroku and Render kill 30 seconds after SIGTERM. Some is left for a slow machine.
LIMIT_S = 25.0


def procfile() -> dict[str, str]:
    """The commands by the names of their processes."""
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


def build_release(folder: Path) -> Path:
    """An environment with our wheel and the locked requirements, and nothing else; its bin."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wheels = folder / "wheels"
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(ROOT)],
        check=True,
    )
    home = folder / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    (wheel,) = wheels.glob("*.whl")
    target = ["--python", str(home / "bin" / "python")]
    subprocess.run([*pip, *target, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    (packages,) = home.glob("lib/python*/site-packages")
    _link_locked(packages)
    return home / "bin"


def _link_locked(packages: Path) -> None:
    """Link what requirements/run.txt names from this environment: no network, and no more."""
    lines = (ROOT / "requirements" / "run.txt").read_text("utf-8").splitlines()
    for line in lines:
        name, found, _ = line.partition("==")
        if not found:
            continue
        try:
            installed = metadata.distribution(name.partition("[")[0])
        except metadata.PackageNotFoundError:
            continue  # for another platform
        for top in {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}:
            link = packages / top
            if not link.exists():
                link.symlink_to(Path(str(installed.locate_file(top))))


@dataclass
class Platform:
    """Our processes as the platform runs them, with a sandbox helpdesk beside."""

    desk: Installation
    release: Process
    took: list[float] = field(default_factory=list)  # seconds that each process took to stop

    def deploy(self, until: str = "/readyz") -> None:
        """The release phase to its end, then everything else, until a page says that it works."""
        self.release.start()
        assert self.release.running is not None
        assert self.release.running.wait(timeout=120) == 0, self.release.log.read_text()
        for process in self.running:
            process.start()
        wait_for(f"{self.desk.web_url}{until}", self.desk)

    @property
    def running(self) -> list[Process]:
        """Everything but the release phase."""
        return [self.desk.web, *self.desk.workers]

    def tell_to_stop(self) -> None:
        """SIGTERM to every process at once, as a platform does."""
        for process in self.running:
            assert process.running is not None
            os.killpg(process.running.pid, signal.SIGTERM)

    def wait_until_stopped(self) -> list[int]:
        """The exit codes. What does not stop within the limit is killed, and fails the test."""
        begun = time.monotonic()
        codes = []
        for process in self.running:
            assert process.running is not None
            left = begun + LIMIT_S - time.monotonic()
            codes.append(process.running.wait(timeout=max(0.1, left)))
            self.took.append(round(time.monotonic() - begun, 1))
        return codes

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A one-off command, as `heroku run` does it."""
        return subprocess.run(
            ["deskclerk", *arguments],
            env=self.desk.environment,
            cwd=self.desk.web.folder,
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def platform(
    folder: Path, database_url: str, release: Path, commands: dict[str, str],
    helpdesk: SandboxServer | None = None, **settings: str,
) -> Iterator[Platform]:  # fmt: skip
    """Sandbox running, nothing deployed yet; at the end everything is killed.

    The sandbox is a process with a webhook that stands already, or the one that is given.
    """
    app = folder / "app"
    app.mkdir()
    shutil.copytree(_policy(folder), app / "policy")
    web_port, sandbox_port = free_port(), free_port()
    web_url = f"http://127.0.0.1:{web_port}"
    sandbox_url = helpdesk.url if helpdesk else f"http://127.0.0.1:{sandbox_port}"
    environment = {
        "PATH": f"{release}:{os.environ['PATH']}",
        "HOME": str(folder),
        "DATABASE_URL": database_url,
        "DESKCLERK_POLICY": "policy",
        "DESKCLERK_SWEEP_SECONDS": "5",
        "PORT": str(web_port),
        "ZENDESK_BASE_URL": sandbox_url,
        "ZENDESK_WEBHOOK_SECRET": WEBHOOK_SECRET,
        **CLIENT,
        **settings,
    }
    arguments = ["sandbox", "--port", str(sandbox_port), "--export-lag", "2", "--no-limits"]
    sandbox = Process(
        [*arguments, "--webhook-url", f"{web_url}/webhooks/zendesk"],
        {**os.environ, "PYTHONPATH": str(ROOT)},
        folder / "sandbox.log",
    )

    def process(name: str) -> Process:
        log = folder / f"{name}.log"
        shell = ["sh", "-c", commands[name]]
        return Process([], environment, log, command=shell, folder=app)

    names = [name for name in commands if name not in {"release", "web"}]
    workers = [process(name) for name in names]
    desk = Installation(
        folder, database_url, environment, web_url, sandbox_url, sandbox, process("web"), workers
    )
    try:
        if helpdesk is None:
            sandbox.start()
        wait_for(f"{sandbox_url}/sandbox/checks", desk)
        yield Platform(desk, process("release"))
    finally:
        for each in (sandbox, desk.web, *workers):
            each.stop()
        desk.session.close()


def _policy(folder: Path) -> Path:
    made = folder / "policy"
    made.mkdir()
    (made / "policy.yaml").write_text(POLICY.format(replies=100_000))
    (made / "faqs.yaml").write_text(FAQS)
    return made


def healthy(desk: Installation) -> bool:
    """Whether the service says that it lives."""
    return requests.get(f"{desk.web_url}/healthz", timeout=5).status_code == 200
