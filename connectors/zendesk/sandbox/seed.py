"""The world that a new sandbox starts with: always the same people, groups and rules."""

import json

from connectors.zendesk.sandbox.api_help_center import make_article, translate_article
from connectors.zendesk.sandbox.api_rules import make_category, make_field, make_macro
from connectors.zendesk.sandbox.api_webhooks import TRIGGERED, make_webhook
from connectors.zendesk.sandbox.config import Json, ScheduleSeed
from connectors.zendesk.sandbox.people import create_group, create_user, join_group
from connectors.zendesk.sandbox.richtext import html_of
from connectors.zendesk.sandbox.triggers import check_trigger
from connectors.zendesk.sandbox.wire import stamp
from connectors.zendesk.sandbox.world import World

GROUPS = ("Support", "Complaints", "Legal", "Safety", "Billing", "Accounts", "Technical")
# (name, address, role, groups); the bot's role comes from the configuration.
STAFF = (
    ("Ada Admin", "ada@sandbox.example", "admin", ("Support",)),
    ("Deskclerk", "deskclerk@sandbox.example", "", ("Support",)),
    ("Grace Agent", "grace@sandbox.example", "agent", ("Support", "Complaints", "Legal", "Safety")),
    (
        "Omar Agent",
        "omar@sandbox.example",
        "agent",
        ("Billing", "Accounts", "Technical", "Support"),
    ),
)
# Title, text and labels of each.
ARTICLES = (
    (
        "How to reset your password",
        "Open the sign-in page and choose Forgot password.\n\nWe send you a link that works once.",
        ("account", "password"),
    ),
    (
        "Where to find your invoices",
        "Sign in, open Billing and choose Invoices.\n\nEvery invoice can be downloaded as a PDF.",
        ("billing",),
    ),
    (
        "How to change your delivery address",
        "Open your order and choose Change address.\n\nThis works until the parcel is packed.",
        ("orders",),
    ),
)
# In German: the first article.
TRANSLATION = (
    "Das Passwort zurücksetzen",
    "Wählen Sie auf der Anmeldeseite „Passwort vergessen“.\n\nDer Link gilt einmal.",
)
# An article with a list, a link and a heading that is a question.
MARKED_UP = (
    "Sending something back",
    (
        "<p>You have 30 days.</p><ol><li>Open your order.</li><li>Choose <b>Return</b>.</li></ol>"
        "<h2>Who pays for the parcel?</h2><p>We do: print "
        '<a href="/hc/en-us/articles/labels">the label</a>.</p>'
    ),
    ("orders", "send it back"),
)
UNPUBLISHED = ("Opening hours in December", "<p>Not decided yet.</p>")
# Titles and actions; the values of comments come in all their forms.
MACROS: tuple[tuple[str, dict[str, str | list[str]]], ...] = (
    (
        "Ask for more details",
        {"comment_value": "Hello {{ticket.requester.first_name}}, …", "status": "pending"},
    ),
    (
        "Billing::Send the invoice again",
        {
            "comment_value_html": "<p>Hello {{ticket.requester.first_name}},</p><p>your invoice "
            "for ticket {{ticket.id}} is on its way.</p><p>{{current_user.name}}</p>",
            "comment_mode_is_public": "true",
        },
    ),
    (
        "Hand over to billing",
        {"comment_value": ["channel:all", "Please look."], "comment_mode_is_public": "false"},
    ),
    ("Close as spam", {"status": "solved", "current_tags": "spam"}),
)
# Ids only: free text in a template may break its JSON.
TEMPLATE = json.dumps(
    {
        "ticket_id": "{{ticket.id}}",
        "updated_at": "{{ticket.updated_at_with_timestamp}}",
        "via": "{{ticket.via}}",
        "current_user_id": "{{current_user.id}}",
    }
)


def _system_field(world: World, kind: str, title: str) -> None:
    row = make_field(world, {"type": "text", "title": title})
    world.ticket_fields.put({**row, "type": kind, "removable": False})


def notifying_trigger(webhook_id: str) -> Json:
    """The trigger that tells a webhook about new tickets and public comments.

    It does not leave out the integration's own user, so that loops show. The loop-proof variant
    adds {"field": "current_user_id", "operator": "is_not", "value": <own user id>} to "all".
    """
    return {
        "title": "Notify Deskclerk",
        "conditions": {
            "all": [],
            "any": [
                {"field": "update_type", "operator": "is", "value": "Create"},
                {"field": "comment_is_public", "operator": "is", "value": "true"},
            ],
        },
        "actions": [{"field": "notification_webhook", "value": [webhook_id, TEMPLATE]}],
    }


def _schedule(world: World, key: int, seed: ScheduleSeed) -> None:
    now = stamp(world.now())
    intervals = [{"start_time": start, "end_time": end} for start, end in seed.intervals]
    world.schedules.put(
        {
            "id": key,
            "name": seed.name,
            "time_zone": seed.time_zone,
            "intervals": intervals,
            "created_at": now,
            "updated_at": now,
        }
    )


def _more_groups(world: World) -> None:
    """The groups that were asked for, with both agents; made last, so that no other id moves."""
    agents = [email for _, email, role, _ in STAFF if role == "agent"]
    for name in world.config.more_groups:
        group = create_group(world, name)["id"]
        for email in agents:
            user = world.user_by_email(email)
            if user is not None:
                join_group(world, user, group)


def seed_world(world: World) -> None:
    """Fill an empty world."""
    config = world.config
    groups = {name: create_group(world, name, default=name == "Support")["id"] for name in GROUPS}
    for name, email, role, memberships in STAFF:
        user = create_user(world, name, email, role or config.bot_role)
        if not role:
            world.bot_id = user.id
        for group in memberships:
            user = world.users[user.id]
            join_group(world, user, groups[group])
    for kind, title in (("subject", "Subject"), ("status", "Status"), ("priority", "Priority")):
        _system_field(world, kind, title)
    first, *_ = [make_article(world, name, html_of(text), tags) for name, text, tags in ARTICLES]
    translate_article(world, first, "de", TRANSLATION[0], html_of(TRANSLATION[1]))
    make_article(world, *MARKED_UP)
    make_article(world, *UNPUBLISHED, draft=True)
    for title, actions in MACROS:
        listed = [{"field": field, "value": value} for field, value in actions.items()]
        make_macro(world, title, listed)
    make_category(world, "Initial category")
    for number, schedule in enumerate(config.schedules or (), start=1):
        _schedule(world, number, schedule)
    if config.webhook_url is not None:
        wanted = {
            "name": "Deskclerk",
            "status": "active",
            "endpoint": config.webhook_url,
            "http_method": "POST",
            "request_format": "json",
            "subscriptions": [TRIGGERED],
        }
        webhook = make_webhook(world, wanted, world.bot_id)
        world.webhook_secrets[webhook["id"]] = config.webhook_secret
        world.triggers.put(check_trigger(world, notifying_trigger(webhook["id"])))
    _more_groups(world)
