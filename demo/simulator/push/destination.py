"""Where notifications go: to an address, with a token that proves Pub/Sub, or into a topic of its emulator."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from demo.simulator.push.note import Note
from demo.simulator.signing import SigningKey

_TIMEOUT_S = 10  # Pub/Sub's own deadline for an acknowledgement
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, kw_only=True)
class Address:
    """A push subscription's endpoint."""

    url: str
    audience: str
    service_account: str
    subscription: str

    def post(self, note: Note, *, key: SigningKey, now: float) -> int:
        token = key.sign(
            {
                "iss": "https://accounts.google.com",
                "aud": self.audience,
                "azp": "113774264463038321964",
                "sub": "113774264463038321964",
                "email": self.service_account,
                "email_verified": True,
                "iat": int(now),
                "exp": int(now) + 3600,
            }
        )
        headers = {"Authorization": f"Bearer {token}", "User-Agent": "CloudPubSub-Google"}
        return _post(self.url, note.envelope(subscription=self.subscription), headers)


@dataclass(frozen=True, kw_only=True)
class Emulator:
    """The topic is the one that the mailbox's watch names. The emulator pushes without a token."""

    url: str

    def post(self, note: Note, *, key: SigningKey, now: float) -> int:  # noqa: ARG002 - Address needs them
        return _post(f"{self.url}/v1/{note.topic}:publish", note.publication(), {})


Destination = Address | Emulator


def is_local(url: str) -> bool:
    """Say whether it is a plain address of this machine, the only kind that is called."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname in _LOOPBACK and port is not None


def _post(url: str, content: dict[str, Any], headers: dict[str, str]) -> int:
    """One attempt, no redirect followed; 0 where nobody answers."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_S)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(
            "POST", path or "/", json.dumps(content).encode(), {"Content-Type": "application/json"} | headers
        )
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
