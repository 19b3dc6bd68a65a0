"""What comes up by the passing of time: reminders, drafts that expire, failures to try again."""

import structlog

SHARES = (50, 90, 100)  # per cent of a clock at which people are reminded
_LEADS_FROM = 90  # and from which on the leads are, too, at any hour
_BATCH = 100
_UNREAD_AFTER_S = 900.0  # a reminder so late goes out, whether the ticket can be read or not

_log = structlog.get_logger(__name__)
