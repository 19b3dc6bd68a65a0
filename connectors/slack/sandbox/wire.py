"""Records as Slack writes them into its answers and payloads."""

from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.records import Channel, Message, User, View
from connectors.slack.sandbox.world import APP, BOT, BOT_ID, TEAM


def user_json(user: User, *, with_email: bool) -> Json:
    """https://docs.slack.dev/reference/objects/user-object ."""
    profile: Json = {
        "real_name": user.name,
        "display_name": user.handle,
        "real_name_normalized": user.name,
        "team": TEAM,
    }
    if with_email and user.email is not None:
        profile["email"] = user.email
    shown: Json = {
        "id": user.id,
        "team_id": TEAM,
        "name": user.handle,
        "deleted": user.is_deleted,
        "real_name": user.name,
        "tz": "Etc/UTC",
        "tz_offset": 0,
        "profile": profile,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1700000000,
    }
    if not user.is_deleted:
        shown |= {
            "is_admin": user.is_admin,
            "is_owner": user.is_admin,
            "is_primary_owner": user.is_admin,
            "is_restricted": user.is_guest,
            "is_ultra_restricted": False,
            "is_email_confirmed": user.is_confirmed,
        }
    return shown


def channel_json(channel: Channel) -> Json:
    """https://docs.slack.dev/reference/objects/conversation-object ."""
    if channel.partner:
        return {
            "id": channel.id,
            "created": channel.created,
            "is_im": True,
            "is_org_shared": False,
            "is_archived": channel.is_archived,
            "user": channel.partner,
            "context_team_id": TEAM,
        }
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_general": channel.name == "general",
        "is_member": BOT in channel.members,
        "is_shared": False,
        "is_ext_shared": False,
        "is_org_shared": False,
        "created": channel.created,
        "creator": "",
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
        "context_team_id": TEAM,
    }


def message_json(message: Message, *, with_metadata: bool = False) -> Json:
    """https://docs.slack.dev/reference/events/message ."""
    shown: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM,
    }
    if message.user == BOT:
        shown |= {"bot_id": BOT_ID, "app_id": APP}
    if message.blocks:
        shown["blocks"] = list(message.blocks)
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    if message.edited_ts:
        shown["edited"] = {"user": message.user, "ts": message.edited_ts}
    if with_metadata and message.metadata is not None:
        shown["metadata"] = message.metadata
    return shown


def view_json(view: View, values: Json) -> Json:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload ."""
    content = view.content
    return {
        "id": view.id,
        "team_id": TEAM,
        "type": "modal",
        "title": content["title"],
        "close": content.get("close"),
        "submit": content.get("submit"),
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata") or "",
        "callback_id": content.get("callback_id") or "",
        "external_id": content.get("external_id") or "",
        "state": {"values": values},
        "hash": view.hash,
        "clear_on_close": bool(content.get("clear_on_close")),
        "notify_on_close": bool(content.get("notify_on_close")),
        "submit_disabled": bool(content.get("submit_disabled")),
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "app_id": APP,
        "app_installed_team_id": TEAM,
        "bot_id": BOT_ID,
    }
