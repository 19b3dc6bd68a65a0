"""A sandbox helpdesk without any webhook, and an installation that is to be connected with it."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from connectors.loopback import LoopbackServer
from connectors.zendesk.sandbox import Limits, SandboxConfig, SandboxServer
from connectors.zendesk.setup import ZendeskSetup
from integration import ledger
from integration.connecting import Connecting, Plan, Removal, RemovalPlan, Step, Wishes, open_setup
from integration.settings import Settings
from integration.store import Store, made
from integration.wiring import build_web
from tests.fakes.helpdesk import FakeClock
from tests.faults.harness import free_port

KEY = "k" * 32
PUBLIC_URL = "http://127.0.0.1:9"
NO_LIMITS = Limits(None, None, None, None)
NOBODY: Wishes = Wishes()


def settings_for(store: Store, url: str, **changes: str) -> Settings:
    config = SandboxConfig()
    values = {
        "database_url": store.url,
        "zendesk_base_url": url,
        "zendesk_client_id": config.client_id,
        "zendesk_client_secret": config.client_secret,
        "public_url": PUBLIC_URL,
        "secret_key": KEY,
    }
    return Settings.model_validate(values | changes)


@contextmanager
def helpdesk(**config: Any) -> Iterator[SandboxServer]:
    with SandboxServer(SandboxConfig(limits=NO_LIMITS, delivery_threads=0, **config)) as server:
        yield server


@contextmanager
def service(settings: Settings) -> Iterator[Settings]:
    """The web service, running; the settings with its address as PUBLIC_URL."""
    port = free_port()
    public = settings.model_copy(update={"public_url": f"http://127.0.0.1:{port}"})
    server = LoopbackServer("127.0.0.1", port, build_web(public))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield public
    finally:
        server.shutdown()
        thread.join()
        server.cut_connections()
        server.server_close()


@dataclass
class Account:
    """One installation at one helpdesk."""

    store: Store
    server: SandboxServer
    settings: Settings
    clock: FakeClock = field(default_factory=lambda: FakeClock(datetime.now(UTC)))

    def changed(self, **settings: str) -> "Account":
        values = self.settings.model_dump() | settings
        return replace(self, settings=Settings.model_validate(values))

    @contextmanager
    def setup(self) -> Iterator[ZendeskSetup]:
        with open_setup(self.settings, self.store, self.clock) as setup:
            yield setup

    def plan(self, wishes: Wishes = NOBODY) -> Plan:
        with self.setup() as setup:
            return Connecting(self.settings, self.store, self.clock, setup).look(wishes)

    def connect(self, wishes: Wishes = NOBODY, *, agreed: Plan | None = None) -> list[Step]:
        told: list[Step] = []
        with self.setup() as setup:
            joining = Connecting(self.settings, self.store, self.clock, setup)
            plan = agreed or joining.look(wishes)
            joining.carry_out(plan, wishes, by="tests", told=told.append, wait_s=20)
        return told

    def removal(self, *, everything: bool = False) -> RemovalPlan:
        with self.setup() as setup:
            return Removal(self.store, self.clock, setup).look(everything=everything)

    def remove(self, *, everything: bool = False, agreed: RemovalPlan | None = None) -> RemovalPlan:
        with self.setup() as setup:
            removal = Removal(self.store, self.clock, setup)
            plan = agreed or removal.look(everything=everything)
            return removal.carry_out(plan, everything=everything, by="tests", told=lambda _: None)

    def made(self) -> dict[str, made.Made]:
        with self.store.read() as connection:
            return {row.part: row for row in made.listed(connection)}

    def entries(self, kind: str) -> list[Mapping[str, Any]]:
        rows = ledger.read_entries(self.store)
        return [row["body"] for row in rows if row["kind"] == kind]

    def stands(self) -> dict[str, list[dict[str, Any]]]:
        """Everything of ours, and of others, that stands at the helpdesk, as it keeps it."""
        world = self.server.sandbox.state
        with world.lock:
            return {
                "webhooks": list(world.webhooks),
                "triggers": list(world.triggers),
                "categories": list(world.trigger_categories),
                "views": list(world.views),
                "groups": list(world.groups),
            }

    def counts(self) -> dict[str, int]:
        return {name: len(rows) for name, rows in self.stands().items()}

    def faults(self, **switches: Any) -> None:
        from connectors.zendesk.sandbox.faults import read_faults

        self.server.sandbox.faults.set(read_faults(switches))
