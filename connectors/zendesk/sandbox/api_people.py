"""`/api/v2/users`, groups, memberships and organizations."""

from dataclasses import replace

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import invalid_attribute, record_invalid, record_not_found
from connectors.zendesk.sandbox.gate import Answer, Call, Gate, Route, Services
from connectors.zendesk.sandbox.paging import page_of
from connectors.zendesk.sandbox.people import create_group, create_user, find_or_create_user
from connectors.zendesk.sandbox.reading import (
    object_at,
    read_optional_id,
    read_query_ids,
    read_tags,
    read_text,
)
from connectors.zendesk.sandbox.records import UserRecord
from connectors.zendesk.sandbox.wire import anonymous_json, stamp, user_json
from connectors.zendesk.sandbox.world import Table


class PeopleViews:
    """The views; registered by `register`."""

    def __init__(self, services: Services) -> None:
        self._world = services.world

    def me(self, call: Call) -> Answer:
        """The caller; nobody is answered with 200 as well."""
        nobody = call.actor is None
        return Answer(
            {"user": anonymous_json() if nobody else user_json(call.actor, call.base)}  # type: ignore[arg-type] # not None here
        )

    def show_user(self, call: Call, user_id: int) -> Answer:
        """One user."""
        user = self._world.users.get(user_id)
        if user is None:
            raise record_not_found()
        return Answer({"user": user_json(user, call.base)})

    def users(self, call: Call) -> Answer:
        """All users, or those of a `role`."""
        role = call.args.get("role")
        found = [user for user in self._world.users.values() if role in {None, user.role}]
        return self._users(found, call)

    def _users(self, found: list[UserRecord], call: Call) -> Answer:
        def show(user: UserRecord) -> Json:
            return user_json(user, call.base)

        return Answer(page_of("users", found, show, call.args, call.base, call.path))

    def show_many_users(self, call: Call) -> Answer:
        """Users by `?ids=`; unknown ones are left out."""
        ids = read_query_ids(call.args.get("ids"))
        return self._users(
            [self._world.users[key] for key in ids if key in self._world.users], call
        )

    def search_users(self, call: Call) -> Answer:
        """Users whose name or address holds `query`."""
        wanted = call.args.get("query", "").casefold()
        found = [
            user
            for user in self._world.users.values()
            if wanted and wanted in f"{user.name}\n{user.email or ''}".casefold()
        ]
        return self._users(found, call)

    def create_user(self, call: Call) -> Answer:
        """A new user."""
        wanted = object_at(call.body(), "user")
        name = read_text("name", wanted.get("name"))
        if not name.strip():
            raise record_invalid("name", "Name: is too short (minimum one characters)")
        email = wanted.get("email")
        email = None if email is None else read_text("email", email)
        if call.path.endswith(("create_or_update", "create_or_update.json")) and email:
            user = find_or_create_user(self._world, name, email)
        else:
            role = read_text("role", wanted.get("role", "end-user"))
            user = create_user(self._world, name, email, role)
        organization = read_optional_id("organization_id", wanted.get("organization_id"))
        user = replace(
            user,
            name=name,
            tags=read_tags("tags", wanted.get("tags", list(user.tags))),
            organization_id=organization or user.organization_id,
        )
        return Answer({"user": user_json(self._world.put_user(user), call.base)}, 201)

    def list_rows(self, call: Call, name: str, table: Table, **wanted: object) -> Answer:
        """A table's rows that have all the `wanted` values."""
        rows = [row for row in table if all(row[key] == value for key, value in wanted.items())]
        return Answer(page_of(name, rows, dict, call.args, call.base, call.path))

    def show_row(self, name: str, table: Table, key: object) -> Answer:
        """A table's row, or 404."""
        row = table.get(key)
        if row is None:
            raise record_not_found()
        return Answer({name: row})

    def groups(self, call: Call) -> Answer:
        """All groups."""
        return self.list_rows(call, "groups", self._world.groups)

    def show_group(self, call: Call, group_id: int) -> Answer:
        """One group."""
        del call
        return self.show_row("group", self._world.groups, group_id)

    def create_group(self, call: Call) -> Answer:
        """A new group; 422 for a name that is taken."""
        wanted = object_at(call.body(), "group")
        name = self._free_name(wanted.get("name"), None)
        about = read_text("description", wanted.get("description", ""))
        return Answer({"group": create_group(self._world, name, about)}, 201)

    def update_group(self, call: Call, group_id: int) -> Answer:
        """A group with another name or description."""
        old, wanted = self._group(group_id), object_at(call.body(), "group")
        name = self._free_name(wanted.get("name", old["name"]), group_id)
        about = read_text("description", wanted.get("description", old["description"]))
        changed = old | {"name": name, "description": about, "updated_at": stamp(self._world.now())}
        return Answer({"group": self._world.groups.put(changed)})

    def delete_group(self, call: Call, group_id: int) -> Answer:
        """No more group; the default one can't go."""
        del call
        if self._group(group_id)["default"]:
            raise record_invalid("base", "The default group cannot be deleted")
        self._world.groups.remove(group_id)
        return Answer(None, 204)

    def _group(self, group_id: int) -> Json:
        row = self._world.groups.get(group_id)
        if row is None:
            raise record_not_found()
        return row

    def _free_name(self, given: object, own_id: int | None) -> str:
        name = read_text("name", given)
        taken = any(row["name"] == name and row["id"] != own_id for row in self._world.groups)
        if not name.strip() or taken:
            raise record_invalid("name", "Name: has already been taken", "DuplicateValue")
        return name

    def group_users(self, call: Call, group_id: int) -> Answer:
        """The members of a group."""
        members = self._world.group_members(group_id)
        return self._users([self._world.users[key] for key in sorted(members)], call)

    def memberships(
        self, call: Call, user_id: int | None = None, group_id: int | None = None
    ) -> Answer:
        """Group memberships, of everybody, of a user or of a group."""
        wanted = {"user_id": user_id, "group_id": group_id}
        given = {key: value for key, value in wanted.items() if value is not None}
        return self.list_rows(call, "group_memberships", self._world.memberships, **given)

    def organizations(self, call: Call) -> Answer:
        """All organizations."""
        return self.list_rows(call, "organizations", self._world.organizations)

    def show_organization(self, call: Call, organization_id: int) -> Answer:
        """One organization."""
        del call
        return self.show_row("organization", self._world.organizations, organization_id)

    def show_many_organizations(self, call: Call) -> Answer:
        """Organizations by `?ids=`."""
        if "ids" not in call.args:
            raise invalid_attribute("ids", "a comma separated list of integers")
        ids = set(read_query_ids(call.args["ids"]))
        rows = [row for row in self._world.organizations if row["id"] in ids]
        return Answer(page_of("organizations", rows, dict, call.args, call.base, call.path))


