"""The parts of a sandbox Slack that its pages and controls use."""

from dataclasses import dataclass

from connectors.slack.sandbox.courier import Courier
from connectors.slack.sandbox.faults import FaultBox
from connectors.slack.sandbox.people import People
from connectors.slack.sandbox.rates import PostRates
from connectors.slack.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Parts:
    """What one sandbox is made of."""

    world: World
    faults: FaultBox
    rates: PostRates
    courier: Courier
    people: People
