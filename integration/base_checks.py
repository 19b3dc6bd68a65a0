"""What everything stands on: the settings, the database, the policy."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from connectors.addresses import is_protected
from integration import stored_settings
from integration.doctor import Check, Finding, ok, problem, skipped, warning
from integration.going_out import going_out
from integration.hosting import is_in_pod, is_on_disk
from integration.machine import is_scarce, memory_limit_mb
from integration.policy_folder import PolicyFolderError, active_policy, load_folder
from integration.settings import Settings, SettingsError
from integration.starting import waits_for_start
from integration.store import Store, models, schema, secrets
from rules.features import mail_reader, reader
from rules.intents.matching import ModelError
from rules.intents.reading import questions_of
from rules.intents.training import recogniser_from, restrictions_from, still_learned
from rules.policy import Policy, PolicyErrors
from rules.risk_modes import LEXICAL
from rules.shipped import ShippedDataError, pinned_file


def settings_mistakes(error: SettingsError) -> list[Finding]:
    """What is wrong with settings that can't be used; each line says what to do."""
    return [problem(f"{line}.", "") for line in error.lines]


class Base:
    """Looks at the base in turn; what it found is what the checks after it work with."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store: Store | None = None  # until it was found to be usable
        self.policy: Policy | None = None
        self._opened: Store | None = None

    def checks(self) -> list[Check]:
        """All of them, in the order in which they need each other."""
        return [
            Check("settings", self.look_at_settings),
            Check("database", self.look_at_database),
            Check("stored settings", self.look_at_stored),
            Check("policy", self.look_at_policy),
            Check("reading", self.look_at_reading),
        ]

    def look_at_settings(self) -> Iterator[Finding]:
        """The settings that were read are free of contradictions; what else is odd about them."""
        address = self.settings.public_url
        if address and not is_protected(address):
            yield warning(
                f"PUBLIC_URL is {address}, without encryption.",
                "Give the https address: Slack sends nothing to others.",
            )
        yield ok("The settings can be read, and none contradicts another.")

    def look_at_database(self) -> Iterator[Finding]:
        """The database answers and has the present schema. Changes nothing, creates nothing."""
        url = sa.make_url(self.settings.store_url)
        if url.drivername.startswith("sqlite") and not Path(url.database or "").is_file():
            yield problem(
                f"There is no database at {url.database} yet.",
                "Start the service once, or run deskclerk migrate.",
            )
            return
        store = self._opened = Store(self.settings.store_url, pool_size=1)
        with store.answering():
            lacks = schema.lacking(store.engine)
        if lacks:
            yield problem(f"The database has another schema: {lacks}.", "Run deskclerk migrate.")
            return
        self.store = store
        at_risk = is_on_disk(self.settings.store_url) and is_in_pod(os.environ)
        if at_risk and not self.settings.deskclerk_allow_ephemeral:
            yield warning(
                "The database is a file in a pod of Kubernetes, and gone with it unless it is on "
                "a volume.",
                "Use PostgreSQL; or if it is on a volume that stays, set "
                "DESKCLERK_ALLOW_EPHEMERAL=1.",
            )
        yield ok("The database answers and has the present schema.")

    def look_at_stored(self) -> Iterator[Finding]:
        """What is stored can be opened; the checks after this one work with it."""
        if self.store is None:
            yield skipped("Stored settings stand in the database.")
            return
        self.settings = stored_settings.complete(self.settings, self.store)
        with self.store.read() as connection:
            names = [row.name for row in secrets.listed(connection)]
        yield ok(f"Stored, encrypted: {', '.join(names)}." if names else "No setting is stored.")

    def look_at_policy(self) -> Iterator[Finding]:
        """The policy that judges; before the first start, the one that the settings name."""
        try:
            self.policy = self._read_policy()
        except (PolicyErrors, PolicyFolderError) as error:
            yield problem(
                f"The policy can't be used: {str(error).splitlines()[0]}",
                "deskclerk policy check names every mistake.",
            )
            return
        if self.policy is None:
            yield problem(
                "No policy is active.",
                "Give a policy folder to deskclerk policy import, or set DESKCLERK_POLICY.",
            )
            return
        for mistake in self.policy.warnings:
            yield warning(
                f"The policy that judges was accepted by an earlier release with a mistake: "
                f"{mistake}. It stays in force as it was.",
                "Mend it in your policy folder and run deskclerk policy import, or in the console "
                "at Policy, Edit the policy's files.",
            )
        if self._waits_for_start():
            yield warning(
                "Tickets wait: nothing is decided before the start.",
                "Press Start in the set-up, or give a policy to deskclerk policy import.",
            )
        found = f"The policy {self.policy.version[:19]} has {len(self.policy.faqs)} answers."
        yield ok(f"{found} {going_out(self.policy)}")

    def look_at_reading(self) -> Iterator[Finding]:
        """What judges messages beside the packs, and whether it came whole."""
        if self.settings.risk_mode == LEXICAL:
            yield ok(
                "Words alone judge messages (DESKCLERK_READER=0): more is left to people, and "
                "little is answered."
            )
            return
        try:
            for (package, path), sha256 in (
                (mail_reader.NETWORK, mail_reader.SHA256),
                (reader.NETWORK, reader.SHA256),
            ):
                pinned_file(package, path, sha256)
        except ShippedDataError as error:
            yield problem(f"{error}.", "Install the release again.")
            return
        limit = self.settings.deskclerk_memory_mb or memory_limit_mb()
        spared = f" They spare memory: {limit} MB are allowed here." if is_scarce(limit) else ""
        yield ok(f"Networks judge messages.{spared}")
        held = self.store and _held_by_another_release(self.store, self.policy)
        if held:
            yield warning(
                f"The promoted model is another release's: {held}.",
                "Run deskclerk train --labelled on your labelled tickets, and deskclerk model "
                "promote.",
            )

    def close(self) -> None:
        """Give the database back."""
        if self._opened is not None:
            self._opened.close()

    def _waits_for_start(self) -> bool:
        if self.store is None or self.settings.deskclerk_policy is not None:
            return False  # the folder that the settings name needs no start
        with self.store.read() as connection:
            return waits_for_start(connection)

    def _read_policy(self) -> Policy | None:
        active = None if self.store is None else active_policy(self.store)
        folder = self.settings.deskclerk_policy
        return load_folder(folder) if active is None and folder is not None else active


def _held_by_another_release(store: Store, policy: Policy | None) -> str | None:
    """What holds of a promoted model that this release can't judge by; None where there is none."""
    with store.read() as connection:
        promoted = models.promoted(connection)
        raw = models.content_of(connection, promoted[0].version) if promoted else None
    if raw is None:
        return None
    with suppress(ModelError):
        recogniser_from(raw)
        return None
    try:
        made = restrictions_from(raw)
    except ModelError:
        return "nothing of what it had learnt is known here"
    learned = made.learned
    if policy is not None:
        precision = policy.settings.target_precision
        learned = still_learned(made, tuple(questions_of(policy.faqs)), precision)
    if learned.limit is not None:
        return (
            "too many of your own tickets were answered wrongly, so English mails stay drafts, but "
            "for known wordings"
        )
    return "answers that it held back stay drafts, and the limits that come with this release hold"
