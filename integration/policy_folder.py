"""Reading a policy folder, and making it the active policy."""

from pathlib import Path

from integration import ledger
from integration.clock import Clock, iso
from integration.store import Store, lock_head, policies
from rules.policy import Policy, parse_policy

_MAX_FILE_BYTES = 5 * 1024 * 1024


class PolicyFolderError(Exception):
    """The folder can't be read. The message says what to do."""


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


def import_folder(store: Store, folder: Path, clock: Clock) -> str:
    """Import a folder and make it the active policy if it differs; returns the version."""
    files = read_folder(folder)
    policy = parse_policy(files)
    now = clock.now()
    with store.write() as connection:
        lock_head(connection)
        if policies.active_version(connection) != policy.version:
            policies.activate(connection, policy.version, files, now.timestamp())
            entry = ledger.Entry("policy_activated", {"version": policy.version})
            ledger.append(connection, iso(now), [entry])
    return policy.version
