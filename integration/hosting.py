"""What platforms tell of themselves in the environment.

Sources: https://devcenter.heroku.com/articles/dyno-metadata,
https://render.com/docs/environment-variables, https://docs.railway.com/reference/variables,
https://fly.io/docs/machines/runtime-environment/,
https://cloud.google.com/run/docs/container-contract#env-vars,
https://learn.microsoft.com/azure/app-service/reference-app-settings#app-environment,
https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables.
"""

from collections.abc import Mapping

# Each is set on a platform that wipes the disk at every restart, unless one was mounted.
_PLATFORMS = (
    "DYNO",
    "RENDER",
    "RAILWAY_ENVIRONMENT",
    "FLY_APP_NAME",
    "K_SERVICE",
    "WEBSITE_SITE_NAME",
)
_POD = "KUBERNETES_SERVICE_HOST"  # a pod may have a volume: that can't be told from here
_SQLITE = "sqlite"


def is_on_disk(store_url: str) -> bool:
    """Whether the database is a file."""
    return store_url.startswith(_SQLITE)


def faults_of_disk(env: Mapping[str, str], *, is_named: bool) -> list[str]:
    """Why a database that is a file can't be used here; `is_named`: DATABASE_URL names it."""
    if not any(env.get(name) for name in _PLATFORMS):
        return []
    what = "DATABASE_URL names an SQLite file" if is_named else "DATABASE_URL is not set"
    would = "it" if is_named else "an SQLite file"
    line = (
        f"{what}: this platform wipes its disk at every restart, so {would} would lose accepted "
        "tickets; attach PostgreSQL and give its address as DATABASE_URL (or set "
        "DESKCLERK_ALLOW_EPHEMERAL=1 for a demo or a mounted disk)"
    )
    return [line]


def is_in_pod(env: Mapping[str, str]) -> bool:
    """Whether this runs in Kubernetes, where a disk is gone with its pod unless it is a volume."""
    return bool(env.get(_POD))


def known_address(env: Mapping[str, str]) -> str:
    """Where the platform says that this service is reached from outside; empty if it doesn't."""
    if env.get("RENDER_EXTERNAL_URL"):
        return env["RENDER_EXTERNAL_URL"]
    for name in ("HEROKU_APP_DEFAULT_DOMAIN_NAME", "RAILWAY_PUBLIC_DOMAIN"):
        if env.get(name):
            return f"https://{env[name]}"
    return f"https://{env['FLY_APP_NAME']}.fly.dev" if env.get("FLY_APP_NAME") else ""
