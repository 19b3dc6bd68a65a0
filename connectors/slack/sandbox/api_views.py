"""`views.…`: modals opened, pushed and changed by the app.

https://docs.slack.dev/reference/methods/views.open and its neighbours.
"""

from dataclasses import replace

from connectors.slack.sandbox.config import Json
from connectors.slack.sandbox.errors import SlackError, invalid_arguments
from connectors.slack.sandbox.gate import Call, Gate
from connectors.slack.sandbox.records import View
from connectors.slack.sandbox.view_kit import check_view, values_of
from connectors.slack.sandbox.wire import view_json
from connectors.slack.sandbox.world import World

_STACK_MAX = 3


class Modals:
    """The modals that stand open, one stack a user. Call it under the world's lock."""

    def __init__(self, world: World) -> None:
        self._world = world

    def open(self, user: str, content: object) -> View:
        """Show a modal in place of all others that the user has open."""
        made = self._made(user, content, None)
        self._world.views[user] = [made]
        return made

    def push(self, user: str, content: object) -> View:
        """Show a modal above those that are open."""
        stack = self._world.views.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= _STACK_MAX:
            raise SlackError("push_limit_reached")
        made = self._made(user, content, stack[-1])
        stack.append(made)
        return made

    def change(self, view: View, content: object) -> View:
        """Show other content in a modal; what was typed into fields that stay is kept."""
        checked = check_view(content, self._new_id)
        self._refuse_duplicate(checked, view.id)
        return self.put(
            replace(view, content=checked, hash=self._new_hash(), errors={}, trouble="")
        )

    def put(self, view: View) -> View:
        """Replace a modal that is open."""
        stack = self._world.views[view.user]
        stack[:] = [view if other.id == view.id else other for other in stack]
        return view

    def find(self, key: str) -> View:
        """An open modal by its id or the app's own; raises SlackError."""
        for stack in self._world.views.values():
            for view in stack:
                if key and key in {view.id, view.content.get("external_id")}:
                    return view
        raise SlackError("not_found")

    def _made(self, user: str, content: object, above: View | None) -> View:
        checked = check_view(content, self._new_id)
        self._refuse_duplicate(checked, "")
        key = f"V0{self._world.new_number():06d}"
        root = above.root if above else key
        return View(key, user, checked, self._new_hash(), root, above.id if above else None)

    def _refuse_duplicate(self, content: Json, own: str) -> None:
        key = content.get("external_id")
        stacks = self._world.views.values()
        taken = {
            view.content.get("external_id") for stack in stacks for view in stack if view.id != own
        }
        if key and key in taken:
            raise SlackError("duplicate_external_id")

    def _new_id(self) -> str:
        return f"b{self._world.new_number()}"

    def _new_hash(self) -> str:
        return f"{int(self._world.now().timestamp())}.{self._world.new_number():08x}"


class ViewMethods:
    """The methods; registered by `register`."""

    def __init__(self, world: World, modals: Modals) -> None:
        self._world = world
        self._modals = modals

    def open(self, call: Call) -> Json:
        """`views.open`."""
        check_view(call.args.get("view"), str)  # a wrong modal doesn't use its trigger up
        trigger = self._world.use_trigger(call.text("trigger_id"))
        return self._shown(self._modals.open(trigger.user, call.args.get("view")))

    def push(self, call: Call) -> Json:
        """`views.push`: with a trigger that was given within a modal."""
        check_view(call.args.get("view"), str)
        trigger = self._world.use_trigger(call.text("trigger_id"))
        if not trigger.view:
            raise SlackError("not_found")
        return self._shown(self._modals.push(trigger.user, call.args.get("view")))

    def update(self, call: Call) -> Json:
        """`views.update`."""
        key = call.option("view_id") or call.option("external_id")
        if not key:
            raise invalid_arguments("missing required field: view_id")
        view = self._modals.find(key)
        given = call.option("hash")
        if given is not None and given != view.hash:
            raise SlackError("hash_conflict")
        return self._shown(self._modals.change(view, call.args.get("view")))

    def _shown(self, view: View) -> Json:
        return {"view": view_json(view, values_of(view.content, {}, {}))}


def register(gate: Gate, world: World, modals: Modals) -> None:
    """Register the methods."""
    methods = ViewMethods(world, modals)
    gate.on("views.open", methods.open)
    gate.on("views.push", methods.push)
    gate.on("views.update", methods.update)
