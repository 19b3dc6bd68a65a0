"""What comes up by the passing of time: reminders, drafts that expire, failures to try again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
import structlog

from connectors.errors import ConnectorError, Stop, StopKind
from connectors.ports import Helpdesk
from integration.announcing.announcer import Announcer
from integration.announcing.discretion import is_restricted_json, is_urgent_json
from integration.clock import Clock
from integration.store import Store, approvals, clocks, decisions, facts, policies, posts, workspaces
from integration.store.clocks import ClockRow
from integration.store.posts import PostRow
from rules.chat import Chat
from rules.policy import Policy

SHARES = (50, 90, 100)  # per cent of a clock at which people are reminded
_LEADS_FROM = 90  # and from which on the leads are, too, at any hour
_BATCH = 100
_UNREAD_AFTER_S = 900.0  # a reminder so late goes out, whether the ticket can be read or not

_log = structlog.get_logger(__name__)
