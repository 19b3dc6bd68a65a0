"""The start of an installation that is set up in the console.

While somebody is still going through the set-up, tickets wait: a policy that the set-up's form
made decides about none of them before *Start* was pressed. What people ask for meanwhile, such as
a trial, is done. A policy that is imported or named by the settings needs no start, nor does an
installation that has decided anything before.
"""

import sqlalchemy as sa

from integration.clock import Clock
from integration.store import Store, facts, lock_head, periods, policies


def hold_until_start(store: Store, clock: Clock) -> None:
    """Have tickets wait for the start, if there is no policy yet and nothing was decided."""
    with store.write() as connection:
        lock_head(connection)  # an import that comes at the same moment is before or after
        if policies.active_version(connection) is None and not periods.any_at_all(connection):
            facts.put(connection, facts.WAITS_FOR_START, "yes", clock.now().timestamp())


def waits_for_start(connection: sa.Connection) -> bool:
    """Whether tickets wait."""
    return bool(facts.get(connection, facts.WAITS_FOR_START))


def let_begin(connection: sa.Connection, now: float) -> None:
    """Tickets wait no longer."""
    if waits_for_start(connection):
        facts.put(connection, facts.WAITS_FOR_START, None, now)
