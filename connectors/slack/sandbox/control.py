"""What tests and demonstrations may ask and change, as values."""

from collections import Counter
from dataclasses import replace

from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.mrkdwn import mentions_in
from connectors.slack.sandbox.rates import PostRates
from connectors.slack.sandbox.records import Channel, Message, Sent, User
from connectors.slack.sandbox.view_kit import values_of
from connectors.slack.sandbox.wire import channel_json, message_json, user_json, view_json
from connectors.slack.sandbox.world import BOT, World

_BODY_SHOWN = 100_000


def show_world(world: World) -> Json:
    """Everything that is there. Call it under the world's lock, as all functions here."""
    return {
        "request_url": world.request_url,
        "now": world.now().isoformat(),
        "users": [user_json(user, with_email=True) for user in world.people()],
        "channels": [_show_channel(world, channel) for channel in world.channels.values()],
        "views": [
            view_json(view, values_of(view.content, {}, view.typed))
            | {"user": view.user, "errors": dict(view.errors), "trouble": view.trouble}
            for stack in world.views.values()
            for view in stack
        ],
    }


def _show_channel(world: World, channel: Channel) -> Json:
    return channel_json(channel) | {
        "members": sorted(channel.members),
        "messages": [show_message(item) for item in world.messages[channel.id].values()],
    }


def show_message(message: Message) -> Json:
    """A message with its metadata, and for whom it is."""
    return message_json(message, with_metadata=True) | {"only_for": message.only_for}


def show_sent(sent: Sent) -> Json:
    """One request to the service and its answer."""
    return {
        "number": sent.number,
        "at": sent.at.isoformat(),
        "kind": sent.kind,
        "user": sent.user,
        "content_type": sent.content_type,
        "body": sent.body.decode(errors="replace")[:_BODY_SHOWN],
        "retry": sent.retry,
        "status": sent.status,
        "answer": sent.answer,
        "first_byte_s": sent.first_byte_s,
        "trouble": sent.trouble,
    }


def check_world(world: World, rates: PostRates) -> Json:
    """What must never be: the same message twice, too much haste, calls to everybody."""
    counts: Counter[str] = Counter()
    calls = []
    for channel, messages in world.messages.items():
        for message in messages.values():
            payload = (message.metadata or {}).get("event_payload", {})
            if "key" in payload:
                counts[f"{channel} {payload['key']}"] += 1
            if message.user == BOT:
                calls += [[channel, message.ts, who] for who in _called(message)]
    late = [sent.number for sent in world.sent if sent.trouble == "operation_timeout"]
    return {
        "duplicates": {key: count for key, count in counts.items() if count > 1},
        "keys": len(counts),
        "posted_too_fast": rates.refused,
        "waits_ignored": rates.ignored,
        "mentions": calls,
        "timeouts": late,
        "slowest_s": max((sent.first_byte_s for sent in world.sent), default=0.0),
    }


def _called(message: Message) -> list[str]:
    """Whom a message calls, in its text without blocks or in the markup of its blocks."""
    if not message.blocks:
        return mentions_in(message.text)
    return [who for block in message.blocks for who in _called_by(block)]


def _called_by(value: object) -> list[str]:
    if isinstance(value, list):
        return [who for item in value for who in _called_by(item)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "mrkdwn":
        return mentions_in(value["text"])
    if value.get("type") == "user":
        return [f"@{value['user_id']}"]
    if value.get("type") == "broadcast":
        return [f"!{value['range']}"]
    return [who for item in value.values() for who in _called_by(item)]


def set_channel(
    world: World, channel: Channel, *, has_app: bool | None, is_archived: bool | None
) -> Channel:
    """Invite or remove the app, archive or open a channel; None leaves it as it is."""
    members = channel.members
    if has_app is not None:
        members = members | {BOT} if has_app else members - {BOT}
    archived = channel.is_archived if is_archived is None else is_archived
    return world.put_channel(replace(channel, members=members, is_archived=archived))


def set_user(world: World, user: User, **changes: object) -> User:
    """Change a user: `email`, `is_confirmed`, `is_admin`, `is_guest`, `is_deleted`."""
    changed = replace(user, **changes)  # type: ignore[arg-type] # read and checked by the route
    world.users[user.id] = changed
    return changed
