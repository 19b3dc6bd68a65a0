"""Reading and writing a policy folder, and making it the active policy."""

from collections.abc import Mapping
from pathlib import Path

import yaml

from integration import ledger
from integration.clock import Clock, iso
from integration.files import whole_file
from integration.starting import let_begin
from integration.store import Store, lock_head, policies
from rules.policy import Policy, parse_policy

_MAX_FILE_BYTES = 5 * 1024 * 1024
_ANY = "any"  # version: no digest reads so


class PolicyFolderError(Exception):
    """The folder can't be used. The message says what to do."""


class PolicyMoved(Exception):  # noqa: N818 - named by what happened
    """Another policy became active meanwhile than the one that was to be replaced."""


class NoPolicyError(Exception):
    """No policy is active."""

    def __init__(self) -> None:
        super().__init__(
            "no policy is active: give a policy folder to `deskclerk policy import`, or set "
            "DESKCLERK_POLICY to one and start again"
        )


def read_folder(folder: Path) -> dict[str, str]:
    """The texts of policy.yaml, faqs.yaml and packs/*.yaml, by name."""
    if not folder.is_dir():
        raise PolicyFolderError(f"{folder} is no folder: give the folder that holds faqs.yaml")
    names = [folder / "policy.yaml", folder / "faqs.yaml", *sorted(folder.glob("packs/*.yaml"))]
    files = {}
    for path in names:
        if not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        try:
            if path.stat().st_size > _MAX_FILE_BYTES:
                raise PolicyFolderError(f"{name} is larger than 5 MB: split it")
            files[name] = path.read_text(encoding="utf-8")
        except OSError as error:
            raise PolicyFolderError(f"{name} can't be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise PolicyFolderError(f"{name} is not UTF-8 text: save it as UTF-8") from error
    if "faqs.yaml" not in files and "policy.yaml" not in files:
        raise PolicyFolderError(f"{folder} holds neither policy.yaml nor faqs.yaml")
    return files


def load_folder(folder: Path) -> Policy:
    """Read and check a folder. Raises PolicyFolderError or rules.policy.PolicyErrors."""
    return parse_policy(read_folder(folder))


def active_policy(store: Store) -> Policy | None:
    """The policy that judges now; None where none is active yet. Raises StoreUnavailable."""
    with store.read() as connection:
        files = policies.active_files(connection)
    return None if files is None else parse_policy(files, kept=True)


def active_answers(store: Store) -> frozenset[str]:
    """The ids of the answers there are now: read at a door that can't wait for a whole policy."""
    with store.read() as connection:
        files = policies.active_files(connection) or {}
    root = yaml.load(files.get("faqs.yaml", ""), Loader=yaml.CSafeLoader) or {}
    return frozenset(str(faq["id"]) for faq in root.get("faqs") or ())


def import_folder(store: Store, folder: Path, clock: Clock) -> str:
    """Import a folder and make it the active policy if it differs; returns the version."""
    files = read_folder(folder)
    version = parse_policy(files).version
    activate(store, version, files, clock)
    return version


def activate(
    store: Store,
    version: str,
    files: dict[str, str],
    clock: Clock,
    *,
    by: str | None = None,
    instead_of: str | None = _ANY,
) -> bool:
    """Keep a checked policy and make it the active one; False if it was that already.

    `by` names who did it, for the ledger. Raises PolicyMoved unless `instead_of`, if it is given,
    is the active version; None: unless there is none yet.
    """
    now = clock.now()
    with store.write() as connection:
        lock_head(connection)
        if by is None:  # given at the command line or as a folder: it needs no start
            let_begin(connection, now.timestamp())
        active = policies.active_version(connection)
        if active == version:
            return False
        if instead_of not in {_ANY, active}:
            raise PolicyMoved
        policies.activate(connection, version, files, now.timestamp())
        body = {"version": version} if by is None else {"version": version, "by": by}
        ledger.append(connection, iso(now), [ledger.Entry("policy_activated", body)])
    return True


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Write a policy's files to a new or empty folder, each whole and for its owner alone.

    Raises PolicyFolderError for a folder that holds something, and OSError.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    if any(folder.iterdir()):
        raise PolicyFolderError(f"{folder} is not empty: give a new or an empty folder")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with whole_file(path) as file:
            file.write(text)
