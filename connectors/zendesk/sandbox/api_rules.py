"""`/api/v2/triggers`, trigger categories, macros and ticket fields."""

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import coded_error, record_invalid, record_not_found
from connectors.zendesk.sandbox.gate import Answer, Call, Gate, Route, Services
from connectors.zendesk.sandbox.paging import page_of
from connectors.zendesk.sandbox.reading import object_at, read_bool, read_text
from connectors.zendesk.sandbox.triggers import check_trigger
from connectors.zendesk.sandbox.wire import stamp
from connectors.zendesk.sandbox.world import Table, World

FIELD_TYPES = frozenset(
    {
        "text", "textarea", "checkbox", "date", "integer", "decimal", "regexp", "partialcreditcard",
        "multiselect", "tagger", "lookup",
    }
)  # fmt: skip


def make_macro(world: World, title: str, actions: list[Json], *, active: bool = True) -> Json:
    """A new macro."""
    key = world.new_id()
    now = stamp(world.now())
    return world.macros.put(
        {
            "id": key,
            "url": f"{world.base_url}/api/v2/macros/{key}.json",
            "title": title,
            "raw_title": title,
            "active": active,
            "default": False,
            "position": len(world.macros) + 1,
            "description": None,
            "actions": actions,
            "restriction": None,
            "created_at": now,
            "updated_at": now,
        }
    )


def make_category(world: World, name: str) -> Json:
    """A new trigger category; its id is a string."""
    now = stamp(world.now())
    return world.trigger_categories.put(
        {
            "id": str(world.new_id()),
            "name": name,
            "position": len(world.trigger_categories),
            "created_at": now,
            "updated_at": now,
        }
    )


def make_field(world: World, wanted: Json, old: Json | None = None) -> Json:
    """A ticket field as it will stand: `wanted` over `old`; 422 if it isn't valid."""
    kind = read_text("type", wanted.get("type", (old or {}).get("type", "")))
    title = read_text("title", wanted.get("title", (old or {}).get("title", "")))
    if kind not in FIELD_TYPES and old is None:
        raise record_invalid("type", "Type: is not valid")
    if not title.strip():
        raise record_invalid("title", "Title: cannot be blank", "BlankValue")
    options = wanted.get("custom_field_options", (old or {}).get("custom_field_options", []))
    if not isinstance(options, list) or not all(isinstance(item, dict) for item in options):
        raise record_invalid("custom_field_options", "Options: must be a list of objects")
    key = (old or {}).get("id") or world.new_id()
    now = stamp(world.now())
    return world.ticket_fields.put(
        {
            "id": key,
            "url": f"{world.base_url}/api/v2/ticket_fields/{key}.json",
            "type": kind,
            "title": title,
            "raw_title": title,
            "description": str(wanted.get("description") or (old or {}).get("description", "")),
            "position": (old or {}).get("position", len(world.ticket_fields) + 1),
            "active": read_bool("active", wanted.get("active", (old or {}).get("active", True))),
            "required": read_bool(
                "required", wanted.get("required", (old or {}).get("required", False))
            ),
            "tag": wanted.get("tag"),
            "custom_field_options": [
                {"id": item.get("id") or world.new_id(), **item} for item in options
            ],
            "removable": (old or {}).get("removable", True),
            "created_at": (old or {}).get("created_at", now),
            "updated_at": now,
        }
    )


