"""`/api/v2/views`: views as records. Nothing is listed through them.

https://developer.zendesk.com/api-reference/ticketing/business-rules/views/ : conditions are
written as `all` and `any`, and shown together under `conditions`.
"""

from connectors.zendesk.sandbox.conditions import check_conditions
from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import record_invalid, record_not_found
from connectors.zendesk.sandbox.gate import Answer, Call, Gate, Route, Services
from connectors.zendesk.sandbox.paging import page_of
from connectors.zendesk.sandbox.reading import object_at, read_bool, read_text
from connectors.zendesk.sandbox.wire import stamp
from connectors.zendesk.sandbox.world import World

# A view must narrow by one of these under "all".
_NARROWING = frozenset({"status", "type", "group_id", "assignee_id", "requester_id"})

_COLUMNS = frozenset(
    {
        "assigned", "assignee", "due_date", "group", "nice_id", "updated", "updated_assignee",
        "updated_requester", "updated_by_type", "organization", "priority", "created", "requester",
        "locale_id", "satisfaction_score", "solved", "status", "description", "submitter",
        "ticket_form", "type", "brand", "custom_status_id",
    }
)  # fmt: skip


def _check_columns(output: object) -> None:
    columns = output.get("columns", []) if isinstance(output, dict) else []
    if not isinstance(columns, list) or not all(name in _COLUMNS for name in columns):
        raise record_invalid("output", "Output: a column is not valid")


def checked_view(world: World, wanted: Json, old: Json | None = None) -> Json:
    """A view as it will stand: `wanted` over `old`. 422 if a part of it isn't valid."""
    now = stamp(world.now())
    base: Json = old or {"id": world.new_id(), "created_at": now, "position": len(world.views) + 1}
    title = read_text("title", wanted.get("title", base.get("title", "")))
    if not title.strip():
        raise record_invalid("title", "Title: cannot be blank", "BlankValue")
    kept = base.get("conditions", {})
    given = {name: wanted.get(name, kept.get(name)) for name in ("all", "any")}
    conditions = check_conditions(given)
    _check_columns(wanted.get("output"))
    if not any(one["field"] in _NARROWING for one in conditions["all"]):
        raise record_invalid("base", "Conditions: must narrow by status, type or people")
    return {
        **base,
        "url": f"{world.base_url}/api/v2/views/{base['id']}.json",
        "title": title,
        "raw_title": title,
        "description": wanted.get("description", base.get("description")),
        "active": read_bool("active", wanted.get("active", base.get("active", True))),
        "conditions": conditions,
        "restriction": None,
        "updated_at": now,
    }


class ViewViews:
    """The views of views; registered by `register`."""

    def __init__(self, services: Services) -> None:
        self._world = services.world

    def _find(self, view_id: int) -> Json:
        row = self._world.views.get(view_id)
        if row is None:
            raise record_not_found()
        return row

    def index(self, call: Call) -> Answer:
        """All views."""
        rows = list(self._world.views)
        return Answer(page_of("views", rows, dict, call.args, call.base, call.path))

    def show(self, call: Call, view_id: int) -> Answer:
        """One view."""
        del call
        return Answer({"view": self._find(view_id)})

    def create(self, call: Call) -> Answer:
        """A new view."""
        view = checked_view(self._world, object_at(call.body(), "view"))
        return Answer({"view": self._world.views.put(view)}, 201)

    def update(self, call: Call, view_id: int) -> Answer:
        """A view with other properties; what isn't named stays."""
        view = checked_view(self._world, object_at(call.body(), "view"), self._find(view_id))
        return Answer({"view": self._world.views.put(view)})

    def delete(self, call: Call, view_id: int) -> Answer:
        """No more view."""
        del call
        self._find(view_id)
        self._world.views.remove(view_id)
        return Answer(None, 204)


def register(gate: Gate) -> None:
    """Put the views at their addresses."""
    views = ViewViews(gate.services)
    gate.on("GET", "/views", Route(views.index))
    gate.on("POST", "/views", Route(views.create, admin=True))
    gate.on("GET", "/views/<id:view_id>", Route(views.show))
    gate.on("PUT", "/views/<id:view_id>", Route(views.update, admin=True))
    gate.on("DELETE", "/views/<id:view_id>", Route(views.delete, admin=True))
