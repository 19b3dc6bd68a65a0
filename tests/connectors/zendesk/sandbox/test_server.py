"""The sandbox over a real socket, called by the real zenpy client."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from zenpy import Zenpy
from zenpy.lib.api_objects import Comment, Ticket, Trigger, User, Webhook
from zenpy.lib.exception import APIException, RecordNotFoundException

from connectors.zendesk.sandbox import Sandbox, SandboxConfig, SandboxServer


class Site:
    """A served sandbox with a session of the bot and a zenpy client on it."""

    def __init__(self, server: SandboxServer, session: requests.Session, zenpy: Zenpy) -> None:
        self.sandbox: Sandbox = server.sandbox
        self.url = server.url
        self.session = session
        self.zenpy = zenpy

    def ticket(self, **body: dict[str, Any]) -> Any:
        made = requests.post(
            f"{self.url}/sandbox/tickets", json={"body": "Hello", **body}, timeout=5
        )
        assert made.status_code == 201
        return made.json()["ticket"]

    def faults(self, **body: dict[str, Any]) -> None:
        assert requests.post(f"{self.url}/sandbox/faults", json=body, timeout=5).status_code == 200

    def comments(self) -> Any:
        return len(self.sandbox.state.comments[1])


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    config = SandboxConfig(webhook_url="http://127.0.0.1:9/w", delivery_threads=0, export_lag_s=0)
    with SandboxServer(config) as server, requests.Session() as session:
        answer = session.post(
            f"{server.url}/oauth/tokens",
            json={
                "grant_type": "client_credentials",
                "client_id": config.client_id,
                "client_secret": config.client_secret,
                "scope": "read write",
            },
            timeout=5,
        )
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        session.mount("http://", HTTPAdapter(max_retries=0))
        monkeypatch.setenv("ZENPY_FORCE_NETLOC", server.url.removeprefix("http://"))
        monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
        zenpy = Zenpy(
            subdomain="sandbox", session=session, anonymous=True, disable_cache=True, timeout=5
        )
        yield Site(server, session, zenpy)


def test_zenpy_reads_tickets_comments_audits_and_people(site: Site) -> None:
    site.ticket(subject="S", requester={"name": "Eve", "email": "e@x.example"}, organization="Acme")
    ticket = site.zenpy.tickets(id=1)
    assert (ticket.subject, ticket.status) == ("S", "new")
    assert [comment.body for comment in site.zenpy.tickets.comments(ticket=1)] == ["Hello"]
    assert [audit.author_id for audit in site.zenpy.tickets.audits(ticket=1)] == [
        ticket.requester_id
    ]
    assert site.zenpy.users(id=ticket.requester_id).name == "Eve"
    assert site.zenpy.organizations(id=ticket.organization_id).name == "Acme"
    assert site.zenpy.users.me().id == site.sandbox.state.bot_id
    assert "Legal" in [group.name for group in site.zenpy.groups()]
    assert [item.id for item in site.zenpy.tickets()] == [1]
    assert len(list(site.zenpy.users(ids=[ticket.requester_id, ticket.submitter_id]))) == 1


def test_zenpy_writes_note_tags_group_and_metadata_under_a_stamp(site: Site) -> None:
    stamp = site.ticket()["updated_at"]
    group = next(item.id for item in site.zenpy.groups() if item.name == "Billing")
    update = Ticket(
        id=1,
        comment=Comment(body="note", public=False),
        tags=["a"],
        group_id=group,
        safe_update=True,
        updated_stamp=stamp,
        metadata={"custom": {"decision_id": "d1"}},
    )
    answer = site.zenpy.tickets.update(update)
    assert (answer.ticket.tags, answer.ticket.group_id) == (["a"], group)
    assert answer.audit.metadata.custom["decision_id"] == "d1"
    stale = Ticket(id=1, tags=["b"], safe_update=True, updated_stamp="2020-01-01T00:00:00Z")
    with pytest.raises(APIException) as caught:
        site.zenpy.tickets.update(stale)
    assert caught.value.response.status_code == 409


def test_zenpy_meets_closed_and_missing_tickets(site: Site) -> None:
    site.ticket()
    requests.post(
        f"{site.url}/sandbox/tickets/1/comments",
        json={"as": "agent", "status": "closed"},
        timeout=5,
    )
    with pytest.raises(APIException) as caught:
        site.zenpy.tickets.update(Ticket(id=1, tags=["b"]))
    assert caught.value.response.status_code == 422
    with pytest.raises(RecordNotFoundException):
        site.zenpy.tickets(id=99)


def test_zenpy_creates_tickets_tags_and_users(site: Site) -> None:
    made = site.zenpy.tickets.create(
        Ticket(
            subject="S", comment=Comment(body="b"), requester=User(name="E", email="e@x.example")
        )
    )
    assert made.ticket.id == 1
    site.zenpy.tickets.add_tags(1, ["x", "y"])
    site.zenpy.tickets.delete_tags(1, ["x"])
    assert site.zenpy.tickets(id=1).tags == ["y"]
    job = site.zenpy.tickets.update([Ticket(id=1, priority="high")])
    assert site.zenpy.job_status(id=job.id).status == "completed"
    assert site.zenpy.users.create(User(name="New", email="n@x.example")).name == "New"
    site.zenpy.tickets.delete(Ticket(id=1))
    assert list(site.zenpy.tickets()) == []


def test_zenpy_installs_a_webhook_and_a_trigger(site: Site) -> None:
    hook = site.zenpy.webhooks.create(
        Webhook(
            name="Mine",
            endpoint="https://example.com/w",
            http_method="POST",
            request_format="json",
            status="active",
            subscriptions=["conditional_ticket_events"],
        )
    )
    assert len(site.zenpy.webhooks.show_secret(hook.id).secret) == 44
    assert len(site.zenpy.webhooks.reset_secret(hook.id).secret) == 44
    site.zenpy.webhooks.patch(Webhook(id=hook.id, name="Other"))
    assert [item.name for item in site.zenpy.webhooks.list()] == ["Deskclerk", "Other"]
    action = {"field": "notification_webhook", "value": [hook.id, '{"id":"{{ticket.id}}"}']}
    conditions = {"all": [{"field": "status", "operator": "is", "value": "new"}], "any": []}
    made = site.zenpy.triggers.create(Trigger(title="T", actions=[action], conditions=conditions))
    assert made.id in [item.id for item in site.zenpy.triggers()]
    site.ticket()
    site.sandbox.deliver_due()
    (invocation,) = site.zenpy.webhooks.invocations(hook.id)
    (attempt,) = site.zenpy.webhooks.invocation_attempts(hook.id, invocation.id)
    assert (invocation.status, attempt.invocation_id) == ("failed", invocation.id)
    site.zenpy.triggers.delete(made)
    site.zenpy.webhooks.delete(hook)


def test_zenpy_follows_the_export_the_search_and_the_help_centre(site: Site) -> None:
    for _ in range(3):
        site.ticket(subject="find me")
    export = site.zenpy.tickets.incremental(start_time=1000, per_page=2, paginate_by_time=False)
    assert [ticket.id for ticket in export] == [1, 2, 3]
    assert len(list(site.zenpy.search("find", type="ticket"))) == 3
    assert len(list(site.zenpy.search_export(query="find", type="ticket"))) == 3
    assert len(list(site.zenpy.help_center.articles())) == 5
    assert len(list(site.zenpy.help_center.articles.search(query="password"))) == 1
    assert list(site.zenpy.suspended_tickets()) == []
    assert list(site.zenpy.satisfaction_ratings()) == []
    assert len(list(site.zenpy.macros())) == 4
    assert len(list(site.zenpy.ticket_fields())) == 3


@pytest.mark.parametrize(("name", "comments"), [("drop_before", 1), ("drop_after", 2)])
def test_a_drop_is_a_closed_connection_for_the_client(site: Site, name: str, comments: int) -> None:
    site.ticket()
    site.faults(**{name: 1.0}, count=1)
    with pytest.raises(requests.ConnectionError):
        site.zenpy.tickets.update(Ticket(id=1, comment=Comment(body="x", public=False)))
    assert site.comments() == comments
    assert site.zenpy.tickets(id=1).id == 1


def test_silence_is_a_read_time_out_for_the_client(site: Site) -> None:
    site.ticket()
    site.faults(silence_after=1.0, count=1)
    with pytest.raises(requests.ReadTimeout):
        site.session.put(
            f"{site.url}/api/v2/tickets/1.json",
            json={"ticket": {"comment": {"body": "x", "public": False}}},
            timeout=0.3,
        )
    assert site.comments() == 2


def test_many_clients_at_once_lose_no_comment(site: Site) -> None:
    site.ticket()
    site.faults()

    def write(number: int) -> Any:
        body = {"ticket": {"comment": {"body": str(number), "public": False}}}
        headers = {"Authorization": site.session.headers["Authorization"]}
        url = f"{site.url}/api/v2/tickets/1.json"
        return requests.put(url, json=body, headers=headers, timeout=10).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(write, range(24)))
    assert codes == [200] * 24
    assert site.comments() == 25


def test_calls_share_one_connection_and_log_nothing(
    site: Site, capfd: pytest.CaptureFixture[str]
) -> None:
    site.ticket(subject="canary")
    with socket.create_connection(site.url.removeprefix("http://").split(":"), 5) as connection:
        file = connection.makefile("rb")
        for _ in range(2):
            connection.sendall(b"GET /api/v2/users/me HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert file.readline() == b"HTTP/1.1 200 OK\r\n"
            length = 0
            while (line := file.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            assert b"Anonymous user" in file.read(length)
        file.close()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com", "::"])  # noqa: S104 - refused
def test_only_loopback_addresses_are_bound(host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        SandboxServer(host=host)


def test_stopping_ends_waiting_calls_and_frees_the_port() -> None:
    server = SandboxServer(SandboxConfig(delivery_threads=0)).start()
    requests.post(f"{server.url}/sandbox/faults", json={"silence_before": 1.0}, timeout=5)
    failed = []

    def wait() -> None:
        try:
            requests.get(f"{server.url}/api/v2/users/me", timeout=30)
        except requests.ConnectionError as error:
            failed.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    while "fault.silence" not in [item.kind for item in server.sandbox.state.happenings]:
        threading.Event().wait(0.01)
    server.stop()
    waiting.join(10)
    assert len(failed) == 1
    port = int(server.url.rpartition(":")[2])
    again = SandboxServer(SandboxConfig(delivery_threads=0), port=port)
    again.stop()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Content-Length: x", b"411"),
        ("Transfer-Encoding: chunked", b"411"),
        ("Content-Length: 9000000", b"413"),
        ("Content-Length: 99999999999", b"413"),
    ],
)
def test_calls_of_unknown_or_unheard_of_length_are_refused(
    site: Site, headers: str, status: bytes
) -> None:
    address = ("127.0.0.1", int(site.url.rpartition(":")[2]))
    with socket.create_connection(address, 5) as connection, connection.makefile("rb") as file:
        connection.sendall(f"POST /oauth/tokens HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n".encode())
        assert file.readline().split()[1] == status


def test_the_address_may_be_one_of_ip_version_6() -> None:
    try:
        server = SandboxServer(SandboxConfig(delivery_threads=0), host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        assert server.url.startswith("http://[::1]:")
        assert requests.get(server.url, timeout=5).status_code == 200
