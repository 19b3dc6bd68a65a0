"""What platforms tell of themselves in the environment.

Sources: https://devcenter.heroku.com/articles/dyno-metadata,
https://render.com/docs/environment-variables, https://docs.railway.com/reference/variables,
https://fly.io/docs/machines/runtime-environment/.
"""

from collections.abc import Mapping

# Each is set on a platform that wipes the disk at every restart, unless one was mounted.
_PLATFORMS = ("DYNO", "RENDER", "RAILWAY_ENVIRONMENT", "FLY_APP_NAME")


def is_platform(env: Mapping[str, str]) -> bool:
    """Whether this is a platform without a disk of its own."""
    return any(env.get(name) for name in _PLATFORMS)


def known_address(env: Mapping[str, str]) -> str:
    """Where the platform says that this service is reached from outside; empty if it doesn't."""
    if env.get("RENDER_EXTERNAL_URL"):
        return env["RENDER_EXTERNAL_URL"]
    for name in ("HEROKU_APP_DEFAULT_DOMAIN_NAME", "RAILWAY_PUBLIC_DOMAIN"):
        if env.get(name):
            return f"https://{env[name]}"
    return f"https://{env['FLY_APP_NAME']}.fly.dev" if env.get("FLY_APP_NAME") else ""
