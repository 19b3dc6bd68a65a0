"""The chat at Slack."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.chat import Channel, Colleague, Identity, Message, Posted
from connectors.errors import AskPerson, Stop, StopKind
from connectors.http import DEFAULT_TIMEOUT, Timeout
from connectors.slack import errors
from connectors.slack.answers import object_at, object_in, rows_of, text_at
from connectors.slack.text import cut, readable_line
from connectors.slack.wire import Answer, Json, Wire

SLACK: Final = "https://slack.com"
EVENT_TYPE: Final = "deskclerk_message"

_ANSWERS: Final = "https://hooks.slack.com"
_ANSWER_PATH: Final = re.compile(r"/[A-Za-z0-9/_.~%-]{1,500}", re.ASCII)
_TOKEN: Final = re.compile(r"[A-Za-z0-9._-]{1,500}", re.ASCII)
# https://docs.slack.dev/reference/methods/conversations.list and conversations.history : below
# 1,000; lists may be read 20 times a minute only.
_A_PAGE: Final = 999
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_LONGEST_NAME: Final = 80
_SLACKBOT: Final = "USLACKBOT"
_EMAIL: Final = re.compile(r"[^@\s<>\ud800-\udfff]{1,200}@[^@\s<>\ud800-\udfff]{1,200}")


def connect_slack(
    token: str, *, address: str = SLACK, timeout: Timeout = DEFAULT_TIMEOUT
) -> "SlackChat":
    """The workspace that a bot's token belongs to. Makes no call yet.

    `address` is the scheme and host of Slack, or of what stands in for it. Raises AskPerson for a
    token that can't be one.
    """
    if _TOKEN.fullmatch(token) is None:
        raise AskPerson("the Slack app's token is none: copy it anew, it begins with xoxb-")
    return SlackChat(token, address.rstrip("/"), timeout)


class SlackChat:
    """`connectors.chat.Chat` at Slack; for any number of threads. See `connect_slack`."""

    def __init__(self, token: str, address: str, timeout: Timeout) -> None:
        self._wire = Wire(token, address, timeout)
        self._answers = _ANSWERS if address == SLACK else address
        self._team: str | None = None

    def post(self, channel: str, message: Message, *, key: str, under: str | None = None) -> Posted:
        """Write a message, sent at most once.

        The key stands in its metadata, which people don't see:
        https://docs.slack.dev/messaging/message-metadata
        """
        answer = object_in(
            self._wire.chat_postMessage(
                channel=channel,
                **_shown(message),
                thread_ts=under,
                unfurl_links=False,
                unfurl_media=False,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            )
        )
        stamp = text_at(answer, "ts")
        if not stamp:
            raise errors.unreadable("it doesn't name the message", writing=True)
        return Posted(text_at(answer, "channel") or channel, stamp)

    def find(
        self, channel: str, key: str, *, since: datetime, under: str | None = None
    ) -> Posted | None:
        """The message that was written under a key since an instant, if it stands.

        Clocks may differ by five minutes. A channel's history leaves out what stands in threads,
        so `under` must be what it was written with.
        """
        oldest = f"{max((since - _CLOCKS_DIFFER).timestamp(), 0):.6f}"

        def page(cursor: str) -> Answer:
            span: Json = {"channel": channel, "oldest": oldest, "limit": _A_PAGE}
            span |= {"cursor": cursor or None, "include_all_metadata": True}
            if under is None:
                return self._wire.conversations_history(**span)
            return self._wire.conversations_replies(ts=under, **span)

        for row in rows_of(page, "messages"):
            metadata = object_at(row, "metadata")
            payload = object_at(metadata, "event_payload")
            if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == key:
                return Posted(channel, text_at(row, "ts"))
        return None

    def change(self, posted: Posted, message: Message) -> None:
        """Show another content in a message's place; its key stays. Repeating it is safe.

        https://docs.slack.dev/reference/methods/chat.update : blocks stay unless others are named.
        """
        shown: Json = {"blocks": []} | _shown(message)
        self._wire.chat_update(channel=posted.channel, ts=posted.stamp, **shown)

    def whisper(self, channel: str, user: str, message: Message) -> None:
        """Show a message to one user alone; Slack doesn't promise that it arrives."""
        self._wire.chat_postEphemeral(channel=channel, user=user, **_shown(message))

    def answer(self, address: str, message: Message, *, everybody: bool = False) -> None:
        """Answer a command or a click at its own address, to its user alone or to `everybody`.

        Raises Stop of kind GONE when the address is used up or too old: it takes five answers
        within 30 minutes. An address elsewhere than at Slack is refused.
        https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
        """
        path = address.removeprefix(self._answers)
        if path == address or _ANSWER_PATH.fullmatch(path) is None:
            raise Stop("the address to answer at is none of Slack's", kind=StopKind.INVALID)
        whom = {"response_type": "in_channel" if everybody else "ephemeral"}
        self._wire.answer(address, _shown(message) | whom | {"replace_original": False})

    def ask(self, trigger: str, form: Mapping[str, Any]) -> None:
        """Open a form for the user whose click gave the trigger; it is good for 3 seconds.

        https://docs.slack.dev/reference/methods/views.open
        """
        self._wire.views_open(trigger_id=trigger, view=dict(form))

    def read_colleague(self, user: str) -> Colleague:
        """A user of the chat, read fresh.

        https://docs.slack.dev/reference/objects/user-object : guests are restricted; people of
        other companies, with whom a channel is shared, are of another team.
        """
        found = object_at(object_in(self._wire.users_info(user=user)), "user")
        if found.get("id") != user:
            raise errors.unreadable("it shows another user", writing=False)
        profile = object_at(found, "profile")
        names = (text_at(profile, "display_name"), text_at(profile, "real_name"))
        email = text_at(profile, "email")
        is_confirmed = found.get("is_email_confirmed") is True
        return Colleague(
            id=user,
            name=cut(next(filter(None, map(readable_line, names)), user), _LONGEST_NAME),
            email=email if is_confirmed and _EMAIL.fullmatch(email) else None,
            is_person=not _is_excluded(found) and self._is_of_our_team(found),
        )

    def read_channels(self) -> Mapping[str, Channel]:
        """Every public channel, and the private ones that the app is in, by name."""

        def page(cursor: str) -> Answer:
            return self._wire.conversations_list(
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=_A_PAGE,
                cursor=cursor or None,
            )

        channels = (
            Channel(text_at(row, "id"), text_at(row, "name"), row.get("is_member") is True)
            for row in rows_of(page, "channels")
        )
        return {channel.name: channel for channel in channels if channel.id and channel.name}

    def identify(self) -> Identity:
        """Who we are, by Slack, read fresh.

        The scopes stand in a header: https://docs.slack.dev/reference/methods/auth.test
        """
        answer = self._wire.auth_test()
        shown = object_in(answer)
        team, user = text_at(shown, "team_id"), text_at(shown, "user_id")
        if not team or not user:
            raise errors.unreadable("it doesn't say who we are", writing=False)
        self._team = team
        headers = {name.lower(): value for name, value in answer.headers.items()}
        listed = headers.get("x-oauth-scopes", "").split(",")
        return Identity(team, user, frozenset(filter(None, map(str.strip, listed))))

    def close(self) -> None:
        """Close all connections; calls made later open new ones."""
        self._wire.close()

    def _is_of_our_team(self, user: Json) -> bool:
        """In a company with several workspaces, a user names all of theirs."""
        ours = self._team or self.identify().team
        teams = object_at(user, "enterprise_user").get("teams")
        return ours == user.get("team_id") or (isinstance(teams, list) and ours in teams)


def _is_excluded(user: Json) -> bool:
    """Whether it is a bot, a guest, or has left."""
    marks = ("is_bot", "deleted", "is_restricted", "is_ultra_restricted", "is_stranger")
    return user.get("id") == _SLACKBOT or any(user.get(mark) for mark in marks)


def _shown(message: Message) -> Json:
    """What a message shows; names and addresses in its text are not looked for.

    https://docs.slack.dev/reference/methods/chat.postMessage#formatting
    """
    shown: Json = {"text": message.text, "parse": "none", "link_names": False}
    return (
        shown | {"blocks": [dict(block) for block in message.blocks]} if message.blocks else shown
    )
