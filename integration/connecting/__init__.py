"""Connecting an installation with its helpdesk, and taking it off again.

`Connecting` looks, plans and carries out; `Removal` takes away what was made. The command line and
the console call both.
"""

from integration.connecting.agreeing import ConnectingFailed, NotYetDone, Shown
from integration.connecting.carrying_out import Connecting, PlanChanged
from integration.connecting.credentials import CLIENT, fixed_client, take_credentials
from integration.connecting.opening import open_setup
from integration.connecting.page import (
    going_lines,
    plan_lines,
    removal_lines,
    staying_lines,
    step_line,
)
from integration.connecting.plan import Doing, Plan, Step
from integration.connecting.removing import (
    Leaving,
    Removal,
    RemovalChanged,
    RemovalPlan,
    forget_account,
)
from integration.connecting.wanted import Wishes, named_groups

__all__ = [
    "CLIENT",
    "Connecting",
    "ConnectingFailed",
    "Doing",
    "Leaving",
    "NotYetDone",
    "Plan",
    "PlanChanged",
    "Removal",
    "RemovalChanged",
    "RemovalPlan",
    "Shown",
    "Step",
    "Wishes",
    "fixed_client",
    "forget_account",
    "going_lines",
    "named_groups",
    "open_setup",
    "plan_lines",
    "removal_lines",
    "staying_lines",
    "step_line",
    "take_credentials",
]