class RuleViews:
    """The views; registered by `register`."""

    def __init__(self, services: Services) -> None:
        self._world = services.world

    def _list(self, name: str, rows: list[Json], call: Call) -> Answer:
        return Answer(page_of(name, rows, dict, call.args, call.base, call.path))

    def _find(self, table: Table, key: object) -> Json:
        row = table.get(key)
        if row is None:
            raise record_not_found()
        return row

    def _wanted(self, table: Table, call: Call) -> list[Json]:
        """All of a table, or those that are `active`."""
        wanted = "true" if "/active" in call.path else call.args.get("active")
        return [row for row in table if wanted is None or row["active"] == (wanted == "true")]

    def triggers(self, call: Call) -> Answer:
        """All triggers, or those that are `active`."""
        return self._list("triggers", self._wanted(self._world.triggers, call), call)

    def search_triggers(self, call: Call) -> Answer:
        """Triggers whose title holds `query`."""
        query = call.args.get("query", "").casefold()
        rows = [row for row in self._world.triggers if query in row["title"].casefold()]
        return self._list("triggers", rows, call)

    def show_trigger(self, call: Call, trigger_id: int) -> Answer:
        """One trigger."""
        del call
        return Answer({"trigger": self._find(self._world.triggers, trigger_id)})

    def create_trigger(self, call: Call) -> Answer:
        """A new trigger."""
        wanted = object_at(call.body(), "trigger")
        trigger = self._world.triggers.put(check_trigger(self._world, wanted))
        return Answer({"trigger": trigger}, 201)

    def update_trigger(self, call: Call, trigger_id: int) -> Answer:
        """A trigger with other properties; what isn't named stays."""
        old = self._find(self._world.triggers, trigger_id)
        trigger = check_trigger(self._world, object_at(call.body(), "trigger"), old)
        return Answer({"trigger": self._world.triggers.put(trigger)})

    def delete_trigger(self, call: Call, trigger_id: int) -> Answer:
        """No more trigger."""
        del call
        self._find(self._world.triggers, trigger_id)
        self._world.triggers.remove(trigger_id)
        return Answer(None, 204)

    def categories(self, call: Call) -> Answer:
        """All trigger categories."""
        return self._list("trigger_categories", list(self._world.trigger_categories), call)

    def show_category(self, call: Call, category_id: int) -> Answer:
        """One trigger category."""
        del call
        return Answer({"trigger_category": self._find(self._world.trigger_categories, category_id)})

    def create_category(self, call: Call) -> Answer:
        """A new trigger category."""
        name = read_text("name", object_at(call.body(), "trigger_category").get("name"))
        if not name.strip():
            raise coded_error(400, "TriggerCategoryInvalid", "Name can't be blank")
        return Answer({"trigger_category": make_category(self._world, name)}, 201)

    def update_category(self, call: Call, category_id: int) -> Answer:
        """A trigger category with another name."""
        old = self._find(self._world.trigger_categories, category_id)
        wanted = object_at(call.body(), "trigger_category")
        name = read_text("name", wanted.get("name", old["name"]))
        if not name.strip():
            raise coded_error(400, "TriggerCategoryInvalid", "Name can't be blank")
        changed = old | {"name": name, "updated_at": stamp(self._world.now())}
        return Answer({"trigger_category": self._world.trigger_categories.put(changed)})

    def delete_category(self, call: Call, category_id: int) -> Answer:
        """No more trigger category; refused while it holds triggers."""
        del call
        self._find(self._world.trigger_categories, category_id)
        if any(row["category_id"] == str(category_id) for row in self._world.triggers):
            raise coded_error(400, "TriggerCategoryNotEmpty", "Category must not contain triggers")
        self._world.trigger_categories.remove(category_id)
        return Answer(None, 204)

    def macros(self, call: Call) -> Answer:
        """All macros, or those that are `active`."""
        return self._list("macros", self._wanted(self._world.macros, call), call)

    def show_macro(self, call: Call, macro_id: int) -> Answer:
        """One macro."""
        del call
        return Answer({"macro": self._find(self._world.macros, macro_id)})

    def create_macro(self, call: Call) -> Answer:
        """A new macro."""
        wanted = object_at(call.body(), "macro")
        title, actions = read_text("title", wanted.get("title")), wanted.get("actions")
        if not isinstance(actions, list) or not actions or not title.strip():
            raise record_invalid("actions", "Title and actions: cannot be blank", "BlankValue")
        active = read_bool("active", wanted.get("active", True))
        return Answer({"macro": make_macro(self._world, title, actions, active=active)}, 201)

    def fields(self, call: Call) -> Answer:
        """All ticket fields."""
        return self._list("ticket_fields", list(self._world.ticket_fields), call)

    def show_field(self, call: Call, field_id: int) -> Answer:
        """One ticket field."""
        del call
        return Answer({"ticket_field": self._find(self._world.ticket_fields, field_id)})

    def create_field(self, call: Call) -> Answer:
        """A new ticket field."""
        wanted = object_at(call.body(), "ticket_field")
        return Answer({"ticket_field": make_field(self._world, wanted)}, 201)

    def update_field(self, call: Call, field_id: int) -> Answer:
        """A ticket field with other properties; what isn't named stays."""
        old = self._find(self._world.ticket_fields, field_id)
        wanted = object_at(call.body(), "ticket_field")
        return Answer({"ticket_field": make_field(self._world, wanted, old)})

    def delete_field(self, call: Call, field_id: int) -> Answer:
        """No more ticket field; the system's own can't go."""
        del call
        if not self._find(self._world.ticket_fields, field_id)["removable"]:
            raise record_invalid("base", "This field cannot be removed")
        self._world.ticket_fields.remove(field_id)
        return Answer(None, 204)


def register(gate: Gate) -> None:
    """Put the views at their addresses."""
    views = RuleViews(gate.services)
    gate.on("GET", "/triggers", Route(views.triggers))
    gate.on("GET", "/triggers/active", Route(views.triggers))
    gate.on("GET", "/triggers/search", Route(views.search_triggers))
    gate.on("POST", "/triggers", Route(views.create_trigger, admin=True))
    gate.on("GET", "/triggers/<id:trigger_id>", Route(views.show_trigger))
    gate.on("PUT", "/triggers/<id:trigger_id>", Route(views.update_trigger, admin=True))
    gate.on("DELETE", "/triggers/<id:trigger_id>", Route(views.delete_trigger, admin=True))
    gate.on("GET", "/trigger_categories", Route(views.categories))
    gate.on("POST", "/trigger_categories", Route(views.create_category, admin=True))
    gate.on("GET", "/trigger_categories/<id:category_id>", Route(views.show_category))
    one = "/trigger_categories/<id:category_id>"
    gate.on("PATCH PUT", one, Route(views.update_category, admin=True))
    gate.on("DELETE", one, Route(views.delete_category, admin=True))
    gate.on("GET", "/macros", Route(views.macros))
    gate.on("GET", "/macros/active", Route(views.macros))
    gate.on("POST", "/macros", Route(views.create_macro))
    gate.on("GET", "/macros/<id:macro_id>", Route(views.show_macro))
    gate.on("GET", "/ticket_fields", Route(views.fields))
    gate.on("POST", "/ticket_fields", Route(views.create_field, admin=True))
    gate.on("GET", "/ticket_fields/<id:field_id>", Route(views.show_field))
    gate.on("PUT", "/ticket_fields/<id:field_id>", Route(views.update_field, admin=True))
    gate.on("DELETE", "/ticket_fields/<id:field_id>", Route(views.delete_field, admin=True))
