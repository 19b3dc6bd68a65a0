"""`auth.test` and `users.…`: who the app is, and who people are.

https://docs.slack.dev/reference/methods/users.info and its neighbours.
"""

from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.errors import SlackError
from connectors.slack.sandbox.gate import Call, Gate
from connectors.slack.sandbox.records import User
from connectors.slack.sandbox.wire import user_json
from connectors.slack.sandbox.world import BOT, BOT_ID, TEAM, World


class PeopleMethods:
    """The methods; registered by `register`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def test(self, _call: Call) -> Json:
        """`auth.test`."""
        world = self._world
        return {
            "url": f"{world.base_url}/",
            "team": world.config.team,
            "user": world.users[BOT].handle,
            "team_id": TEAM,
            "user_id": BOT,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    def info(self, call: Call) -> Json:
        """`users.info`."""
        user = self._world.users.get(call.text("user"))
        if user is None:
            raise SlackError("user_not_found")
        return {"user": self._shown(call, user)}

    def look_up(self, call: Call) -> Json:
        """`users.lookupByEmail`."""
        address = call.text("email").strip().lower()
        for user in self._world.people():
            if (user.email or "").lower() == address and not user.is_deleted:
                return {"user": self._shown(call, user)}
        raise SlackError("users_not_found")

    def _shown(self, call: Call, user: User) -> Json:
        return user_json(user, with_email="users:read.email" in call.token.scopes)


def register(gate: Gate, world: World) -> None:
    """Register the methods."""
    methods = PeopleMethods(world)
    gate.on("auth.test", methods.test)
    gate.on("users.info", methods.info, "users:read")
    gate.on("users.lookupByEmail", methods.look_up, "users:read.email")
