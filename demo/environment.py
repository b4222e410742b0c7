"""What the add-on's processes are told: nothing of the visitor's own but where programs and home are."""

import base64
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

ADDON_SERVICE_ACCOUNT = "addon@google.example"
ADDON_CLIENT_ID = "addon-client.example"
DEFAULT_ROLE = "interviewer"
_OAUTH_CLIENT_ID = "background-client.example"
_JOBS_SERVICE_ACCOUNT = "jobs@google.example"


def _seal_keys() -> str:
    return f"demo:{base64.b64encode(secrets.token_bytes(32)).decode()}"


@dataclass(frozen=True, kw_only=True)
class Keys:
    """What stays the same from one start to the next where a demo is kept."""

    domain: str
    super_admin: str
    candidates_url: str = ""
    """Where the candidates' pages are; empty: where the add-on takes them to be."""
    seal_keys: str = field(default_factory=_seal_keys, repr=False)
    oauth_client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)


def bare() -> dict[str, str]:
    """Enough for a Python program to run; not, for one, GOOGLE_APPLICATION_CREDENTIALS."""
    own = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    # No bytecode in the source tree: a demo leaves its folder and the environment behind, nothing else.
    return own | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def of_the_addon(keys: Keys, *, addon: str, simulator: str, var: Path) -> dict[str, str]:
    pages = {"CANDIDATES_URL": keys.candidates_url} if keys.candidates_url else {}
    return (
        bare()
        | pages
        | {
            "BASE_URL": addon,
            "GOOGLE_API_URL": simulator,
            "STORE_URL": f"sqlite:///{var.resolve() / 'addon.db'}",
            "SEAL_KEYS": keys.seal_keys,
            "INTERNAL_DOMAINS": keys.domain,
            "SUPER_ADMINS": keys.super_admin,
            "DEFAULT_ROLE": DEFAULT_ROLE,
            "ADDON_SERVICE_ACCOUNT": ADDON_SERVICE_ACCOUNT,
            "ADDON_CLIENT_ID": ADDON_CLIENT_ID,
            "OAUTH_CLIENT_ID": _OAUTH_CLIENT_ID,
            "OAUTH_CLIENT_SECRET": keys.oauth_client_secret,
            "JOBS_SERVICE_ACCOUNT": _JOBS_SERVICE_ACCOUNT,
            # A visitor does not wait ten minutes for a poll.
            "POLL_S": "2",
            "DEBOUNCE_S": "1",
        }
    )
