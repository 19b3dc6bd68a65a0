"""From an exception to the line a user reads, and the exit code."""

import click

from integration.asking import LeftAlone


class OperationFailed(Exception):  # noqa: N818 - named by what happened
    """The command was understood and could not be done."""


def complaint(error: Exception) -> tuple[list[str], int]:
    """One line per mistake, and 2 for bad usage or input, 1 for a failed operation."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return [error.format_message()], 2
    if isinstance(error, click.exceptions.Abort | LeftAlone):
        return [str(error) or "error: interrupted"], 1
    if isinstance(error, click.ClickException):
        return [_line(f"{error.format_message()}{_help_for(error)}")], 2
    if isinstance(error, BrokenPipeError):
        return [], 1  # the reader went away, as `head` does; nothing is wrong on this side
    if isinstance(error, OSError):
        return [_line(f"{error.filename or 'a file'}: {error.strerror or 'failed'}")], 2
    return _of_ours(error)


def _of_ours(error: Exception) -> tuple[list[str], int]:
    from connectors.errors import ConnectorError
    from integration.backup import RestoreRefused
    from integration.backup_file import BackupError
    from integration.connecting import ConnectingFailed
    from integration.failures import NotAFailureError
    from integration.offline import InputError
    from integration.policy_folder import NoPolicyError, PolicyFolderError
    from integration.settings import SettingsError
    from integration.store import StoreError
    from integration.vault import VaultError
    from rules.intents.matching import ModelError
    from rules.policy import PolicyErrors
    from rules.shipped import ShippedDataError

    if isinstance(error, PolicyErrors):
        return [_line(str(fault)) for fault in error.errors], 2
    if isinstance(error, SettingsError):
        return [_line(line) for line in error.lines], 2
    if isinstance(
        error,
        InputError
        | ModelError
        | PolicyFolderError
        | NoPolicyError
        | NotAFailureError
        | BackupError,
    ):
        return [_line(str(error))], 2
    failed = StoreError | ConnectorError | OperationFailed | ShippedDataError | RestoreRefused
    if isinstance(error, failed | ConnectingFailed | VaultError):
        return [_line(str(error))], 1
    name = type(error).__name__
    report = "this is a fault of Deskclerk: please report it with the command you ran"
    return [_line(f"unexpected {name}; {report}")], 1


def _help_for(error: click.ClickException) -> str:
    """Where to look, for what click itself found: our own sentences say what to do."""
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return ""
    if type(error) is click.UsageError and "No such" not in error.message:
        return ""
    return f" {error.ctx.command_path} --help shows what there is."


def _line(message: str) -> str:
    return "error: " + " ".join(message.split())
