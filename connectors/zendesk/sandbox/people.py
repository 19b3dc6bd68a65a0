"""Users, groups and organizations: how they come into being."""

from dataclasses import replace

from connectors.zendesk.sandbox.config import Json
from connectors.zendesk.sandbox.errors import record_invalid
from connectors.zendesk.sandbox.records import UserRecord
from connectors.zendesk.sandbox.wire import stamp
from connectors.zendesk.sandbox.world import World

ROLES = ("end-user", "agent", "admin")


def create_user(world: World, name: str, email: str | None, role: str = "end-user") -> UserRecord:
    """A new user; 422 if the address is taken or the role unknown."""
    if role not in ROLES:
        raise record_invalid("role", "Role: is not valid")
    if email is not None and world.user_by_email(email) is not None:
        raise record_invalid("email", "Email: is already being used by another user", "Duplicate")
    now = world.now().replace(microsecond=0)
    return world.put_user(UserRecord(world.new_id(), name, email, role, now, now))


def find_or_create_user(world: World, name: str, email: str) -> UserRecord:
    """The user with this address, made if there is none."""
    return world.user_by_email(email) or create_user(world, name, email)


def create_group(world: World, name: str, description: str = "", *, default: bool = False) -> Json:
    """A new group."""
    key = world.new_id()
    now = stamp(world.now())
    return world.groups.put(
        {
            "id": key,
            "url": f"{world.base_url}/api/v2/groups/{key}.json",
            "name": name,
            "description": description,
            "default": default,
            "deleted": False,
            "is_public": True,
            "created_at": now,
            "updated_at": now,
        }
    )


def join_group(world: World, user: UserRecord, group_id: int) -> Json:
    """Make an agent a member; the first group becomes the default one."""
    first = user.default_group_id is None
    if first:
        world.put_user(replace(world.users[user.id], default_group_id=group_id))
    key = world.new_id()
    now = stamp(world.now())
    return world.memberships.put(
        {
            "id": key,
            "url": f"{world.base_url}/api/v2/group_memberships/{key}.json",
            "user_id": user.id,
            "group_id": group_id,
            "default": first,
            "created_at": now,
            "updated_at": now,
        }
    )


def create_organization(world: World, name: str, tags: tuple[str, ...] = ()) -> Json:
    """A new organization."""
    key = world.new_id()
    now = stamp(world.now())
    return world.organizations.put(
        {
            "id": key,
            "url": f"{world.base_url}/api/v2/organizations/{key}.json",
            "name": name,
            "shared_tickets": False,
            "shared_comments": False,
            "external_id": None,
            "created_at": now,
            "updated_at": now,
            "domain_names": [],
            "details": None,
            "notes": None,
            "group_id": None,
            "tags": list(tags),
            "organization_fields": {},
        }
    )


def find_or_create_organization(world: World, name: str, tags: tuple[str, ...]) -> Json:
    """The organization of this name, made if there is none; tags are added."""
    for row in world.organizations:
        if row["name"].casefold() == name.casefold():
            both = sorted({*row["tags"], *tags})
            return world.organizations.put({**row, "tags": both})
    return create_organization(world, name, tuple(sorted(tags)))