def register(gate: Gate) -> None:
    """Put the views at their addresses."""
    views = PeopleViews(gate.services)
    gate.on("GET", "/users/me", Route(views.me, anonymous=True))
    gate.on("GET", "/users", Route(views.users))
    gate.on("POST", "/users", Route(views.create_user))
    gate.on("POST", "/users/create_or_update", Route(views.create_user))
    gate.on("GET", "/users/show_many", Route(views.show_many_users))
    gate.on("GET", "/users/search", Route(views.search_users))
    gate.on("GET", "/users/<id:user_id>", Route(views.show_user))
    gate.on("GET", "/users/<id:user_id>/group_memberships", Route(views.memberships))
    gate.on("GET", "/groups", Route(views.groups))
    gate.on("GET", "/groups/assignable", Route(views.groups))
    gate.on("POST", "/groups", Route(views.create_group, admin=True))
    gate.on("GET", "/groups/<id:group_id>", Route(views.show_group))
    gate.on("PUT", "/groups/<id:group_id>", Route(views.update_group, admin=True))
    gate.on("DELETE", "/groups/<id:group_id>", Route(views.delete_group, admin=True))
    gate.on("GET", "/groups/<id:group_id>/users", Route(views.group_users))
    gate.on("GET", "/groups/<id:group_id>/memberships", Route(views.memberships))
    gate.on("GET", "/group_memberships", Route(views.memberships))
    gate.on("GET", "/organizations", Route(views.organizations))
    gate.on("GET", "/organizations/show_many", Route(views.show_many_organizations))
    gate.on("GET", "/organizations/<id:organization_id>", Route(views.show_organization))
