"""Whether Zendesk works: credentials, permissions, plan, and what calls us."""

from collections.abc import Iterator

from connectors.errors import AskPerson
from connectors.zendesk import permissions
from connectors.zendesk.parts import Kind
from connectors.zendesk.permissions import Allowed, Permission
from connectors.zendesk.prepared import SCOPE
from connectors.zendesk.setup import CONNECT_SCOPE
from integration.base_checks import Base
from integration.clock import Clock
from integration.connecting import fixed_client, named_groups
from integration.doctor import Check, Finding, ok, problem, skipped, warning
from integration.needed_settings import missing_for_helpdesk
from integration.store import facts
from integration.zendesk_account import Account
from integration.zendesk_part_checks import PartChecks

_SKEW_WARNING_S = 60.0
_SKEW_PROBLEM_S = 300.0  # the signature of a delivery is good for five minutes
_FEW_CALLS = 200  # a minute; a ticket takes five to ten
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_NOT_FOUND = 404
_ALLOW = f"Allow it for the OAuth client in {permissions.WHERE}."
_CONNECT = "Run deskclerk connect"


class ZendeskChecks:
    """The checks in their order; each uses what those before it have found."""

    def __init__(self, base: Base, clock: Clock) -> None:
        self._base = base
        self._clock = clock
        self._account = Account(base, clock)
        self._parts = PartChecks(self._account)

    def checks(self) -> Iterator[Check]:
        """All of them; a single one that says so where no credentials are given."""
        yield Check("zendesk settings", self.look_at_settings)
        if missing_for_helpdesk(self._base.settings):
            return
        yield Check("zendesk token", self.look_at_token)
        yield Check("zendesk permissions", self.look_at_permissions)
        yield Check("zendesk plan", self.look_at_plan)
        yield Check("zendesk clock", self.look_at_clock)
        yield from self._parts.checks()
        yield Check("zendesk groups", self.look_at_groups)
        yield Check("zendesk sweep", self.look_at_sweep)

    def close(self) -> None:
        """Close all connections."""
        self._account.close()

    def look_at_settings(self) -> Iterator[Finding]:
        """The credentials are given, here or in the store."""
        missing = missing_for_helpdesk(self._base.settings)
        if missing:
            yield problem(
                f"Zendesk is not attached: {', '.join(missing)} not set.",
                f"{_CONNECT}: it asks for them.",
            )
        else:
            yield ok(f"The helpdesk is {self._base.settings.helpdesk_url}.")

    def look_at_token(self) -> Iterator[Finding]:
        """A token is to be had, and names an administrator who may act."""
        account = self._account
        try:
            status = account.wire.status("GET", "users/me.json")
        except AskPerson as error:
            yield problem(f"{error}.", self._other_client())
            return
        if status == _UNAUTHORIZED:
            line = "Zendesk refuses every token of the OAuth client: it was revoked."
            yield problem(line, self._other_client())
            return
        if status == _FORBIDDEN:
            account.has_token = True
            yield skipped("Who the service is at Zendesk may not be asked.")
            return
        me = account.setup.me()
        if me.suspended:
            yield problem(
                "The user of the OAuth client is suspended: nothing can be read or written.",
                "Lift the suspension in Admin Center, People, Team members.",
            )
        elif not me.is_administrator:
            yield problem(
                f"The user of the OAuth client has the role {me.role}; the change feed and "
                "webhooks are for administrators alone.",
                "Make them an administrator in Admin Center, People, Team members.",
            )
        else:
            account.has_token, account.me, account.asked_at = True, me, self._clock.now()
            yield ok(f"Zendesk knows the OAuth client; it acts as user {me.id}, an administrator.")

    def look_at_permissions(self) -> Iterator[Finding]:
        """Everything that the service does is allowed: asked for, without doing it."""
        if not self._account.has_token:
            yield skipped("There is no token whose permissions could be asked.")
            return
        refused = [one for one in permissions.PERMISSIONS if self._is_refused(one)]
        for one in refused:
            yield problem(
                f"The service may not {one.what}: the scope {one.scope} is lacking.",
                _ALLOW,
            )
        yield from self._look_beyond("deskclerk connect and uninstall", CONNECT_SCOPE)
        yield from self._look_beyond("drafts from macros and articles", SCOPE)
        if not refused:
            yield ok("The service may do all it has to.")

    def _look_beyond(self, what_for: str, scope: str) -> Iterator[Finding]:
        """What is needed now and then, by a token of its own."""
        wanted = permissions.CONNECTING if scope == CONNECT_SCOPE else permissions.DRAFTING
        try:
            refused = self._account.refused(wanted, scope)
        except AskPerson as error:
            yield warning(
                f"For {what_for} there is no token with the scopes {scope}: {error}.", _ALLOW
            )
            return
        for one in refused:
            yield warning(
                f"For {what_for}: the OAuth client may not {one.what}, the scope {one.scope} is "
                "lacking.",
                _ALLOW,
            )

    def look_at_plan(self) -> Iterator[Finding]:
        """The plan has webhooks, and calls enough."""
        account = self._account
        lacking = account.lacking()
        if lacking is not None:
            yield lacking
            return
        status = account.wire.status("GET", "webhooks?page[size]=1")
        account.has_webhooks = status in range(200, 300)
        if status == _NOT_FOUND:
            yield problem(
                "The Zendesk plan has no webhooks, so that no message comes at once.",
                "Move to a plan that has them; until then the sweep finds tickets every "
                f"{account.settings.deskclerk_sweep_seconds} seconds.",
            )
            return
        calls = account.calls_a_minute
        if calls is not None and calls < _FEW_CALLS:
            yield warning(
                f"The plan allows {calls} calls a minute, of which a ticket takes five to ten.",
                "Expect replies to wait when many tickets come at once.",
            )
        else:
            yield ok(f"The plan allows {calls or 'enough'} calls a minute.")

    def look_at_clock(self) -> Iterator[Finding]:
        """The clocks of this machine and of Zendesk agree."""
        me, asked_at = self._account.me, self._account.asked_at
        if me is None or asked_at is None or me.server_time is None:
            yield skipped("No answer of Zendesk's has a date to compare the clock with.")
            return
        off = abs((asked_at - me.server_time).total_seconds())
        if off <= _SKEW_WARNING_S:
            yield ok("This machine's clock agrees with Zendesk's.")
            return
        make = problem if off > _SKEW_PROBLEM_S else warning
        yield make(
            f"This machine's clock is {round(off)} seconds off from Zendesk's; from "
            f"{round(_SKEW_PROBLEM_S)} on every message is refused.",
            "Let it follow a time server (NTP).",
        )

    def look_at_groups(self) -> Iterator[Finding]:
        """Every group that the policy names is there."""
        lacking, policy = self._account.lacking(), self._base.policy
        if lacking is not None:
            yield lacking
            return
        if policy is None:
            yield skipped("No policy names groups.")
            return
        titles = {record.title for record in self._account.records(Kind.GROUP)}
        missing = [name for name in named_groups(policy) if name not in titles]
        for name in missing:
            yield problem(
                f"The policy sends tickets to “{name}”, a group that the helpdesk does not have.",
                f"{_CONNECT} --groups to make it, or correct the policy.",
            )
        if not missing:
            yield ok("Every group that the policy names is there.")

    def look_at_sweep(self) -> Iterator[Finding]:
        """The sweep, which finds what no webhook told, ran lately."""
        store = self._base.store
        if store is None:
            yield skipped("When the last sweep ran stands in the database.")
            return
        with store.read() as connection:
            at = facts.get_at(connection, facts.SWEPT)
        every = self._base.settings.deskclerk_sweep_seconds
        if at is None:
            yield warning("No sweep has ended yet.", "Start a worker: deskclerk work.")
            return
        age = self._clock.now().timestamp() - at
        if age > 3 * every + 60:
            yield problem(
                f"The last sweep ended {round(age / 60)} minutes ago; one is due every "
                f"{every} seconds.",
                "See that a worker runs: deskclerk work.",
            )
        else:
            yield ok(f"The last sweep ended {round(age)} seconds ago.")

    def _other_client(self) -> str:
        fixed = fixed_client(self._base.settings)
        if fixed:
            names = " and ".join(fixed)
            return f"Make a new OAuth client in Admin Center, and set {names} in the environment."
        return f"Make a new OAuth client in Admin Center, and {_CONNECT.lower()} --new-client."

    def _is_refused(self, one: Permission) -> bool:
        return permissions.ask(self._account.wire, one) is Allowed.NO
